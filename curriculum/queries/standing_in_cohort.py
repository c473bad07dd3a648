"""Done, on track, behind, not started: how learners stand with what is due in their cohort.

The first that fits, so that everybody stands in exactly one:

- *done*: the programme is complete;
- *behind*: a module whose due day is over is not complete;
- *on track*: active at least once, and nothing overdue;
- *not started*: never active, and nothing overdue.

By which day something is due is said in queries/due.py. A module in which nothing is required now
cannot be finished, so nobody is behind on it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models.lookups import LessThan

from curriculum import clock
from curriculum.enums import CohortStanding
from curriculum.models import (
    Cohort,
    Enrolment,
    Inclusion,
    Module,
    ModuleCompletion,
    OwnDueDate,
    Requirement,
)
from curriculum.queries.due import due_day, due_days_of


@dataclass(frozen=True, order=True)
class Owed:
    """A module that a learner has not finished, and the day by whose end it is due."""

    due_on: dt.date
    position: int
    module: int  # primary key
    title: str


def modules_due(cohorts: models.QuerySet[Cohort]) -> list[int]:
    """The modules that can be overdue in these cohorts, by primary key. One query."""
    dated = models.Q(due_dates__cohort__in=cohorts) | models.Q(
        pk__in=OwnDueDate.objects.filter(enrolment__cohort__in=cohorts).values("module")
    )
    found = Module.objects.filter(_has_work(), dated, inclusions__until=None)
    return list(found.order_by("pk").values_list("pk", flat=True).distinct())


def with_standing(
    enrolments: models.QuerySet[Enrolment], due: Sequence[int], day: dt.date | None = None
) -> models.QuerySet[Enrolment]:
    """The enrolments annotated with their `standing` on `day`, or today; `due` is what
    `modules_due` says of their cohorts."""
    whens: list[models.When] = [
        models.When(programme_completion__isnull=False, then=models.Value(CohortStanding.DONE))
    ]
    if due:
        late = models.Q()
        for module in due:
            late |= _is_late(module, day or clock.today())
        whens.append(models.When(late, then=models.Value(CohortStanding.BEHIND)))
    whens.append(
        models.When(last_active_at__isnull=False, then=models.Value(CohortStanding.ON_TRACK))
    )
    return enrolments.annotate(
        standing=models.Case(
            *whens,
            default=models.Value(CohortStanding.NOT_STARTED),
            output_field=models.CharField(),
        )
    )


def owed_by(enrolments: models.QuerySet[Enrolment], by: dt.date) -> dict[int, tuple[Owed, ...]]:
    """What each of these has not finished of what is due on or before the day `by`, the longest
    overdue first; only those who owe something. Six queries for any number. Whoever has completed
    the programme owes nothing. The queryset must not be sliced."""
    running = enrolments.filter(programme_completion=None).order_by()
    days = due_days_of(running)
    modules = _modules({module for theirs in days.values() for module in theirs})
    finished = set(
        ModuleCompletion.objects.filter(enrolment__in=running.values("pk"))
        .order_by()
        .values_list("enrolment", "module")
    )
    found: dict[int, tuple[Owed, ...]] = {}
    for pk, theirs in days.items():
        owed = sorted(
            Owed(due_on, modules[module][1], module, modules[module][0])
            for module, due_on in theirs.items()
            if due_on <= by and module in modules and (pk, module) not in finished
        )
        if owed:
            found[pk] = tuple(owed)
    return found


def overdue(enrolments: models.QuerySet[Enrolment]) -> dict[int, tuple[Owed, ...]]:
    """What each of these is behind on today."""
    return owed_by(enrolments, clock.today() - dt.timedelta(days=1))


def _is_late(module: int, day: dt.date) -> models.Q:
    finished = ModuleCompletion.objects.filter(enrolment=models.OuterRef("pk"), module=module)
    return models.Q(LessThan(due_day(module), day)) & ~models.Q(models.Exists(finished))


def _has_work() -> models.Exists:
    required = Requirement.objects.filter(until=None, is_required=True)
    return models.Exists(required.filter(module=models.OuterRef("pk")))


def _modules(pks: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Title and place of those of these modules that can be finished."""
    rows = Inclusion.objects.filter(until=None, module__in=pks).order_by()
    work = Requirement.objects.filter(
        module=models.OuterRef("module"), until=None, is_required=True
    )
    found = rows.filter(models.Exists(work)).values_list("module", "module__title", "position")
    return {module: (title, position) for module, title, position in found}
