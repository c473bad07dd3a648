"""Reporting a problem with a page, a question or a scene, and answering it."""

import datetime as dt

from django.db import transaction

from curriculum import clock
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.enums import ProblemKind, ProblemState
from curriculum.models import Edition, ProblemReport, User
from curriculum.models.problems import LONGEST
from curriculum.signals import problem_answered
from curriculum.text import clean_text

MOST_A_DAY = 20  # reports of one person in 24 hours: enough for a whole module, too few to flood


class TooManyReports(Refused):
    """The person has reported enough for one day."""


@transaction.atomic
def report_problem(
    learner: User,
    edition: Edition,
    key: str,
    kind: ProblemKind,
    text: str,
    *,
    may_be_named: bool = False,
) -> ProblemReport:
    """Keep a report on the edition that the learner had before them; `key` is the question's or
    scene's id, empty for the page.

    Sending the same words again while they are open changes nothing. Raises NothingAnswered for no
    words, Refused for too many of them, TooManyReports after twenty in a day.
    """
    text = _written(text, "Say what the problem is.", "A report")
    # Two presses at once wait for one another here.
    learner = User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    mine = ProblemReport.objects.filter(learner=learner)
    place = {"activity_id": edition.activity_id, "edition": edition, "key": key}
    again = mine.filter(**place, kind=kind, text=text, state=ProblemState.OPEN).first()
    if again is not None:
        return again
    if mine.filter(reported_at__gt=clock.now() - dt.timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyReports(
            f"You have reported {MOST_A_DAY} problems within a day, which is as many as can be "
            "taken. Keep your words and send them tomorrow."
        )
    return ProblemReport.objects.create(
        **place, kind=kind, text=text, learner=learner, may_be_named=may_be_named
    )


def _written(text: str, when_empty: str, what: str) -> str:
    text = clean_text(text)
    if not text:
        raise NothingAnswered(when_empty)
    if len(text) > LONGEST:
        raise Refused(f"{what} has at most {LONGEST:,} characters; this has {len(text):,}.")
    return text


@transaction.atomic
def answer_problem(report: ProblemReport, author: User, text: str) -> ProblemReport:
    """Answer a report, also one that was closed; an answer is final.

    Raises NothingAnswered for no words, Refused for too many or where it was answered already.
    """
    text = _written(text, "Write your answer first.", "An answer")
    report = _locked(report)
    if report.state == ProblemState.ANSWERED:
        raise Refused("This was answered already.")
    report.state, report.answer = ProblemState.ANSWERED, text
    _deal_with(report, author)
    problem_answered.send(sender=ProblemReport, report=report)
    return report


@transaction.atomic
def close_problem(report: ProblemReport, author: User) -> ProblemReport:
    """Close a report without an answer. Raises Refused where it is not open any more."""
    report = _locked(report)
    if report.state != ProblemState.OPEN:
        raise Refused("This was dealt with already.")
    report.state = ProblemState.CLOSED
    _deal_with(report, author)
    return report


def _locked(report: ProblemReport) -> ProblemReport:
    return ProblemReport.objects.select_for_update().get(pk=report.pk)


def _deal_with(report: ProblemReport, author: User) -> None:
    report.answered_by, report.answered_name = author, author.get_full_name()
    report.answered_at = clock.now()
    report.save(update_fields=["state", "answer", "answered_by", "answered_name", "answered_at"])


def mark_answer_seen(report: ProblemReport) -> None:
    """Its writer has opened the page on which the answer stands."""
    waiting = ProblemReport.objects.filter(pk=report.pk, state=ProblemState.ANSWERED, seen_at=None)
    waiting.update(seen_at=clock.now())


def forget_reporter(learner: User) -> None:
    """Keep what this person reported and nothing of who it was; for the erasure of an account."""
    ProblemReport.objects.filter(learner=learner).update(learner=None, may_be_named=False)
