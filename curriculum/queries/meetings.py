"""Meetings: whose they are, what clashes, who was there, and who has missed a session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from curriculum import clock
from curriculum.enums import ActivityKind
from curriculum.models import (
    Activity,
    Attendance,
    Cohort,
    Completion,
    Enrolment,
    Group,
    Inclusion,
    Meeting,
    Requirement,
)


def sessions_of(programme_id: int) -> models.QuerySet[Activity]:
    """The sessions that a programme offers now, in its order."""
    included = Inclusion.objects.filter(programme=programme_id, until=None)
    offered = Requirement.objects.filter(until=None, module__inclusions__in=included)
    return Activity.objects.filter(
        kind=ActivityKind.SESSION, requirements__in=offered, current_edition__isnull=False
    ).order_by("requirements__module__inclusions__position", "requirements__position")


# ── For those who plan ────────────────────────────────────────────────────
def taught_meetings(user: Any) -> models.QuerySet[Meeting]:
    """The meetings of the cohorts that this person leads or tutors."""
    taught = Cohort.objects.taught_by(user).values("pk")
    return Meeting.objects.filter(cohort__in=taught).select_related("cohort", "activity", "group")


def with_counts(meetings: models.QuerySet[Meeting]) -> models.QuerySet[Meeting]:
    """Annotated with how many `came`; of those who are counted in reports."""
    here = Attendance.objects.filter(meeting=models.OuterRef("pk"))
    counted = here.filter(enrolment__in=Enrolment.objects.reported()).order_by()
    came = counted.values("meeting").annotate(n=models.Count("pk")).values("n")
    return meetings.annotate(came=models.functions.Coalesce(models.Subquery(came), 0))


def learners_of(cohort: Cohort) -> models.QuerySet[Enrolment]:
    """Everybody whose attendance can be recorded in this cohort, by name."""
    found = Enrolment.objects.filter(cohort=cohort).reported()
    return found.select_related("learner__profession", "group").order_by(
        "learner__full_name", "learner__email", "pk"
    )


def invited(meeting: Meeting) -> models.QuerySet[Enrolment]:
    """Those whom the meeting is for: its group, or everybody, and its guests."""
    return learners_of(meeting.cohort).filter(_is_invited(meeting))


def expected(meeting: Meeting) -> models.QuerySet[Enrolment]:
    """Those whom the meeting is for and who have not completed its session otherwise: whom a change
    of it concerns."""
    return _without_it(meeting).filter(_is_invited(meeting))


def not_expected(meeting: Meeting) -> models.QuerySet[Enrolment]:
    """Those of the cohort whom the meeting is not for, and who have not completed its session."""
    return _without_it(meeting).exclude(pk__in=invited(meeting).order_by().values("pk"))


def _without_it(meeting: Meeting) -> models.QuerySet[Enrolment]:
    done = Completion.objects.filter(activity=meeting.activity_id).values("enrolment")
    return learners_of(meeting.cohort).filter(learner__is_active=True).exclude(pk__in=done)


def _is_invited(meeting: Meeting) -> models.Q:
    guests = Meeting.guests.through.objects.filter(meeting=meeting.pk or 0)
    is_guest = models.Q(pk__in=guests.values("enrolment"))
    if not meeting.group_name:
        return models.Q()
    return is_guest | models.Q(group=meeting.group_id) if meeting.group_id else is_guest


@dataclass(frozen=True)
class Row:
    """One learner on the list of a meeting."""

    enrolment: Enrolment
    attendance: Attendance | None
    is_invited: bool


def attendance_list(meeting: Meeting) -> list[Row]:
    """Everybody in the cohort, those whom it is for first. Three queries."""
    was_there = {
        row.enrolment_id: row
        for row in Attendance.objects.filter(meeting=meeting).select_related("recorded_by")
    }
    own = set(invited(meeting).values_list("pk", flat=True))
    rows = [Row(e, was_there.get(e.pk), e.pk in own) for e in learners_of(meeting.cohort)]
    return sorted(rows, key=lambda row: not row.is_invited)


@dataclass(frozen=True)
class Clash:
    """Another meeting at the same time, and what the two have in common."""

    meeting: Meeting
    reasons: tuple[str, ...]
    is_known: bool  # whoever plans teaches that cohort too, and may be told whose it is


def clashes(meeting: Meeting, user: Any) -> list[Clash]:
    """What the meeting, stored or not, would clash with: its learners, its facilitators or its
    room. One query, and one for each meeting at the same time."""
    beside = (
        Meeting.objects.filter(
            called_off_at=None, starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at
        )
        .exclude(pk=meeting.pk)
        .select_related("cohort", "activity", "group")
    )
    taught = set(Cohort.objects.taught_by(user).values_list("pk", flat=True))
    mine = invited(meeting).values("learner")
    found = []
    for other in beside:
        shared = invited(other).filter(learner__in=mine).count()
        reasons = tuple(_in_common(meeting, other, shared))
        if reasons:
            found.append(Clash(other, reasons, other.cohort_id in taught))
    return found


def _in_common(one: Meeting, other: Meeting, shared: int) -> Iterable[str]:
    if shared:
        yield f"{shared} learner{'' if shared == 1 else 's'}"
    elif one.cohort_id == other.cohort_id and one.group_name == other.group_name:
        yield "the same group" if one.group_name else "the same cohort"
    names = _people(one.facilitators) & _people(other.facilitators)
    yield from sorted(names)
    if one.place and _plain(one.place) == _plain(other.place):
        yield one.place


def _people(names: str) -> set[str]:
    """Each person's name, without the profession that stands after a comma."""
    found = (" ".join(one.partition(",")[0].split()).title() for one in names.split(";"))
    return {name for name in found if name}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Missed:
    """A learner whose meetings for a session are over and who was at none of them."""

    enrolment: Enrolment
    coming: Meeting | None  # the next one that is for them


def missed(cohort: Cohort, activity: Activity) -> list[Missed]:
    """Who has missed a session and has not completed it either, by name. Three queries."""
    held = list(
        Meeting.objects.filter(cohort=cohort, activity=activity, called_off_at=None)
        .select_related("group")
        .prefetch_related("guests")
    )
    done = Completion.objects.filter(activity=activity).values("enrolment")
    over = [meeting for meeting in held if meeting.is_over]
    coming = [meeting for meeting in held if not meeting.is_over]
    return [
        Missed(e, next((m for m in coming if is_for(m, e)), None))
        for e in learners_of(cohort).exclude(pk__in=done)
        if any(is_for(meeting, e) for meeting in over)
    ]


def is_for(meeting: Meeting, enrolment: Enrolment) -> bool:
    """Whether a learner of its cohort is among those whom a meeting is for; without a query where
    its guests are prefetched."""
    if not meeting.group_name:
        return True
    in_group = meeting.group_id is not None and meeting.group_id == enrolment.group_id
    return in_group or any(guest.pk == enrolment.pk for guest in meeting.guests.all())


# ── For learners ──────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Appointment:
    """A meeting as one learner sees it."""

    meeting: Meeting
    was_there: bool
    is_own: bool  # for them; otherwise one that they may come to instead


def own_meetings(enrolment: Enrolment, activity: Activity) -> list[Appointment]:
    """What a learner sees of a session's meetings: their own, and, where none of these is to come
    and they have been at none, those of other groups that are. Three queries."""
    rows = list(
        Meeting.objects.filter(cohort=enrolment.cohort_id, activity=activity)
        .select_related("group", "activity")
        .prefetch_related("guests")
    )
    there = set(
        Attendance.objects.filter(enrolment=enrolment, meeting__in=rows).values_list(
            "meeting", flat=True
        )
    )
    own = [row for row in rows if is_for(row, enrolment) or row.pk in there]
    shown = [Appointment(row, row.pk in there, True) for row in own]
    if not there and not any(not row.is_over and not row.called_off_at for row in own):
        shown += [
            Appointment(row, False, False)
            for row in rows
            if row not in own and not row.is_over and not row.called_off_at
        ]
    return sorted(shown, key=lambda row: row.meeting.starts_at)


def next_meetings(enrolments: Sequence[Enrolment]) -> list[Meeting]:
    """The meetings to come that are for these enrolments, the next one first, of sessions that are
    not complete yet: for one person's dashboard. One query where there are none, else three."""
    by_cohort = {enrolment.cohort_id: enrolment for enrolment in enrolments}
    rows = (
        Meeting.objects.filter(cohort__in=by_cohort, ends_at__gt=clock.now(), called_off_at=None)
        .select_related("activity", "cohort")
        .prefetch_related("guests")
        .order_by("starts_at", "pk")
    )
    own = [row for row in rows if is_for(row, by_cohort[row.cohort_id])]
    if not own:
        return []
    done = set(
        Completion.objects.filter(enrolment__in=enrolments).values_list("enrolment", "activity")
    )
    return [row for row in own if (by_cohort[row.cohort_id].pk, row.activity_id) not in done]


def groups_of(cohort: Cohort) -> models.QuerySet[Group]:
    """The cohort's groups with how many `learners` are in each."""
    counted = models.Count("enrolments", filter=models.Q(enrolments__withdrawn_at=None))
    return Group.objects.filter(cohort=cohort).annotate(learners=counted)
