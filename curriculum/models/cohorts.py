"""Learners who take a programme together."""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.models.outline import Programme

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

    def runs_on(self, day: dt.date) -> bool:
        """Whether work on this day, in the site's time zone, is recorded in it."""
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_on is None or self.ends_on >= day)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> "EnrolmentQuerySet":
        return self.filter(withdrawn_at=None)

    def reported(self) -> "EnrolmentQuerySet":
        """Those that reports count: enrolled now, and nobody who works here, be it by a role on
        the site or as a lead or tutor of the same cohort."""
        leads, tutors = Cohort.leads.through.objects, Cohort.tutors.through.objects
        same = {"cohort_id": models.OuterRef("cohort_id"), "user_id": models.OuterRef("learner_id")}
        teaches = models.Exists(leads.filter(**same)) | models.Exists(tutors.filter(**same))
        return self.active().filter(learner__is_staff=False).exclude(teaches)


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
