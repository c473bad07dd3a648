"""Mail about a meeting that has moved or was called off, and the work that sends it."""

import logging
from typing import Literal

from django.core.mail import send_mail
from django.urls import reverse

from curriculum.dates import day
from curriculum.domain import jobs
from curriculum.domain.jobs import Running
from curriculum.domain.meeting_mails import KIND, turns_of, when_and_where
from curriculum.identity import site_identity
from curriculum.models import Enrolment, Meeting, User
from curriculum.queries.meetings import expected, not_expected
from curriculum.text import clean_line

Outcome = Literal["mailed", "skipped", "refused", "unsure"]

logger = logging.getLogger(__name__)


@jobs.handles(KIND)
def send_changes(running: Running) -> None:
    """Mail each learner of the job once. It may run again after a worker has died: `begun` counts
    those whose turn has come and is stored before the mail goes, so nobody has two turns."""
    people, so_far = turns_of(running.job), running.job.result
    counts = {name: so_far.get(name, 0) for name in ("mailed", "skipped", "refused")}
    try:
        for number in range(so_far.get("begun", 0), len(people)):
            running.progress(number, len(people))
            running.stop_if_cancelled()  # at once: a later change may tell something else
            if not running.tell(begun=number + 1, **counts):
                raise jobs.Stopped
            outcome = _tell(running, people[number])
            if outcome in counts:
                counts[outcome] += 1
        running.progress(len(people), len(people))
    finally:
        unsure = running.job.result.get("begun", 0) - sum(counts.values())
        back = reverse("cohort_sessions", args=running.parameters["cohorts"])
        running.tell(**counts, lines=_lines(counts, unsure), next=[back, "To the sessions"])


def _tell(running: Running, enrolment: int) -> Outcome:
    """Mail one learner about the meeting as it is at this moment, if they are still expected."""
    meeting = Meeting.objects.select_related("activity", "cohort").get(
        pk=running.parameters["meeting"]
    )
    found, mail = expected(meeting).filter(pk=enrolment).first(), _mail
    if found is None and enrolment in running.parameters.get("off", ()):
        found, mail = not_expected(meeting).filter(pk=enrolment).first(), _mail_off
    if found is None or meeting.is_over:
        return "skipped"
    try:
        mail(found, meeting, running.parameters["was"], running.job.owner)
    except TimeoutError:  # it may have gone; better none than two
        logger.exception("Job %s: a mail about a meeting may not have gone", running.job.uuid)
        return "unsure"
    except OSError:  # the mail server's; the others are told all the same
        logger.exception("Job %s: a mail about a meeting was refused", running.job.uuid)
        return "refused"
    return "mailed"


def _mail(enrolment: Enrolment, meeting: Meeting, was: str, teller: User) -> None:
    now, named = when_and_where(meeting), _named(meeting)
    if meeting.called_off_at:
        what = f"The meeting for {named} is called off:\n\n{now}"
        subject = f"Called off: “{meeting.activity.title}”, {day(meeting.starts_at)}"
    else:
        what = f"The meeting for {named} has changed. It is now:\n\n{now}"
        subject = f"Changed: “{meeting.activity.title}”, {day(meeting.starts_at)}"
    before = f"\n\nBefore, it was to be:\n\n{was}" if was != now else ""
    address = f"{site_identity().url}{reverse('meeting', args=[meeting.uuid])}"
    _send(
        enrolment.learner,
        subject,
        f"{what}{before}\n\nSee it here, after signing in:\n{address}\n\n"
        "If you have put it into a calendar, change it there too; that does not happen by "
        f"itself. If you have a question, ask {teller.get_full_name()}.",
    )


def _mail_off(enrolment: Enrolment, meeting: Meeting, was: str, teller: User) -> None:
    """To somebody for whom it is not any more."""
    address = f"{site_identity().url}{reverse('dashboard')}"
    _send(
        enrolment.learner,
        f"Not for you any more: “{meeting.activity.title}”, {was.partition(',')[0]}",
        f"This meeting for {_named(meeting)} is for others now. You are not expected at it:\n\n"
        f"{was}\n\nIf you have another one, it stands here, after signing in:\n{address}\n\n"
        "If you have put it into a calendar, take it out there too; that does not happen by "
        f"itself. If you have a question, ask {teller.get_full_name()}.",
    )


def _named(meeting: Meeting) -> str:
    return f"“{meeting.activity.title}” ({meeting.cohort.name})"


def _send(learner: User, subject: str, message: str) -> None:
    send_mail(
        subject=clean_line(subject),
        message=f"Hello {learner.get_short_name()},\n\n{message}\n",
        from_email=None,
        recipient_list=[learner.email],
    )


def _lines(counts: dict[str, int], unsure: int) -> list[str]:
    """What has become of it, for the job's page: how many, never who."""
    lines = [f"{_learners(counts['mailed'])} told by mail."]
    if n := counts["skipped"]:
        lines.append(f"{_learners(n)} not mailed: not expected at the meeting any more.")
    if n := counts["refused"]:
        lines.append(f"{_learners(n)} not mailed: the mail server refused it.")
    if unsure:
        lines.append(
            f"{_learners(unsure)}: the work broke off as the mail went, so nobody knows whether it "
            "did. They are not mailed again."
        )
    return lines


def _learners(n: int) -> str:
    return f"{n} learner{'' if n == 1 else 's'}"
