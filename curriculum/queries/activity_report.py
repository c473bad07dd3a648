"""Activity detail: a row for each learner and each activity of their programme."""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from curriculum.enums import AdjustmentKind, CompletionBasis, ProgressState
from curriculum.models import Attempt, Enrolment, OwnDueDate, Writing
from curriculum.queries.ledger import Ledger, day_of
from curriculum.queries.report_timing import LATE, ON_TIME, OVERDUE, put_off, timing_is

MODULES = "cohort__programme__inclusions__"
ACTIVITIES = f"{MODULES}module__requirements__"
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
    return _with_state(_with_due_day(_with_what_was_done(rows, ledger)), ledger)


def _here() -> dict[str, Any]:
    """What ties a subquery to a row: the learner and the activity."""
    return {"enrolment": OuterRef("pk"), "activity": OuterRef("activity")}


def _with_what_was_done(
    rows: models.QuerySet[Enrolment], ledger: Ledger
) -> models.QuerySet[Enrolment]:
    done = ledger.completions().filter(**_here())
    undone = ledger.taken_back_since().filter(**_here())
    attempts = Attempt.objects.filter(ledger.happened("started_at"), **_here()).order_by()
    basis: Any = Subquery(done.values("basis")[:1])
    done_on: Any = Subquery(done.values(day=day_of("completed_at"))[:1])
    if ledger.until:
        words = (models.When(kind=k, then=models.Value(b)) for k, b in BASIS_OF.items())
        given_as = undone.values(basis=models.Case(*words, output_field=models.CharField()))
        basis = Coalesce(basis, Subquery(given_as[:1]))
        done_on = Coalesce(done_on, Subquery(undone.values(day=day_of("made_at"))[:1]))
    counted = attempts.values("enrolment").annotate(n=models.Count("pk")).values("n")
    return rows.annotate(
        basis=basis,
        done_on=done_on,
        edition=Subquery(done.values("edition__number")[:1]),
        tries=Coalesce(Subquery(counted), 0),
    )


def _with_due_day(rows: models.QuerySet[Enrolment]) -> models.QuerySet[Enrolment]:
    own = OwnDueDate.objects.filter(enrolment=OuterRef("pk"), module=OuterRef("module"))
    due = Enrolment.objects.filter(
        pk=OuterRef("pk"), cohort__due_dates__module=OuterRef("module")
    ).order_by()
    rows = rows.annotate(
        cohorts_day=Subquery(due.values("cohort__due_dates__due_on")[:1]),
        own_day=Subquery(own.values("due_on")[:1]),
    )
    return rows.annotate(
        due_on=models.Case(
            models.When(
                Q(cohorts_day__isnull=False) & Q(is_required=True),
                then=put_off(Coalesce("own_day", "cohorts_day"), F("ends_on")),
            ),
        )
    )


def _with_state(rows: models.QuerySet[Enrolment], ledger: Ledger) -> models.QuerySet[Enrolment]:
    writings = Writing.objects.filter(ledger.happened("begun_at"), **_here())
    return rows.annotate(
        state=models.Case(
            models.When(basis__isnull=False, then=models.Value(ProgressState.DONE.value)),
            models.When(
                Q(tries__gt=0) | models.Exists(writings),
                then=models.Value(ProgressState.STARTED.value),
            ),
            default=models.Value(ProgressState.NOT_STARTED.value),
            output_field=models.CharField(),
        )
    )


def activity_totals(rows: models.QuerySet[Enrolment], ledger: Ledger) -> dict[str, int]:
    """What the rows add up to, by name. One query."""
    earned = Q(basis=CompletionBasis.EARNED)
    counted: dict[str, int] = rows.order_by().aggregate(
        rows=models.Count("pk"),
        learners=models.Count("pk", distinct=True),
        done=models.Count("pk", filter=Q(basis__isnull=False)),
        given=models.Count("pk", filter=Q(basis__isnull=False) & ~earned),
        on_time=models.Count("pk", filter=timing_is(ON_TIME, ledger)),
        late=models.Count("pk", filter=timing_is(LATE, ledger)),
        overdue=models.Count("pk", filter=timing_is(OVERDUE, ledger)),
    )
    return counted
