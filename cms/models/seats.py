"""Asking a colleague to say how somebody in a case sees it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from wagtail.models import Page

from curriculum import clock
from curriculum.content import Case
from curriculum.enums import Side, Voice

OPPOSITE = {Side.HEALTH: Side.SOCIAL_CARE, Side.SOCIAL_CARE: Side.HEALTH}
SEAT_NAMES = {
    Voice.PERSON: "The person’s seat",
    Voice.CARER: "The carer’s seat",
    Voice.GP: "The GP’s seat",
    Voice.SOCIAL_WORKER: "The social worker’s seat",
    Voice.OTHER: "Somebody else’s seat",
}


class SeatRequestQuerySet(models.QuerySet["SeatRequest"]):
    """Filters that read as adjectives."""

    def open(self) -> "SeatRequestQuerySet":
        return self.filter(filled_at=None, cancelled_at=None)


class SeatRequest(models.Model):
    """A colleague is asked to fill one voice's seat in a case. While it is open it is their
    permission to write that voice's views, and nothing else, into the draft."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="seat_requests")
    voice = models.CharField(max_length=15, choices=Voice.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats_asked_for"
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats_to_fill"
    )
    note = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    filled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    asked_mailed_at = models.DateTimeField(
        null=True, blank=True, help_text="claimed before sending"
    )
    filled_mailed_at = models.DateTimeField(
        null=True, blank=True, help_text="claimed before sending"
    )

    objects = SeatRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "voice"],
                condition=models.Q(filled_at=None, cancelled_at=None),
                name="a_seat_is_asked_for_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(filled_at=None) | models.Q(cancelled_at=None),
                name="a_seat_is_filled_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"Seat request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.filled_at is None and self.cancelled_at is None

    @property
    def seat_name(self) -> str:
        return SEAT_NAMES[Voice(self.voice)]


@dataclass(frozen=True)
class Seat:
    """One voice in a case: how much is written for it, and whom it waits for."""

    voice: Voice
    written: int
    choices: int
    asked: SeatRequest | None

    @property
    def name(self) -> str:
        return SEAT_NAMES[self.voice]

    @property
    def is_empty(self) -> bool:
        return not self.written

    @property
    def state(self) -> str:
        """In words, after the name."""
        if self.asked is not None:
            return f"is waiting for {self.asked.colleague.get_full_name()}"
        if self.is_empty:
            return "is empty"
        return f"speaks at {self.written} of {self.choices} choices"


def voices(page: Any) -> list[str]:
    """The voices in a case's cast, in the usual order."""
    held = {child.value.get("voice") for child in page.cast}
    return [voice for voice in Voice.values if voice in held]


def seats_of(page: Any, case: Case) -> list[Seat]:
    """The seats of a draft: every voice in its cast. One query."""
    if page.pk is None:
        return []
    asked = {
        row.voice: row
        for row in SeatRequest.objects.open().filter(page=page.pk).select_related("colleague")
    }
    voice_of = {member.id: member.voice for member in case.cast}
    spoken = [
        {voice_of.get(view.who) for view in choice.views if view.text}
        for scene in case.scenes
        if scene.decision
        for choice in scene.decision.choices
    ]
    return [
        Seat(Voice(voice), sum(voice in who for who in spoken), len(spoken), asked.get(voice))
        for voice in voices(page)
    ]
