"""Until when modules are to be done, and whether they were: by the cohort’s day or one’s own."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from curriculum.models import Cohort, DueDate, Enrolment, OwnDueDate
from curriculum.queries.ledger import Ledger, day_of

ON_TIME, LATE, OVERDUE = "On time", "Late", "Overdue"


@dataclass(frozen=True)
class Dues:
    """The due dates of some cohorts, by primary keys; own ones stand before the cohort's."""

    by_cohort: dict[tuple[int, int], dt.date] = field(default_factory=dict)
    own: dict[tuple[int, int], dt.date] = field(default_factory=dict)

    def of(
        self, cohort: int, enrolment: int, module: int, own_end: dt.date | None
    ) -> dt.date | None:
        """The day for one learner; who has until later for everything (`own_end`) has it here."""
        day = self.by_cohort.get((cohort, module))
        if day is None:
            return None
        own = self.own.get((enrolment, module), day)
        return max(own, own_end) if own_end else own


def dues(cohorts: models.QuerySet[Cohort]) -> Dues:
    """One query; own due dates are few."""
    shared = DueDate.objects.filter(cohort__in=cohorts).order_by()
    own = OwnDueDate.objects.filter(enrolment__cohort__in=cohorts).order_by()
    yes, no = models.Value(1), models.Value(0)
    rows = shared.values_list("cohort", "module", "due_on", no).union(
        own.values_list("enrolment", "module", "due_on", yes), all=True
    )
    found = Dues()
    for whose, module, day, is_own in rows:
        (found.own if is_own else found.by_cohort)[whose, module] = day
    return found


def timing(done_on: dt.date | None, due_on: dt.date | None, today: dt.date) -> str:
    """On time, Late, Overdue; empty where nothing is due, or not yet."""
    if due_on is None:
        return ""
    if done_on:
        return ON_TIME if done_on <= due_on else LATE
    return OVERDUE if due_on < today else ""


def timed(
    modules: Mapping[int, Iterable[int]], word: str, ledger: Ledger
) -> models.QuerySet[DueDate]:
    """For a subquery of enrolments: what is due to each, of the modules of its programme (given by
    programme), and is on time, late or overdue."""
    theirs = Q(pk__in=[])
    for programme, due in modules.items():
        theirs |= Q(cohort__programme=programme, module__in=list(due))
    mine = {"enrolment": OuterRef(OuterRef("pk")), "module": OuterRef("module")}
    own = OwnDueDate.objects.filter(**mine).values("due_on")[:1]
    done = ledger.module_completions().filter(**mine)
    return (
        DueDate.objects.filter(theirs, cohort=OuterRef("cohort"))
        .order_by()
        .annotate(
            until=put_off(Coalesce(Subquery(own), F("due_on")), OuterRef("ends_on")),
            done_on=Subquery(done.values(day=day_of("completed_at"))[:1]),
        )
        .filter(timing_is(word, ledger, "until"))
    )


def timing_totals(
    enrolments: models.QuerySet[Enrolment], modules: Mapping[int, Iterable[int]], ledger: Ledger
) -> dict[str, int]:
    """How much of what is due to these learners (modules of their programme, given by programme) is
    on time, late and overdue. One query; joined, since asking learner by learner takes seconds
    where there are thousands."""
    theirs = Q(pk__in=[])
    for programme, due in modules.items():
        theirs |= Q(cohort__programme=programme, cohort__due_dates__module__in=list(due))
    rows = enrolments.order_by().filter(theirs).annotate(module=F("cohort__due_dates__module"))
    done = Q(module_completions__module=F("module"))
    rows = rows.annotate(
        own=own_days(),
        got=FilteredRelation(
            "module_completions",
            condition=done & ledger.happened("module_completions__completed_at"),
        ),
    ).annotate(
        due_on=put_off(Coalesce("own__due_on", "cohort__due_dates__due_on"), F("ends_on")),
        done_on=day_of("got__completed_at"),
    )
    counted: dict[str, int] = rows.aggregate(
        on_time=models.Count("pk", filter=timing_is(ON_TIME, ledger)),
        done=models.Count("got__pk"),
        overdue=models.Count("pk", filter=Q(got__pk=None, due_on__lt=ledger.today)),
    )
    return {
        "on_time": counted["on_time"],
        "late": counted["done"] - counted["on_time"],
        "overdue": counted["overdue"],
    }


def own_days() -> FilteredRelation:
    """A learner's own due date for the `module` of a row."""
    return FilteredRelation("own_due_dates", condition=Q(own_due_dates__module=F("module")))


def put_off(day: Any, own_end: Any) -> models.Case:
    """The later of a due day and one's own last day, in the database."""
    return models.Case(
        models.When(GreaterThan(own_end, day), then=own_end),
        default=day,
        output_field=models.DateField(),
    )


def timing_is(word: str, ledger: Ledger, due: str = "due_on") -> Q:
    """Of rows with `done_on` and the day by which that is due: that their timing is this."""
    return {
        ON_TIME: Q(done_on__lte=F(due)),
        LATE: Q(done_on__gt=F(due)),
        OVERDUE: Q(done_on=None, **{f"{due}__lt": ledger.today}),
    }[word]
