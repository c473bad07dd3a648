"""Lists of learners that leads bring in, and who was invited by mail."""

import uuid

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.models.cohorts import Cohort, Enrolment
from curriculum.models.jobs import Job


class RosterImport(models.Model):
    """One list between its upload and what came of it. Its rows are in a file of the records
    storage, for whoever brought it alone, and go with the work or after an hour."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="roster_imports")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, help_text="As the file was called.")
    rows = models.CharField(
        max_length=160, blank=True, help_text="Name in the records storage; empty once gone."
    )
    columns = models.JSONField(default=dict, help_text="Which column holds what.")
    choices = models.JSONField(default=dict, help_text="What the lead has decided, by row.")
    plan = models.CharField(
        max_length=64, blank=True, help_text="Digest of the plan that was confirmed."
    )
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="roster_imports"
    )
    result = models.JSONField(default=dict, help_text="How many were made, enrolled and so on.")
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uuid)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def to_people_who_take_part(self) -> "InvitationQuerySet":
        """Those whose enrolment still stands; nobody else is written to."""
        return self.filter(
            enrolment__withdrawn_at=None,
            enrolment__learner__is_active=True,
            enrolment__learner__is_staff=False,
        )

    def due(self) -> "InvitationQuerySet":
        """Asked for, and not yet taken up by a worker."""
        return self.to_people_who_take_part().filter(asked_at__isnull=False, claimed_at=None)


class Invitation(models.Model):
    """One mail that asks a learner in. Number 1 is made with the enrolment, and a further one only
    when somebody decides to send again.

    A worker claims the row before it sends, so that nobody is mailed twice; where it dies between
    the two, the row is claimed and not mailed, and a person decides what to do.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="invitations")
    number = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="Empty: not to be sent yet.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(
        null=True, blank=True, help_text="When its link was used to choose a password."
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["enrolment_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "number"], name="an_invitation_is_sent_again_once_a_number"
            ),
            models.CheckConstraint(
                condition=models.Q(asked_at=None, asked_by=None, claimed_at=None)
                | models.Q(asked_at__isnull=False, asked_by__isnull=False),
                name="an_invitation_is_asked_for_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(mailed_at=None) | models.Q(claimed_at__isnull=False),
                name="an_invitation_is_claimed_before_it_is_mailed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
