"""Reports of problems: a learner's own, and those on given activities; what each is about."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from curriculum.content import Case, Quiz
from curriculum.enums import ProblemState
from curriculum.models import Edition, ProblemReport


@dataclass(frozen=True)
class About:
    """What a report is about: a question or a scene with its number and text, or the page."""

    key: str = ""
    noun: str = "page"  # page, question or scene
    number: int = 0  # its place in the edition, from 1
    text: str = ""

    def __str__(self) -> str:
        return f"{self.noun.capitalize()} {self.number}" if self.number else "The page"


def about(content: Any, key: str) -> About:
    """What stands under `key` in an edition's content; empty: the page. Raises KeyError."""
    if not key:
        return About()
    if isinstance(content, Quiz):
        noun, parts = "question", [(q.id, q.stem) for q in content.questions]
    elif isinstance(content, Case):
        noun, parts = "scene", [(scene.id, scene.title) for scene in content.scenes]
    else:
        raise KeyError(key)
    for number, (id, text) in enumerate(parts, start=1):
        if id == key:
            return About(key, noun, number, text)
    raise KeyError(key)


def own_problems(user: Any) -> models.QuerySet[ProblemReport]:
    """What this person has reported, newest first."""
    return (
        ProblemReport.objects.filter(learner=user)
        .select_related("activity", "edition")
        .defer("edition__source")
        .order_by("-reported_at", "-pk")
    )


def new_answers(user: Any) -> models.QuerySet[ProblemReport]:
    """Reports whose answer this person has not seen yet, newest first."""
    answered = ProblemReport.objects.filter(learner=user, state=ProblemState.ANSWERED, seen_at=None)
    return answered.select_related("activity").order_by("-answered_at")


def problems_on(keys: Any) -> models.QuerySet[ProblemReport]:
    """Reports on the activities with these keys: what is open first, and of that the oldest; then
    what was dealt with, the newest first."""
    is_open = models.Q(state=ProblemState.OPEN)
    return (
        ProblemReport.objects.filter(activity__key__in=keys)
        .select_related("activity", "edition", "learner")
        .defer("edition__source")
        .annotate(
            waits_since=models.Case(models.When(is_open, then="reported_at")),
            dealt_with=models.Case(models.When(is_open, then=0), default=1),
        )
        .order_by("dealt_with", "waits_since", "-answered_at", "pk")
    )


def open_problems(key: uuid.UUID) -> models.QuerySet[ProblemReport]:
    """Open reports on one activity, the oldest first."""
    found = ProblemReport.objects.filter(activity__key=key, state=ProblemState.OPEN)
    return found.select_related("learner").order_by("reported_at", "pk")


def with_about(reports: Iterable[ProblemReport]) -> list[tuple[ProblemReport, About]]:
    """Each report with what it is about, in the words of its edition; one query for all."""
    rows = list(reports)
    editions = Edition.objects.in_bulk({row.edition_id for row in rows})
    return [(row, about(editions[row.edition_id].content, row.key)) for row in rows]
