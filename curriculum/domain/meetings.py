"""Planning the meetings of a session, calling them off, and the code that is shown in the room.

Who may do so is asked where the cohort or the meeting is fetched (`curriculum.permissions`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from curriculum import clock
from curriculum.dates import day as shown_day
from curriculum.domain.errors import Refused
from curriculum.domain.meeting_mails import tell_of_change, when_and_where
from curriculum.models import Activity, Cohort, Enrolment, Group, Job, Meeting, User
from curriculum.models.meetings import new_room_code
from curriculum.queries.meetings import expected, sessions_of

LONGEST = dt.timedelta(hours=10)
CODE_STAYS = (5, 10, 20, 60)  # minutes to choose from
WHEN_AND_WHERE = ("starts_at", "ends_at", "place", "link")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When and where, and who leads."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str = ""
    link: str = ""
    facilitators: str = ""


@dataclass(frozen=True)
class Changed:
    """A meeting as it is now, and the work that mails those concerned, if there is any."""

    meeting: Meeting
    mailing: Job | None = None


def instant(day: dt.date, time: dt.time) -> dt.datetime:
    """This time of this day in the site's time zone; of an hour that comes twice, the first.

    Raises Refused for a time that the clocks leave out when they go forward.
    """
    zone = timezone.get_default_timezone()
    found = dt.datetime.combine(day, time, tzinfo=zone)
    back = found.astimezone(ZoneInfo("UTC")).astimezone(zone)
    if back.replace(tzinfo=None) != found.replace(tzinfo=None):
        raise Refused(
            f"There is no {time:%H:%M} on {shown_day(day)}: the clocks go forward over it."
        )
    return found


def end_after(start: dt.datetime, minutes: int) -> dt.datetime:
    """So many minutes later, as they pass and not as clocks show them."""
    zone = timezone.get_default_timezone()
    later = start.astimezone(ZoneInfo("UTC")) + dt.timedelta(minutes=minutes)
    return later.astimezone(zone)


def draft_meetings(
    cohort: Cohort, activity: Activity, plan: Plan, groups: Sequence[Group | None], *, planner: User
) -> list[Meeting]:
    """The meetings as they would be planned, one for each of `groups`, None being everybody.

    Raises Refused for what cannot be: times that do not fit, days on which nothing is recorded.
    """
    if not sessions_of(cohort.programme_id).filter(pk=activity.pk).exists():
        raise Refused("This session is not part of the cohort’s programme at the moment.")
    _require_sound(cohort, plan)
    return [
        Meeting(
            cohort=cohort,
            activity=activity,
            group=group,
            group_name=group.name if group else "",
            planned_by=planner,
            **vars(plan),
        )
        for group in groups
    ]


@transaction.atomic
def plan_meetings(
    cohort: Cohort, activity: Activity, plan: Plan, groups: Sequence[Group | None], *, planner: User
) -> list[Meeting]:
    """Plan a meeting for each of `groups`, all or none. Raises Refused as `draft_meetings` does."""
    made = draft_meetings(cohort, activity, plan, groups, planner=planner)
    for meeting in made:
        meeting.save()
    return made


@transaction.atomic
def change_meeting(
    meeting: Meeting, plan: Plan, group: Group | None, *, teller: User | None = None
) -> Changed:
    """Move a meeting to another time, place or group. Where there is a `teller`, those whom it
    concerns are mailed: of another time or place those who are expected, of another group those
    who come onto the list or leave it. Raises Refused as planning does."""
    found = _locked(meeting)
    before, was = _fixed(found), when_and_where(found)
    had = set(expected(found).values_list("pk", flat=True)) if teller else set()
    _require_sound(found.cohort, plan)
    if found.called_off_at:
        raise Refused("This meeting was called off. Plan another one.")
    for name, value in vars(plan).items():
        setattr(found, name, value)
    if group is not None or not _was_taken_apart(found):
        found.group, found.group_name = group, group.name if group else ""
    found.version += 1
    found.changed_at = clock.now()
    found.save()
    if teller is None:
        return Changed(found)
    knew = had if _fixed(found) == before else set()
    return Changed(found, tell_of_change(found, teller, was=was, had=had, knew=knew))


@transaction.atomic
def call_off(meeting: Meeting, *, teller: User | None = None) -> Changed:
    """Say that a meeting does not take place; learners still see that it was to be, and where there
    is a `teller`, those who are expected are mailed.

    Raises Refused where somebody was there.
    """
    found = _locked(meeting)
    if found.attendances.exists():
        raise Refused("Somebody was there, so this meeting took place and cannot be called off.")
    if found.called_off_at:
        return Changed(found)
    found.called_off_at = found.changed_at = clock.now()
    found.version += 1
    found.save(update_fields=["called_off_at", "changed_at", "version"])
    if teller is None:
        return Changed(found)
    return Changed(found, tell_of_change(found, teller, was=when_and_where(found)))


@transaction.atomic
def open_code(meeting: Meeting, minutes: int) -> Meeting:
    """Draw a new code and let it count for so many minutes from now.

    Raises Refused where the meeting was called off, and too long before or after it.
    """
    found, now = _locked(meeting), clock.now()
    if found.called_off_at:
        raise Refused("This meeting was called off, so nobody can be there.")
    if minutes not in CODE_STAYS:
        raise Refused("Choose one of the times shown.")
    if not found.is_near:
        raise Refused(
            "The code can be shown from an hour before the meeting until an hour after it. Use the "
            "list instead."
        )
    found.code = new_room_code()
    found.code_opens_at, found.code_closes_at = now, now + dt.timedelta(minutes=minutes)
    found.save(update_fields=["code", "code_opens_at", "code_closes_at"])
    return found


@transaction.atomic
def close_code(meeting: Meeting) -> Meeting:
    """Let the code count no longer."""
    found = _locked(meeting)
    if found.code_open:
        found.code_closes_at = clock.now()
        found.save(update_fields=["code_closes_at"])
    return found


@transaction.atomic
def invite(meeting: Meeting, enrolments: Iterable[Enrolment]) -> None:
    """Let learners of the cohort come to this meeting too. Raises Refused once it is over."""
    found = _locked(meeting)
    if found.is_over or found.called_off_at:
        raise Refused("That meeting is not to come any more. Choose another one.")
    found.guests.add(*enrolments)


def _require_sound(cohort: Cohort, plan: Plan) -> None:
    if plan.ends_at <= plan.starts_at:
        raise Refused("The meeting must end after it starts.")
    if plan.ends_at - plan.starts_at > LONGEST:
        raise Refused("A meeting lasts ten hours at the most.")
    if not plan.place and not plan.link:
        raise Refused("Say where it is: a place, an address for joining online, or both.")
    if cohort.archived_at:
        raise Refused(f"{cohort.name} is archived, so nothing is planned in it.")
    zone = timezone.get_default_timezone()
    on = timezone.localdate(plan.starts_at, zone)
    if cohort.starts_on and on < cohort.starts_on:
        raise Refused(f"{cohort.name} starts on {shown_day(cohort.starts_on)}, which is later.")
    if cohort.ends_on and on > cohort.ends_on:
        raise Refused(f"{cohort.name} ends on {shown_day(cohort.ends_on)}, which is earlier.")


def _fixed(meeting: Meeting) -> list[object]:
    """The time and the place."""
    return [getattr(meeting, name) for name in WHEN_AND_WHERE]


def _was_taken_apart(meeting: Meeting) -> bool:
    return bool(meeting.group_name) and meeting.group_id is None


def _locked(meeting: Meeting) -> Meeting:
    return (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("cohort", "activity", "group")
        .get(pk=meeting.pk)
    )
