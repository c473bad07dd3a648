"""The frozen content of activities. Written once, never changed."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from curriculum import clock, content
from curriculum.models.outline import Activity

MOST_READ = 500  # editions kept in memory; a quiz takes some 100 kB
_read: dict[str, Any] = {}


class Immutable(models.Model):
    """A row that may be added but not changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not self._state.adding:
            raise ValidationError(f"A {self._meta.verbose_name} is never changed.")
        super().save(*args, **kwargs)


class Edition(Immutable):
    """The content of an activity as published at one moment."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    source = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["activity_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="edition_number_is_unique"),
            models.UniqueConstraint(fields=["activity", "digest"], name="edition_digest_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.activity}, edition {self.number}"

    @cached_property
    def content(self) -> Any:
        """As `curriculum.content` dataclasses, read once in each process, since what has this
        digest never changes. Raises ContentError if it was damaged."""
        found = _read.get(self.digest)
        if found is None:
            if len(_read) >= MOST_READ:
                _read.clear()
            found = _read[self.digest] = content.load(self.source)
        return found


class FrozenFile(Immutable):
    """A media file by the SHA-256 of its bytes, stored apart from the authors' media library.

    So neither deleting nor replacing a file there touches what an edition shows.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField(help_text="bytes")

    class Meta:
        verbose_name = "frozen file"

    def __str__(self) -> str:
        return self.name
