"""Answering a survey, handing it in, and allowing or no longer allowing its use.

Answers are nobody's but the learner's: nothing here or elsewhere shows a single one of them to
anybody else.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from curriculum import clock
from curriculum.content import Survey, SurveyItem
from curriculum.content.answers import AnswerError
from curriculum.content.surveys import CONSENT, YES, read_told, told_in
from curriculum.domain.attempts import Origin, lock_attempt, touch
from curriculum.domain.completion import complete_activity, lock_enrolment
from curriculum.domain.enrolment import require_recording
from curriculum.domain.errors import AttemptClosed, Refused
from curriculum.enums import ActivityKind, AttemptState, SurveyItemKind
from curriculum.models import Attempt, Response, SurveyConsent, User
from curriculum.signals import attempt_submitted


class Unfinished(Refused):
    """Something was not answered; `keys` are the items."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.keys = keys
        super().__init__("Some statements have no answer yet. “Prefer not to say” is one.")


@dataclass(frozen=True)
class Kept:
    """What became of a page of answers. Those in `conflicts` were not stored: another page had
    stored different ones since this page was made. `refused` says why others were not."""

    conflicts: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    saved_at: dt.datetime | None = None


@transaction.atomic
def save_answers(
    attempt: Attempt, given: Mapping[str, str], shown: Mapping[str, str], *, origin: Origin
) -> Kept:
    """Store what a page holds, item by item; `given` and `shown` are values by key.

    What the page only shows as it was made is left alone, so that two pages on which different
    items were answered both keep their answers. Raises AttemptClosed after handing in.
    """
    attempt = lock_attempt(attempt)
    survey: Survey = attempt.edition.content
    stored = {response.key: response for response in attempt.responses.all()}
    latest = max((response.version for response in stored.values()), default=0)
    conflicts: list[str] = []
    refused: list[tuple[str, str]] = []
    changed: list[Response] = []
    for key in keys_of(survey):
        if key not in given:
            continue
        response = stored.get(key) or Response(attempt=attempt, key=key)
        try:
            told = read_told(survey, key, given[key])
        except AnswerError as error:
            refused.append((key, str(error)))
            continue
        before, now = told_in(response.answer), told.value if told else ""
        if before == now or origin.is_overtaken(response):
            continue
        is_own = bool(origin.page) and origin.page == response.page
        if not is_own and given[key] == shown.get(key, ""):
            continue  # not touched on this page
        if not is_own and response.version > origin.seen:
            conflicts.append(key)
            continue
        wording = attempt.layout["wordings"].get(key, "")
        response.answer = told.as_json(wording) if told else None
        response.version, response.saved_at = latest + 1, clock.now()
        response.page, response.sequence = origin.page, origin.sequence
        changed.append(response)
    for response in changed:
        response.save()
    if changed:
        touch(attempt.enrolment, changed[0].saved_at)
    times = [r.saved_at for r in (*stored.values(), *changed)]
    return Kept(tuple(conflicts), tuple(refused), max(times, default=None))


@transaction.atomic
def hand_in(attempt: Attempt) -> Attempt:
    """Close the survey and complete the activity, with or without consent. Doing so twice changes
    nothing.

    Raises Unfinished where an item was not answered, AttemptClosed for an abandoned attempt.
    """
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("edition", "activity", "enrolment__cohort", "enrolment__learner")
        .get(pk=attempt.pk)
    )
    enrolment = lock_enrolment(attempt.enrolment)
    if attempt.state == AttemptState.SUBMITTED:
        return attempt
    if not attempt.is_open:
        raise AttemptClosed("This survey is closed.")
    require_recording(enrolment)
    answers = answers_of(attempt)
    if missing := unanswered(attempt.edition.content, answers):
        raise Unfinished(tuple(item.key for item in missing))
    now = clock.now()
    attempt.state, attempt.ended_at = AttemptState.SUBMITTED, now
    attempt.save(update_fields=["state", "ended_at"])
    if answers.get(CONSENT) == YES:
        SurveyConsent.objects.create(attempt=attempt, given_at=now)
    touch(enrolment, now)
    attempt_submitted.send(sender=Attempt, attempt=attempt)
    complete_activity(enrolment, attempt.activity, edition=attempt.edition, attempt=attempt, at=now)
    return attempt


def unanswered(survey: Survey, answers: Mapping[str, str]) -> list[SurveyItem]:
    """The items that still want an answer; free text never does."""
    return [
        item
        for item in survey.items
        if item.kind != SurveyItemKind.TEXT and not answers.get(item.key)
    ]


@transaction.atomic
def set_consent(attempt: Attempt, is_given: bool) -> None:
    """Allow the use of a survey that was handed in, or allow it no longer. What is complete stays
    complete. Raises Refused before it was handed in."""
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if attempt.state != AttemptState.SUBMITTED:
        raise Refused("Hand the survey in first; there you can say whether it may be used.")
    if is_given:
        SurveyConsent.objects.get_or_create(attempt=attempt)
        again = SurveyConsent.objects.filter(attempt=attempt, withdrawn_at__isnull=False)
        again.update(given_at=clock.now(), withdrawn_at=None)
    else:
        standing = SurveyConsent.objects.filter(attempt=attempt, withdrawn_at=None)
        standing.update(withdrawn_at=clock.now())


def erase_surveys(learner: User) -> None:
    """Delete all that this person answered in surveys, and what they allowed. Nothing brings it
    back; what was completed by it stays complete, and no statistic counts it any more."""
    mine = Attempt.objects.filter(enrolment__learner=learner, activity__kind=ActivityKind.SURVEY)
    with transaction.atomic():
        SurveyConsent.objects.filter(attempt__in=mine).delete()
        Response.objects.filter(attempt__in=mine).delete()


# ── Reading a survey ──────────────────────────────────────────────────────
def keys_of(survey: Survey) -> tuple[str, ...]:
    """Under which keys answers are stored."""
    return (*(item.key for item in survey.items), CONSENT)


def answers_of(attempt: Attempt) -> dict[str, str]:
    """The values answered, by key; what was not answered is left out."""
    rows = ((r.key, told_in(r.answer)) for r in attempt.responses.all())
    return {key: value for key, value in rows if value}
