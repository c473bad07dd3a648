"""What marking attempts again by a corrected key would change. It only looks.

See docs/decisions/0009-regrading.md.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import models

from curriculum.content import Question, Quiz
from curriculum.domain.attempts import answers_of, to_decimal
from curriculum.domain.errors import Refused
from curriculum.domain.keys import Key, keys_in_force, total_by, without_counterpart
from curriculum.enums import AttemptState
from curriculum.models import Activity, Attempt, Edition, Regrade
from curriculum.queries.regrades import regrades_of


@dataclass(frozen=True)
class Result:
    """What one attempt has now, and what it would have by the corrected key."""

    attempt: Attempt
    score_before: Decimal
    passed_before: bool
    score_after: Decimal
    passes: bool
    marks: dict[int, Decimal]  # of its responses, by primary key, where they change

    @property
    def newly_passes(self) -> bool:
        return self.passes and not self.passed_before

    @property
    def would_fail(self) -> bool:
        """It had passed and does not by the corrected key."""
        return self.passed_before and not self.passes

    def passed_after(self, fails_too: bool) -> bool:
        return self.passes or (self.passed_before and not fails_too)

    def changes(self, fails_too: bool) -> bool:
        """Whether anything in it would be another."""
        is_same = (self.score_after, self.passed_after(fails_too)) == (
            self.score_before,
            self.passed_before,
        )
        return bool(self.marks) or not is_same


@dataclass(frozen=True)
class Corrected:
    """A question whose key would be another on an edition."""

    edition: Edition
    asked: Question
    now: Question


@dataclass(frozen=True)
class Preview:
    """Everything that a regrade would do. `fingerprint` is of all that it depends on."""

    activity: Activity
    corrected: Edition
    editions: tuple[Edition, ...]
    questions: tuple[Corrected, ...]
    left_out: tuple[tuple[Edition, Question], ...]  # asked there, and not the same question now
    results: tuple[Result, ...]
    open: int  # attempts that will be marked by the corrected key once they are submitted
    fingerprint: str = field(default="", compare=False)

    @property
    def newly_passing(self) -> int:
        return sum(result.newly_passes for result in self.results)

    @property
    def failing(self) -> int:
        return sum(result.would_fail for result in self.results)

    @property
    def does_nothing(self) -> bool:
        return not self.questions and not self.results


def markable_editions(activity: Activity) -> models.QuerySet[Edition]:
    """The editions whose attempts can be marked by the key of the current one, newest first; the
    current one itself where it was corrected and is published again as it had been."""
    here = models.OuterRef("pk")
    stands = Attempt.objects.filter(edition=here).exclude(state=AttemptState.ABANDONED)
    corrected = Regrade.editions.through.objects.filter(edition=here)
    is_current = models.Q(pk=activity.current_edition_id or 0)
    return (
        activity.editions.filter(~is_current | models.Exists(corrected))
        .filter(models.Exists(stands))
        .order_by("-number")
    )


def look(activity: Activity, editions: Sequence[Edition]) -> Preview:
    """What marking the attempts on `editions` by the current edition's key would change.

    Raises Refused where there is nothing to look at. The number of queries does not depend on how
    many attempts there are.
    """
    corrected = activity.current_edition
    if corrected is None or not isinstance(corrected.content, Quiz):
        raise Refused("Only a published quiz has a key to correct.")
    if not editions:
        raise Refused("Choose at least one edition.")
    earlier = regrades_of(editions)
    before, after = {}, {}
    for edition in editions:
        later = [regrade.corrected.content for regrade in earlier[edition.pk]]
        before[edition.pk] = keys_in_force(edition.content, later)
        after[edition.pk] = keys_in_force(edition.content, [corrected.content, *later])
    attempts = _attempts(editions)
    found = (
        _result(attempt, after[attempt.edition_id]) for attempt in attempts if attempt.ended_at
    )
    preview = Preview(
        activity=activity,
        corrected=corrected,
        editions=tuple(editions),
        questions=tuple(_corrected(editions, before, after)),
        left_out=tuple(
            (edition, question)
            for edition in editions
            for question in without_counterpart(edition.content, corrected.content)
        ),
        results=tuple(r for r in found if r.changes(fails_too=True)),
        open=sum(attempt.is_open for attempt in attempts),
    )
    return _with_fingerprint(preview, sum(len(rows) for rows in earlier.values()))


def _attempts(editions: Sequence[Edition]) -> list[Attempt]:
    by_pk = {edition.pk: edition for edition in editions}
    attempts = (
        Attempt.objects.filter(edition__in=list(by_pk))
        .exclude(state=AttemptState.ABANDONED)
        .select_related("enrolment__learner", "enrolment__cohort")
        .prefetch_related("responses")
        .order_by("pk")
    )
    for attempt in attempts:
        attempt.edition = by_pk[attempt.edition_id]
    return list(attempts)


def _result(attempt: Attempt, keys: dict[str, Key]) -> Result:
    answers = answers_of(attempt)
    total = total_by(keys, answers)
    marks = {}
    for response in attempt.responses.all():
        mark = to_decimal(keys[response.key].mark(answers[response.key]).score)
        if mark != response.score:
            marks[response.pk] = mark
    return Result(
        attempt=attempt,
        score_before=attempt.score or Decimal(0),
        passed_before=bool(attempt.passed),
        score_after=to_decimal(total.score),
        passes=total.passes(attempt.edition.content.pass_mark),
        marks=marks,
    )


def _corrected(
    editions: Sequence[Edition], before: dict[int, dict[str, Key]], after: dict[int, dict[str, Key]]
) -> Iterator[Corrected]:
    for edition in editions:
        for question in edition.content.questions:
            was, now = before[edition.pk][question.id], after[edition.pk][question.id]
            if was.question != now.question:
                yield Corrected(edition, was.question, now.question)


def _with_fingerprint(preview: Preview, regrades_before: int) -> Preview:
    facts = [
        preview.activity.pk,
        preview.corrected.pk,
        sorted(edition.pk for edition in preview.editions),
        regrades_before,
        [
            [r.attempt.pk, str(r.score_before), r.passed_before, str(r.score_after), r.passes]
            for r in preview.results
        ],
    ]
    made = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    return replace(preview, fingerprint=made)
