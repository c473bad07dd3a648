"""How far a learner has come, honestly: what is owed now, what is done, and what stays done."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models

from curriculum.enums import AttemptState, ProgressState
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
)


@dataclass(frozen=True)
class ActivityProgress:
    """One activity as one learner stands with it."""

    activity: Activity
    is_required: bool
    digest: str  # of its current edition
    completed_at: dt.datetime | None = None
    basis: str | None = None
    open_attempt: uuid.UUID | None = None
    saved_at: dt.datetime | None = None
    module_completed_at: dt.datetime | None = None

    @property
    def state(self) -> ProgressState:
        if self.completed_at:
            return ProgressState.DONE
        return ProgressState.STARTED if self.open_attempt else ProgressState.NOT_STARTED


@dataclass(frozen=True)
class ModuleProgress:
    """One module. A completed one counts as wholly done, whatever was required of it later."""

    module: Module
    position: int
    is_required: bool
    activities: tuple[ActivityProgress, ...]
    completed_at: dt.datetime | None = None

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
        """The first required activity that is not done, else the first optional one."""
        for group in (self.required, self.optional):
            for activity in group:
                if not activity.completed_at:
                    return activity
        return None


@dataclass(frozen=True)
class ProgrammeProgress:
    """A programme as one enrolment stands with it."""

    programme: Programme
    modules: tuple[ModuleProgress, ...]
    completed_at: dt.datetime | None = None

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
    def continue_with(self) -> "tuple[ModuleProgress, ActivityProgress] | None":
        """Where to go on: the open attempt saved last, else the first thing still to do."""
        running = [(a.saved_at, m, a) for m in self.modules for a in m.activities if a.saved_at]
        if running:
            _, module, activity = max(running, key=lambda row: row[0])
            return module, activity
        for optional_too in (False, True):
            for module in self.modules:
                if module.completed_at and not optional_too:
                    continue
                found = module.next_activity
                if found and (found.is_required or optional_too):
                    return module, found
        return None


def programme_progress(programme: Programme, enrolment: Enrolment | None) -> ProgrammeProgress:
    """The whole programme in two queries, and a third where somebody is enrolled."""
    inclusions = _with_completion(
        Inclusion.objects.filter(programme=programme, until=None), enrolment
    ).select_related("module")
    activities: dict[int, list[ActivityProgress]] = {}
    for module_id, row in _activity_rows(
        Requirement.objects.filter(module__inclusions__in=inclusions.values("pk")), enrolment
    ):
        activities.setdefault(module_id, []).append(row)
    completed = getattr(enrolment, "programme_completion", None) if enrolment else None
    return ProgrammeProgress(
        programme=programme,
        modules=tuple(
            ModuleProgress(
                module=inclusion.module,
                position=number,
                is_required=inclusion.is_required,
                activities=tuple(activities.get(inclusion.module_id, ())),
                completed_at=inclusion.module_completed_at,
            )
            for number, inclusion in enumerate(inclusions, start=1)
        ),
        completed_at=completed.completed_at if completed else None,
    )


def module_progress(inclusion: Inclusion, enrolment: Enrolment | None) -> ModuleProgress:
    """One module in one query."""
    rows = _activity_rows(Requirement.objects.filter(module=inclusion.module_id), enrolment)
    return ModuleProgress(
        module=inclusion.module,
        position=inclusion.position,
        is_required=inclusion.is_required,
        activities=tuple(row for _, row in rows),
        completed_at=next((row.module_completed_at for _, row in rows), None),
    )


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


def _with_completion(
    rows: models.QuerySet[Inclusion], enrolment: Enrolment | None
) -> models.QuerySet[Any]:
    done = ModuleCompletion.objects.filter(module=models.OuterRef("module"), enrolment=enrolment)
    return rows.annotate(
        module_completed_at=models.Subquery(done.values("completed_at")[:1])
        if enrolment
        else models.Value(None, output_field=models.DateTimeField())
    )


def _activity_rows(
    rows: models.QuerySet[Requirement], enrolment: Enrolment | None
) -> list[tuple[int, ActivityProgress]]:
    rows = rows.filter(until=None).select_related("activity").order_by("position", "pk")
    rows = rows.annotate(digest=models.F("activity__current_edition__digest"))
    learned = ("completed_at", "basis", "open_attempt", "saved_at", "module_completed_at")
    if enrolment:
        mine = {"activity": models.OuterRef("activity"), "enrolment": enrolment}
        done = Completion.objects.filter(**mine)
        running = Attempt.objects.filter(**mine, state=AttemptState.OPEN)
        modules = ModuleCompletion.objects.filter(
            module=models.OuterRef("module"), enrolment=enrolment
        )
        rows = rows.annotate(
            completed_at=models.Subquery(done.values("completed_at")[:1]),
            basis=models.Subquery(done.values("basis")[:1]),
            open_attempt=models.Subquery(running.values("uuid")[:1]),
            saved_at=models.Subquery(running.values("saved_at")[:1]),
            module_completed_at=models.Subquery(modules.values("completed_at")[:1]),
        )
    return [
        (
            row.module_id,
            ActivityProgress(
                activity=row.activity,
                is_required=row.is_required,
                digest=row.digest or "",
                **{name: getattr(row, name, None) for name in learned},
            ),
        )
        for row in rows
    ]
