"""What a learner allows to be done with the answers to a survey."""

from django.db import models

from curriculum import clock
from curriculum.models.attempts import Attempt


class SurveyConsent(models.Model):
    """The answers of this attempt may be used to evaluate the programme, until it is withdrawn.

    No row: never given. What was agreed to stands in the attempt's edition.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="consent")
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_is_withdrawn_after_it_was_given",
            )
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None
