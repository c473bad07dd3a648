"""Wishes for another name on a certificate."""

from typing import Any

from django.db import models

from curriculum.enums import NameRequestState
from curriculum.models import Certificate, Cohort, NameRequest


def name_requests_for(user: Any) -> models.QuerySet[NameRequest]:
    """Those that this person answers as a lead, the oldest first."""
    return (
        NameRequest.objects.filter(certificate__enrolment__cohort__in=Cohort.objects.led_by(user))
        .select_related("certificate__enrolment__learner", "certificate__enrolment__cohort")
        .order_by("asked_at", "pk")
    )


def open_requests(user: Any) -> models.QuerySet[NameRequest]:
    """Those of them that wait."""
    return name_requests_for(user).filter(state=NameRequestState.OPEN)


def requests_about(certificate: Certificate) -> list[NameRequest]:
    """What was asked and answered about this certificate, the newest first. For one that took the
    place of another it begins with the request that led to it."""
    rows = NameRequest.objects.filter(
        models.Q(certificate=certificate)
        | models.Q(certificate__replaced_by=certificate, state=NameRequestState.ACCEPTED)
    )
    return list(rows.select_related("answered_by", "certificate"))


def own_name_requests(user: Any) -> models.QuerySet[NameRequest]:
    """What this person has asked for, the newest first."""
    rows = NameRequest.objects.filter(certificate__enrolment__learner=user)
    return rows.select_related("certificate__replaced_by", "answered_by")
