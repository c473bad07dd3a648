"""Approvals of exact content by a GP and by a social worker, and what they said on the way."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from curriculum import clock, content
from curriculum.enums import ReviewRole
from curriculum.models.editions import Edition, Immutable
from curriculum.models.outline import Activity


class SignOff(Immutable):
    """One person, in one professional role, approved the content with this digest.

    Name, profession and registration are copied, and so is the content: the record says who
    signed what as what, whatever becomes of the account or the page. Only its end is written
    later, by `domain.signoffs`: withdrawn, or given anew after it had expired.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="signoffs")
    digest = models.CharField(max_length=64)
    source = models.JSONField(null=True, blank=True, help_text="The content as it was signed.")
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
    is_author = models.BooleanField("also wrote it", default=False)
    signed_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["signed_at"]
        # Shows the way to the desk; who may sign follows from the workflow's tasks alone.
        permissions = [("see_desk", "Can see the reviewers' desk")]
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

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise ValidationError("A sign-off is withdrawn, never deleted.")

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def content(self) -> Any:
        """What was signed, as `curriculum.content`; None for a record from before it was kept."""
        return content.load(self.source) if self.source else None


class ReviewNote(Immutable):
    """What a reviewer wrote about a text: with an approval, or asking for changes."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="review_notes")
    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=15, choices=ReviewRole.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_notes"
    )
    name = models.CharField(max_length=120)
    text = models.TextField(max_length=5000)
    asks_for_changes = models.BooleanField(default=False)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} on {self.activity}"


class KeyRanking(Immutable):
    """How one profession's reviewer ranks the items of a ranking question, before either has seen
    the other's order or the key in the text.

    `items` is a digest of what was ranked: once the items change, both rank anew.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="key_rankings")
    question = models.CharField(max_length=80)
    items = models.CharField(max_length=64)
    role = models.CharField(max_length=15, choices=ReviewRole.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="key_rankings"
    )
    name = models.CharField(max_length=120)
    order = models.JSONField(help_text="The items' ids, the most important first.")
    agreement = models.FloatField(
        null=True,
        blank=True,
        help_text="Kendall’s tau with the other profession’s order, on the later of the two rows.",
    )
    ranked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["ranked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "question", "items", "role"],
                name="each_profession_ranks_once",
            ),
            models.UniqueConstraint(
                fields=["activity", "question", "items", "reviewer"],
                name="two_people_rank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ranked {self.question}"


def expiry(at: dt.datetime, months: int) -> dt.datetime | None:
    """When an approval given at this instant ends; None where approvals do not."""
    if not months:
        return None
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, 28)  # every month has it
    return at.replace(year=year, month=month + 1, day=day)
