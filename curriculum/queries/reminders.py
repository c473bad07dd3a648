"""Whom a reminder would reach, before it is sent: the list that a lead looks at."""

import datetime as dt
from dataclasses import dataclass

from django.db import models

from curriculum import clock
from curriculum.enums import NotReminded
from curriculum.models import Enrolment, Reminder
from curriculum.models.jobs import LIVE
from curriculum.queries.standing_in_cohort import Owed, owed_by

Due = tuple[int, int, dt.date]  # enrolment and module by primary key, and the day


@dataclass(frozen=True)
class Reminded:
    """A learner who owes something; `owed` is what a reminder would name, `already` what one has
    named for the same day."""

    enrolment: Enrolment
    owed: tuple[Owed, ...]
    already: tuple[Owed, ...]

    @property
    def why_not(self) -> str:
        """Why no reminder would go, in words; empty where one would."""
        if not can_be_reminded(self.enrolment):
            return "Cannot work in this cohort any more"
        if not self.enrolment.learner.wants_reminders:
            return NotReminded.OPTED_OUT.label
        return "" if self.owed else "Was reminded already"

    @property
    def dues(self) -> list[Due]:
        return [(self.enrolment.pk, owed.module, owed.due_on) for owed in self.owed]


def would_remind(enrolments: models.QuerySet[Enrolment], within: int) -> list[Reminded]:
    """Who owes something that is overdue or due within so many days, by name: whoever would be
    reminded, whoever wants no reminders, and whoever has had one for everything. Eight queries for
    any number; `within` 0 is only what is overdue."""
    by = clock.today() + dt.timedelta(days=within if within else -1)
    owed = owed_by(enrolments, by)
    done = set(
        spent().filter(enrolment__in=owed).order_by().values_list("enrolment", "module", "due_on")
    )
    rows = Enrolment.objects.filter(pk__in=owed).select_related("learner", "cohort")
    return [
        Reminded(
            enrolment=row,
            owed=tuple(o for o in owed[row.pk] if (row.pk, o.module, o.due_on) not in done),
            already=tuple(o for o in owed[row.pk] if (row.pk, o.module, o.due_on) in done),
        )
        for row in rows.order_by("learner__full_name", "learner__email", "pk")
    ]


def can_be_reminded(enrolment: Enrolment) -> bool:
    """Whether the learner is still there, and what they do in this cohort is still recorded."""
    cohort, learner = enrolment.cohort, enrolment.learner
    if enrolment.withdrawn_at or cohort.archived_at or not learner.is_active or learner.is_staff:
        return False
    return enrolment.last_day is None or enrolment.last_day >= clock.today()


def spent() -> models.QuerySet[Reminder]:
    """The reminders that stand in the way of another: mailed, perhaps mailed, or still waiting in a
    live job. One that was skipped, or whose job was cancelled before its turn, does not."""
    return Reminder.objects.filter(
        models.Q(claimed_at__isnull=False, skipped="")
        | models.Q(claimed_at=None, job__state__in=LIVE)
    )
