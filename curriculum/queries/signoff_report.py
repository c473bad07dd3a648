"""How the content stands with its two approvals: a row for each activity of some programmes."""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from curriculum import clock
from curriculum.enums import ReviewRole
from curriculum.models import Cohort, Edition, Requirement, SignOff
from curriculum.queries.ledger import Ledger, day_of

SIGNED, EXPIRED, WITHDRAWN, PARTLY, UNREVIEWED = (
    "signed",
    "expired",
    "withdrawn",
    "partly",
    "unreviewed",
)
STATES = (
    (SIGNED, "Signed off"),
    (EXPIRED, "Expired"),
    (WITHDRAWN, "Withdrawn"),
    (PARTLY, "One approval"),
    (UNREVIEWED, "Unreviewed"),
)
FIELDS = (
    "programme_title",
    "module__title",
    "activity__title",
    "activity__kind",
    "is_required",
    "edition",
    "published_on",
    "state",
    "gp_name",
    "gp_on",
    "gp_until",
    "sw_name",
    "sw_on",
    "sw_until",
    "withdrawn_on",
)
ROLES = {"gp": ReviewRole.GP, "sw": ReviewRole.SOCIAL_WORKER}


def reviewed_content(
    cohorts: models.QuerySet[Cohort], ledger: Ledger
) -> models.QuerySet[Requirement]:
    """The activities that belong to the programmes of these cohorts, each with its edition and who
    approved exactly that.

    As at an earlier day the edition is the newest published by then; where an author had gone back
    to an older text, it is the one gone back from.
    """
    editions = Edition.objects.filter(activity=OuterRef("activity")).order_by("-number")
    if ledger.until is None:
        editions = editions.filter(pk=OuterRef("activity__current_edition"))
    editions = editions.filter(ledger.happened("published_at"))
    programme = "module__inclusions__programme"
    rows = Requirement.objects.filter(
        ledger.in_force(),
        ledger.in_force("module__inclusions__"),
        **{f"{programme}__in": cohorts.order_by().values("programme")},
    ).annotate(
        programme=F(programme),
        programme_title=F(f"{programme}__title"),
        module_position=F("module__inclusions__position"),
        edition=Subquery(editions.values("number")[:1]),
        digest=Subquery(editions.values("digest")[:1]),
        published_on=Subquery(editions.values(day=day_of("published_at"))[:1]),
    )
    return _with_state(_with_approvals(rows.order_by(), ledger), ledger)


def _with_approvals(
    rows: models.QuerySet[Requirement], ledger: Ledger
) -> models.QuerySet[Requirement]:
    exact = SignOff.objects.filter(
        ledger.happened("signed_at"), activity=OuterRef("activity"), digest=OuterRef("digest")
    )
    fields: dict[str, Any] = {}
    for short, role in ROLES.items():
        standing = exact.filter(ledger.not_ended("withdrawn_at"), role=role).order_by("-signed_at")
        fields |= {
            f"{short}_name": Subquery(standing.values("name")[:1]),
            f"{short}_on": Subquery(standing.values(day=day_of("signed_at"))[:1]),
            f"{short}_until": Subquery(standing.values(day=day_of("expires_at"))[:1]),
            f"{short}_expires": Subquery(standing.values("expires_at")[:1]),
        }
    taken_back = exact.exclude(ledger.not_ended("withdrawn_at")).order_by("-withdrawn_at")
    taken_back = taken_back.filter(withdrawn_by__isnull=False)
    return rows.annotate(
        withdrawn_on=Subquery(taken_back.values(day=day_of("withdrawn_at"))[:1]), **fields
    )


def _with_state(rows: models.QuerySet[Requirement], ledger: Ledger) -> models.QuerySet[Requirement]:
    at = ledger.until or clock.now()
    both = Q(gp_name__isnull=False, sw_name__isnull=False)
    either = Q(gp_name__isnull=False) | Q(sw_name__isnull=False)
    expired = Q(gp_expires__lte=at) | Q(sw_expires__lte=at)
    return rows.annotate(
        state=models.Case(
            models.When(both & expired, then=models.Value(EXPIRED)),
            models.When(both, then=models.Value(SIGNED)),
            models.When(withdrawn_on__isnull=False, then=models.Value(WITHDRAWN)),
            models.When(either, then=models.Value(PARTLY)),
            default=models.Value(UNREVIEWED),
            output_field=models.CharField(),
        )
    )


def signoff_totals(rows: models.QuerySet[Requirement]) -> dict[str, int]:
    """What the rows add up to, by state, and `activities`. One query."""
    counted: dict[str, int] = rows.order_by().aggregate(
        activities=models.Count("pk"),
        **{state: models.Count("pk", filter=Q(state=state)) for state, _ in STATES},
    )
    return counted
