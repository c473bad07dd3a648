"""Writing a reflection, finishing it, showing it to one's tutors and taking it back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models, transaction

from curriculum import clock
from curriculum.content import Prompt, Reflection, words_written
from curriculum.domain.attempts import Origin, touch
from curriculum.domain.completion import complete_activity
from curriculum.domain.enrolment import require_recording
from curriculum.domain.errors import NothingAnswered, NotRecording, Refused
from curriculum.models import Activity, Enrolment, Exemplar, Feedback, User, Version, Writing
from curriculum.queries.outline import is_offered
from curriculum.text import clean_text

LONGEST = 20_000  # characters in one step; some forty times what is suggested
CHANGED = ("draft", "version", "page", "sequence", "saved_at")


class TooLong(Refused):
    """More than one step can hold. Nothing was stored; the writer still has it."""


@dataclass(frozen=True)
class Drafted:
    """What became of a draft: `is_conflict` means that it was not stored, because another tab or
    device stored a different one after the page was made."""

    writing: Writing
    is_conflict: bool = False


def prompt_of(writing: Writing) -> Prompt:
    """The prompt as its writer met it."""
    prompt: Prompt = writing.edition.content.prompt(writing.prompt)
    return prompt


def read_text(prompt: Prompt, data: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by the steps of the prompt's model; empty steps are left out.

    Raises TooLong.
    """
    text = {stage.key: clean_text(data.get(stage.key, "")) for stage in prompt.stages}
    for stage in prompt.stages:
        if len(text[stage.key]) > LONGEST:
            raise TooLong(
                f"“{stage.question}” is longer than can be kept here ({LONGEST:,} characters). "
                "Shorten it, or keep the rest elsewhere."
            )
    return {key: words for key, words in text.items() if words}


# ── Writing ───────────────────────────────────────────────────────────────
@transaction.atomic
def save_draft(
    enrolment: Enrolment,
    activity: Activity,
    prompt: str,
    data: Mapping[str, str],
    *,
    origin: Origin,
) -> Drafted:
    """Store what was typed so far; storing the same again changes nothing.

    A text is kept whatever the dates of the cohort are. Raises TooLong, KeyError for a prompt that
    the activity does not have, and Refused where it is not a reflection.
    """
    writing = _begun(enrolment, activity, prompt)
    text = read_text(prompt_of(writing), data)
    if writing.draft == text or origin.is_overtaken(writing):
        return Drafted(writing)
    if origin.is_stale(writing):
        return Drafted(writing, is_conflict=True)
    writing.draft, writing.version = text, writing.version + 1
    writing.page, writing.sequence = origin.page, origin.sequence
    writing.saved_at = clock.now()
    writing.save(update_fields=CHANGED)
    touch(enrolment, writing.saved_at)
    return Drafted(writing)


def _begun(enrolment: Enrolment, activity: Activity, prompt: str) -> Writing:
    """The writing on this prompt, locked; begun on the current edition if it is not there."""
    where = {"enrolment": enrolment, "activity": activity, "prompt": prompt}
    if not Writing.objects.filter(**where).exists():
        edition = activity.current_edition
        if edition is None or not isinstance(edition.content, Reflection):
            raise Refused("This is not a reflection.")
        edition.content.prompt(prompt)
        Writing.objects.get_or_create(
            **where, defaults={"edition": edition, "learner": enrolment.learner}
        )
    return lock_writing(Writing.objects.get(**where))


def lock_writing(writing: Writing) -> Writing:
    """The same row, locked until the transaction ends. Whoever locks an enrolment as well locks
    the writing first."""
    return (
        Writing.objects.select_for_update(of=("self",))
        .select_related("edition", "activity", "enrolment__cohort", "enrolment__learner", "shared")
        .get(pk=writing.pk)
    )


@transaction.atomic
def finish(writing: Writing) -> Version:
    """Keep the draft as a version; finishing the same text again makes no other.

    Where every required prompt has been answered with substance, the activity is complete. Raises
    NothingAnswered for an empty draft.
    """
    writing = lock_writing(writing)
    words = words_written(writing.draft)
    if not words:
        raise NothingAnswered("Write something first.")
    last = writing.versions.order_by("-number").first()
    if last is not None and last.text == writing.draft:
        return last
    version = Version.objects.create(
        writing=writing,
        number=last.number + 1 if last else 1,
        text=writing.draft,
        words=words,
    )
    _complete_if_due(writing, version.finished_at)
    return version


def _complete_if_due(writing: Writing, at: dt.datetime) -> None:
    activity, enrolment = writing.activity, writing.enrolment
    edition = activity.current_edition
    if edition is None or not isinstance(edition.content, Reflection):
        return
    try:
        require_recording(enrolment)
    except NotRecording:
        return  # the text is kept all the same
    if not is_offered(activity, enrolment):
        return
    if is_answered(edition.content, words_of(enrolment, activity)):
        complete_activity(enrolment, activity, edition=edition, at=at)


def words_of(enrolment: Enrolment, activity: Activity) -> dict[str, int]:
    """For each prompt (by id), the words of the longest version that was finished."""
    rows = Version.objects.filter(writing__enrolment=enrolment, writing__activity=activity)
    longest = rows.order_by().values_list("writing__prompt").annotate(most=models.Max("words"))
    return dict(longest)


def is_answered(content: Reflection, words: Mapping[str, int]) -> bool:
    """Whether every required prompt, or where none is required any one, has its substance."""
    wanted = content.required
    if not wanted:
        return any(p.is_answered_by(words.get(p.id, 0)) for p in content.prompts)
    return all(p.is_answered_by(words.get(p.id, 0)) for p in wanted)


# ── Showing it ────────────────────────────────────────────────────────────
@transaction.atomic
def share(writing: Writing) -> Writing:
    """Let the tutors of the cohort read the newest version. Raises NothingAnswered without one."""
    writing = lock_writing(writing)
    newest = writing.versions.order_by("-number").first()
    if newest is None:
        raise NothingAnswered("Save it first; what you save can be shared.")
    if writing.shared != newest:
        writing.shared, writing.shared_at = newest, clock.now()
        writing.save(update_fields=["shared", "shared_at"])
    return writing


@transaction.atomic
def take_back(writing: Writing) -> Writing:
    """Make it private again. Raises Refused once somebody has answered it."""
    writing = lock_writing(writing)
    if Feedback.objects.filter(version=writing.shared_id, sent_at__isnull=False).exists():
        raise Refused("You have had feedback on this version, so it can't be taken back.")
    if writing.shared is not None:
        Feedback.objects.filter(version=writing.shared, sent_at=None).delete()
        writing.consultations.all().delete()
        writing.shared = None
        writing.save(update_fields=["shared"])
    return writing


# ── Exemplars ─────────────────────────────────────────────────────────────
@transaction.atomic
def offer_exemplar(version: Version, data: Mapping[str, str]) -> Exemplar:
    """Offer a version to later cohorts in the words given, which its writer has made anonymous.

    Offering again replaces what was offered, and it is checked anew. Raises NothingAnswered.
    """
    text = read_text(prompt_of(version.writing), data)
    if not text:
        raise NothingAnswered("There is nothing left to offer.")
    Exemplar.objects.filter(version__writing=version.writing).delete()
    return Exemplar.objects.create(version=version, text=text)


def withdraw_exemplar(writing: Writing) -> None:
    """End the consent. Nothing of what was offered is kept."""
    Exemplar.objects.filter(version__writing=writing).delete()


def erase_reflections(learner: User) -> None:
    """Delete all that this person wrote, with what others answered to it. Nothing brings it back;
    what was completed by it stays complete."""
    Writing.objects.filter(learner=learner).delete()
