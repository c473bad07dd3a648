"""Pages that somebody is asked to look at again, and what came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from wagtail.models import Page

from cms.models.truth import Tag


class ReviewQuerySet(models.QuerySet["Review"]):
    """Filters for reviews."""

    def open(self) -> "ReviewQuerySet":
        return self.filter(closed_at=None)


class Review(models.Model):
    """A page whose statements may no longer hold: since when, why, and who found them true again.

    `parts` are the questions and scenes concerned, each with id, kind and text; none means the
    page as a whole. Those of one press of the button have one `batch`.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="reviews")
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    tag = models.ForeignKey(
        Tag, null=True, blank=True, on_delete=models.SET_NULL, related_name="reviews"
    )
    since = models.DateField()
    note = models.TextField(blank=True)
    parts = models.JSONField(default=list)
    tells_learners = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)  # when its owner was told
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "tag"],
                condition=Q(closed_at=None),
                name="a_page_has_one_open_review_a_tag",
            ),
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(closed_at=None, tag=None),
                name="a_page_has_one_open_review_without_a_tag",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of page {self.page_id} since {self.since}"

    @property
    def as_list(self) -> list["Review"]:
        """Itself alone, for what shows several."""
        return [self]
