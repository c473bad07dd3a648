"""Having learners told by mail that a meeting has moved or was called off. The mail itself goes
from curriculum/rescheduling.py.
"""

from collections.abc import Iterable

from curriculum.dates import clock, day
from curriculum.domain import jobs
from curriculum.models import Job, Meeting, User
from curriculum.models.jobs import LIVE
from curriculum.queries.meetings import expected

KIND = "meeting-change"


def when_and_where(meeting: Meeting) -> str:
    """In a line. The address for joining is shown to those who are signed in, so not here."""
    where = filter(None, (meeting.place, "online" if meeting.link else ""))
    time = f"{clock(meeting.starts_at)} to {clock(meeting.ends_at)}"
    return ", ".join((day(meeting.starts_at), time, *where))


def tell_of_change(meeting: Meeting, teller: User, *, was: str) -> Job | None:
    """The job that mails those who are expected at the meeting as it is now; None where nobody is,
    as where it is over or its cohort archived. `was` is when and where it was to be.

    Call it in the transaction that changes the meeting: both are stored or neither is.
    """
    if meeting.is_over or meeting.cohort.archived_at:
        return None
    people = list(expected(meeting).order_by("pk").values_list("pk", flat=True))
    if not people:
        return None
    # Whom an earlier mailing has not reached yet knows the time before that.
    for earlier in _stopped(meeting):
        was = earlier.parameters["was"]
    return jobs.ask(
        KIND,
        owner=teller,
        title=f"Mail about {meeting.activity.title}, {day(meeting.starts_at)}"[:200],
        parameters={
            "cohorts": [meeting.cohort_id],
            "meeting": meeting.pk,
            "enrolments": people,
            "was": was,
        },
    )


def _stopped(meeting: Meeting) -> Iterable[Job]:
    """The mailings about this meeting that were not through, asked to stop; the oldest last."""
    going_on = Job.objects.filter(kind=KIND, state__in=LIVE, parameters__meeting=meeting.pk)
    for job in going_on.order_by("-pk"):
        jobs.cancel(job)
        yield job
