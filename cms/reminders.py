"""Mail to reviewers: that a text waits for them, and that it has waited long. Each only once."""

import datetime as dt
from typing import Any

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_tasks import task
from wagtail.models import WorkflowState
from wagtail.signals import task_submitted, workflow_submitted

from cms.models import ReviewMail, SignOffTask, SiteSettings
from cms.models.reviewing import reviewers_for, roles_signed
from curriculum import clock
from curriculum.dates import day
from curriculum.enums import ReviewRole
from curriculum.identity import site_identity
from curriculum.models import User
from curriculum.tasks import soon
from curriculum.text import clean_line

SOON = dt.timedelta(days=3)
WEEK = dt.timedelta(days=7)


def connect() -> None:
    """Called once, when the applications are ready."""
    workflow_submitted.connect(_on_submitted, dispatch_uid="cms.review_asked")
    task_submitted.connect(_on_asked_again, dispatch_uid="cms.review_again")


def due_at(review: Any, days: int) -> dt.datetime:
    """When a review that was asked for should be done."""
    return review.created_at + dt.timedelta(days=days)


def _on_submitted(instance: Any, **kwargs: Any) -> None:
    # Both professions may read at once; Wagtail's order of tasks is only its own.
    for role in ReviewRole:
        soon(mail_asked, instance.pk, role.value, "asked")


def _on_asked_again(instance: Any, **kwargs: Any) -> None:
    """A profession that had signed is asked anew, since the text has changed."""
    task_asked = instance.task.specific
    if not isinstance(task_asked, SignOffTask):
        return
    before = instance.workflow_state.task_states.filter(task=instance.task).count()
    if before > 1:
        soon(mail_asked, instance.workflow_state_id, task_asked.role, f"again {before}")


@task()
def mail_asked(review: int, role: str, stage: str) -> None:
    """Tell the reviewers of one profession that a text waits for them, once."""
    found = WorkflowState.objects.filter(pk=review, status=WorkflowState.STATUS_IN_PROGRESS).first()
    if found is None:
        return
    page = found.content_object.specific
    if role in roles_signed(page):
        return
    for reviewer in reviewers_for(role):
        if _claim(reviewer, found, stage):
            _tell(reviewer, page, found, "waits for your sign-off")


def remind_reviewers() -> int:
    """Remind those whose signature a review still lacks: three days before it is due, when it is
    overdue, and each week from then on. Safe to run twice, also at once. Returns how many mails."""
    days, sent = SiteSettings.load().review_days, 0
    waiting = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        workflow__workflow_tasks__task__signofftask__isnull=False,
    ).distinct()
    for review in waiting.iterator():
        stage = _stage(due_at(review, days))
        if not stage:
            continue
        page = review.content_object.specific
        for role in set(ReviewRole.values) - roles_signed(page):
            for reviewer in reviewers_for(role):
                if _claim(reviewer, review, stage):
                    what = "is due soon" if stage == "soon" else "is overdue"
                    _tell(reviewer, page, review, what)
                    sent += 1
    return sent


def _stage(due: dt.datetime) -> str:
    late = clock.now() - due
    if late >= dt.timedelta():
        return f"overdue {late // WEEK}"
    return "soon" if late >= -SOON else ""


def _claim(reviewer: User, review: Any, stage: str) -> bool:
    """Whether this mail is ours to send: the row says so before it goes."""
    try:
        with transaction.atomic():
            ReviewMail.objects.create(reviewer=reviewer, review=review, stage=stage)
    except IntegrityError:
        return False
    return True


def _tell(reviewer: User, page: Any, review: Any, what: str) -> None:
    identity = site_identity()
    due = due_at(review, SiteSettings.load().review_days)
    send_mail(
        subject=clean_line(f"“{page.title}” {what}"),
        message=(
            f"“{page.title}” in {identity.name} {what}. It should be read by {day(due)}.\n\n"
            f"Read and sign it here, after signing in:\n"
            f"{identity.url}{reverse('review_page', args=[page.pk])}\n"
        ),
        from_email=None,
        recipient_list=[reviewer.email],
    )
