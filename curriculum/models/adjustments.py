"""What course leads have decided about one learner, and why. The ledger beside what was earned."""

import uuid

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.dates import day
from curriculum.enums import AdjustmentKind
from curriculum.models.cohorts import Enrolment
from curriculum.models.outline import Activity, Module

LONGEST_REASON = 250


class Adjustment(models.Model):
    """One decision. It is never rewritten; taking it back is noted on it, with who and when."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=12, choices=AdjustmentKind.choices)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    module = models.ForeignKey(
        Module, null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    until = models.DateField(null=True, blank=True, help_text="The new day of an extension.")
    other = models.ForeignKey(
        Enrolment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The enrolment moved to, or carried over from.",
    )
    reason = models.CharField(
        max_length=400, help_text="As it was given, with where a move came from in front."
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_role = models.CharField(
        max_length=40, blank=True, help_text="In what role the actor decided, as it was then."
    )
    made_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    mailed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the learner was told of it as it stands. Empty: a mail is owed.",
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="an_adjustment_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="an_adjustment_is_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.enrolment}"

    @property
    def what(self) -> str:
        """In words, such as “More time for Module 2: until 4 December 2026”."""
        about = self.activity or self.module
        match AdjustmentKind(self.kind):
            case AdjustmentKind.EXTENSION:
                return f"More time for {about or 'everything'}: until {day(self.until)}"
            case AdjustmentKind.ATTEMPT:
                return f"A further attempt: {about}"
            case AdjustmentKind.CREDIT | AdjustmentKind.EXEMPTION:
                return f"{self.get_kind_display()}: {about}"
            case AdjustmentKind.CARRIED:
                return "Carried over what was completed in another cohort"
            case AdjustmentKind.WITHDRAWAL:
                return "Withdrawn from the cohort"
            case AdjustmentKind.RETURN:
                return "Taken back into the cohort"
            case _:
                return "Moved to another cohort"
