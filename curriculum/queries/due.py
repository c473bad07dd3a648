"""Until when modules are to be done, and whether they were: by the cohort’s day or one’s own."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from curriculum.models import Cohort, DueDate, Enrolment, OwnDueDate
from curriculum.queries.ledger import Ledger, day_of

ON_TIME, LATE, OVERDUE = "On time", "Late", "Overdue"


@dataclass(frozen=True)
class Dues:
    """The due dates of some cohorts, by primary keys; own ones stand before the cohort's."""

    by_cohort: dict[tuple[int, int], dt.date] = field(default_factory=dict)
    own: dict[tuple[int, int], dt.date] = field(default_factory=dict)

    def of(self, cohort: int, enrolment: int, module: int) -> dt.date | None:
        day = self.by_cohort.get((cohort, module))
        return self.own.get((enrolment, module), day) if day else None

    @property
    def modules(self) -> set[int]:
        """Those that are due in any of the cohorts."""
        return {module for _, module in self.by_cohort}


def dues(cohorts: models.QuerySet[Cohort]) -> Dues:
    """Two queries; own due dates are few."""
    by_cohort = DueDate.objects.filter(cohort__in=cohorts).order_by()
    own = OwnDueDate.objects.filter(enrolment__cohort__in=cohorts).order_by()
    return Dues(
        {(c, m): day for c, m, day in by_cohort.values_list("cohort", "module", "due_on")},
        {(e, m): day for e, m, day in own.values_list("enrolment", "module", "due_on")},
    )


def timing(done_on: dt.date | None, due_on: dt.date | None, today: dt.date) -> str:
    """On time, Late, Overdue; empty where nothing is due, or not yet."""
    if due_on is None:
        return ""
    if done_on:
        return ON_TIME if done_on <= due_on else LATE
    return OVERDUE if due_on < today else ""


def timed(
    enrolments: models.QuerySet[Enrolment], modules: Mapping[int, Iterable[int]], ledger: Ledger
) -> models.QuerySet[Enrolment]:
    """A row for each enrolment and each of the modules of its programme (given by programme) that
    is due to it, with `due_on` and `done_on`; for counting and filtering with `timing_is`."""
    theirs = Q(pk__in=[])
    for programme, due in modules.items():
        theirs |= Q(cohort__programme=programme, cohort__due_dates__module__in=list(due))
    own = OwnDueDate.objects.filter(enrolment=OuterRef("pk"), module=OuterRef("timed_module"))
    done = ledger.module_completions().filter(
        enrolment=OuterRef("pk"), module=OuterRef("timed_module")
    )
    return (
        Enrolment.objects.filter(pk__in=enrolments.order_by().values("pk"))
        .filter(theirs)
        .order_by()
        .annotate(
            timed_module=F("cohort__due_dates__module"),
            due_on=Coalesce(Subquery(own.values("due_on")[:1]), F("cohort__due_dates__due_on")),
            done_on=Subquery(done.values(day=day_of("completed_at"))[:1]),
        )
    )


def timing_is(word: str, ledger: Ledger) -> Any:
    """Of rows with `due_on` and `done_on`: that their timing is this."""
    return {
        ON_TIME: Q(done_on__lte=F("due_on")),
        LATE: Q(done_on__gt=F("due_on")),
        OVERDUE: Q(done_on=None, due_on__lt=ledger.today),
    }[word]
