"""Who was reminded of what, once for each due day."""

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.enums import NotReminded
from curriculum.models.cohorts import Enrolment
from curriculum.models.jobs import Job
from curriculum.models.outline import Module


class Reminder(models.Model):
    """One learner shall be, is or was reminded that one module is due on one day.

    `claimed_at` is set before the mail goes and `mailed_at` after it: a worker that dies in between
    leaves a row of which nobody knows whether it was sent, and which is never sent again.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reminders")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Nobody: the cohort reminds by itself.",
    )
    asked_at = models.DateTimeField(default=clock.now)
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="reminders"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    skipped = models.CharField(max_length=12, choices=NotReminded.choices, blank=True)

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module", "due_on"], name="nobody_is_reminded_twice_of_one_day"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=False) | models.Q(mailed_at=None, skipped=""),
                name="a_reminder_is_claimed_before_it_goes",
            ),
            models.CheckConstraint(
                condition=models.Q(mailed_at=None) | models.Q(skipped=""),
                name="a_reminder_is_mailed_or_skipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.module} by {self.due_on}"
