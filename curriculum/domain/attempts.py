"""Starting, answering and submitting. Every action may be repeated without harm."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from curriculum import clock
from curriculum.content import (
    Case,
    ConfidenceRated,
    Decision,
    Question,
    Quiz,
    Reading,
    Single,
    Survey,
    TrueFalse,
)
from curriculum.content.answers import Answer, read_answer
from curriculum.domain.cases import decision_at
from curriculum.domain.completion import complete_activity, lock_enrolment
from curriculum.domain.corrections import keys_of
from curriculum.domain.enrolment import require_recording
from curriculum.domain.errors import (
    AnswerCommitted,
    AttemptClosed,
    NoAttemptsLeft,
    NothingAnswered,
    Refused,
)
from curriculum.domain.keys import total_by
from curriculum.domain.layouts import lay_out, lay_out_survey
from curriculum.enums import AttemptState, CompletesOn, CompletionBasis, FeedbackTiming
from curriculum.models import Activity, Attempt, Completion, Enrolment, Response, Writing
from curriculum.queries.adjustments import may_try_again
from curriculum.queries.outline import is_offered
from curriculum.signals import attempt_submitted

CHANGED = ("answer", "version", "saved_at", "page", "sequence")
ACTIVE_AGAIN_AFTER = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Saved:
    """What became of an answer: `is_conflict` means that it was not stored, because somebody (a
    second tab, another device) stored a different one after the page was made."""

    response: Response
    is_conflict: bool = False
    is_changed: bool = False


# ── Readings ──────────────────────────────────────────────────────────────
@transaction.atomic
def mark_as_read(enrolment: Enrolment, activity: Activity) -> Completion:
    """Complete a reading on its current edition. Raises Refused where it cannot be recorded."""
    require_recording(enrolment)
    edition = activity.current_edition
    if edition is None or not isinstance(edition.content, Reading):
        raise Refused("This is not a reading.")
    if not is_offered(activity, enrolment):
        raise Refused("This reading is not part of your programme at the moment.")
    completion = complete_activity(enrolment, activity, edition=edition)
    if completion.basis == CompletionBasis.EARNED:  # what was given leaves no trace of reading it
        touch(enrolment, clock.now())
    return completion


# ── Quizzes, cases and surveys ─────────────────────────────────────────────────────
@transaction.atomic
def start_attempt(enrolment: Enrolment, activity: Activity) -> Attempt:
    """The open attempt, or a new one on the newest edition.

    Raises NoAttemptsLeft, or Refused where the activity is not open to this learner.
    """
    require_recording(enrolment)
    enrolment = lock_enrolment(enrolment)
    attempts = Attempt.objects.filter(enrolment=enrolment, activity=activity)
    if running := attempts.filter(state=AttemptState.OPEN).select_related("edition").first():
        return running
    edition = activity.current_edition
    if edition is None or not is_offered(activity, enrolment):
        raise Refused("This activity is not part of your programme at the moment.")
    content = edition.content
    if not isinstance(content, Quiz | Case | Survey):
        raise Refused("This is not attempted, but read or written.")
    used = attempts.count()
    if not may_try_again(content.attempts_allowed, used, enrolment.pk, activity.pk):
        raise NoAttemptsLeft("You have used every attempt that this activity allows.")
    touch(enrolment, clock.now())
    return Attempt.objects.create(
        enrolment=enrolment,
        activity=activity,
        edition=edition,
        number=used + 1,
        layout=_layout(content, enrolment),
    )


def _layout(content: Quiz | Case | Survey, enrolment: Enrolment) -> dict[str, Any]:
    if not isinstance(content, Survey):
        return lay_out(content, random.SystemRandom())
    whose = enrolment.learner.profession
    return lay_out_survey(content, whose.name if whose else "", whose.side if whose else "")


@dataclass(frozen=True)
class Origin:
    """The page an answer comes from: its own token, how often it has tried to save before, and
    the version of the answer that it showed."""

    page: str = ""
    sequence: int = 0
    seen: int = 0

    def is_overtaken(self, response: Response | Writing) -> bool:
        """A later save of the same page arrived before this one."""
        return self._is_same_page(response) and self.sequence < response.sequence

    def is_stale(self, response: Response | Writing) -> bool:
        """Somebody else has changed the answer since this page was made."""
        return response.version != self.seen and not self._is_same_page(response)

    def _is_same_page(self, response: Response | Writing) -> bool:
        return bool(self.page) and self.page == response.page


@transaction.atomic
def save_answer(attempt: Attempt, key: str, data: Any, *, origin: Origin) -> Saved:
    """Store an answer, finished or not; storing the same one again changes nothing.

    Raises AnswerError for data that do not fit the question, AttemptClosed after submission,
    AnswerCommitted once feedback was shown, and KeyError for a question that this attempt does
    not ask.
    """
    attempt = lock_attempt(attempt)
    # The attempt is locked, so nobody creates this row between the look and the save.
    response = attempt.responses.filter(key=key).first() or Response(attempt=attempt, key=key)
    saved = change_answer(response, asked(attempt, key), data, origin=origin)
    if saved.is_changed:
        response.save(update_fields=CHANGED if response.pk else None)
        touch(attempt.enrolment, response.saved_at)
    return saved


def change_answer(
    response: Response, question: Question | Decision, data: Any, *, origin: Origin
) -> Saved:
    """Give the response another answer where it may have it; who calls this stores it.

    Raises AnswerError and AnswerCommitted as `save_answer` does.
    """
    answer = read_answer(question, data)
    if response.committed_at:
        raise AnswerCommitted("You have seen the feedback on this question, so it is final.")
    stored = answer.as_json() if answer else None
    if response.answer == stored or origin.is_overtaken(response):
        return Saved(response)
    if stored is None and (origin.seen < response.version or _cannot_be_cleared(question)):
        return Saved(response)
    if origin.is_stale(response):
        return Saved(response, is_conflict=True)
    response.answer, response.version = stored, response.version + 1
    response.saved_at = clock.now()
    response.page, response.sequence = origin.page, origin.sequence
    return Saved(response, is_changed=True)


def _cannot_be_cleared(question: Question | Decision) -> bool:
    """Radio buttons cannot be unchosen: where none is chosen, the page is older than the answer,
    as a browser's Back may show it."""
    return isinstance(question, Single | TrueFalse | ConfidenceRated | Decision)


@transaction.atomic
def set_flag(attempt: Attempt, key: str, is_flagged: bool) -> Response:
    """Mark a question to come back to, or take the mark away."""
    attempt = lock_attempt(attempt)
    asked(attempt, key)
    response, _ = Response.objects.update_or_create(
        attempt=attempt, key=key, defaults={"is_flagged": is_flagged}
    )
    return response


@transaction.atomic
def commit_answer(attempt: Attempt, key: str) -> Response:
    """Make the stored answer final, so that its feedback may be shown.

    Raises NothingAnswered where there is none: feedback is not to be had for nothing.
    """
    attempt = lock_attempt(attempt)
    question = asked(attempt, key)
    if attempt.edition.content.feedback != FeedbackTiming.EACH:
        raise Refused("This quiz shows its feedback at the end.")
    response = Response.objects.filter(attempt=attempt, key=key).first()
    if response is None or response.answer is None:
        raise NothingAnswered("Answer the question first.")
    if response.committed_at is None:
        response.committed_at = clock.now()
        answer = read_answer(question, response.answer)
        response.score = to_decimal(keys_of(attempt.edition)[key].mark(answer).score)
        response.save(update_fields=["committed_at", "score"])
    return response


@transaction.atomic
def submit_attempt(attempt: Attempt) -> Attempt:
    """Mark the attempt and, where it passes, complete the quiz. Submitting twice changes nothing.

    Raises NothingAnswered for an attempt without any answer, AttemptClosed for an abandoned one.
    """
    attempt = _select(attempt)
    enrolment = lock_enrolment(attempt.enrolment)
    if attempt.state == AttemptState.SUBMITTED:
        return attempt
    if not attempt.is_open:
        raise AttemptClosed("This attempt is closed.")
    require_recording(enrolment)
    quiz, answers = attempt.edition.content, answers_of(attempt)
    keys = keys_of(attempt.edition).by_question
    if not any(answers.values()):
        raise NothingAnswered("Answer at least one question before you submit.")
    now = clock.now()
    for response in attempt.responses.all():
        response.score = to_decimal(keys[response.key].mark(answers[response.key]).score)
        response.save(update_fields=["score"])
    result = total_by(keys, answers)
    attempt.state, attempt.ended_at = AttemptState.SUBMITTED, now
    attempt.score, attempt.out_of = to_decimal(result.score), to_decimal(result.out_of)
    attempt.passed = result.passes(quiz.pass_mark)
    attempt.save(update_fields=["state", "ended_at", "score", "out_of", "passed"])
    touch(enrolment, now)
    attempt_submitted.send(sender=Attempt, attempt=attempt)
    if attempt.passed or quiz.completes_on == CompletesOn.SUBMITTED:
        complete_activity(
            enrolment, attempt.activity, edition=attempt.edition, attempt=attempt, at=now
        )
    return attempt


# ── Reading an attempt ────────────────────────────────────────────────────
def asked(attempt: Attempt, key: str) -> Any:
    """The question with this id, if this attempt asks it; of a case, the decision that is stored
    under this key. Raises KeyError."""
    content = attempt.edition.content
    if isinstance(content, Case):
        return decision_at(content, key)
    if key not in attempt.layout["options"]:
        raise KeyError(key)
    return content.question(key)


def answers_of(attempt: Attempt) -> dict[str, Answer | None]:
    """The answer to each question asked, in the attempt's order; None where there is none."""
    stored = {response.key: response.answer for response in attempt.responses.all()}
    return {
        key: read_answer(asked(attempt, key), stored[key]) if stored.get(key) else None
        for key in attempt.layout["questions"]
    }


def shows_feedback(attempt: Attempt, response: Response | None) -> bool:
    """Whether the learner may see the key and the feedback of a question.

    Only what was answered is shown: an empty attempt does not harvest the answers for the next.
    """
    if response is None or response.answer is None:
        return False
    return attempt.state == AttemptState.SUBMITTED or response.committed_at is not None


def to_decimal(value: Fraction) -> Decimal:
    """A mark as it is stored, to four places."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"))


def touch(enrolment: Enrolment, now: dt.datetime) -> None:
    """Remember when the learner was last active, to the minute: not a write for every answer."""
    before = enrolment.last_active_at
    if before and dt.timedelta() <= now - before < ACTIVE_AGAIN_AFTER:
        return
    enrolment.last_active_at = now
    Enrolment.objects.filter(pk=enrolment.pk).update(last_active_at=now)


def _select(attempt: Attempt) -> Attempt:
    return (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("edition", "activity", "enrolment__cohort", "enrolment__learner")
        .defer("edition__source")
        .get(pk=attempt.pk)
    )


def lock_attempt(attempt: Attempt) -> Attempt:
    """The attempt, locked until the transaction ends, in the state that it is in now.

    Of an open attempt nothing else changes, so nothing else is read again.
    """
    states = Attempt.objects.select_for_update().order_by().values_list("state", flat=True)
    attempt.state = states.get(pk=attempt.pk)
    if not attempt.is_open:
        raise AttemptClosed("This attempt was submitted, so its answers are final.")
    return attempt
