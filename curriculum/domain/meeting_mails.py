"""Having learners told by mail that a meeting has moved or was called off. The mail itself goes
from curriculum/rescheduling.py.
"""

from collections.abc import Collection, Iterable

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


def tell_of_change(
    meeting: Meeting,
    teller: User,
    *,
    was: str,
    had: Collection[int] = (),
    knew: Collection[int] = (),
) -> Job | None:
    """The job that mails those who are expected at the meeting as it is now, less those who `knew`
    all of it before, and those who `had` been expected and are not any more; None where nobody is
    left, as where it is over or its cohort archived. Both are primary keys of enrolments; `was` is
    when and where it was to be.

    Call it in the transaction that changes the meeting: both are stored or neither is.
    """
    if meeting.is_over or meeting.cohort.archived_at:
        return None
    now = list(expected(meeting).order_by("pk").values_list("pk", flat=True))
    unreached: set[int] = set()
    concerned, off = set(now) - set(knew), set(had) - set(now)
    if not (concerned or off):
        return None
    # Whom an earlier mailing has not reached yet knows the time before that.
    for earlier in _stopped(meeting):
        was = earlier.parameters["was"]
        unreached |= set(turns_of(earlier)[earlier.result.get("begun", 0) :])
    concerned |= unreached & set(now)
    return jobs.ask(
        KIND,
        owner=teller,
        title=f"Mail about {meeting.activity.title}, {day(meeting.starts_at)}"[:200],
        parameters={
            "cohorts": [meeting.cohort_id],
            "meeting": meeting.pk,
            "enrolments": [pk for pk in now if pk in concerned],
            "off": sorted(off | (unreached - set(now))),
            "was": was,
        },
    )


def turns_of(job: Job) -> list[int]:
    """The enrolments that such a job mails, in order."""
    return [*job.parameters["enrolments"], *job.parameters.get("off", ())]


def _stopped(meeting: Meeting) -> Iterable[Job]:
    """The mailings about this meeting that were not through, asked to stop; the oldest last."""
    going_on = Job.objects.filter(kind=KIND, state__in=LIVE, parameters__meeting=meeting.pk)
    for job in going_on.order_by("-pk"):
        jobs.cancel(job)
        yield job
