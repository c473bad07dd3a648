"""What is remembered of pages that came from files, and of files that wait to become pages."""

import uuid

from django.conf import settings
from django.db import models
from wagtail.models import Page


class LoadedSource(models.Model):
    """What a page said when files were last loaded into it; so an edit made here is noticed."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="loaded_source")
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "loaded source"

    def __str__(self) -> str:
        return f"{self.page_id}: {self.digest[:12]}"


class ModuleImport(models.Model):
    """A module's file between upload and confirmation, and what came of it. One's own only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="module_imports"
    )
    programme = models.ForeignKey(
        "cms.ProgrammePage", on_delete=models.CASCADE, related_name="module_imports"
    )
    is_copy = models.BooleanField()
    # In the storage that has no addresses: nothing is served before it has been checked.
    archive = models.CharField(max_length=120, blank=True, help_text="name in the records storage")
    name = models.CharField(max_length=120, help_text="as the file was called")
    found = models.JSONField(default=dict, help_text="what the dry run said, or the import")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "import of a module"
        verbose_name_plural = "imports of modules"

    def __str__(self) -> str:
        return str(self.uuid)
