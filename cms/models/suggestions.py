"""Other words that somebody suggests for one text of a page, without becoming its writer."""

from typing import Any

from django.conf import settings
from django.db import models
from wagtail.models import Page, Revision

from cms.drafting import latest_draft, merge
from cms.passages import Passage, Path, passages
from curriculum import clock

BESIDE = "Written at the same time as other words were saved here. Both are kept: choose."


class SuggestionState(models.TextChoices):
    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    OVERTAKEN = "overtaken", "Overtaken"


class Suggestion(models.Model):
    """Somebody suggests that one text should say something else.

    The name is copied: it says who suggested it, whatever becomes of the account. `after` is what
    was suggested, for good; what was taken over of it stands in the revision.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="suggestions")
    path = models.JSONField(help_text="field, block id, field …")
    label = models.CharField(max_length=250, help_text="Where it stands, in words.")
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    is_rich = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="suggestions_made",
    )
    name = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(
        max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at=None)
                | (~models.Q(state="open") & models.Q(answered_at__isnull=False)),
                name="a_suggestion_is_open_or_was_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"Suggestion {self.pk}"

    @property
    def where(self) -> Path:
        return tuple(self.path)

    def is_overtaken(self, present: Passage | None) -> bool:
        """Whether the text is no longer what the suggestion was made for."""
        return present is None or not present.wording.same(present.text, self.before)


def with_present(page: Any, found: Any) -> list[tuple[Suggestion, Passage | None]]:
    """Suggestions, each with the text in this draft that it is about, if that is still there."""
    rows = list(found)
    known = {passage.path: passage for passage in passages(page)} if rows else {}
    return [(row, known.get(row.where)) for row in rows]


def keep_both(page: Any, base_pk: int | None) -> bool:
    """Before a draft that was made from revision `base_pk` is saved: take over what was worded
    otherwise since, and keep as a suggestion what was worded twice. Locks the page.

    Returns whether anything was saved since.
    """
    now = Page.objects.select_for_update().filter(pk=page.pk).first()
    if now is None or base_pk is None or now.latest_revision_id in {None, base_pk}:
        return False
    found = Revision.objects.in_bulk([base_pk, now.latest_revision_id])
    if len(found) < 2:
        return False  # Wagtail was told to purge old revisions
    theirs = found[now.latest_revision_id]
    for clash in merge(page, found[base_pk].as_object(), latest_draft(now)):
        Suggestion.objects.create(
            page=now,
            path=list(clash.path),
            label=clash.label[:250],
            before=clash.now,
            after=clash.wanted,
            reason=BESIDE,
            by=theirs.user,
            name=str(theirs.user or "Somebody")[:120],
        )
    page.latest_revision_id = now.latest_revision_id
    page.latest_revision_created_at = now.latest_revision_created_at
    return True
