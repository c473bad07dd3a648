"""Surveys as their own learner sees them, and as statistics take them. One answer by itself is
given to nobody but the learner."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from curriculum.enums import ActivityKind, AttemptState, SurveyOccasion
from curriculum.models import (
    Activity,
    Attempt,
    Cohort,
    Edition,
    Enrolment,
    Inclusion,
    Response,
    User,
)

ROWS_AT_A_TIME = 5000


def own_surveys(user: User) -> models.QuerySet[Attempt]:
    """What this person has answered, the newest first, with consent and edition."""
    mine = Attempt.objects.filter(enrolment__learner=user, activity__kind=ActivityKind.SURVEY)
    found = mine.select_related("activity", "edition", "enrolment__cohort", "consent")
    return found.order_by("-started_at", "-pk")


@dataclass(frozen=True)
class Asked:
    """A survey of a programme as its current edition has it."""

    activity: int
    edition: int
    key: Any
    title: str
    occasion: SurveyOccasion
    measure: str
    content: Any


@dataclass
class Sheet:
    """What one enrolment answered in one survey, once, with consent that stands."""

    enrolment: int
    cohort: int
    profession: str
    activity: int
    edition: int
    wordings: dict[str, str]
    answers: dict[str, str] = field(default_factory=dict)


def surveys_of(programme_id: int) -> list[Asked]:
    """The surveys that a programme offers now, in the order in which learners meet them."""
    current = Inclusion.objects.filter(programme=programme_id, until=None)
    rows = (
        Activity.objects.filter(
            kind=ActivityKind.SURVEY,
            current_edition__isnull=False,
            requirements__until=None,
            requirements__module__inclusions__in=current,
        )
        .select_related("current_edition")
        .order_by("requirements__module__inclusions__position", "requirements__position", "pk")
    )
    found = []
    for row in rows:
        assert row.current_edition is not None
        content, edition = row.current_edition.content, row.current_edition.pk
        found.append(
            Asked(row.pk, edition, row.key, row.title, content.occasion, content.measure, content)
        )
    return found


def sheets(surveys: Sequence[Asked], cohorts: Iterable[int]) -> tuple[list[Sheet], dict[int, Any]]:
    """What the learners of these cohorts handed in and consented to, and the content of each
    edition met. Two queries, and a third where editions before the current ones were met. Who is
    counted is decided as in every report."""
    contents = {survey.edition: survey.content for survey in surveys}
    activities = [survey.activity for survey in surveys]
    reported = Enrolment.objects.reported().filter(cohort__in=list(cohorts))
    attempts = Attempt.objects.filter(
        activity__in=activities,
        activity__kind=ActivityKind.SURVEY,
        state=AttemptState.SUBMITTED,
        enrolment__in=reported,
        consent__isnull=False,
        consent__withdrawn_at=None,
    )
    found: dict[int, Sheet] = {}
    rows = attempts.order_by().values_list(
        "pk",
        "enrolment",
        "enrolment__cohort",
        "enrolment__learner__profession__name",
        "activity",
        "edition",
        "layout",
    )
    for pk, enrolment, cohort, profession, activity, edition, layout in rows:
        found[pk] = Sheet(
            enrolment, cohort, profession or "", activity, edition, layout.get("wordings", {})
        )
    answers = (
        Response.objects.filter(attempt__in=attempts, answer__isnull=False)
        .order_by()
        .values_list("attempt", "key", "answer")
    )
    for pk, key, answer in answers.iterator(ROWS_AT_A_TIME):
        if answer and pk in found and not key.startswith("~"):
            found[pk].answers[key] = str(answer.get("choice") or answer.get("text") or "")
            found[pk].wordings[key] = answer.get("wording", "")
    if earlier := {sheet.edition for sheet in found.values()} - set(contents):
        for met in Edition.objects.filter(pk__in=earlier):
            contents[met.pk] = met.content
    return list(found.values()), contents


def handed_in(activity: int) -> models.QuerySet[Attempt]:
    """What was handed in of a survey with consent that stands."""
    return Attempt.objects.filter(
        activity=activity,
        activity__kind=ActivityKind.SURVEY,
        state=AttemptState.SUBMITTED,
        consent__isnull=False,
        consent__withdrawn_at=None,
    )


def people_by_cohort(activities: Iterable[int], cohorts: Iterable[Cohort]) -> dict[int, int]:
    """How many learners of each cohort have handed in every one of these surveys with consent;
    cohorts of which nobody has are there with none. One query."""
    keys = [cohort.pk for cohort in cohorts]
    found = Enrolment.objects.reported().filter(cohort__in=keys).order_by()
    for activity in activities:
        found = found.filter(
            models.Exists(handed_in(activity).filter(enrolment=models.OuterRef("pk")))
        )
    counted = dict(found.values_list("cohort").annotate(models.Count("pk")))
    return {pk: counted.get(pk, 0) for pk in keys}


def with_learners(cohorts: models.QuerySet[Cohort]) -> models.QuerySet[Any]:
    """Annotated with how many `learners` reports count in each."""
    here = Enrolment.objects.reported().filter(cohort=models.OuterRef("pk")).order_by()
    counted = here.values("cohort").annotate(n=models.Count("pk")).values("n")
    return cohorts.annotate(learners=models.functions.Coalesce(models.Subquery(counted), 0))


def invited(cohorts: Iterable[int]) -> Iterator[tuple[int, str, int]]:
    """Learners that reports count, by cohort and profession. One query."""
    rows = Enrolment.objects.reported().filter(cohort__in=list(cohorts)).order_by()
    counted = rows.values_list("cohort", "learner__profession__name").annotate(models.Count("pk"))
    for cohort, profession, people in counted:
        yield cohort, profession or "", people


@dataclass(frozen=True)
class Knowledge:
    """First attempts at the quizzes of one module, in one cohort."""

    module: str
    cohort: int
    people: int
    score: Decimal
    out_of: Decimal


def knowledge(programme_id: int, cohorts: Iterable[int]) -> list[Knowledge]:
    """What share of the marks first attempts reached, by module in the programme's order and by
    cohort. One query."""
    here = models.Q(
        activity__requirements__until=None,
        activity__requirements__module__inclusions__until=None,
        activity__requirements__module__inclusions__programme=programme_id,
    )
    rows = (
        Attempt.objects.filter(
            here,
            activity__kind=ActivityKind.QUIZ,
            state=AttemptState.SUBMITTED,
            number=1,
            out_of__gt=0,
            enrolment__in=Enrolment.objects.reported().filter(cohort__in=list(cohorts)),
        )
        .values(
            "activity__requirements__module__title",
            "activity__requirements__module__inclusions__position",
            "enrolment__cohort",
        )
        .annotate(
            people=models.Count("enrolment", distinct=True),
            points=models.Sum("score"),
            possible=models.Sum("out_of"),
        )
        .order_by(
            "activity__requirements__module__inclusions__position",
            "activity__requirements__module__title",
            "enrolment__cohort",
        )
    )
    return [
        Knowledge(
            row["activity__requirements__module__title"],
            row["enrolment__cohort"],
            row["people"],
            row["points"] or Decimal(0),
            row["possible"],
        )
        for row in rows
    ]
