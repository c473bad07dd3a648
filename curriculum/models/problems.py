"""What learners report about a page, a question or a scene, and what its author answers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from curriculum import clock
from curriculum.enums import ProblemKind, ProblemState
from curriculum.models.editions import Edition
from curriculum.models.outline import Activity

LONGEST = 1000  # characters of a report, and of an answer


class ProblemReport(models.Model):
    """One report, on the edition that its writer had before them.

    Authors see the name only where `may_be_named` says so. The name of whoever dealt with it is
    copied: it says who answered, whatever becomes of the account.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="problems")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="problems")
    key = models.CharField(
        max_length=80, blank=True, help_text="The question's or scene's id; empty: the page."
    )
    kind = models.CharField(max_length=10, choices=ProblemKind.choices)
    text = models.TextField(max_length=LONGEST)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="problems_reported",
    )
    may_be_named = models.BooleanField(default=False)
    reported_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=ProblemState.choices, default=ProblemState.OPEN)
    answer = models.TextField(max_length=LONGEST, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_name = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was answered, or closed without an answer"
    )
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="claimed before sending")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["reported_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_problem_report_says_something"),
            models.CheckConstraint(
                condition=Q(state=ProblemState.OPEN, answered_at=None)
                | (~Q(state=ProblemState.OPEN) & Q(answered_at__isnull=False)),
                name="an_open_problem_was_not_dealt_with",
            ),
            models.CheckConstraint(
                condition=Q(state=ProblemState.ANSWERED) & ~Q(answer="")
                | ~Q(state=ProblemState.ANSWERED) & Q(answer=""),
                name="an_answered_problem_has_its_answer",
            ),
        ]
        indexes = [
            # For the throttle, and for one's own reports.
            models.Index(fields=["learner", "reported_at"], name="problems_by_learner"),
            models.Index(fields=["activity", "state"], name="problems_by_activity"),
        ]

    def __str__(self) -> str:
        return f"Problem report {self.uuid}"

    @property
    def shown_name(self) -> str:
        """The name that its writer lets the author see; empty where they don't."""
        return self.learner.get_full_name() if self.may_be_named and self.learner else ""
