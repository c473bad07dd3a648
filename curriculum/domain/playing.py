"""Playing a case: committing to a decision, and coming to an ending."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from curriculum import clock
from curriculum.content import Case, Decision
from curriculum.content.answers import (
    AnswerError,
    Decided,
    is_finished,
    read_answer,
    what_is_missing,
)
from curriculum.directory import Found, directory
from curriculum.domain import cases
from curriculum.domain.attempts import (
    CHANGED,
    Origin,
    Saved,
    change_answer,
    lock_attempt,
    touch,
)
from curriculum.domain.completion import complete_activity, lock_enrolment
from curriculum.domain.enrolment import require_recording
from curriculum.domain.errors import AnswerCommitted, NothingAnswered, Refused
from curriculum.enums import AttemptState
from curriculum.models import Attempt, Response
from curriculum.signals import attempt_submitted

NOBODY = "nobody"  # given in place of an entry by somebody who found none
FOUND_NONE = Found(uuid="", name="Nobody: I found no service for this")


@dataclass(frozen=True)
class Run:
    """An attempt at a case as it stands: every state it has been in, and what was stored."""

    case: Case
    states: tuple[cases.State, ...]
    responses: dict[str, Response]

    @property
    def now(self) -> cases.State:
        return self.states[-1]

    @property
    def is_over(self) -> bool:
        return cases.is_over(self.case, self.now)

    def decided(self, key: str) -> Decided | None:
        """What was given for the decision under `key`, committed to or not."""
        response = self.responses.get(key)
        if response is None or not response.answer:
            return None
        decision = cases.decision_at(self.case, key)
        return read_answer(decision, response.answer)  # type: ignore[return-value]


def run_of(attempt: Attempt) -> Run:
    """The run that an attempt holds. One query."""
    case: Case = attempt.edition.content
    responses = {response.key: response for response in attempt.responses.all()}

    def made_at(key: str) -> str | None:
        response = responses.get(key)
        if response is None or response.committed_at is None or response.answer is None:
            return None
        return str(response.answer["choice"])

    return Run(case, cases.resume(case, made_at), responses)


def given(decision: Decision, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted, as the answer to this decision.

    Where a service is to be found, `entry` is its key in the directory, or NOBODY; the choice
    follows from its kinds and from nothing that was posted. Raises AnswerError for an entry that
    is not there (any more).
    """
    answer = {name: data.get(name) for name in ("choice", "confidence", "prediction")}
    if not decision.finds:
        return answer
    if not data.get("entry"):
        return answer | {"choice": ""}
    found = _entry(str(data["entry"]))
    choice = cases.choice_for(decision, found.kinds)
    return answer | {"choice": choice.id, "service": found.name, "service_uuid": found.uuid}


def _entry(key: str) -> Found:
    if key == NOBODY:
        return FOUND_NONE
    try:
        found = directory().found(uuid.UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise AnswerError("This entry is not in the directory any more. Find another.")
    return found


@transaction.atomic
def decide(attempt: Attempt, number: int, data: Any, *, origin: Origin) -> Saved:
    """Commit for good to the decision with this number, as `given` reads it. Where that leads to
    an ending, the case is complete.

    Raises AnswerError for data that do not fit it, AnswerCommitted where it was made before,
    AttemptClosed after the ending, KeyError where the run has not come so far, NothingAnswered
    where something is still to be chosen, and Refused for a choice that is not offered (any more).
    A conflict commits to nothing.
    """
    attempt = lock_attempt(attempt)
    run = run_of(attempt)
    made = len(run.now.steps)
    if 1 <= number <= made:
        raise AnswerCommitted("You have made this decision already; it stays as it was.")
    if number != made + 1 or run.is_over:
        raise KeyError(number)
    key = run.now.key
    decision = cases.decision_at(run.case, key)
    response = run.responses.get(key) or Response(attempt=attempt, key=key)
    saved = change_answer(response, decision, given(decision, data), origin=origin)
    if saved.is_conflict:
        return saved
    require_recording(attempt.enrolment)
    decided: Any = read_answer(decision, response.answer or {})
    if decided is None or not is_finished(decision, decided):
        raise NothingAnswered(what_is_missing(decision, decided) or "Choose one first.")
    try:
        after = cases.choose(run.case, run.now, decided.choice)
    except cases.NotOffered:
        raise Refused("You have made this choice before. Choose another.") from None
    now = clock.now()
    response.committed_at = now
    response.save(update_fields=[*CHANGED, "committed_at"] if response.pk else None)
    touch(attempt.enrolment, now)
    if cases.is_over(run.case, after):
        _finish(attempt, now)
    return Saved(response)


def _finish(attempt: Attempt, now: dt.datetime) -> None:
    enrolment = lock_enrolment(attempt.enrolment)
    attempt.state, attempt.ended_at = AttemptState.SUBMITTED, now
    attempt.save(update_fields=["state", "ended_at"])
    attempt_submitted.send(sender=Attempt, attempt=attempt)
    complete_activity(enrolment, attempt.activity, edition=attempt.edition, attempt=attempt, at=now)
