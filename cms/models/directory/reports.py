"""“This is wrong”: what anybody may tell the editors, without an account."""

from django.conf import settings
from django.db import models

from cms.models.directory.places import Practice
from cms.models.directory.services import Service


class EntryReport(models.Model):
    """A note on an entry. Nothing about who wrote it is kept."""

    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    practice = models.ForeignKey(
        Practice, null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    what = models.TextField("what is wrong")
    made_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(service__isnull=False, practice=None)
                    | models.Q(service=None, practice__isnull=False)
                ),
                name="a_report_is_about_one_entry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service or self.practice}: {self.what[:60]}"
