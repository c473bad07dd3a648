"""Work outside the request. A task may run twice, late or never; the rows say what was done."""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import task

from curriculum import clock, mail
from curriculum.models import Feedback


def on_feedback_sent(feedback: Feedback, **kwargs: Any) -> None:
    """Receiver of `feedback_sent`: the mail goes once what it tells of is stored for good."""
    transaction.on_commit(partial(mail_feedback.enqueue, feedback.pk))


@task()
def mail_feedback(pk: int) -> None:
    """Mail that there is feedback, once: the row is claimed before sending, so that a worker which
    dies in between sends nothing twice."""
    waiting = Feedback.objects.filter(pk=pk, sent_at__isnull=False, mailed_at=None)
    if waiting.update(mailed_at=clock.now()):
        feedback = Feedback.objects.select_related("version__writing__learner").get(pk=pk)
        mail.tell_of_feedback(feedback)
