"""Answering what a learner has shared. Nothing that is written here acts by itself."""

from typing import Any

from django.db import transaction

from curriculum import clock
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.domain.reflections import lock_writing
from curriculum.models import Consultation, Exemplar, Feedback, StaffReading, User, Writing
from curriculum.signals import consulted, feedback_sent
from curriculum.text import clean_line, clean_text

LONGEST = 10_000  # characters
LONGEST_REPLY = 3_000


@transaction.atomic
def save_feedback(writing: Writing, author: User, text: str, *, send: bool = False) -> Feedback:
    """Keep a draft of feedback on the shared version, or send it; what was sent is final.

    Raises Refused where it is not shared any more, where the author has answered this version
    already, or where the text is too long, and NothingAnswered for sending nothing.
    """
    writing = lock_writing(writing)
    if writing.shared is None:
        raise Refused("Its writer has taken this back, so it can't be answered.")
    text = clean_text(text)
    if len(text) > LONGEST:
        raise Refused(f"Feedback has at most {LONGEST:,} characters.")
    feedback, _ = Feedback.objects.get_or_create(version=writing.shared, author=author)
    if feedback.sent_at:
        raise Refused("You have answered this version already.")
    if send and not text:
        raise NothingAnswered("Write your feedback first.")
    feedback.text, feedback.saved_at = text, clock.now()
    if send:
        feedback.sent_at = feedback.saved_at
        feedback.name = author.get_full_name()
        feedback.profession = author.profession.name if author.profession else ""
    feedback.save()
    if send:
        feedback_sent.send(sender=Feedback, feedback=feedback)
    return feedback


@transaction.atomic
def consult(writing: Writing, asked_by: User, colleague: User, question: str = "") -> Consultation:
    """Pass a shared writing on to a colleague; asking the same one again changes nothing.

    Raises Refused where it is not shared any more.
    """
    writing = lock_writing(writing)
    if writing.shared is None:
        raise Refused("Its writer has taken this back, so it can't be passed on.")
    found, is_new = Consultation.objects.get_or_create(
        writing=writing,
        colleague=colleague,
        defaults={"asked_by": asked_by, "question": clean_line(question)[:250]},
    )
    if is_new:
        consulted.send(sender=Consultation, consultation=found)
    return found


def record_reading(writing: Writing, reader: User, *, name_shown: bool = False) -> StaffReading:
    """Remember who opened it and whether the name was shown; its writer can see that."""
    return StaffReading.objects.create(
        writing=writing, reader=reader, name=reader.get_full_name(), name_shown=name_shown
    )


# ── The learner's side ────────────────────────────────────────────────────
@transaction.atomic
def thank(feedback: Feedback) -> Feedback:
    """Say thank you, once."""
    feedback = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if feedback.thanked_at is None:
        feedback.thanked_at = clock.now()
        feedback.save(update_fields=["thanked_at"])
    return feedback


@transaction.atomic
def reply(feedback: Feedback, text: str) -> Feedback:
    """Reply, once. Raises Refused for a second reply and NothingAnswered for an empty one."""
    feedback = Feedback.objects.select_for_update().get(pk=feedback.pk)
    text = clean_text(text)
    if feedback.replied_at:
        raise Refused("You have replied to this already.")
    if not text:
        raise NothingAnswered("Write your reply first.")
    if len(text) > LONGEST_REPLY:
        raise Refused(f"A reply has at most {LONGEST_REPLY:,} characters.")
    feedback.reply, feedback.replied_at = text, clock.now()
    feedback.save(update_fields=["reply", "replied_at"])
    return feedback


def mark_seen(writing: Writing) -> None:
    """The writer has opened the page on which all feedback stands."""
    waiting = Feedback.objects.filter(version__writing=writing, sent_at__isnull=False)
    waiting.filter(seen_at=None).update(seen_at=clock.now())


# ── Checking exemplars ────────────────────────────────────────────────────
def accept_exemplar(exemplar: Exemplar, checker: User) -> Exemplar:
    """Let later cohorts see what was offered, in just the words that its writer agreed to."""
    return _checked(exemplar, checker, accepted_at=clock.now(), returned_at=None)


def return_exemplar(exemplar: Exemplar, checker: User, reason: str) -> Exemplar:
    """Send it back; its writer reads why. Raises NothingAnswered without a reason."""
    reason = clean_line(reason)[:250]
    if not reason:
        raise NothingAnswered("Say why you send it back; its writer reads that.")
    return _checked(
        exemplar, checker, accepted_at=None, returned_at=clock.now(), return_reason=reason
    )


@transaction.atomic
def _checked(exemplar: Exemplar, checker: User, **result: Any) -> Exemplar:
    exemplar = Exemplar.objects.select_for_update().get(pk=exemplar.pk)
    for name, value in (*result.items(), ("checked_by", checker)):
        setattr(exemplar, name, value)
    exemplar.save()
    return exemplar
