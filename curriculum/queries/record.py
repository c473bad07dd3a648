"""One learner's record as their lead handles it: what counts, on what basis, and what was decided.
Of reflections it says that they are done, and nothing of what was written."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from curriculum.enums import ActivityKind, AdjustmentKind, CertificateState, NameRequestState
from curriculum.models import (
    Activity,
    Adjustment,
    Attempt,
    Certificate,
    Completion,
    DueDate,
    Edition,
    Enrolment,
    NameRequest,
    OwnDueDate,
    Requirement,
)
from curriculum.queries.adjustments import decisions_about
from curriculum.queries.catalogue import Shelf
from curriculum.queries.progress import (
    ActivityProgress,
    ModuleProgress,
    ProgrammeProgress,
    programme_progress,
)


@dataclass(frozen=True)
class ActivityRecord:
    """One activity with how it came to count and every attempt at it."""

    activity: Activity
    progress: ActivityProgress | None  # None: no part of the programme any more
    completion: Completion | None
    attempts: tuple[Attempt, ...]
    allowed: int  # attempts that the activity itself allows; 0: any number
    granted: int  # further attempts that stand


@dataclass(frozen=True)
class ModuleRecord:
    """One module with the day by which it is due for this learner."""

    progress: ModuleProgress
    activities: tuple[ActivityRecord, ...]
    due_on: dt.date | None
    is_own_day: bool


@dataclass(frozen=True)
class Decision:
    """One decision and whether it can be taken back now; `rests` says what stands in the way."""

    adjustment: Adjustment
    can_be_undone: bool
    rests: str = ""


@dataclass(frozen=True)
class LearnerRecord:
    """Everything about one enrolment."""

    programme: ProgrammeProgress
    modules: tuple[ModuleRecord, ...]
    elsewhere: tuple[ActivityRecord, ...]  # what was done that is no longer in the programme
    certificates: tuple[Certificate, ...]  # with `open_request`: a wish for another name
    decisions: tuple[Decision, ...]

    @property
    def basis(self) -> list[tuple[str, int]]:
        """How many activities count on which basis, in words."""
        every = [row for module in self.modules for row in module.activities] + [*self.elsewhere]
        counted = Counter(row.completion.get_basis_display() for row in every if row.completion)
        return sorted(counted.items())


def record_of(enrolment: Enrolment, shelf: Shelf) -> LearnerRecord:
    """The whole record. As many queries for a long programme as for a short one."""
    programme = programme_progress(enrolment.cohort.programme, enrolment, shelf)
    rows = _Rows(enrolment)
    days, own = _due_days(enrolment)
    modules = tuple(
        ModuleRecord(
            progress=module,
            activities=tuple(rows.take(a.activity, a) for a in module.activities),
            due_on=own.get(module.module.pk) or days.get(module.module.pk),
            is_own_day=module.module.pk in own,
        )
        for module in programme.modules
    )
    closed = {
        a.progress.activity.pk
        for module in modules
        if module.progress.completed_at
        for a in module.activities
        if a.progress
    }
    return LearnerRecord(
        programme=programme,
        modules=modules,
        elsewhere=rows.left(),
        certificates=tuple(_certificates(enrolment)),
        decisions=tuple(_decision(row, closed, rows.attempts) for row in rows.decisions),
    )


class _Rows:
    """What is on record about an enrolment, taken activity by activity."""

    def __init__(self, enrolment: Enrolment) -> None:
        done = Completion.objects.filter(enrolment=enrolment).select_related("actor", "activity")
        self.completions = {row.activity_id: row for row in done}
        self.attempts: dict[int, list[Attempt]] = {}
        tried = Attempt.objects.filter(enrolment=enrolment).select_related("activity", "edition")
        for attempt in tried.defer("layout", "edition__source"):
            self.attempts.setdefault(attempt.activity_id, []).append(attempt)
        self.decisions = list(decisions_about([enrolment]))
        self.granted = Counter(
            row.activity_id
            for row in self.decisions
            if row.kind == AdjustmentKind.ATTEMPT and not row.undone_at
        )
        self.allowed = attempts_allowed(enrolment)
        self.activities = {row.activity_id: row.activity for row in self.completions.values()} | {
            pk: rows[0].activity for pk, rows in self.attempts.items()
        }

    def take(self, activity: Activity, progress: ActivityProgress | None) -> ActivityRecord:
        pk = activity.pk
        self.activities.pop(pk, None)
        return ActivityRecord(
            activity=activity,
            progress=progress,
            completion=self.completions.get(pk),
            attempts=tuple(self.attempts.get(pk, ())),
            allowed=self.allowed.get(pk, 0),
            granted=self.granted[pk],
        )

    def left(self) -> tuple[ActivityRecord, ...]:
        """What was not taken."""
        return tuple(self.take(activity, None) for activity in [*self.activities.values()])


def attempts_allowed(enrolment: Enrolment) -> dict[int, int]:
    """Activities of the programme whose attempts are counted, by primary key, and how many."""
    rows = Edition.objects.filter(
        activity__kind=ActivityKind.QUIZ,
        activity__current_edition=models.F("pk"),
        activity__in=owed_activities(enrolment).values("pk"),
        source__attempts_allowed__gt=0,
    )
    return dict(rows.values_list("activity", "source__attempts_allowed"))


def owed_activities(enrolment: Enrolment) -> models.QuerySet[Activity]:
    """What belongs to the learner's programme now."""
    current = Requirement.objects.filter(
        until=None,
        module__inclusions__programme=enrolment.cohort.programme_id,
        module__inclusions__until=None,
    )
    return Activity.objects.filter(pk__in=current.values("activity"))


def to_carry_from(enrolment: Enrolment) -> list[Enrolment]:
    """The same learner's other enrolments, annotated with `to_carry`: how many completions of each
    would count here, where they are not complete yet. Those with none are left out."""
    here = Completion.objects.filter(enrolment=enrolment)
    counts = models.Count(
        "completions",
        filter=models.Q(completions__activity__in=owed_activities(enrolment).values("pk"))
        & ~models.Q(completions__activity__in=here.values("activity")),
        distinct=True,
    )
    others = Enrolment.objects.filter(learner=enrolment.learner_id).exclude(pk=enrolment.pk)
    found = others.select_related("cohort").annotate(to_carry=counts).filter(to_carry__gt=0)
    return list(found.order_by("-enrolled_at", "-pk"))


def _due_days(enrolment: Enrolment) -> tuple[dict[int, dt.date], dict[int, dt.date]]:
    """The cohort's days by module, and the learner's own."""
    days = DueDate.objects.filter(cohort=enrolment.cohort_id)
    own = OwnDueDate.objects.filter(enrolment=enrolment)
    return (
        dict(days.order_by().values_list("module", "due_on")),
        dict(own.values_list("module", "due_on")),
    )


def _certificates(enrolment: Enrolment) -> models.QuerySet[Certificate]:
    waiting = NameRequest.objects.filter(
        certificate=models.OuterRef("pk"), state=NameRequestState.OPEN
    )
    rows = Certificate.objects.filter(enrolment=enrolment).select_related("replaced_by", "ended_by")
    beside = Certificate.objects.filter(
        enrolment=models.OuterRef("enrolment"), state=CertificateState.ISSUED
    ).annotate(same=models.functions.Coalesce("module", 0))
    return rows.annotate(
        open_request=models.Subquery(waiting.values("uuid")[:1]),
        another_stands=models.Exists(
            beside.filter(same=models.functions.Coalesce(models.OuterRef("module"), 0))
        ),
    )


def _decision(
    made: Adjustment, closed: Iterable[int], attempts: dict[int, list[Attempt]]
) -> Decision:
    """As `curriculum.domain.adjustments.undo` will judge it."""
    if made.undone_at:
        return Decision(made, can_be_undone=False)
    about = made.activity_id or 0
    match AdjustmentKind(made.kind):
        case AdjustmentKind.CREDIT | AdjustmentKind.EXEMPTION if about in closed:
            return Decision(made, False, "The module is complete and rests on this.")
        case AdjustmentKind.ATTEMPT if any(
            attempt.started_at > made.made_at for attempt in attempts.get(about, ())
        ):
            return Decision(made, False, "The attempt was used.")
        case (
            AdjustmentKind.CREDIT
            | AdjustmentKind.EXEMPTION
            | AdjustmentKind.ATTEMPT
            | AdjustmentKind.EXTENSION
        ):
            return Decision(made, True)
        case _:
            return Decision(made, False)
