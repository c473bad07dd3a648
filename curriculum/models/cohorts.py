"""Learners who take a programme together."""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.models.outline import Module, Programme

JOIN_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without 0 O 1 I L, which people confuse


def new_join_code() -> str:
    """Ten characters of 31: about 49 bits."""
    return "".join(secrets.choice(JOIN_ALPHABET) for _ in range(10))


class CohortQuerySet(models.QuerySet["Cohort"]):
    def led_by(self, user: Any) -> "CohortQuerySet":
        """The cohorts whose reports this person may see; nobody sees another's by rank."""
        if user.has_perm("curriculum.see_every_cohort"):
            return self
        return self.filter(pk__in=Cohort.leads.through.objects.filter(user=user).values("cohort"))

    def taught_by(self, user: Any) -> "CohortQuerySet":
        """The cohorts that this person leads or tutors; of them shares are shown, never names."""
        tutored = Cohort.tutors.through.objects.filter(user=user).values("cohort")
        return self.led_by(user) | self.filter(pk__in=tutored)


class RemindsItself(models.IntegerChoices):
    """How many days before something is due a cohort reminds by itself."""

    THE_DAY_AFTER = 0, "the day after something was due"
    THREE_DAYS = 3, "three days before something is due"
    A_WEEK = 7, "a week before something is due"


class Cohort(models.Model):
    """Learners who take a programme together between dates, with its leads and tutors."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    starts_on = models.DateField("starts on", null=True, blank=True)
    ends_on = models.DateField("ends on", null=True, blank=True)
    leads = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="cohorts_led")
    tutors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="cohorts_tutored"
    )
    join_code = models.CharField(max_length=10, unique=True, default=new_join_code, editable=False)
    can_join = models.BooleanField(
        "the join link works",
        default=True,
        help_text="Whoever has the link and signs in with a verified e-mail address can join.",
    )
    join_until = models.DateField(
        "last day of the join link", null=True, blank=True, help_text="Left empty: no last day."
    )
    join_domains = models.CharField(
        "only these e-mail domains",
        max_length=300,
        blank=True,
        help_text="Such as medical.example, nursing.example. Left empty: any address.",
    )
    reminds_itself = models.PositiveSmallIntegerField(
        "reminds by itself",
        choices=RemindsItself.choices,
        null=True,
        blank=True,
        editable=False,
        help_text="Days before something is due; empty: only when a lead asks for it.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "name"]
        permissions = [("see_every_cohort", "Can see every cohort")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="cohort_ends_after_it_starts",
                violation_error_message="The cohort must end on or after the day it starts.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def domains(self) -> list[str]:
        """The e-mail domains that the join link is open to; empty for any."""
        return self.join_domains.lower().split(", ") if self.join_domains else []

    def admits(self, email: str) -> bool:
        """Whether the join link is open to this address."""
        return not self.domains or email.lower().rpartition("@")[2] in self.domains


class Group(models.Model):
    """Learners of a cohort who meet together, of mixed professions where there are several."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["cohort_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "name"], name="a_group_has_its_own_name")
        ]

    def __str__(self) -> str:
        return self.name


class DueDate(models.Model):
    """The day, in the site's time zone, by whose end a cohort should have finished a module."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="due_dates")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="due_dates")
    due_on = models.DateField()

    class Meta:
        ordering = ["cohort_id", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "module"], name="a_module_is_due_once_in_a_cohort"
            )
        ]

    def __str__(self) -> str:
        return f"{self.module} by {self.due_on}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> "EnrolmentQuerySet":
        return self.filter(withdrawn_at=None)

    def reported(self) -> "EnrolmentQuerySet":
        """Those that reports count: enrolled now, and nobody who works here."""
        return self.active().of_learners()

    def of_learners(self) -> "EnrolmentQuerySet":
        """Without those who work here, be it by a role on the site or as a lead or tutor of the
        same cohort."""
        leads, tutors = Cohort.leads.through.objects, Cohort.tutors.through.objects
        same = {"cohort_id": models.OuterRef("cohort_id"), "user_id": models.OuterRef("learner_id")}
        teaches = models.Exists(leads.filter(**same)) | models.Exists(tutors.filter(**same))
        return self.filter(learner__is_staff=False).exclude(teaches)


class Enrolment(models.Model):
    """One learner in one cohort. Everything the learner does is recorded against it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    enrolled_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    last_active_at = models.DateTimeField(null=True, blank=True)
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments"
    )
    ends_on = models.DateField(
        null=True,
        blank=True,
        help_text="This learner's own last day, where it is not the cohort's.",
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "learner"], name="a_learner_is_in_a_cohort_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner} in {self.cohort}"

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which work is recorded; None where there is none. A day of their own
        only ever gives a learner more time, also after the cohort's was put off or changed."""
        theirs = self.cohort.ends_on
        return max(self.ends_on or theirs, theirs) if theirs else None

    def runs_on(self, day: dt.date) -> bool:
        """Whether work on this day, in the site's time zone, is recorded in it."""
        begun = self.cohort.starts_on is None or self.cohort.starts_on <= day
        return begun and (self.last_day is None or self.last_day >= day)


class OwnDueDate(models.Model):
    """One learner's own day for a module, in place of the cohort's."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="own_due_dates")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module"], name="a_module_is_due_once_for_a_learner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.module} by {self.due_on}"
