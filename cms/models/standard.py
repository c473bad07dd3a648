"""Pages of text beside the teaching."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.freeze import Frozen, freeze_reading
from cms.models.base import FrozenPage
from curriculum.content import Reading, dump, load
from curriculum.domain.snapshots import with_snapshots


class StandardPage(FrozenPage):
    """A page of text that is not part of the teaching: accessibility, privacy, about.

    `shown` is its frozen text; no record points at it, so it has no editions.
    """

    body = StreamField(BodyBlock(), blank=True)
    shown = models.JSONField(default=dict, editable=False)

    template = "cms/pages/standard_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*Page.content_panels, FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "standard page"

    def freeze(self) -> Frozen[Reading]:
        return freeze_reading(title=self.title, body=self.body, minutes=1)

    def remember(self, content: Reading) -> None:
        self.shown = dump(with_snapshots(content))
        StandardPage.objects.filter(pk=self.pk).update(shown=self.shown)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if not getattr(request, "is_preview", False):
            return {**context, "body": load(self.shown).body, "draft_media": None}
        frozen = self.freeze()
        draft_media = {sha: file.url for sha, file in frozen.files.items()}
        return {**context, "body": frozen.content.body, "draft_media": draft_media}
