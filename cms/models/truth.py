"""Keeping content true: what it rests on, and when somebody last looked whether it still holds."""

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from cms.models.panels import UpkeepPanel
from curriculum import clock

REVIEW_EVERY = [(6, "Six months"), (12, "Twelve months")]
SLUG = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z", "Use lower-case letters, digits and single hyphens."
)


class TagKind(models.TextChoices):
    """What a tag stands for."""

    STATUTE = "statute", "Statute"
    GUIDANCE = "guidance", "Guidance"
    STANDARD = "standard", "Standard"


class Tag(index.Indexed, models.Model):
    """A statute, a piece of guidance or a standard that content rests on.

    Questions and scenes name it by its slug, so that never changes.
    """

    name = models.CharField(max_length=120, unique=True, help_text="“Care Act 2014”.")
    slug = models.SlugField(
        "short name",
        max_length=60,
        unique=True,
        validators=[SLUG],
        help_text="“care-act-2014”. Questions, scenes and files name the tag by it, so choose it "
        "well: it cannot be changed.",
    )
    kind = models.CharField(max_length=10, choices=TagKind.choices, default=TagKind.STATUTE)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="When it was made.")
    url = models.URLField("address", blank=True, help_text="Where it can be read.")

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class KeptTrue(models.Model):
    """A page whose statements age. Tags and the interval belong to its text and are drafted with
    it; when it was last checked is a fact about the page, whatever draft stands or is restored."""

    tags = ParentalManyToManyField(
        Tag, blank=True, help_text="The statutes, guidance and standards that this page rests on."
    )
    review_months = models.PositiveSmallIntegerField(
        "review every", null=True, blank=True, choices=REVIEW_EVERY
    )
    checked_on = models.DateField(null=True, blank=True, editable=False)
    review_by = models.DateField(null=True, blank=True, editable=False, db_index=True)

    exclude_fields_in_copy = ["checked_on", "review_by"]
    truth_panels = [
        MultiFieldPanel(
            [
                FieldPanel("tags", widget=forms.CheckboxSelectMultiple),
                FieldPanel("review_months"),
                UpkeepPanel(),
            ],
            "Keeping it true",
        )
    ]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save it; from the day on which it first goes live its review falls due."""
        if getattr(self, "live", False):
            self.set_review_by(self.last_checked())
        return super().save(*args, **kwargs)

    def with_content_json(self, content: Any) -> Any:
        page = super().with_content_json(content)  # type: ignore[misc]
        page.checked_on, page.review_by = self.checked_on, self.review_by
        return page

    def set_review_by(self, checked_on: dt.date) -> None:
        """Last checked on this day, so due again after the interval. Does not save."""
        months = self.review_months
        self.checked_on = checked_on
        self.review_by = months_after(checked_on, months) if months else None

    def last_checked(self) -> dt.date:
        """When it was last found true: what is recorded, or else its module's day, or today."""
        own = [self.checked_on, getattr(self, "law_checked_on", None)]
        if known := [day for day in own if day]:
            return max(known)
        above = self.get_parent()  # type: ignore[attr-defined]
        return getattr(above and above.specific, "law_checked_on", None) or clock.today()
