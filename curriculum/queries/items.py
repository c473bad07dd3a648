"""Who answered what, counted: first attempts of people enrolled now, a row for each kind of answer.

Rows carry no names, and no text that anybody typed.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.fields.json import KT, KeyTextTransform
from django.db.models.functions import TruncMonth
from django.utils import timezone

from curriculum.enums import ActivityKind, AttemptState
from curriculum.models import Activity, Attempt, Cohort, Enrolment, Response

ANALYSED = (ActivityKind.QUIZ, ActivityKind.CASE)
ANSWER = ("choice", "confidence", "choices", "matches", "places")  # never a prediction
TEXTS = ("choice", "confidence")
ROWS_AT_A_TIME = 2000


@dataclass(frozen=True)
class Cell:
    """What people can be told apart by when figures are narrowed."""

    cohort: int
    edition: int
    month: dt.date


@dataclass(frozen=True)
class Row:
    """So many people who gave the same answer with the same marks; `answer` is None where the
    question was asked and left empty."""

    key: str
    cell: Cell
    profession: str
    out_of: float | None
    total: float | None
    score: float
    answer: dict[str, Any] | None
    people: int


@dataclass(frozen=True)
class Asked:
    """So many people with the same marks whose attempt asked the same questions."""

    keys: tuple[str, ...]
    cell: Cell
    out_of: float | None
    total: float | None
    people: int


def first_attempts(cohorts: models.QuerySet[Cohort]) -> models.QuerySet[Attempt]:
    """Everybody's first go, of those whom reports count: a quiz once it is submitted, a case from
    its first decision on."""
    counts = models.Q(state=AttemptState.SUBMITTED) | models.Q(
        state=AttemptState.OPEN, activity__kind=ActivityKind.CASE
    )
    learners = Enrolment.objects.reported().filter(cohort__in=cohorts)
    return Attempt.objects.filter(counts, number=1, enrolment__in=learners).order_by()


def taken(
    activities: models.QuerySet[Activity], attempts: models.QuerySet[Attempt]
) -> models.QuerySet[Activity]:
    """The quizzes and cases among these that somebody has taken, with `people`: how many have."""
    of_each = attempts.filter(activity=models.OuterRef("pk")).values("activity")
    counted = of_each.annotate(n=models.Count("pk")).values("n")
    return (
        activities.filter(kind__in=ANALYSED)
        .annotate(people=models.Subquery(counted))
        .filter(people__gt=0)
        .order_by("title", "pk")
    )


def census(attempts: models.QuerySet[Attempt]) -> dict[Cell, int]:
    """How many first attempts there are in each cell. One query."""
    rows = _with_month(attempts).values_list("enrolment__cohort", "edition", "month")
    return {Cell(*cell): n for *cell, n in rows.annotate(n=models.Count("pk"))}


def asked(attempts: models.QuerySet[Attempt]) -> Iterator[Asked]:
    """What the attempts at a quiz asked. One query, read a piece at a time."""
    rows = (
        _with_month(attempts)
        .values_list(
            "enrolment__cohort", "edition", "month", "out_of", "score", "layout__questions"
        )
        .annotate(n=models.Count("pk"))
    )
    for cohort, edition, month, out_of, total, keys, n in rows.iterator(ROWS_AT_A_TIME):
        cell = Cell(cohort, edition, month)
        yield Asked(tuple(keys), cell, _number(out_of), _number(total), n)


def given(attempts: models.QuerySet[Attempt]) -> Iterator[Row]:
    """Every answer in the attempts: to a quiz as submitted, in a case each decision at its first
    visit. One query, read a piece at a time."""
    is_case = models.Q(attempt__activity__kind=ActivityKind.CASE)
    first_visit = models.Q(committed_at__isnull=False) & ~models.Q(key__contains="~")
    rows = (
        Response.objects.filter(attempt__in=attempts, answer__isnull=False)
        .filter(~is_case | first_visit)
        .order_by()
        .annotate(month=_month("attempt__started_at"))
        .values_list(
            "key",
            "attempt__enrolment__cohort",
            "attempt__edition",
            "month",
            "attempt__out_of",
            "attempt__score",
            "score",
            *(KT(f"answer__{name}") for name in ANSWER),
        )
        .annotate(n=models.Count("pk"))
    )
    for key, cohort, edition, month, *marks, n in rows.iterator(ROWS_AT_A_TIME):
        yield _row(key, Cell(cohort, edition, month), "", marks, n)


def answers_to(attempts: models.QuerySet[Attempt], key: str, *, of_case: bool) -> Iterator[Row]:
    """The answers to one question, or at the first visit to one scene, with professions; those who
    were asked and left it empty too. One query, read a piece at a time."""
    mine = models.FilteredRelation("responses", condition=models.Q(responses__key=key))
    met = (
        models.Q(mine__committed_at__isnull=False)
        if of_case
        else models.Q(layout__options__has_key=key)
    )
    rows = (
        _with_month(attempts.annotate(mine=mine).filter(met))
        .values_list(
            "enrolment__learner__profession__name",
            "enrolment__cohort",
            "edition",
            "month",
            "out_of",
            "score",
            "mine__score",
            *(KeyTextTransform(name, "mine__answer") for name in ANSWER),
        )
        .annotate(n=models.Count("pk"))
    )
    for profession, cohort, edition, month, *marks, n in rows.iterator(ROWS_AT_A_TIME):
        yield _row(key, Cell(cohort, edition, month), profession or "", marks, n)


def _row(key: str, cell: Cell, profession: str, marks: list[Any], people: int) -> Row:
    out_of, total, score, *texts = marks
    answer = {
        name: text if name in TEXTS else json.loads(text)
        for name, text in zip(ANSWER, texts, strict=True)
        if text is not None
    }
    return Row(
        key,
        cell,
        profession,
        _number(out_of),
        _number(total),
        float(score or 0),
        answer or None,
        people,
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _month(instant: str) -> TruncMonth:
    """Its first day, in the site's time zone."""
    return TruncMonth(
        instant, output_field=models.DateField(), tzinfo=timezone.get_default_timezone()
    )


def _with_month(attempts: models.QuerySet[Attempt]) -> Any:
    return attempts.annotate(month=_month("started_at"))


def people_in(cells: dict[Cell, int], name: str) -> Counter[Any]:
    """People by one of the names of a cell: cohort, edition or month."""
    found: Counter[Any] = Counter()
    for cell, people in cells.items():
        found[getattr(cell, name)] += people
    return found
