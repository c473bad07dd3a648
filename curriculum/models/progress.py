"""The ledger of completion. Rows are added, never rewritten by an edit of the content."""

from django.conf import settings
from django.db import models

from curriculum.enums import CompletionBasis
from curriculum.models.attempts import Attempt
from curriculum.models.cohorts import Enrolment
from curriculum.models.editions import Edition
from curriculum.models.outline import Activity, Module


class Completion(models.Model):
    """This enrolment finished this activity, on this edition, at this instant."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="completions")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="completions")
    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="completions"
    )
    attempt = models.OneToOneField(
        Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="completion"
    )
    basis = models.CharField(
        max_length=10, choices=CompletionBasis.choices, default=CompletionBasis.EARNED
    )
    completed_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["completed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity"], name="an_activity_is_completed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(basis=CompletionBasis.EARNED, edition__isnull=False, actor=None)
                | (
                    ~models.Q(basis=CompletionBasis.EARNED)
                    & models.Q(actor__isnull=False)
                    & ~models.Q(reason="")
                ),
                name="earned_on_an_edition_or_given_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.activity}"


class ModuleCompletion(models.Model):
    """This enrolment finished this module; it stays so, whatever is required later."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="module_completions"
    )
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()

    class Meta:
        ordering = ["completed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module"], name="a_module_is_completed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.module}"


class ProgrammeCompletion(models.Model):
    """This enrolment finished its cohort's programme."""

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="programme_completion"
    )
    completed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.enrolment)
