"""What learners answered. The database itself refuses a second open attempt or a second answer."""

import uuid

from django.db import models

from curriculum import clock
from curriculum.enums import AttemptState
from curriculum.models.cohorts import Enrolment
from curriculum.models.editions import Edition
from curriculum.models.outline import Activity


class Attempt(models.Model):
    """One go at an edition. It finishes on the edition it began with.

    `layout` is what was drawn and how it was shuffled for this attempt; it is stored rather than
    computed again, so that an old attempt always shows what its learner saw.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attempts")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN)
    layout = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    out_of = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["enrolment_id", "activity_id", "number"]  # by number: no joins
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity"],
                condition=models.Q(state=AttemptState.OPEN),
                name="one_open_attempt_for_each_activity",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "activity", "number"], name="attempt_number_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(state=AttemptState.OPEN, ended_at=None)
                | (~models.Q(state=AttemptState.OPEN) & models.Q(ended_at__isnull=False)),
                name="attempt_ends_when_it_is_no_longer_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state=AttemptState.SUBMITTED) | models.Q(score=None),
                name="only_a_submitted_attempt_has_a_score",
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.edition}"

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN


class Response(models.Model):
    """The answer to one question within an attempt, known by (activity key, block id), or one
    decision of a case, known by its scene (and the number of the visit from the second one on).

    `version` counts the changes of the answer. Whoever saves says which version they saw, so that
    a second tab cannot silently overwrite the first. `page` is the page that saved last and
    `sequence` how many times it had tried, so that one page does not come into conflict with
    itself when its background saves overtake one another.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    key = models.CharField(max_length=80)
    answer = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    page = models.CharField(max_length=32, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    is_flagged = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=clock.now)
    committed_at = models.DateTimeField(
        null=True, blank=True, help_text="Feedback was shown; the answer is final."
    )
    score = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "key"], name="one_response_per_question")
        ]
        indexes = [
            # For how others chose: every commitment to one decision of a case.
            models.Index(
                fields=["key"],
                condition=models.Q(committed_at__isnull=False),
                name="committed_responses_by_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} in attempt {self.attempt_id}"
