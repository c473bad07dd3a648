"""Work outside the request. A task may run twice, late or never; the rows say what was done.

A mail's row is claimed before sending, so that a worker which dies in between sends nothing twice.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import task

from curriculum import clock, mail
from curriculum.models import Consultation, Feedback


def on_feedback_sent(feedback: Feedback, **kwargs: Any) -> None:
    """Receiver of `feedback_sent`: the mail goes once what it tells of is stored for good."""
    transaction.on_commit(partial(mail_feedback.enqueue, feedback.pk))


def on_consulted(consultation: Consultation, **kwargs: Any) -> None:
    """Receiver of `consulted`, likewise."""
    transaction.on_commit(partial(mail_consultation.enqueue, consultation.pk))


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
