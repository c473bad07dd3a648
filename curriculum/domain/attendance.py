"""Who was there: by the code shown in the room, or by a facilitator's list. Being there completes
the session; nothing else does, save what a course lead credits.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from curriculum import clock
from curriculum.domain.attempts import touch
from curriculum.domain.completion import complete_activity, lock_enrolment
from curriculum.domain.enrolment import require_recording
from curriculum.domain.errors import Refused
from curriculum.domain.people import works_here
from curriculum.enums import AttendanceWay, CompletionBasis
from curriculum.models import (
    Attendance,
    Completion,
    Edition,
    Enrolment,
    Meeting,
    ModuleCompletion,
    Requirement,
    User,
)
from curriculum.queries.meetings import learners_of
from curriculum.queries.outline import is_offered

logger = logging.getLogger(__name__)


class WrongCode(Refused):
    """What was typed is not the code that is shown."""


@dataclass(frozen=True)
class Saved:
    """How many were added to a list, and how many taken off it."""

    added: int
    removed: int


@transaction.atomic
def attend_by_code(meeting: Meeting, enrolment: Enrolment, typed: str) -> Attendance:
    """The learner's attendance, by the code in the room; typed twice, it counts once.

    Raises WrongCode, and Refused or NotRecording where nothing can be recorded.
    """
    enrolment = lock_enrolment(enrolment)
    # Read after the lock: the code may have closed while this waited.
    meeting = Meeting.objects.select_related("activity__current_edition").get(pk=meeting.pk)
    if found := Attendance.objects.filter(meeting=meeting, enrolment=enrolment).first():
        return found
    if enrolment.cohort_id != meeting.cohort_id:
        raise Refused("You are not in the cohort that meets here.")
    if works_here(enrolment.learner):
        raise Refused("You have a staff role here, so your own attendance is not recorded.")
    require_recording(enrolment)
    if not meeting.code_open:
        raise Refused(
            "No code is open for this meeting now. If you are there, ask the facilitator to open "
            "one, or to put you on the list."
        )
    if not secrets.compare_digest(as_typed(typed), meeting.code.encode()):
        raise WrongCode("This is not the code that is shown. Look again; it has six characters.")
    attendance = Attendance.objects.create(
        meeting=meeting, enrolment=enrolment, way=AttendanceWay.CODE
    )
    edition = _edition_of(meeting, enrolment)
    _complete(meeting, enrolment, edition, _asked_at(meeting))
    touch(enrolment, attendance.at)
    return attendance


def as_typed(text: str) -> bytes:
    """What somebody typed, as codes are written: capitals, without spaces and hyphens."""
    return "".join(sign for sign in text[:40].upper() if sign.isalnum()).encode()


@transaction.atomic
def save_list(
    meeting: Meeting, *, was: Collection[int], now: Collection[int], recorder: User
) -> Saved:
    """Record who was there, by primary keys of enrolments: those `now` marked on a list that showed
    `was`. Only what was changed on it counts, so that who typed the code meanwhile stays.

    All or nothing. Raises Refused, naming them, where somebody cannot be taken off, or put on.
    """
    changed = set(was) ^ set(now)
    meeting = Meeting.objects.select_related("cohort", "activity__current_edition").get(
        pk=meeting.pk
    )
    _require_open(meeting)
    rows = list(
        learners_of(meeting.cohort)
        .filter(pk__in=changed)
        .select_related("learner", "cohort")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    # Read after the locks, which who types the code takes too.
    there = set(Attendance.objects.filter(meeting=meeting).values_list("enrolment", flat=True))
    came = [row for row in rows if row.pk in now and row.pk not in there]
    went = [row for row in rows if row.pk not in now and row.pk in there]
    if came:
        _put_on(meeting, came, recorder)
    staying = [row.learner.get_full_name() for row in went if not _take_off(meeting, row, recorder)]
    if staying:
        raise Refused(
            "Nothing was saved. The module is complete and rests on this meeting, so these stay on "
            f"the list: {', '.join(staying)}."
        )
    return Saved(len(came), len(went))


def _require_open(meeting: Meeting) -> None:
    if meeting.called_off_at:
        raise Refused("This meeting was called off, so nobody was there.")
    if meeting.starts_at - dt.timedelta(hours=1) > clock.now():
        raise Refused("The list can be kept from an hour before the meeting begins.")
    if meeting.cohort.archived_at:
        raise Refused(f"{meeting.cohort.name} is archived, so nothing more is recorded in it.")


def _put_on(meeting: Meeting, enrolments: Sequence[Enrolment], recorder: User) -> None:
    """Record that these learners of the meeting's cohort, whose rows are locked, were there."""
    on = timezone.localdate(meeting.starts_at, timezone.get_default_timezone())
    for enrolment in enrolments:
        if not enrolment.runs_on(on):
            raise Refused(
                f"Nothing was saved. The cohort had not begun or had ended for "
                f"{enrolment.learner.get_full_name()} on the day of the meeting."
            )
    by_list = {"way": AttendanceWay.LIST, "recorded_by": recorder, "at": clock.now()}
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, enrolment=enrolment, **by_list) for enrolment in enrolments
    )
    # The same for the whole cohort: asked once, not for each of hundreds.
    edition, asked, held = _edition_of(meeting, enrolments[0]), _asked_at(meeting), _held(meeting)
    for enrolment in enrolments:
        _complete(meeting, enrolment, edition, asked)
        touch(enrolment, max(enrolment.last_active_at or held, held))


def _take_off(meeting: Meeting, enrolment: Enrolment, recorder: User) -> bool:
    """Remove an attendance, and the completion that only it gave. False, and nothing is done,
    where a module was completed on the strength of it."""
    others = Attendance.objects.filter(enrolment=enrolment, meeting__activity=meeting.activity)
    gave = Completion.objects.filter(
        enrolment=enrolment, activity=meeting.activity, basis=CompletionBasis.EARNED
    )
    is_only = gave.exists() and not others.exclude(meeting=meeting).exists()
    if is_only and rests_on(enrolment, meeting.activity_id).exists():
        return False
    others.filter(meeting=meeting).delete()
    if is_only:
        gave.delete()
    logger.info(
        "Attendance of %s at meeting %s removed by %s", enrolment.uuid, meeting.uuid, recorder.pk
    )
    return True


def rests_on(enrolment: Enrolment, activity: int) -> models.QuerySet[ModuleCompletion]:
    """The completed modules that required this activity at the moment they were completed."""
    then = Requirement.objects.filter(
        models.Q(until=None) | models.Q(until__gt=models.OuterRef("completed_at")),
        module=models.OuterRef("module"),
        activity=activity,
        is_required=True,
        since__lte=models.OuterRef("completed_at"),
    )
    return ModuleCompletion.objects.filter(models.Exists(then), enrolment=enrolment)


def _edition_of(meeting: Meeting, enrolment: Enrolment) -> Edition:
    """What somebody of this cohort completes by being there."""
    edition = meeting.activity.current_edition
    if edition is None or not is_offered(meeting.activity, enrolment):
        raise Refused("This session is not part of the programme at the moment.")
    return edition


def _asked_at(meeting: Meeting) -> dt.datetime | None:
    """Since when the session is asked of learners."""
    asked = Requirement.objects.filter(activity=meeting.activity_id, until=None)
    since: dt.datetime | None = asked.aggregate(at=models.Max("since"))["at"]
    return since


def _complete(
    meeting: Meeting, enrolment: Enrolment, edition: Edition, asked: dt.datetime | None
) -> None:
    at = _completed_at(meeting, enrolment, asked)
    complete_activity(enrolment, meeting.activity, edition=edition, at=at)


def _held(meeting: Meeting) -> dt.datetime:
    return min(meeting.ends_at, clock.now())


def _completed_at(meeting: Meeting, enrolment: Enrolment, asked: dt.datetime | None) -> dt.datetime:
    """The meeting's own end, so that nobody is late because a list was; but never before anything
    else that the learner has completed, nor before it was asked of them, so that no module is
    complete before its parts."""
    last = Completion.objects.filter(enrolment=enrolment).aggregate(at=models.Max("completed_at"))
    known = (last["at"], asked, enrolment.enrolled_at, _held(meeting))
    return max(instant for instant in known if instant)
