"""When a cohort, or a group of it, meets for a session, and who was there."""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.enums import AttendanceWay
from curriculum.models.cohorts import JOIN_ALPHABET, Cohort, Enrolment, Group
from curriculum.models.outline import Activity

CODE_LENGTH = 6
CODE_AROUND = dt.timedelta(hours=1)  # before the start and after the end


def new_room_code() -> str:
    """Six characters of 31: about 30 bits. It lives for minutes, and tries at it are counted."""
    return "".join(secrets.choice(JOIN_ALPHABET) for _ in range(CODE_LENGTH))


class Meeting(models.Model):
    """One meeting for a session: of the whole cohort, or of one of its groups.

    `code` means something only from `code_opens_at` until `code_closes_at`; each opening draws a
    new one, so that one that was passed on is worth nothing later.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # An empty cohort goes with what was planned for it; an attendance keeps both.
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="meetings")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="meetings")
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    # Kept, so that the meeting of a group that is taken apart does not become everybody's.
    group_name = models.CharField(max_length=60, blank=True)
    guests = models.ManyToManyField(
        Enrolment,
        blank=True,
        related_name="guest_at",
        help_text="Who comes to this one besides, such as those who missed their own.",
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    facilitators = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=CODE_LENGTH, default=new_room_code, editable=False)
    code_opens_at = models.DateTimeField(null=True, blank=True, editable=False)
    code_closes_at = models.DateTimeField(null=True, blank=True, editable=False)
    called_off_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="a_meeting_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~models.Q(place="", link=""), name="a_meeting_is_somewhere"
            ),
            models.CheckConstraint(
                condition=models.Q(group=None) | ~models.Q(group_name=""),
                name="a_meeting_remembers_its_group",
            ),
            models.CheckConstraint(
                condition=models.Q(code_opens_at=None, code_closes_at=None)
                | models.Q(code_closes_at__gte=models.F("code_opens_at")),
                name="a_code_closes_after_it_opens",
            ),
        ]
        indexes = [models.Index(fields=["cohort", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.activity}, {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def code_open(self) -> bool:
        """Whether the code may be shown, and counts, at this instant."""
        if not (self.code_opens_at and self.code_closes_at) or self.called_off_at:
            return False
        return self.code_opens_at <= clock.now() < self.code_closes_at

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def is_near(self) -> bool:
        """Whether it is on, or nearly: a code can be shown, and the list kept."""
        return self.starts_at - CODE_AROUND <= clock.now() <= self.ends_at + CODE_AROUND

    @property
    def lasts(self) -> dt.timedelta:
        return self.ends_at - self.starts_at

    @property
    def for_whom(self) -> str:
        """The group, or everybody."""
        if self.group:
            return self.group.name
        return f"{self.group_name} (taken apart)" if self.group_name else "Whole cohort"


class Attendance(models.Model):
    """This learner was at that meeting, by somebody's list or by the code in the room."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    way = models.CharField("recorded by", max_length=4, choices=AttendanceWay.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "enrolment"], name="a_learner_attends_a_meeting_once"
            ),
            models.CheckConstraint(
                condition=models.Q(way=AttendanceWay.CODE, recorded_by=None)
                | models.Q(way=AttendanceWay.LIST, recorded_by__isnull=False),
                name="a_list_is_kept_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} at {self.meeting}"
