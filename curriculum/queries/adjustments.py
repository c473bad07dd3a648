"""What course leads have decided about learners."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models

from curriculum import clock
from curriculum.enums import AdjustmentKind
from curriculum.models import Adjustment, Enrolment

RECENTLY = dt.timedelta(days=28)


def may_try_again(allowed: int, used: int, enrolment: int, activity: int) -> bool:
    """Whether somebody who has used so many attempts has another, by primary keys.

    Asks the database only where the activity's own are used up; `allowed` 0 is any number.
    """
    if not allowed or used < allowed:
        return True
    return used < allowed + attempts_granted(enrolment, activity)


def attempts_granted(enrolment: int, activity: int) -> int:
    """How many attempts beyond the activity's own were granted, by primary keys. One query."""
    granted = Adjustment.objects.filter(
        enrolment=enrolment, activity=activity, kind=AdjustmentKind.ATTEMPT, undone_at=None
    )
    return granted.count()


def decisions_about(enrolments: Iterable[Enrolment]) -> models.QuerySet[Adjustment]:
    """What was decided about these enrolments, the newest first, with who and about what."""
    rows = Adjustment.objects.filter(enrolment__in=enrolments)
    return rows.select_related("actor", "activity", "module", "other__cohort", "undone_by")


def own_decisions(user: Any) -> models.QuerySet[Adjustment]:
    """What was decided about this person in any cohort, those they have left too; the newest
    first."""
    rows = Adjustment.objects.filter(enrolment__learner=user)
    return rows.select_related(
        "actor", "activity", "module", "other__cohort", "undone_by", "enrolment__cohort"
    )


def recent_decisions(user: Any) -> models.QuerySet[Adjustment]:
    """What was decided about this person, or taken back, within the last weeks."""
    since = clock.now() - RECENTLY
    fresh = models.Q(made_at__gte=since) | models.Q(undone_at__gte=since)
    rows = Adjustment.objects.filter(fresh, enrolment__learner=user)
    return rows.select_related("activity", "module")
