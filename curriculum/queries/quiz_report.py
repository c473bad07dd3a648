"""Quiz results: a row for each submitted attempt at a quiz."""

from typing import Any

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from curriculum.enums import ActivityKind, AttemptState
from curriculum.models import Attempt, Enrolment, RegradedAttempt
from curriculum.queries.ledger import Ledger, day_of

FIELDS = (
    "enrolment__learner__full_name",
    "enrolment__learner__email",
    "enrolment__learner__student_number",
    "enrolment__learner__profession__name",
    "enrolment__cohort__name",
    "enrolment__group__name",
    "activity__title",
    "edition__number",
    "number",
    "submitted_on",
    "points",
    "out_of",
    "has_passed",
    "is_best",
    "is_last",
)


def quiz_attempts(
    enrolments: models.QuerySet[Enrolment], ledger: Ledger
) -> models.QuerySet[Attempt]:
    """Submitted attempts at quizzes of these learners, with points and pass as they were then:
    what a key corrected since has changed is put back."""
    rows = _submitted(ledger).filter(enrolment__in=enrolments.values("pk"))
    mine = {"enrolment": OuterRef("enrolment"), "activity": OuterRef("activity")}
    others = _submitted(ledger).filter(**mine)
    better = others.annotate(
        theirs=ExpressionWrapper(F("points") * OuterRef("out_of"), models.FloatField()),
        ours=ExpressionWrapper(OuterRef("points") * F("out_of"), models.FloatField()),
    ).filter(Q(theirs__gt=F("ours")) | Q(theirs=F("ours"), number__lt=OuterRef("number")))
    return rows.annotate(
        submitted_on=day_of("ended_at"),
        is_best=Q(points__isnull=False) & ~Exists(better),
        is_last=~Exists(others.filter(number__gt=OuterRef("number"))),
    )


def _submitted(ledger: Ledger) -> models.QuerySet[Attempt]:
    rows = Attempt.objects.filter(
        ledger.happened("ended_at"),
        state=AttemptState.SUBMITTED,
        activity__kind=ActivityKind.QUIZ,
    ).order_by()
    points: Any = F("score")
    passed: Any = F("passed")
    if ledger.until:
        changed = RegradedAttempt.objects.filter(
            attempt=OuterRef("pk"), regrade__at__gte=ledger.until
        ).order_by("regrade__at", "pk")
        points = Coalesce(Subquery(changed.values("score_before")[:1]), points)
        passed = Coalesce(Subquery(changed.values("passed_before")[:1]), passed)
    return rows.annotate(points=points, has_passed=passed)


def quiz_totals(rows: models.QuerySet[Attempt]) -> dict[str, int]:
    """What the rows add up to, by name. One query."""
    counted: dict[str, int] = rows.order_by().aggregate(
        attempts=models.Count("pk"),
        learners=models.Count("enrolment", distinct=True),
        passed=models.Count("pk", filter=Q(has_passed=True)),
        learners_passed=models.Count("enrolment", distinct=True, filter=Q(has_passed=True)),
    )
    return counted
