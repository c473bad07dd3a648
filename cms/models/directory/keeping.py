"""Entries are checked by somebody, or they leave the search."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models

from curriculum.clock import today

REMIND_AFTER = timedelta(days=150)
HIDE_AFTER = timedelta(days=180)


class CheckedQuerySet(models.QuerySet):
    """Which entries the public may find."""

    def shown(self) -> Self:
        """Those that are in use and were checked within 180 days."""
        return self.filter(is_shown=True, checked_on__gt=today() - HIDE_AFTER)

    def due_for_check(self) -> Self:
        """Those in use that nobody has checked for 150 days or more."""
        return self.filter(is_shown=True, checked_on__lte=today() - REMIND_AFTER)


class Checked(models.Model):
    """Something that is true until it isn't: who looked last, and when."""

    is_shown = models.BooleanField(
        "in use", default=True, help_text="When off, nobody finds it. Nothing is deleted."
    )
    checked_on = models.DateField("last checked")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="checked by",
    )
    # The day from which on editors were told that the entry wants checking; empty: not yet.
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    gone_on = models.DateField(
        "missing from the last import",
        null=True,
        blank=True,
        editable=False,
        help_text="An import deletes nothing; an editor decides.",
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = CheckedQuerySet.as_manager()

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """An older version, with what is known of its checks now: going back is no check."""
        found = super().with_content_json(content)  # type: ignore[misc]
        for name in ("checked_on", "checked_by", "reminded_on", "gone_on"):
            setattr(found, name, getattr(self, name))
        return found

    def is_found(self) -> bool:
        """Whether the public may find it today, as `shown` says of many."""
        return self.is_shown and self.leaves_on > today()

    @property
    def leaves_on(self) -> date:
        """The day on which the entry leaves the search unless somebody checks it."""
        return self.checked_on + HIDE_AFTER
