"""Work outside the request. A task may run twice, late or never; the rows say what was done.

A mail's row is claimed before sending, so that a worker which dies in between sends nothing twice.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import task

from curriculum import clock, mail
from curriculum.enums import ProblemState
from curriculum.models import Consultation, Feedback, ProblemReport


def on_feedback_sent(feedback: Feedback, **kwargs: Any) -> None:
    """Receiver of `feedback_sent`: the mail goes once what it tells of is stored for good."""
    transaction.on_commit(partial(mail_feedback.enqueue, feedback.pk))


def on_consulted(consultation: Consultation, **kwargs: Any) -> None:
    """Receiver of `consulted`, likewise."""
    transaction.on_commit(partial(mail_consultation.enqueue, consultation.pk))


def on_problem_answered(report: ProblemReport, **kwargs: Any) -> None:
    """Receiver of `problem_answered`, likewise."""
    transaction.on_commit(partial(mail_problem_answer.enqueue, report.pk))


@task()
def mail_feedback(pk: int) -> None:
    """Mail a learner that there is feedback, once."""
    waiting = Feedback.objects.filter(pk=pk, sent_at__isnull=False, mailed_at=None)
    if waiting.update(mailed_at=clock.now()):
        found = Feedback.objects.select_related("version__writing__learner")
        mail.tell_of_feedback(found.get(pk=pk))


@task()
def mail_consultation(pk: int) -> None:
    """Mail a colleague that they are asked, once."""
    waiting = Consultation.objects.filter(pk=pk, mailed_at=None)
    if waiting.update(mailed_at=clock.now()):
        found = Consultation.objects.select_related("writing", "asked_by", "colleague")
        mail.tell_of_consultation(found.get(pk=pk))


@task()
def mail_problem_answer(pk: int) -> None:
    """Mail a learner that their report was answered, once."""
    waiting = ProblemReport.objects.filter(
        pk=pk, state=ProblemState.ANSWERED, learner__is_active=True, mailed_at=None
    )
    if waiting.update(mailed_at=clock.now()):
        found = ProblemReport.objects.select_related("learner", "activity")
        mail.tell_of_problem_answer(found.get(pk=pk))
