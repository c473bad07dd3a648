"""The completion report: one query for screen, file and totals."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from curriculum.enums import CertificateScope, CertificateState, ProgressState
from curriculum.models import (
    Certificate,
    Cohort,
    Completion,
    Enrolment,
    Inclusion,
    ModuleCompletion,
    Requirement,
)

FIXED = (
    "pk",
    "learner__full_name",
    "learner__email",
    "learner__student_number",
    "learner__profession__name",
    "cohort__name",
    "cohort__programme_id",
    "enrolled_on",
    "active_on",
    "completed_on",
    "certificate_code",
    "certificate_on",
)


@dataclass(frozen=True)
class ModuleColumn:
    """One module of the report: what it requires now, whether it counts, and whether it earns a
    certificate of its own."""

    pk: int
    programme_id: int
    title: str
    required: tuple[int, ...]  # primary keys of the activities
    counts: bool
    certifies: bool

    @property
    def total(self) -> int:
        return len(self.required)


@dataclass(frozen=True)
class ModuleCell:
    """How one learner stands with one module; `total` is 0 where it is not in their programme."""

    done: int
    total: int
    completed_on: dt.date | None
    certificate_code: str = ""

    @property
    def state(self) -> str:
        """In words: Done, 2 of 5, Not started; empty where the module is not theirs."""
        if self.completed_on:
            return "Done"
        if not self.total:
            return ""
        return f"{self.done} of {self.total}" if self.done else "Not started"


@dataclass(frozen=True)
class CompletionRow:
    """One learner in the completion report. Dates are days in the site's time zone."""

    pk: int
    name: str
    email: str
    student_number: str
    profession: str
    cohort: str
    enrolled_on: dt.date
    modules: tuple[ModuleCell, ...]
    per_cent: int
    active_on: dt.date | None
    completed_on: dt.date | None
    certificate_code: str
    certificate_on: dt.date | None


@dataclass(frozen=True)
class Totals:
    """What the rows add up to."""

    learners: int
    done: int
    started: int
    certificates: int

    @property
    def not_started(self) -> int:
        return self.learners - self.done - self.started


def report_columns(cohorts: models.QuerySet[Cohort]) -> list[ModuleColumn]:
    """The modules of the cohorts' programmes, in order. Two queries."""
    certified = Certificate.objects.filter(
        module=models.OuterRef("module"), state=CertificateState.ISSUED
    )
    by_module = models.Q(programme__certificate_scope=CertificateScope.MODULE)
    inclusions = (
        Inclusion.objects.filter(until=None, programme__in=cohorts.values("programme"))
        .annotate(certifies=by_module | models.Exists(certified))
        .select_related("module")
        .order_by("programme__title", "programme", "position")
    )
    required: dict[int, list[int]] = {}
    rows = Requirement.objects.filter(until=None, is_required=True)
    for module, activity in rows.filter(
        module__in=[inclusion.module_id for inclusion in inclusions]
    ).values_list("module", "activity"):
        required.setdefault(module, []).append(activity)
    return [
        ModuleColumn(
            pk=inclusion.module_id,
            programme_id=inclusion.programme_id,
            title=inclusion.module.title,
            required=tuple(required.get(inclusion.module_id, ())),
            counts=inclusion.is_required,
            certifies=inclusion.certifies,
        )
        for inclusion in inclusions
    ]


def reported(cohorts: models.QuerySet[Cohort]) -> models.QuerySet[Enrolment]:
    """The learners that reports on these cohorts count."""
    return Enrolment.objects.filter(cohort__in=cohorts).reported()


def in_state(enrolments: models.QuerySet[Enrolment], state: str) -> models.QuerySet[Enrolment]:
    """Those who are done, have started, or have not."""
    done = models.Q(programme_completion__isnull=False)
    begun = models.Q(last_active_at__isnull=False)
    return {
        ProgressState.DONE: enrolments.filter(done),
        ProgressState.STARTED: enrolments.filter(~done & begun),
        ProgressState.NOT_STARTED: enrolments.filter(~done & ~begun),
    }.get(ProgressState(state), enrolments)


def totals(enrolments: models.QuerySet[Enrolment]) -> Totals:
    """Totals over the same learners that the rows show."""
    done = models.Q(programme_completion__isnull=False)
    return Totals(
        **enrolments.order_by()
        .annotate(standing=_count(_certificates()))
        .aggregate(
            learners=models.Count("pk"),
            done=models.Count("pk", filter=done),
            started=models.Count("pk", filter=~done & models.Q(last_active_at__isnull=False)),
            certificates=Coalesce(models.Sum("standing"), 0),
        )
    )


def with_report_columns(
    enrolments: models.QuerySet[Enrolment], columns: Sequence[ModuleColumn]
) -> models.QuerySet[Enrolment]:
    """The enrolments with everything that a row shows; composable with filters and order."""
    certificates = _certificates(module=None)
    annotations: dict[str, Any] = {
        "enrolled_on": _day("enrolled_at"),
        "active_on": _day("last_active_at"),
        "completed_on": _day("programme_completion__completed_at"),
        "certificate_code": models.Subquery(certificates.values("code")[:1]),
        "certificate_on": models.Subquery(certificates.values(day=_day("issued_at"))[:1]),
    }
    for number, column in enumerate(columns):
        annotations[f"done_{number}"] = _count(
            Completion.objects.filter(enrolment=models.OuterRef("pk"), activity__in=column.required)
        )
        annotations[f"completed_{number}"] = models.Subquery(
            ModuleCompletion.objects.filter(enrolment=models.OuterRef("pk"), module=column.pk)
            .order_by()
            .values(day=_day("completed_at"))[:1]
        )
        annotations[f"code_{number}"] = (
            models.Subquery(_certificates(module=column.pk).values("code")[:1])
            if column.certifies
            else models.Value("")
        )
    return enrolments.annotate(**annotations)


def _day(instant: str) -> TruncDate:
    """In the site's time zone, also where Wagtail's admin has another for this person."""
    return TruncDate(instant, tzinfo=timezone.get_default_timezone())


def _count(rows: models.QuerySet[Any]) -> Any:
    """How many of these rows belong to an enrolment."""
    counted = rows.order_by().values("enrolment").annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted), 0)


def _certificates(**award: Any) -> models.QuerySet[Certificate]:
    """The standing certificates of an enrolment; for one award there is one at most."""
    return Certificate.objects.filter(
        enrolment=models.OuterRef("pk"), state=CertificateState.ISSUED, **award
    ).order_by()


def with_progress(
    enrolments: models.QuerySet[Enrolment], columns: Sequence[ModuleColumn]
) -> models.QuerySet[Enrolment]:
    """Annotated with `progress`, the per cent of a row, for ordering by it."""
    counted = [(n, column) for n, column in enumerate(columns) if column.counts]
    done = sum(
        (
            models.Case(
                models.When(**{f"completed_{n}__isnull": False}, then=column.total),
                default=models.F(f"done_{n}"),
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
            models.When(programme_completion__isnull=False, then=100),
            default=Coalesce(100 * done / total, 0),
            output_field=models.IntegerField(),
        )
    )


def field_names(columns: Sequence[ModuleColumn]) -> list[str]:
    """The values that `rows` reads, in order."""
    names = list(FIXED)
    for number in range(len(columns)):
        names += [f"done_{number}", f"completed_{number}", f"code_{number}"]
    return names


def rows(
    values: Iterable[tuple[Any, ...]], columns: Sequence[ModuleColumn]
) -> Iterator[CompletionRow]:
    """Report rows from tuples in the order of `field_names`. Lazy: memory stays flat."""
    for value in values:
        yield _row(value, columns)


def _row(value: tuple[Any, ...], columns: Sequence[ModuleColumn]) -> CompletionRow:
    (
        pk,
        name,
        email,
        number,
        profession,
        cohort,
        programme,
        enrolled,
        active,
        completed,
        code,
        certified,
    ) = value[: len(FIXED)]
    cells = []
    done = total = 0
    found = iter(value[len(FIXED) :])
    for column, count, finished, award in zip(columns, found, found, found, strict=True):
        if column.programme_id != programme:
            cells.append(ModuleCell(0, 0, None))
            continue
        # A module once completed counts as wholly done, whatever was required of it later.
        here = column.total if finished else count
        cells.append(ModuleCell(here, column.total, finished, award or ""))
        if column.counts:
            done += here
            total += column.total
    return CompletionRow(
        pk=pk,
        name=name or email,
        email=email,
        student_number=number,
        profession=profession or "",
        cohort=cohort,
        enrolled_on=enrolled,
        modules=tuple(cells),
        per_cent=100 if completed else 100 * done // total if total else 0,
        active_on=active,
        completed_on=completed,
        certificate_code=code or "",
        certificate_on=certified,
    )
