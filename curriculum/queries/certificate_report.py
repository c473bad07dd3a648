"""The register of certificates: a row for each that was issued, standing or not."""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT

from curriculum.enums import CertificateState
from curriculum.models import Certificate, Enrolment
from curriculum.queries.ledger import Ledger, day_of

FIELDS = (
    "code",
    "award",
    "name",
    "enrolment__learner__email",
    "enrolment__learner__student_number",
    "enrolment__cohort__name",
    "enrolment__group__name",
    "issued_on",
    "stands",
    "ended_on",
    "replacement",
)


def certificates(
    enrolments: models.QuerySet[Enrolment], ledger: Ledger
) -> models.QuerySet[Certificate]:
    """The certificates of these learners, with the state that they had."""
    ended = ~ledger.not_ended("ended_at")
    return (
        Certificate.objects.filter(
            ledger.happened("issued_at"), enrolment__in=enrolments.values("pk")
        )
        .order_by()
        .annotate(
            award=KT("facts__award"),
            name=KT("facts__name"),
            issued_on=day_of("issued_at"),
            stands=models.Case(
                models.When(ended, then="state"),
                default=models.Value(CertificateState.ISSUED.value),
                output_field=models.CharField(),
            ),
            ended_on=models.Case(models.When(ended, then=day_of("ended_at"))),
            replacement=models.Case(
                models.When(ended, then="replaced_by__code"),
                output_field=models.CharField(),
            ),
        )
    )


def certificate_totals(rows: models.QuerySet[Certificate]) -> dict[str, int]:
    """What the rows add up to, by name. One query."""
    counted: dict[str, int] = rows.order_by().aggregate(
        certificates=models.Count("pk"),
        **{
            state.name.lower(): models.Count("pk", filter=Q(stands=state.value))
            for state in CertificateState
        },
    )
    return counted
