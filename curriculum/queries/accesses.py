"""Who saw or took what is about others: the three places that record it, as one list."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from curriculum.enums import Seen
from curriculum.models import Access, Download, StaffReading, User

COLUMNS = ("seen", "seen_at", "actor_key", "subject_key", "file")
NOBODY = Cast(Value(None), models.BigIntegerField())


@dataclass(frozen=True)
class Line:
    """One thing that was seen or taken, with names as they are now."""

    what: str
    at: dt.datetime
    actor: User
    subject: User | None
    file: str = ""


def accesses(person: User | None = None, day: dt.date | None = None) -> Any:
    """The rows, the newest first; of one person, be it as who saw or as who was seen, and of one
    day. One query, however many: a union that is counted and cut like any queryset."""
    found = [
        _cut(
            Access.objects.annotate(
                seen=F("kind"), actor_key=F("actor"), subject_key=F("subject"), file=Value("")
            ),
            person,
            day,
        ),
        _cut(
            StaffReading.objects.annotate(
                seen=models.Case(
                    models.When(name_shown=True, then=Value(Seen.NAMED.value)),
                    default=Value(Seen.REFLECTION.value),
                ),
                actor_key=F("reader"),
                subject_key=F("writing__learner"),
                file=Value(""),
            ),
            person,
            day,
        ),
        _cut(
            Download.objects.annotate(
                seen=Value(Seen.FILE.value), actor_key=F("user"), subject_key=NOBODY, file=F("what")
            ),
            person,
            day,
        ),
    ]
    return found[0].union(*found[1:], all=True).order_by("-seen_at")


def _cut(rows: Any, person: User | None, day: dt.date | None) -> Any:
    rows = rows.order_by().annotate(seen_at=F("at"))
    if person:
        rows = rows.filter(Q(actor_key=person.pk) | Q(subject_key=person.pk))
    if day:
        rows = rows.filter(at__gte=_midnight(day), at__lt=_midnight(day + dt.timedelta(days=1)))
    return rows.values_list(*COLUMNS)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, timezone.get_default_timezone())


def lines(rows: Any) -> list[Line]:
    """These rows with the people in them. One query."""
    rows = list(rows)
    keys = {key for _, _, actor, subject, _ in rows for key in (actor, subject) if key}
    who = User.objects.in_bulk(keys)
    return [
        Line(Seen(seen).label, at, who[actor], who.get(subject), file)
        for seen, at, actor, subject, file in rows
    ]
