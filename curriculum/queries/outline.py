"""What learners can reach now."""

from django.db import models

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
    """The enrolment that a visit to this programme counts for: the newest that still runs."""
    return (
        Enrolment.objects.filter(
            learner_id=user_id, withdrawn_at=None, cohort__programme_id=programme_id
        )
        .filter(cohort__archived_at=None)
        .select_related("cohort")
        .order_by("-enrolled_at", "-pk")
        .first()
    )


def cohort_with_code(code: str) -> Cohort | None:
    """The cohort that this join code belongs to, its programme with it."""
    return Cohort.objects.filter(join_code=code.upper()).select_related("programme").first()
