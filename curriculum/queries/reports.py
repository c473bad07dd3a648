"""Who reports count, and the completion report: one query for screen, file and totals, now or as
the ledger stood at the end of a day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Coalesce

from curriculum.enums import CertificateScope, CompletionBasis, ProgressState
from curriculum.models import Cohort, Enrolment, Inclusion, Requirement
from curriculum.queries.completion_rows import ModuleColumn
from curriculum.queries.ledger import NOW, Ledger, day_of
from curriculum.queries.report_timing import timed, timing_totals


@dataclass(frozen=True)
class Totals:
    """What the rows add up to. `given` counts activities; the timings count modules."""

    learners: int
    done: int
    started: int
    certificates: int
    given: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def not_started(self) -> int:
        return self.learners - self.done - self.started


def report_columns(cohorts: models.QuerySet[Cohort], ledger: Ledger = NOW) -> list[ModuleColumn]:
    """The modules of the cohorts' programmes, in order. One query."""
    certified = ledger.certificates().filter(module=OuterRef("module"))
    by_module = Q(programme__certificate_scope=CertificateScope.MODULE)
    required = ledger.in_force("module__requirements__") & Q(module__requirements__is_required=True)
    rows = (
        Inclusion.objects.filter(ledger.in_force(), programme__in=cohorts.values("programme"))
        .annotate(
            certifies=by_module | models.Exists(certified),
            is_due=models.Exists(cohorts.filter(due_dates__module=OuterRef("module"))),
            work=models.FilteredRelation("module__requirements", condition=required),
        )
        .order_by("programme__title", "programme", "position", "pk", "work__position")
        .values_list(
            "module",
            "programme",
            "module__title",
            "is_required",
            "certifies",
            "is_due",
            "work__activity",
        )
    )
    return [
        ModuleColumn(
            pk=module,
            programme_id=programme,
            title=title,
            required=tuple(row[-1] for row in work if row[-1]),
            counts=counts,
            certifies=certifies,
            is_due=is_due,
        )
        for (module, programme, title, counts, certifies, is_due), work in groupby(
            rows, key=lambda row: row[:-1]
        )
    ]


def reported(
    cohorts: models.QuerySet[Cohort] | Collection[int], ledger: Ledger = NOW
) -> models.QuerySet[Enrolment]:
    """The learners that reports on these cohorts count; of many learners faster where the cohorts
    are given by primary key, which needs no join."""
    return ledger.enrolled(Enrolment.objects.filter(cohort__in=cohorts).of_learners())


def in_state(
    enrolments: models.QuerySet[Enrolment], state: str, ledger: Ledger = NOW
) -> models.QuerySet[Enrolment]:
    """Those who are done, have started, or have not."""
    done, begun = ledger.done(), ledger.begun()
    return {
        ProgressState.DONE: enrolments.filter(done),
        ProgressState.STARTED: enrolments.exclude(done).filter(begun),
        ProgressState.NOT_STARTED: enrolments.exclude(done).exclude(begun),
    }.get(ProgressState(state), enrolments)


def totals(
    enrolments: models.QuerySet[Enrolment],
    ledger: Ledger = NOW,
    columns: Sequence[ModuleColumn] = (),
) -> Totals:
    """Totals over the same learners that the rows show. Two queries."""
    # Counted at one go and not learner by learner: hardly anything is given.
    theirs = enrolments.order_by().values("pk")
    all_given = [_how_many(r.filter(enrolment__in=theirs)) for r in given_in_place(ledger)]
    return Totals(
        **timing_totals(enrolments, due_modules(columns), ledger),
        **enrolments.order_by()
        .annotate(
            standing=_count(ledger.certificates()),
            is_done=models.Case(models.When(ledger.done(), then=1), default=0),
            is_begun=models.Case(models.When(ledger.begun(), then=1), default=0),
            all_given=sum(all_given[1:], start=all_given[0]),
        )
        .aggregate(
            learners=models.Count("pk"),
            done=models.Count("pk", filter=Q(is_done=1)),
            started=models.Count("pk", filter=Q(is_done=0, is_begun=1)),
            certificates=Coalesce(models.Sum("standing"), 0),
            given=Coalesce(models.Max("all_given"), 0),
        ),
    )


def due_modules(columns: Sequence[ModuleColumn]) -> dict[int, list[int]]:
    """Those that are due anywhere and require something, by programme."""
    found: dict[int, list[int]] = {}
    for column in columns:
        if column.is_due and column.total:
            found.setdefault(column.programme_id, []).append(column.pk)
    return found


def with_timing(
    enrolments: models.QuerySet[Enrolment],
    word: str,
    columns: Sequence[ModuleColumn],
    ledger: Ledger,
) -> models.QuerySet[Enrolment]:
    """Those with a module of this timing: on time, late or overdue."""
    return enrolments.filter(models.Exists(timed(due_modules(columns), word, ledger)))


def with_report_columns(
    enrolments: models.QuerySet[Enrolment],
    columns: Sequence[ModuleColumn],
    ledger: Ledger = NOW,
) -> models.QuerySet[Enrolment]:
    """The enrolments with everything that a row shows; composable with filters and order."""
    certificates = ledger.certificates().filter(enrolment=OuterRef("pk"))
    whole = certificates.filter(module=None)
    completed = models.Case(
        models.When(ledger.done(), then=day_of("programme_completion__completed_at"))
    )
    annotations: dict[str, Any] = {
        "enrolled_on": day_of("enrolled_at"),
        "active_on": ledger.last_active(),
        "completed_on": completed,
        "certificate_code": models.Subquery(whole.values("code")[:1]),
        "certificate_on": models.Subquery(whole.values(day=day_of("issued_at"))[:1]),
        "given": given(ledger),
    }
    for number, column in enumerate(columns):
        annotations[f"done_{number}"] = _done(column.required, ledger)
        annotations[f"completed_{number}"] = models.Subquery(
            ledger.module_completions()
            .filter(enrolment=OuterRef("pk"), module=column.pk)
            .values(day=day_of("completed_at"))[:1]
        )
        annotations[f"code_{number}"] = (
            models.Subquery(certificates.filter(module=column.pk).values("code")[:1])
            if column.certifies
            else models.Value("")
        )
    return enrolments.annotate(**annotations)


def _done(activities: Sequence[int], ledger: Ledger) -> Any:
    """How many of these activities are done, earned or given."""
    done = _count(ledger.completions().filter(activity__in=activities))
    if ledger.until is None:
        return done
    return done + _count(ledger.taken_back_since().filter(activity__in=activities))


def given(ledger: Ledger) -> Any:
    """How many activities of those that the learner's programme counts are done, but not earned."""
    counts = [_count(rows) for rows in given_in_place(ledger)]
    return sum(counts[1:], start=counts[0])


def given_in_place(ledger: Ledger) -> list[models.QuerySet[Any]]:
    """Of everybody what was given and not earned, of activities that their programme counts; what
    was taken back since a day counts too on that day."""
    place = Requirement.objects.filter(
        ledger.in_force(),
        ledger.in_force("module__inclusions__"),
        activity=OuterRef("activity"),
        is_required=True,
        module__inclusions__is_required=True,
        module__inclusions__programme=OuterRef("enrolment__cohort__programme"),
    )
    rows: list[models.QuerySet[Any]] = [ledger.completions().exclude(basis=CompletionBasis.EARNED)]
    if ledger.until:
        rows.append(ledger.taken_back_since())
    return [each.filter(models.Exists(place)) for each in rows]


def _how_many(rows: models.QuerySet[Any]) -> Any:
    """How many rows these are, as part of another query."""
    counted = rows.order_by().annotate(all=models.Value(1)).values("all")
    return Coalesce(models.Subquery(counted.annotate(n=models.Count("pk")).values("n")), 0)


def _count(rows: models.QuerySet[Any]) -> Any:
    """How many of these rows belong to an enrolment."""
    counted = (
        rows.filter(enrolment=OuterRef("pk"))
        .order_by()
        .values("enrolment")
        .annotate(n=models.Count("pk"))
        .values("n")
    )
    return Coalesce(models.Subquery(counted), 0)


def with_progress(
    enrolments: models.QuerySet[Enrolment], columns: Sequence[ModuleColumn], ledger: Ledger = NOW
) -> models.QuerySet[Enrolment]:
    """Annotated with `progress`, the per cent of a row, for ordering by it."""
    counted = [(n, column) for n, column in enumerate(columns) if column.counts]
    done = sum(
        (
            models.Case(
                models.When(
                    Q(cohort__programme=column.programme_id, **{f"completed_{n}__isnull": False}),
                    then=column.total,
                ),
                models.When(cohort__programme=column.programme_id, then=models.F(f"done_{n}")),
                default=0,
            )
            for n, column in counted
        ),
        start=models.Value(0),
    )
    owed: dict[int, int] = {}
    for _, column in counted:
        owed[column.programme_id] = owed.get(column.programme_id, 0) + column.total
    total = models.Case(
        *(models.When(cohort__programme=pk, then=size) for pk, size in owed.items() if size),
        output_field=models.IntegerField(),
    )
    return enrolments.annotate(
        progress=models.Case(
            models.When(ledger.done(), then=100),
            default=Coalesce(100 * done / total, 0),
            output_field=models.IntegerField(),
        )
    )
