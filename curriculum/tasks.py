"""Work outside the request. A task may run twice, late or never; the rows say what was done.

A mail's row is claimed before sending, so that a worker which dies in between sends nothing twice.
"""

import logging
import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from curriculum import clock, mail
from curriculum.domain import jobs
from curriculum.enums import CertificateState, NameRequestState, ProblemState
from curriculum.models import (
    Adjustment,
    Attempt,
    Certificate,
    Closure,
    Consultation,
    Feedback,
    Job,
    NameRequest,
    ProblemReport,
    Regrade,
    RegradedAttempt,
    User,
)

logger = logging.getLogger(__name__)


def has_queue() -> bool:
    """Whether work waits in the database for workers, or is done at once."""
    return str(settings.TASKS["default"]["BACKEND"]).startswith("django_tasks_db.")


def soon(wanted: Task[Any, Any], *args: Any) -> None:
    """Have a task done once what it tells of is stored for good.

    A queue in the database is written in the same transaction, so that a process that is killed
    right after it leaves both or nothing. Any other is told after the commit.
    """
    if has_queue():
        wanted.enqueue(*args)
    else:
        transaction.on_commit(partial(wanted.enqueue, *args))


def on_feedback_sent(feedback: Feedback, **kwargs: Any) -> None:
    """Receiver of `feedback_sent`: the mail goes once what it tells of is stored for good."""
    soon(mail_feedback, feedback.pk)


def on_consulted(consultation: Consultation, **kwargs: Any) -> None:
    """Receiver of `consulted`, likewise."""
    soon(mail_consultation, consultation.pk)


def on_regraded(regrade: Regrade, **kwargs: Any) -> None:
    """Receiver of `regraded`, likewise."""
    soon(mail_regrade, regrade.pk)


def on_problem_answered(report: ProblemReport, **kwargs: Any) -> None:
    """Receiver of `problem_answered`, likewise."""
    soon(mail_problem_answer, report.pk)


def on_job_waits(job: Job, **kwargs: Any) -> None:
    """Receiver of `job_waits`, likewise; once, however often a sweep finds it waiting."""
    if not _is_queued(job):
        soon(run_job, str(job.uuid))


def on_adjusted(adjustment: Adjustment, **kwargs: Any) -> None:
    """Receiver of `adjusted`, likewise."""
    soon(mail_decisions, adjustment.enrolment.learner_id)


def on_certificate_withdrawn(certificate: Certificate, **kwargs: Any) -> None:
    """Receiver of `certificate_withdrawn`, likewise."""
    soon(mail_withdrawal, certificate.pk)


def on_name_answered(name_request: NameRequest, **kwargs: Any) -> None:
    """Receiver of `name_answered`, likewise."""
    soon(mail_name_answer, name_request.pk)


def _is_queued(job: Job) -> bool:
    return DBTaskResult.objects.filter(
        status=TaskResultStatus.READY,
        task_path=run_job.module_path,
        args_kwargs={"args": [str(job.uuid)], "kwargs": {}},
    ).exists()


def on_closure_asked(closure: Closure, **kwargs: Any) -> None:
    """Receiver of `closure_asked`, likewise."""
    soon(mail_closure, closure.pk)


@task()
def run_job(job_uuid: str) -> None:
    """Do a piece of long work that waits."""
    jobs.run(uuid.UUID(job_uuid))


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
def mail_regrade(pk: int) -> None:
    """Mail everybody a result of whom a regrade has changed, each once, however many attempts."""
    waiting = RegradedAttempt.objects.filter(
        regrade=pk,
        mailed_at=None,
        attempt__enrolment__withdrawn_at=None,
        attempt__enrolment__learner__is_active=True,
    )
    reason = Regrade.objects.values_list("reason", flat=True).get(pk=pk)
    rows: dict[int, list[int]] = {}
    for row, learner in waiting.values_list("pk", "attempt__enrolment__learner"):
        rows.setdefault(learner, []).append(row)
    for mine in rows.values():
        # By key alone, so that of two workers who meet here one finds nothing left to claim.
        claimed = RegradedAttempt.objects.filter(pk__in=mine, mailed_at=None)
        if not claimed.update(mailed_at=clock.now()):
            continue
        found = Attempt.objects.select_related("activity", "enrolment__learner")
        newest = found.filter(regrades__in=mine).order_by("-number")[0]
        try:
            mail.tell_of_regrade(newest, reason)
        except OSError:  # the mail server's; the others are told all the same
            logger.exception("Regrade %s: somebody was not told", pk)


@task()
def mail_problem_answer(pk: int) -> None:
    """Mail a learner that their report was answered, once."""
    waiting = ProblemReport.objects.filter(
        pk=pk, state=ProblemState.ANSWERED, learner__is_active=True, mailed_at=None
    )
    if waiting.update(mailed_at=clock.now()):
        found = ProblemReport.objects.select_related("learner", "activity")
        mail.tell_of_problem_answer(found.get(pk=pk))


@task()
def mail_decisions(learner: int) -> None:
    """Mail a learner that something was decided about them: one mail for all that is not told."""
    owed = Adjustment.objects.filter(
        enrolment__learner=learner, enrolment__learner__is_active=True, mailed_at=None
    )
    # By key alone, so that of two workers who meet here one finds nothing left to claim.
    claimed = Adjustment.objects.filter(
        pk__in=list(owed.values_list("pk", flat=True)), mailed_at=None
    )
    if many := claimed.update(mailed_at=clock.now()):
        mail.tell_of_decisions(User.objects.get(pk=learner), many)


@task()
def mail_withdrawal(pk: int) -> None:
    """Mail the owner of a certificate that it was withdrawn, once."""
    waiting = Certificate.objects.filter(
        pk=pk, state=CertificateState.REVOKED, end_told_at=None, enrolment__learner__is_active=True
    )
    if Certificate.objects.filter(
        pk__in=list(waiting.values_list("pk", flat=True)), end_told_at=None
    ).update(end_told_at=clock.now()):
        found = Certificate.objects.select_related("enrolment__learner")
        mail.tell_of_withdrawal(found.get(pk=pk))


@task()
def mail_name_answer(pk: int) -> None:
    """Mail the owner of a certificate that their wish for another name was answered, once."""
    waiting = NameRequest.objects.filter(
        pk=pk, certificate__enrolment__learner__is_active=True, mailed_at=None
    ).exclude(state=NameRequestState.OPEN)
    if (
        NameRequest.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
        .filter(mailed_at=None)
        .update(mailed_at=clock.now())
    ):
        found = NameRequest.objects.select_related("certificate__enrolment__learner")
        mail.tell_of_name_answer(found.get(pk=pk))


@task()
def mail_closure(pk: int) -> None:
    """Mail a person that their account is to be closed, and how to keep it, once."""
    waiting = Closure.objects.open().filter(pk=pk, mailed_at=None)
    if waiting.update(mailed_at=clock.now()):
        mail.tell_of_closure(Closure.objects.select_related("person").get(pk=pk))
