"""Reminders by mail: the standing text, and the work that sends it learner by learner."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import send_mail
from django.urls import reverse

from curriculum import clock
from curriculum.dates import day
from curriculum.domain import jobs, reminders
from curriculum.domain.jobs import Running
from curriculum.identity import site_identity
from curriculum.models import Cohort, Job, User
from curriculum.queries.standing_in_cohort import Owed
from curriculum.text import clean_line

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A mail, as it goes and as it is previewed."""

    subject: str
    body: str


def letter(learner: User, cohort: Cohort, owed: Sequence[Owed], lead: User, note: str) -> Letter:
    """The standing text to one learner about what they owe, with the lead's note."""
    identity, one = site_identity(), owed[0]
    today = clock.today()
    if len(owed) == 1:
        verb = "was due on" if one.due_on < today else "is due on"
        subject = f"“{one.title}” {verb} {day(one.due_on)}"
    else:
        subject = f"{len(owed)} modules in {identity.name} wait for you"
    listed = "\n".join(
        f"- {o.title}, {'was due on' if o.due_on < today else 'due by the end of'} {day(o.due_on)}"
        for o in owed
    )
    said = f"{lead.get_full_name()} writes:\n\n{note}\n\n" if note else ""
    return Letter(
        subject=subject,
        body=(
            f"Hello {learner.get_short_name()},\n\n"
            f"In {cohort.programme.title} ({cohort.name}) you have not finished this yet:\n\n"
            f"{listed}\n\n"
            f"{said}"
            f"Go on where you stopped, after signing in:\n{identity.url}{reverse('dashboard')}\n\n"
            "What you have done so far is kept. If something keeps you from it, tell your course "
            f"lead, {lead.get_full_name()}: days can be moved.\n\n"
            "You get one reminder at most for each due date. If you want none, clear “Remind me” "
            f"among your details:\n{identity.url}{reverse('profile')}\n"
        ),
    )


@jobs.handles(reminders.KIND)
def send_reminders(running: Running) -> None:
    """Mail each learner of the job once. It may run again after a worker has died: what was claimed
    then stays as it is."""
    job = running.job
    todo = reminders.waiting(job)
    before = job.reminders.values("enrolment").distinct().count() - len(todo)
    note = running.parameters["note"]
    try:
        for n, enrolment in enumerate(todo, start=before):
            running.progress(n, before + len(todo))
            _remind(job, enrolment, note)
        running.progress(before + len(todo), before + len(todo))
    finally:
        back = reverse("cohort_overview", args=running.parameters["cohorts"])
        running.tell(lines=reminders.outcome(job), next=[back, "To the cohort"])


def _remind(job: Job, enrolment: int, note: str) -> None:
    rows = reminders.claim(job, enrolment)
    if not rows:
        return
    to = rows[0].enrolment
    owed = [Owed(row.due_on, 0, row.module_id, row.module.title) for row in rows]
    mail = letter(to.learner, to.cohort, owed, rows[0].asked_by or job.owner, note)
    try:
        send_mail(clean_line(mail.subject), mail.body, None, [to.learner.email])
    except TimeoutError:  # it may have gone; better none than two
        logger.exception("Job %s: a reminder may not have gone", job.uuid)
    except OSError:  # the mail server's; the others are reminded all the same
        logger.exception("Job %s: a reminder was refused", job.uuid)
        reminders.refused(rows)
    else:
        reminders.sent(rows)
