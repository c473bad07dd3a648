"""By which day a learner should have finished a module. One rule for pages, reminders and reports.

The learner's own day for the module stands in place of the cohort's. Who was given until a later
day for everything has until then for whatever is due at all. A day ends at midnight in the site's
time zone, so what is done on it is in time. A module that is no part of the programme now is not
due.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from curriculum import clock
from curriculum.models import DueDate, Enrolment, ModuleCompletion, OwnDueDate

THEIRS, OWN = 0, 1  # the learner's own overwrites the cohort's


def due_days(enrolment: Enrolment) -> dict[int, dt.date]:
    """The learner's due days by the modules' primary keys, whether the modules are done or not.

    One query where the enrolment's cohort is loaded.
    """
    programme = enrolment.cohort.programme_id
    theirs = _current(DueDate.objects.filter(cohort=enrolment.cohort_id), programme)
    own = _current(OwnDueDate.objects.filter(enrolment=enrolment), programme)
    rows = theirs.values_list("module", "due_on", models.Value(THEIRS)).union(
        own.values_list("module", "due_on", models.Value(OWN)), all=True
    )
    days = {module: day for module, day, _ in sorted(rows, key=lambda row: row[2])}
    return {module: _put_off(day, enrolment.ends_on) for module, day in days.items()}


def due_days_of(enrolments: models.QuerySet[Enrolment]) -> dict[int, dict[int, dt.date]]:
    """The due days of many learners: by enrolment, then by module, both by primary key.

    Three queries for any number. The queryset must not be sliced.
    """
    chosen = enrolments.order_by()
    theirs = _by_owner(
        _current(
            DueDate.objects.filter(cohort__in=chosen.values("cohort")),
            models.F("cohort__programme"),
        ).values_list("cohort", "module", "due_on")
    )
    own = _by_owner(
        _current(
            OwnDueDate.objects.filter(enrolment__in=chosen.values("pk")),
            models.F("enrolment__cohort__programme"),
        ).values_list("enrolment", "module", "due_on")
    )
    return {
        pk: {
            module: _put_off(day, ends_on)
            for module, day in (theirs.get(cohort, {}) | own.get(pk, {})).items()
        }
        for pk, cohort, ends_on in chosen.values_list("pk", "cohort", "ends_on")
    }


def due_day(module: int) -> models.Case:
    """The due day of one module as an expression on enrolments, to annotate or filter by; NULL
    where it has none."""
    programme = models.OuterRef("cohort__programme")
    theirs = DueDate.objects.filter(cohort=models.OuterRef("cohort"), module=module)
    own = OwnDueDate.objects.filter(enrolment=models.OuterRef("pk"), module=module)
    day = Coalesce(
        models.Subquery(_current(own, programme).values("due_on")[:1]),
        models.Subquery(_current(theirs, programme).values("due_on")[:1]),
    )
    return models.Case(
        models.When(GreaterThan(models.F("ends_on"), day), then=models.F("ends_on")),
        default=day,
        output_field=models.DateField(),
    )


def with_due_day(
    enrolments: models.QuerySet[Enrolment], module: int, name: str = "due_on"
) -> models.QuerySet[Enrolment]:
    """The enrolments annotated with the day by whose end each should have finished the module."""
    return enrolments.annotate(**{name: due_day(module)})


def behind_on(
    enrolments: models.QuerySet[Enrolment], module: int, day: dt.date | None = None
) -> models.QuerySet[Enrolment]:
    """Those whose due day for the module is over (on `day`, else today) and who have not finished
    it; annotated with `due_on`."""
    finished = ModuleCompletion.objects.filter(enrolment=models.OuterRef("pk"), module=module)
    late = enrolments.annotate(due_on=due_day(module)).filter(due_on__lt=day or clock.today())
    return late.exclude(models.Exists(finished))


def in_time(finished_at: dt.datetime, due_on: dt.date) -> bool:
    """Whether that instant is before the midnight, in the site's time zone, that ends the day."""
    return timezone.localdate(finished_at, timezone.get_default_timezone()) <= due_on


def _current(rows: models.QuerySet[Any], programme: Any) -> models.QuerySet[Any]:
    """Those about modules that belong to the programme now; a module has one place at a time."""
    return rows.filter(
        module__inclusions__until=None, module__inclusions__programme=programme
    ).order_by()


def _by_owner(rows: Iterable[tuple[int, int, dt.date]]) -> dict[int, dict[int, dt.date]]:
    found: dict[int, dict[int, dt.date]] = {}
    for owner, module, day in rows:
        found.setdefault(owner, {})[module] = day
    return found


def _put_off(day: dt.date, own_last_day: dt.date | None) -> dt.date:
    return max(day, own_last_day) if own_last_day else day
