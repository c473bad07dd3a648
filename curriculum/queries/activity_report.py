"""Activity detail: a row for each learner and each activity of their programme."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from curriculum.enums import AdjustmentKind, CompletionBasis, ProgressState
from curriculum.models import Activity, Attempt, Enrolment, Module, Requirement, Writing
from curriculum.queries.ledger import NOW, Ledger, day_of
from curriculum.queries.report_timing import (
    LATE,
    ON_TIME,
    OVERDUE,
    own_days,
    put_off,
    timing,
    timing_is,
)

MODULES = "cohort__programme__inclusions__"
ACTIVITIES = f"{MODULES}module__requirements__"
KEY = ("pk", "module", "activity")  # what tells a row from every other
FIELDS = (
    "learner__full_name",
    "learner__email",
    "learner__student_number",
    "learner__profession__name",
    "cohort__name",
    "group__name",
    "module_title",
    "activity_title",
    "activity_kind",
    "is_required",
    "state",
    "basis",
    "done_on",
    "due_on",
    "edition",
    "tries",
    "minutes",
)

BASIS_OF = {
    AdjustmentKind.CREDIT: CompletionBasis.CREDITED,
    AdjustmentKind.EXEMPTION: CompletionBasis.EXEMPT,
}


def with_activities(
    enrolments: models.QuerySet[Enrolment], ledger: Ledger
) -> models.QuerySet[Enrolment]:
    """A row for each of these learners and each activity that belonged to their programme."""
    places = ledger.in_force(MODULES) & ledger.in_force(ACTIVITIES)
    rows = enrolments.filter(places, **{f"{ACTIVITIES}isnull": False}).annotate(
        module=F(f"{MODULES}module"),
        module_title=F(f"{MODULES}module__title"),
        module_position=F(f"{MODULES}position"),
        activity=F(f"{ACTIVITIES}activity"),
        activity_title=F(f"{ACTIVITIES}activity__title"),
        activity_kind=F(f"{ACTIVITIES}activity__kind"),
        activity_position=F(f"{ACTIVITIES}position"),
        minutes=F(f"{ACTIVITIES}activity__minutes"),
        is_required=F(f"{ACTIVITIES}is_required"),
    )
    return _with_state(_with_due_day(_with_what_was_done(rows, ledger)))


def _here() -> dict[str, Any]:
    """What ties a subquery to a row: the learner and the activity."""
    return {"enrolment": OuterRef("pk"), "activity": OuterRef("activity")}


# What belongs to a row is joined, not asked for row by row: a school has a million of them.
def _with_what_was_done(
    rows: models.QuerySet[Enrolment], ledger: Ledger
) -> models.QuerySet[Enrolment]:
    here = Q(completions__activity=F("activity")) & ledger.happened("completions__completed_at")
    rows = rows.annotate(got=FilteredRelation("completions", condition=here))
    basis: Any = F("got__basis")
    done_on: Any = day_of("got__completed_at")
    if ledger.until:
        rows = rows.annotate(
            had=FilteredRelation(
                "adjustments",
                condition=ledger.counted_then("adjustments__")
                & Q(adjustments__activity=F("activity")),
            )
        )
        words = (models.When(had__kind=k, then=models.Value(b)) for k, b in BASIS_OF.items())
        basis = Coalesce(basis, models.Case(*words, output_field=models.CharField()))
        done_on = Coalesce(done_on, day_of("had__made_at"))
    attempts = Attempt.objects.filter(ledger.happened("started_at"), **_here()).order_by()
    counted = attempts.values("enrolment").annotate(n=models.Count("pk")).values("n")
    return rows.annotate(
        basis=basis,
        done_on=done_on,
        edition=F("got__edition__number"),
        tries=Coalesce(Subquery(counted), 0),
        has_begun=Exists(attempts)
        | Exists(Writing.objects.filter(ledger.happened("begun_at"), **_here())),
    )


def _with_due_day(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    shared = "cohort__due_dates"
    rows = rows.annotate(
        shared=FilteredRelation(shared, condition=Q(**{f"{shared}__module": F("module")})),
        own=own_days(),
    )
    found: models.QuerySet[Any] = rows.annotate(
        due_on=models.Case(
            models.When(
                Q(shared__due_on__isnull=False) & Q(is_required=True),
                then=put_off(Coalesce("own__due_on", "shared__due_on"), F("ends_on")),
            ),
        )
    )
    return found


def _with_state(rows: models.QuerySet[Enrolment]) -> models.QuerySet[Enrolment]:
    return rows.annotate(
        state=models.Case(
            models.When(basis__isnull=False, then=models.Value(ProgressState.DONE.value)),
            models.When(has_begun=True, then=models.Value(ProgressState.STARTED.value)),
            default=models.Value(ProgressState.NOT_STARTED.value),
            output_field=models.CharField(),
        )
    )


def activity_totals(rows: models.QuerySet[Enrolment], ledger: Ledger) -> dict[str, int]:
    """What the rows add up to, by name. One query."""
    given = Q(basis__isnull=False) & ~Q(basis=CompletionBasis.EARNED)
    counted = {
        "rows": models.Count("pk"),
        "done": models.Count("pk", filter=Q(basis__isnull=False)),
        "given": models.Count("pk", filter=given),
        "on_time": models.Count("pk", filter=timing_is(ON_TIME, ledger)),
        "late": models.Count("pk", filter=timing_is(LATE, ledger)),
        "overdue": models.Count("pk", filter=timing_is(OVERDUE, ledger)),
    }
    # By learner first: counting them apart among all rows would sort a million.
    of_each = rows.order_by().values("pk").annotate(**{f"n_{n}": c for n, c in counted.items()})
    sums: dict[str, int] = of_each.aggregate(
        learners=models.Count("pk"),
        **{name: Coalesce(models.Sum(f"n_{name}"), 0) for name in counted},
    )
    return sums


@dataclass(frozen=True)
class ModuleSize:
    """A module, and how many activities it has now, required and in all."""

    pk: int
    title: str
    every: int
    required: int


def module_sizes(cohorts: Collection[int]) -> list[ModuleSize]:
    """The modules that belong or belonged to the programmes of these cohorts. One query."""
    here = Requirement.objects.filter(NOW.in_force(), module=OuterRef("pk")).order_by()
    counted = here.values("module").annotate(n=models.Count("pk")).values("n")
    required = counted.filter(is_required=True)
    found = (
        Module.objects.filter(inclusions__programme__cohorts__in=cohorts)
        .distinct()
        .order_by("title", "pk")
        .annotate(every=Coalesce(Subquery(counted), 0), required=Coalesce(Subquery(required), 0))
    )
    return [ModuleSize(*row) for row in found.values_list("pk", "title", "every", "required")]


def totals_of_everything(
    enrolments: models.QuerySet[Enrolment], sizes: Collection[ModuleSize]
) -> dict[str, int]:
    """What `activity_totals` says of every row of these learners as of now, from much fewer: what
    is due, learner by module, and what is done. Two queries.

    A school has a million rows, and these sums need none of those on which nothing has happened.
    """
    counted: Counter[str] = Counter()
    people: dict[int, dict[int, int]] = {}
    size = {module.pk: module for module in sizes}
    for programme, module, due_on, n in _modules_due(enrolments):
        counted["rows"] += n * size[module].every
        counted["overdue"] += n * size[module].required * _is_past(due_on)
        if size[module].every:
            of_each = people.setdefault(programme, {})
            of_each[module] = of_each.get(module, 0) + n
    # Whoever has one module of a programme has each of them.
    counted["learners"] = sum(max(of_each.values()) for of_each in people.values())
    done = _with_due_day(_done_in_place(enrolments))
    kinds = done.values_list("done_on", "due_on", "basis").annotate(n=models.Count("pk"))
    for done_on, due_on, basis, n in kinds:
        counted["done"] += n
        counted["given"] += n * (basis != CompletionBasis.EARNED)
        counted["overdue"] -= n * _is_past(due_on)
        counted[timing(done_on, due_on, NOW.today)] += n
    return {
        **{name: counted[name] for name in ("rows", "learners", "done", "given", "overdue")},
        "on_time": counted[ON_TIME],
        "late": counted[LATE],
    }


def _is_past(due_on: dt.date | None) -> bool:
    return due_on is not None and due_on < NOW.today


def _modules_due(enrolments: models.QuerySet[Enrolment]) -> models.QuerySet[Any, Any]:
    """Programme, module, due day of what it requires, and how many of these learners that is for.
    One query."""
    rows = (
        enrolments.order_by()
        .filter(NOW.in_force(MODULES))
        .annotate(module=F(f"{MODULES}module"), is_required=models.Value(True))
    )
    found: models.QuerySet[Any, Any] = (
        _with_due_day(rows)
        .values_list("cohort__programme", "module", "due_on")
        .annotate(n=models.Count("pk"))
    )
    return found


def _done_in_place(enrolments: models.QuerySet[Enrolment]) -> models.QuerySet[Any]:
    """These learners, once for each thing done that belongs to their programme now."""
    done, place = "completions__", "completions__activity__requirements__"
    inclusion = f"{place}module__inclusions__"
    here = NOW.in_force(place) & NOW.in_force(inclusion)
    found: models.QuerySet[Any] = (
        enrolments.order_by()
        .filter(here, **{f"{inclusion}programme": F("cohort__programme")})
        .annotate(
            module=F(f"{place}module"),
            is_required=F(f"{place}is_required"),
            basis=F(f"{done}basis"),
            done_on=day_of(f"{done}completed_at"),
        )
    )
    return found


def activities_called(words: Sequence[str]) -> list[list[int]]:
    """For each word the primary keys of the activities that have it in their title. One query."""
    titles = list(Activity.objects.order_by().values_list("pk", "title")) if words else []
    return [[pk for pk, title in titles if word.casefold() in title.casefold()] for word in words]
