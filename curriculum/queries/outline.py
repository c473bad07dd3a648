"""What learners can reach now."""

from django.db import models

from curriculum import clock
from curriculum.models import Activity, Cohort, Enrolment, Inclusion, Requirement


def offered_requirements() -> models.QuerySet[Requirement]:
    """Current requirements in modules that currently belong to a live programme."""
    live = Inclusion.objects.filter(until=None, programme__is_live=True)
    return Requirement.objects.filter(until=None, module__inclusions__in=live)


def is_offered(activity: Activity, enrolment: Enrolment | None = None) -> bool:
    """Whether learners can reach the activity now; with an enrolment, whether this one can."""
    rows = offered_requirements().filter(activity=activity)
    if enrolment:
        rows = rows.filter(
            module__inclusions__programme=enrolment.cohort.programme_id,
            module__inclusions__until=None,
        )
    return rows.exists()


def current_enrolment(user_id: int, programme_id: int) -> Enrolment | None:
    """The enrolment that a visit to this programme counts for: the newest whose cohort runs today,
    else the newest."""
    today = clock.today()
    mine = (
        Enrolment.objects.active()
        .filter(learner=user_id, cohort__programme=programme_id, cohort__archived_at=None)
        .select_related("cohort")
        .order_by("-enrolled_at", "-pk")
    )
    # Hardly anybody has more than one; to ask the database costs more than to look.
    rows = list(mine)
    return next((row for row in rows if row.runs_on(today)), rows[0] if rows else None)


def cohort_with_code(code: str) -> Cohort | None:
    """The cohort that this join code belongs to, its programme with it."""
    return Cohort.objects.filter(join_code=code.upper()).select_related("programme").first()
