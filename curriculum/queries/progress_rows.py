"""What progress looks like: an activity, a module, a programme, as one learner stands with it."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from curriculum import clock
from curriculum.enums import ActivityKind, CompletionBasis, ProgressState
from curriculum.models import Activity, Module, Programme


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
    def is_only_asked(self) -> bool:
        """Whether nobody is sent to it: an optional survey waits on its module's page."""
        return self.activity.kind == ActivityKind.SURVEY and not self.is_required

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
        todo = [r for r in self.activities if not r.completed_at and not r.is_only_asked]
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
    def asked_now(self) -> tuple[ActivityProgress, ...]:
        """Optional surveys that fit this moment: of the module to go on with, and of the last one
        once everything else is done. They count for nothing, so nobody is sent to them."""
        found = self.continue_with
        fitting = [found[0]] if found else []
        if self.modules and self.modules_done == len(self.owed):
            fitting.append(self.modules[-1])
        rows = {a.activity.pk: a for m in fitting for a in m.activities if a.is_only_asked}
        return tuple(row for row in rows.values() if not row.completed_at)

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
        # Who has finished is shown that, and not sent to something optional.
        free = () if self.completed_at else self.modules
        rest = ((module, module.next_activity) for module in free)
        for module, found in (*now, *owed, *rest):
            if found:
                return module, found
        return None
