"""Corrections of a wrong key: who, when and why, and what each did to whose result. Rows are added,
never rewritten."""

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.models.attempts import Attempt
from curriculum.models.editions import Edition, Immutable
from curriculum.models.outline import Activity


class Regrade(Immutable):
    """From this instant on the key of `corrected` counts for the same questions of `editions`.

    `fingerprint` is of what was previewed, so that one confirmation makes one regrade however
    often it is sent. The name is copied: it says who did it, whatever becomes of the account.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="regrades")
    number = models.PositiveIntegerField()
    editions = models.ManyToManyField(Edition, related_name="regrades")
    corrected = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    fails_too = models.BooleanField(
        default=False, help_text="Those who had passed and do not by the corrected key, fail."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)
    fingerprint = models.CharField(max_length=64, unique=True)
    changed = models.PositiveIntegerField(help_text="attempts")
    now_pass = models.PositiveIntegerField(help_text="attempts")
    now_fail = models.PositiveIntegerField(help_text="attempts")

    class Meta:
        ordering = ["activity_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="regrade_number_is_unique"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_regrade_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"Regrade {self.number} of {self.activity_id}"


class RegradedAttempt(Immutable):
    """What one regrade changed in one attempt. `kept_pass`: by the corrected key it would not have
    passed, but it had, and that stayed."""

    regrade = models.ForeignKey(Regrade, on_delete=models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regrades")
    score_before = models.DecimalField(max_digits=8, decimal_places=4)
    score_after = models.DecimalField(max_digits=8, decimal_places=4)
    passed_before = models.BooleanField()
    passed_after = models.BooleanField()
    kept_pass = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="claimed before sending")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["regrade_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["regrade", "attempt"], name="an_attempt_is_regraded_once_by_each"
            ),
            models.CheckConstraint(
                condition=models.Q(kept_pass=False)
                | models.Q(passed_before=True, passed_after=True),
                name="a_pass_that_was_kept_is_a_pass",
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.attempt_id} in regrade {self.regrade_id}"
