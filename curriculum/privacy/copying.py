"""A person's copy of what is held about them (UK GDPR, articles 15 and 20), from the register."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps

from curriculum.models import User
from curriculum.privacy.erasure import LAST, rows_about
from curriculum.privacy.registry import Held, Sort, personal

# What points at other people is theirs, and what opens something stays closed.
LEFT_OUT = (Sort.PERSON, Sort.CLOSED)


@dataclass(frozen=True)
class Part:
    """What one model holds about the person. Empty parts are told too: nothing is held there."""

    held: Held
    rows: tuple[Any, ...]

    def fields(self) -> list[Any]:
        """The fields that are in the copy, as Django knows them."""
        model = apps.get_model(self.held.model)
        return [
            model._meta.get_field(name)
            for name, sort in self.held.sorts.items()
            if sort not in LEFT_OUT and name != "id"
        ]

    def as_data(self) -> dict[str, Any]:
        """For the JSON file, with why it is held and how long."""
        purpose = self.held.purpose
        assert purpose
        return {
            "what": self.held.title,
            "model": self.held.model,
            "why": purpose.why,
            "basis": purpose.basis,
            "kept": self.held.kept,
            "rows": [
                {field.name: plain(field, row) for field in self.fields()} for row in self.rows
            ],
        }


def parts_of(person: User) -> Iterator[Part]:
    """Everything about this person: the account, then the rest in the order of the register."""
    for held in sorted(personal(), key=lambda each: each.model != LAST):
        ways = [way for way in held.abouts if way.in_copy and way.path]
        if not ways:
            continue
        model = apps.get_model(held.model)
        pointers = [
            f.name
            for f in model._meta.concrete_fields
            if f.is_relation and held.sorts.get(f.name) not in LEFT_OUT
        ]
        rows: dict[Any, Any] = {}
        for way in ways:
            for row in rows_about(held, way, person).select_related(*pointers).order_by("pk"):
                rows[row.pk] = row
        yield Part(held, tuple(rows.values()))


def plain(field: Any, row: Any) -> Any:
    """The value of a field as JSON takes it; what it points at, by name."""
    if field.many_to_many:
        return [str(other) for other in getattr(row, field.name).all()]
    value = getattr(row, field.name)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
