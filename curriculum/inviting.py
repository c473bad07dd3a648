"""The invitations' mails, and the work that sends them."""

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.urls import reverse

from curriculum.domain import jobs
from curriculum.domain.invitations import LINK_DAYS, claim, key_of, mailed, needs_password
from curriculum.identity import site_identity
from curriculum.models import Invitation
from curriculum.text import clean_line

logger = logging.getLogger(__name__)


@jobs.handles("invitations")
def send_invitations(running: jobs.Running) -> None:
    """Send a cohort's invitations, each claimed before it goes, so that a worker that dies and is
    followed by another mails nobody twice."""
    due = (
        Invitation.objects.filter(enrolment__cohort=running.parameters["cohort"])
        .due()
        .select_related("enrolment__learner", "enrolment__cohort__programme", "asked_by")
    )
    sent, failed = running.job.result.get("sent", 0), running.job.result.get("failed", 0)
    waiting = list(due.values_list("pk", flat=True))
    before = sent + failed
    total = before + len(waiting)
    for done, pk in enumerate(waiting, start=before):
        running.progress(done, total)
        invitation = due.filter(pk=pk).first()  # who has left meanwhile is not written to
        if invitation is None or not claim(invitation):
            continue
        try:
            invite(invitation)
        except (OSError, SMTPException) as error:
            # Whether the server took it before it failed cannot be known, so a person decides.
            # Its words hold the address, so the log has the kind of error alone.
            logger.warning("Invitation %s was not sent: %s", invitation.uuid, type(error).__name__)
            failed += 1
        else:
            mailed(invitation)
            sent += 1
        running.tell(sent=sent, failed=failed)
    running.progress(total, total)
    lines = [f"Sent: {sent}"]
    if failed:
        lines.append(f"Not sent, since the mail server did not take them: {failed}")
    running.tell(lines=lines, next=running.parameters["next"])


def invite(invitation: Invitation) -> None:
    """Mail a learner that they are enrolled, and how they come in."""
    identity, enrolment = site_identity(), invitation.enrolment
    cohort, learner, asker = enrolment.cohort, enrolment.learner, invitation.asked_by
    who = asker.get_full_name() if asker else identity.name
    if needs_password(learner):
        address = f"{identity.url}{reverse('invitation', args=[key_of(invitation)])}"
        way = (
            f"To begin, choose a password here. The link is yours alone, works once and for "
            f"{LINK_DAYS} days:\n{address}\n\n"
            "If it is too old by then, choose “I have forgotten my password” at "
            f"{identity.url}{reverse('account_login')}\n"
        )
    else:
        address = f"{identity.url}{reverse('dashboard')}"
        way = f"You have an account with this address already. Sign in here:\n{address}\n"
    send_mail(
        subject=clean_line(f"You are enrolled in {cohort.name}"),
        message=(
            f"{clean_line(who)} has enrolled you in {cohort.name}: {cohort.programme.title}, in "
            f"{identity.name}.\n\n{way}\n"
            "If you do not know what this is about, do nothing.\n"
        ),
        from_email=None,
        recipient_list=[learner.email],
    )
