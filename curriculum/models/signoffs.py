"""Approvals of exact content by a GP and by a social worker."""

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.enums import ReviewRole
from curriculum.models.editions import Edition
from curriculum.models.outline import Activity


class SignOff(models.Model):
    """One person, in one professional role, approved the content with this digest.

    Name, profession and registration are copied: the record says who signed as what, whatever
    becomes of the account.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="signoffs")
    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=15, choices=ReviewRole.choices)
    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="signoffs"
    )
    signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signoffs"
    )
    name = models.CharField(max_length=120)
    profession = models.CharField(max_length=80)
    registration_body = models.CharField(max_length=80, blank=True)
    registration_number = models.CharField(max_length=30, blank=True)
    signed_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "digest", "role"],
                condition=models.Q(withdrawn_at=None),
                name="one_standing_signoff_for_each_role",
            ),
            # Two different people: nobody signs the same text for both professions.
            models.UniqueConstraint(
                fields=["activity", "digest", "signatory"],
                condition=models.Q(withdrawn_at=None),
                name="nobody_signs_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}: {self.activity}"
