"""The learners of one cohort as their lead goes through them, those who have left among them."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, NullIf

from curriculum.enums import EnrolmentState
from curriculum.models import Cohort, Enrolment

# What the list can be sorted by, and how. Whoever lacks it stands at the end either way.
SORTS = {
    "name": "shown_name",
    "email": "learner__email",
    "number": NullIf("learner__student_number", models.Value("")),
    "profession": "learner__profession__name",
    "group": "group__position",
    "state": "withdrawn_at",
    "seen": "last_active_at",
}
NO_GROUP = "none"


def roster(cohort: Cohort) -> models.QuerySet[Enrolment]:
    """Everybody who is or was in the cohort, with `shown_name` and with `counts`: whether reports
    count them while they are enrolled."""
    counted = Enrolment.objects.filter(pk=models.OuterRef("pk")).reported()
    return (
        Enrolment.objects.filter(cohort=cohort)
        .select_related("learner__profession", "group")
        .annotate(
            shown_name=Coalesce(
                NullIf("learner__full_name", models.Value("")),
                "learner__email",
                output_field=models.CharField(),
            ),
            counts=models.Exists(counted),
        )
    )


def in_state(rows: models.QuerySet[Enrolment], state: str) -> models.QuerySet[Enrolment]:
    """Those who are enrolled, or have left; everybody for any other word."""
    if state == EnrolmentState.ENROLLED:
        return rows.filter(withdrawn_at=None)
    return rows.filter(withdrawn_at__isnull=False) if state == EnrolmentState.WITHDRAWN else rows


def in_group(rows: models.QuerySet[Enrolment], group: str) -> models.QuerySet[Enrolment]:
    """Those of one group, by its key, or of none."""
    if group == NO_GROUP:
        return rows.filter(group=None)
    return rows.filter(group=int(group)) if group else rows


def matching(rows: models.QuerySet[Enrolment], sought: str) -> models.QuerySet[Enrolment]:
    """Those in whose name, address or student number every word stands."""
    for word in sought.split():
        rows = rows.filter(
            models.Q(learner__full_name__icontains=word)
            | models.Q(learner__email__icontains=word)
            | models.Q(learner__student_number__icontains=word)
        )
    return rows


def ordered(rows: models.QuerySet[Enrolment], sort: str) -> models.QuerySet[Enrolment]:
    """By one of `SORTS`, downwards with a hyphen before it. Raises KeyError for anything else."""
    by: Any = SORTS[sort.removeprefix("-")]
    by = models.F(by) if isinstance(by, str) else by
    way = by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_last=True)
    return rows.order_by(way, models.F("shown_name"), "pk")


def how_many(cohort: Cohort) -> dict[str, int]:
    """How many are enrolled, of these how many are not counted in reports, how many have left."""
    here = models.Q(withdrawn_at=None)
    counted: dict[str, int] = roster(cohort).aggregate(
        enrolled=models.Count("pk", filter=here),
        uncounted=models.Count("pk", filter=here & models.Q(counts=False)),
        withdrawn=models.Count("pk", filter=~here),
    )
    return counted
