"""What owners of certificates ask of their course leads: that a wrong name be corrected."""

import uuid

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.enums import NameRequestState
from curriculum.models.certificates import Certificate

LONGEST_NOTE = 500


class NameRequest(models.Model):
    """The wish to have the name on one certificate corrected, and what was answered."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="name_requests"
    )
    wanted = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(
        max_length=10, choices=NameRequestState.choices, default=NameRequestState.OPEN
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The lead; its owner where they took it back.",
    )
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=models.Q(state=NameRequestState.OPEN),
                name="one_open_name_request_for_a_certificate",
            ),
            models.CheckConstraint(
                condition=models.Q(state=NameRequestState.OPEN, answered_at=None, answered_by=None)
                | (
                    ~models.Q(state=NameRequestState.OPEN)
                    & models.Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
                name="a_name_request_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NameRequestState.DECLINED) | ~models.Q(note=""),
                name="a_name_request_is_declined_for_a_reason",
            ),
            models.CheckConstraint(condition=~models.Q(wanted=""), name="a_name_is_wanted"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.certificate}"
