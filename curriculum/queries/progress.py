"""How far a learner has come, honestly: what is owed now, what is done, and what stays done."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import models

from curriculum import clock
from curriculum.enums import ActivityKind, AttemptState, CompletionBasis, ProgressState
from curriculum.models import (
    Activity,
    Attempt,
    Completion,
    Enrolment,
    Inclusion,
    Module,
    ModuleCompletion,
    Programme,
    Requirement,
    Response,
    Writing,
)
from curriculum.queries.catalogue import Shelf
from curriculum.queries.due import due_days


@dataclass(frozen=True)
class ActivityProgress:
    """One activity as one learner stands with it."""

    activity: Activity
    is_required: bool
    digest: str  # of its current edition
    completed_at: dt.datetime | None = None
    basis: str | None = None
    open_attempt: uuid.UUID | None = None
    is_begun: bool = False  # an attempt is open, or something was written

    @property
    def given(self) -> str:
        """Credited, Exempt or Carried over, where it was not earned here; else empty."""
        basis = CompletionBasis(self.basis or CompletionBasis.EARNED)
        return "" if basis == CompletionBasis.EARNED else str(basis.label)

    @property
    def waits_for_its_day(self) -> bool:
        """Whether it is done by being there, and so cannot be done at any other time."""
        return self.activity.kind == ActivityKind.SESSION

    @property
    def state(self) -> ProgressState:
        if self.completed_at:
            return ProgressState.DONE
        return ProgressState.STARTED if self.is_begun else ProgressState.NOT_STARTED


@dataclass(frozen=True)
class ModuleProgress:
    """One module. A completed one counts as wholly done, whatever was required of it later."""

    module: Module
    position: int
    is_required: bool
    activities: tuple[ActivityProgress, ...]
    completed_at: dt.datetime | None = None
    due_on: dt.date | None = None  # where it is asked for, and nothing once it is done

    @property
    def days_left(self) -> int | None:
        """Whole days until the due day, in the site's time zone; negative once it is over."""
        return (self.due_on - clock.today()).days if self.due_on else None

    @property
    def required(self) -> tuple[ActivityProgress, ...]:
        return tuple(a for a in self.activities if a.is_required)

    @property
    def optional(self) -> tuple[ActivityProgress, ...]:
        return tuple(a for a in self.activities if not a.is_required)

    @property
    def total(self) -> int:
        return len(self.required)

    @property
    def done(self) -> int:
        if self.completed_at:
            return self.total
        return sum(bool(a.completed_at) for a in self.required)

    @property
    def given(self) -> list[tuple[str, int]]:
        """How many of its activities were credited, exempt or carried over, in words."""
        return sorted(Counter(a.given for a in self.activities if a.given).items())

    @property
    def state(self) -> ProgressState:
        if self.completed_at:
            return ProgressState.DONE
        begun = any(a.state != ProgressState.NOT_STARTED for a in self.activities)
        return ProgressState.STARTED if begun else ProgressState.NOT_STARTED

    @property
    def required_minutes(self) -> int:
        return sum(a.activity.minutes for a in self.required)

    @property
    def optional_minutes(self) -> int:
        return sum(a.activity.minutes for a in self.optional)

    @property
    def next_activity(self) -> ActivityProgress | None:
        """The first required activity that is not done, else the first optional one. A session
        comes when its day does, so what can be done now goes before it."""
        todo = [row for row in self.activities if not row.completed_at]
        todo.sort(key=lambda row: (not row.is_required, row.waits_for_its_day))
        return todo[0] if todo else None

    @property
    def next_to_do(self) -> ActivityProgress | None:
        """The first required activity that is not done and can be done now."""
        found = self.next_activity
        return found if found and found.is_required and not found.waits_for_its_day else None


@dataclass(frozen=True)
class ProgrammeProgress:
    """A programme as one enrolment stands with it."""

    programme: Programme
    modules: tuple[ModuleProgress, ...]
    completed_at: dt.datetime | None = None
    answered_last: int | None = None  # an activity with an open attempt, by primary key

    @property
    def owed(self) -> tuple[ModuleProgress, ...]:
        """The modules that count towards the award."""
        return tuple(m for m in self.modules if m.is_required and m.total)

    @property
    def modules_done(self) -> int:
        return sum(bool(m.completed_at) for m in self.owed)

    @property
    def per_cent(self) -> int:
        """Of the required activities, rounded down: 100 means complete and nothing less."""
        if self.completed_at:
            return 100
        total = sum(m.total for m in self.owed)
        return 100 * sum(m.done for m in self.owed) // total if total else 0

    @property
    def has_sessions(self) -> bool:
        """Whether there is anything in it that is taught at a time of its own."""
        return any(row.waits_for_its_day for module in self.modules for row in module.activities)

    @property
    def continue_with(self) -> "tuple[ModuleProgress, ActivityProgress] | None":
        """Where to go on: the open attempt answered last, else the first thing still to do."""
        running = [(m, a) for m in self.modules for a in m.activities if a.open_attempt]
        if running:
            last = (pair for pair in running if pair[1].activity.pk == self.answered_last)
            return next(last, running[0])
        begun = [module for module in self.modules if not module.completed_at]
        now = ((module, module.next_to_do) for module in begun)
        owed = ((m, found) for m in begun if (found := m.next_activity) and found.is_required)
        rest = ((module, module.next_activity) for module in self.modules)
        for module, found in (*now, *owed, *rest):
            if found:
                return module, found
        return None


@dataclass(frozen=True)
class Place:
    """Where an activity stands in its module now; the same for every learner."""

    module_id: int
    activity: Activity
    is_required: bool
    digest: str  # of its current edition


@dataclass(frozen=True)
class Standing:
    """What one enrolment has completed and begun, by primary keys."""

    activities: dict[int, tuple[dt.datetime, str]] = field(default_factory=dict)  # when, basis
    attempts: dict[int, uuid.UUID] = field(default_factory=dict)  # open ones
    written: frozenset[int] = frozenset()  # reflections of which there is at least a draft
    modules: dict[int, dt.datetime] = field(default_factory=dict)


def standing_of(enrolment: Enrolment | None) -> Standing:
    """Three queries, however much there is to learn; none where nobody is enrolled."""
    if enrolment is None:
        return Standing()
    done = Completion.objects.filter(enrolment=enrolment).order_by()
    running = Attempt.objects.filter(enrolment=enrolment, state=AttemptState.OPEN).order_by()
    written = Writing.objects.filter(enrolment=enrolment).order_by()
    begun = list(  # one query for both
        running.values_list("activity", "uuid", models.Value(1)).union(
            written.values_list("activity", "uuid", models.Value(0)), all=True
        )
    )
    modules = ModuleCompletion.objects.filter(enrolment=enrolment).order_by()
    return Standing(
        activities={
            pk: (at, basis)
            for pk, at, basis in done.values_list("activity", "completed_at", "basis")
        },
        attempts={pk: attempt for pk, attempt, is_attempt in begun if is_attempt},
        written=frozenset(pk for pk, _, is_attempt in begun if not is_attempt),
        modules=dict(modules.values_list("module", "completed_at")),
    )


def programme_progress(
    programme: Programme, enrolment: Enrolment | None, shelf: Shelf
) -> ProgrammeProgress:
    """The whole programme, with due days. Two queries where the shelf is empty, five for somebody
    enrolled."""
    inclusions, places = shelf.get(("programme", programme.pk), lambda: _outline_of(programme))
    standing = standing_of(enrolment)
    due = due_days(enrolment) if enrolment else {}
    completed = getattr(enrolment, "programme_completion", None) if enrolment else None
    return ProgrammeProgress(
        programme=programme,
        modules=tuple(
            with_due_day(
                _module(
                    inclusion,
                    number,
                    [p for p in places if p.module_id == inclusion.module_id],
                    standing,
                ),
                due,
            )
            for number, inclusion in enumerate(inclusions, start=1)
        ),
        completed_at=completed.completed_at if completed else None,
        answered_last=_answered_last(enrolment) if enrolment else None,
    )


def _answered_last(enrolment: Enrolment) -> int | None:
    answers = Response.objects.filter(
        attempt__enrolment=enrolment, attempt__state=AttemptState.OPEN
    ).order_by("-saved_at")
    return answers.values_list("attempt__activity", flat=True).first()


def module_progress(
    inclusion: Inclusion, enrolment: Enrolment | None, shelf: Shelf
) -> ModuleProgress:
    """One module. One query where the shelf is empty, three for somebody enrolled."""
    module = inclusion.module_id
    places = shelf.get(
        ("places", module), lambda: _places(Requirement.objects.filter(module=module))
    )
    return _module(inclusion, inclusion.position, places, standing_of(enrolment))


def with_due_day(module: ModuleProgress, days: Mapping[int, dt.date]) -> ModuleProgress:
    """The module with its due day, unless it is done or there is nothing to do in it."""
    is_owed = module.total and not module.completed_at
    return replace(module, due_on=days.get(module.module.pk) if is_owed else None)


def inclusion_of(module_key: uuid.UUID) -> Inclusion | None:
    """Where a live module stands now, its programme with it."""
    return _live_inclusions().filter(module__key=module_key).first()


def home_of(activity_key: uuid.UUID) -> Inclusion | None:
    """Where the module that is this activity's home stands now."""
    return (
        _live_inclusions()
        .filter(module__requirements__activity__key=activity_key, module__requirements__until=None)
        .first()
    )


def _live_inclusions() -> models.QuerySet[Inclusion]:
    rows = Inclusion.objects.filter(until=None, programme__is_live=True)
    return rows.select_related("module", "programme")


def _outline_of(programme: Programme) -> tuple[list[Inclusion], list[Place]]:
    inclusions = Inclusion.objects.filter(programme=programme, until=None).select_related("module")
    modules = [inclusion.module_id for inclusion in inclusions]
    return list(inclusions), _places(Requirement.objects.filter(module__in=modules))


def _places(requirements: models.QuerySet[Requirement]) -> list[Place]:
    rows = requirements.filter(until=None).select_related("activity").order_by("position", "pk")
    return [
        Place(row.module_id, row.activity, row.is_required, row.digest or "")
        for row in rows.annotate(digest=models.F("activity__current_edition__digest"))
    ]


def _module(
    inclusion: Inclusion, position: int, places: Sequence[Place], standing: Standing
) -> ModuleProgress:
    return ModuleProgress(
        module=inclusion.module,
        position=position,
        is_required=inclusion.is_required,
        activities=tuple(_activity(place, standing) for place in places),
        completed_at=standing.modules.get(inclusion.module_id),
    )


def _activity(place: Place, standing: Standing) -> ActivityProgress:
    completed_at, basis = standing.activities.get(place.activity.pk, (None, None))
    return ActivityProgress(
        activity=place.activity,
        is_required=place.is_required,
        digest=place.digest,
        completed_at=completed_at,
        basis=basis,
        open_attempt=standing.attempts.get(place.activity.pk),
        is_begun=place.activity.pk in standing.attempts or place.activity.pk in standing.written,
    )
