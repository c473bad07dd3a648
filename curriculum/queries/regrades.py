"""Corrected keys, and the results that they have changed."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from curriculum.models import Attempt, Edition, Regrade, RegradedAttempt


def regrades_of(editions: Iterable[Edition]) -> dict[int, list[Regrade]]:
    """For each edition (by primary key) the regrades that corrected it, newest first. Two queries,
    however many; one where there are none."""
    found: dict[int, list[Regrade]] = {edition.pk: [] for edition in editions}
    rows = (
        Regrade.objects.filter(editions__in=list(found))
        .select_related("corrected")
        .defer("corrected__source")  # its content is mostly in memory
        .prefetch_related(models.Prefetch("editions", Edition.objects.only("pk")))
        .order_by("-number")
        .distinct()
    )
    for regrade in rows:
        for edition in regrade.editions.all():
            if edition.pk in found:
                found[edition.pk].append(regrade)
    return found


def with_regrades(attempts: models.QuerySet[Attempt]) -> models.QuerySet[Attempt]:
    """Annotated with `regraded_at`: when a regrade last changed the result, or None."""
    rows = RegradedAttempt.objects.filter(attempt=models.OuterRef("pk")).order_by("-regrade__at")
    return attempts.annotate(regraded_at=models.Subquery(rows.values("regrade__at")[:1]))


def changes_of(attempt: Attempt) -> models.QuerySet[RegradedAttempt]:
    """What regrades have changed in one attempt, newest first."""
    found = RegradedAttempt.objects.filter(attempt=attempt).select_related("regrade")
    return found.order_by("-regrade__at", "-pk")


def news_for(user: Any) -> models.QuerySet[RegradedAttempt]:
    """Changed results that their learner has not looked at yet, newest first."""
    return (
        RegradedAttempt.objects.filter(attempt__enrolment__learner=user, seen_at=None)
        .select_related("regrade", "attempt__activity")
        .order_by("-regrade__at", "-pk")
    )
