"""What a file would do to the directory. Nothing is written."""

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from cms.directory.importing.here import Here
from cms.directory.importing.source import Problem, Row, Source
from cms.directory.standard.facts import PLAIN, ServiceFacts
from cms.directory.standard.table import HEADINGS, as_text
from cms.models import Contact, Organisation, Service
from curriculum.clock import today

NEEDED = ("name", "organisation", "summary", "kinds")
LISTS = ("kinds", "areas", "networks", "practices")
LONGEST_SHOWN = 300  # characters of a text that changes


class Fate(models.TextChoices):
    """What becomes of one service."""

    CREATE = "create", "Will be added"
    CHANGE = "change", "Will be changed"
    SAME = "same", "Stays as it is"
    GONE = "gone", "Is missing from the file and will be marked"


@dataclass(frozen=True)
class Change:
    """One fact, before and after, as text."""

    heading: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """What will be done with one service. `changed` names its facts that change; its organisation
    may be a new one, which is not saved yet."""

    place: str
    name: str
    fate: Fate
    changes: tuple[Change, ...] = ()
    changed: frozenset[str] = frozenset()
    facts: ServiceFacts = field(default_factory=ServiceFacts)
    said: frozenset[str] = frozenset()
    service: uuid.UUID | None = None
    organisation: Organisation | None = None
    comes_back: bool = False


@dataclass
class Plan:
    """All lines and everything that stands against it: with one problem nothing can be done."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[Fate, int]:
        found = Counter(line.fate for line in self.lines)
        return {fate: found[fate] for fate in Fate}

    @property
    def is_needed(self) -> bool:
        return any(line.fate != Fate.SAME or line.comes_back for line in self.lines)

    @property
    def digest(self) -> str:
        """Two plans that would do the same have the same."""
        told = [(line.place, line.fate, line.changes, line.service) for line in self.lines]
        return hashlib.sha256(repr((told, self.problems)).encode()).hexdigest()


def plan_for(source: Source, here: Here, *, is_whole: bool) -> Plan:
    """What the file would do. `is_whole`: a service that it does not hold is missing."""
    plan = Plan(problems=list(source.problems))
    seen: dict[Any, str] = {}
    for row in source.rows:
        line = _line(plan, here, row, _organisation(plan, here, row, source.organisations))
        for key in _names(line):
            if key in seen:
                message = f"This is the same service as in {seen[key]}."
                plan.problems.append(Problem(row.place, "", message))
            seen[key] = row.place
        plan.lines.append(line)
    if is_whole:
        kept = {line.service for line in plan.lines}
        plan.lines += [
            Line("", service.name, Fate.GONE, service=key)
            for key, service in here.services.items()
            if key not in kept and service.gone_on is None and service.is_shown
        ]
    return plan


def _names(line: Line) -> list[Any]:
    """By what one can tell that two rows are one service."""
    facts = line.facts
    found: list[Any] = [key for key in {line.service, facts.id} if key]
    if facts.name and line.organisation:
        found.append((line.organisation.uuid, facts.name.casefold()))
    return found


def _organisation(
    plan: Plan, here: Here, row: Row, details: dict[str, dict[str, Any]]
) -> Organisation | None:
    """Whose the row's service will be: the organisation that it names, which may be a new one,
    else whose it is now."""
    name = row.facts.organisation
    if not name:
        service = here.services.get(row.facts.id)  # type: ignore[arg-type]
        return service.organisation if service else None
    given = details.get(name)
    found = here.organisation(name, given)
    if found is None:
        found = Organisation(name=name, **{k: value for k, value in (given or {}).items() if value})
        plan.problems += _organisation_problems(row.place, found)
        here.expect(found)
    return found


def _organisation_problems(place: str, organisation: Organisation) -> list[Problem]:
    """What the form would say of a new organisation; a file has one column for all of it."""
    try:
        organisation.clean_fields()
    except ValidationError as error:
        labels = {f.name: str(f.verbose_name).capitalize() for f in Organisation._meta.fields}
        return [
            Problem(place, HEADINGS["organisation"], f"{labels[name]}: {' '.join(messages)}")
            for name, messages in error.message_dict.items()
        ]
    return []


def _line(plan: Plan, here: Here, row: Row, organisation: Organisation | None) -> Line:
    facts, said = _checked_day(row)
    service = here.services.get(facts.id) if facts.id else None
    named = here.named(organisation, facts.name or "")
    if facts.id is None:
        service = named
    elif named and named is not service:
        message = "There is a service of this name with another ID already."
        plan.problems.append(Problem(row.place, HEADINGS["name"], message))
    plan.problems += _problems(here, row.place, facts, said, service)
    if service is None:
        return Line(
            row.place,
            facts.name or "",
            Fate.CREATE,
            facts=facts,
            said=said,
            organisation=organisation,
        )
    old = here.facts[service.uuid]
    facts = _as_here(here, facts, said, organisation)
    changed = frozenset(n for n in said - {"id"} if getattr(facts, n) != getattr(old, n))
    if facts.checked_on and facts.checked_on <= old.checked_on:  # type: ignore[operator]
        changed -= {"checked_on"}
    return Line(
        row.place,
        service.name,
        Fate.CHANGE if changed else Fate.SAME,
        tuple(_change(name, old, facts) for name in HEADINGS if name in changed),
        changed,
        facts,
        said,
        service.uuid,
        organisation,
        comes_back=service.gone_on is not None,
    )


def _checked_day(row: Row) -> tuple[ServiceFacts, frozenset[str]]:
    """A day in the future, or none, says nothing about a check."""
    day = row.facts.checked_on
    if "checked_on" in row.said and (day is None or day > today()):
        return replace(row.facts, checked_on=None), row.said - {"checked_on"}
    return row.facts, row.said


def _as_here(
    here: Here, facts: ServiceFacts, said: frozenset[str], organisation: Any
) -> ServiceFacts:
    """Names as the directory spells them, so that another spelling is no change."""
    values: dict[str, Any] = {"organisation": organisation.name} if organisation else {}
    for name in LISTS:
        if name in said:
            found, _ = here.many(name, getattr(facts, name))
            spelt = {"kinds": "slug", "areas": "code"}.get(name, "name")
            values[name] = tuple(sorted({getattr(row, spelt) for row in found}))
    return replace(facts, **values)


def _change(name: str, old: ServiceFacts, new: ServiceFacts) -> Change:
    texts = (as_text(name, getattr(facts, name))[:LONGEST_SHOWN] for facts in (old, new))
    return Change(HEADINGS[name], *texts)


def _problems(
    here: Here, place: str, facts: ServiceFacts, said: frozenset[str], service: Service | None
) -> list[Problem]:
    found = [
        Problem(place, HEADINGS[name], "This must be there.")
        for name in NEEDED
        if not getattr(facts, name) and (name in said or service is None)
    ]
    for name in LISTS:
        if name in said:
            for unknown in here.many(name, getattr(facts, name))[1]:
                message = f"“{unknown[:60]}” is not in the directory, or stands there twice."
                found.append(Problem(place, HEADINGS[name], message))
    if facts.out_of_hours and facts.out_of_hours not in here.services:
        message = "There is no service with this ID. Bring it in first."
        found.append(Problem(place, HEADINGS["out_of_hours"], message))
    elif facts.out_of_hours and service and facts.out_of_hours == service.uuid:
        message = "Choose another service, or leave this empty."
        found.append(Problem(place, HEADINGS["out_of_hours"], message))
    return [
        *found,
        *_age_problems(place, facts, said, service),
        *_field_problems(place, facts, said),
        *_contact_problems(place, facts),
    ]


def _age_problems(
    place: str, facts: ServiceFacts, said: frozenset[str], service: Service | None
) -> list[Problem]:
    """One age of a file against the other one that stays; both of a file the model compares."""
    told = [name for name in ("minimum_age", "maximum_age") if name in said]
    if service is None or len(told) != 1:
        return []
    lowest, highest = (
        getattr(facts if name in said else service, name) for name in ("minimum_age", "maximum_age")
    )
    if lowest is None or highest is None or lowest <= highest:
        return []
    if "minimum_age" in said:
        message = f"This is above the highest age, which is {highest}."
    else:
        message = f"This is below the lowest age, which is {lowest}."
    return [Problem(place, HEADINGS[told[0]], message)]


def _field_problems(place: str, facts: ServiceFacts, said: frozenset[str]) -> list[Problem]:
    """What the forms would say of the fields, such as that a text is too long."""
    given = {name: getattr(facts, name) for name in PLAIN if name in said}
    if "referral_from" in given:
        given["referral_from"] = list(given["referral_from"])
    service = Service(**given)
    others = {f.name for f in Service._meta.fields} - {n for n, v in given.items() if v}
    try:
        service.clean_fields(exclude=others)
        service.clean()
    except ValidationError as error:
        return _told(place, error, HEADINGS)
    return []


def _contact_problems(place: str, facts: ServiceFacts) -> list[Problem]:
    found = []
    for contact in facts.contacts or ():
        try:
            row = Contact(
                label=contact.label, phone=contact.phone, email=contact.email, url=contact.url
            )
            row.clean_fields(exclude={"service"})
            row.clean()
        except ValidationError as error:
            found += _told(place, error, {})
    return found


def _told(place: str, error: ValidationError, headings: dict[str, str]) -> list[Problem]:
    return [
        Problem(place, headings.get(name, HEADINGS["contacts"]), " ".join(messages))
        for name, messages in error.message_dict.items()
    ]
