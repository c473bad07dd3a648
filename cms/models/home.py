"""The front door."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.models.base import OpenPage
from cms.models.learning import page_at, taster_context
from cms.models.programme import ProgrammePage
from curriculum.queries.catalogue import shelf_of


class HomePage(OpenPage):
    """The front door: what this is, for those who are not signed in."""

    heading = models.CharField(
        max_length=120, default="The patient is one person. Care is two systems."
    )
    lede = models.TextField(
        "opening sentence",
        default=(
            "Learn what social workers, carers and care teams do, whom to call, and how the same "
            "moment looks from each seat."
        ),
    )
    promises = StreamField(
        [
            (
                "promise",
                blocks.StructBlock(
                    [
                        ("title", blocks.CharBlock(max_length=60)),
                        ("text", blocks.TextBlock(rows=2, max_length=250)),
                    ],
                    icon="check",
                    description="One thing that learners will be able to do.",
                ),
            )
        ],
        blank=True,
        max_num=6,
        verbose_name="what you will be able to do",
    )

    taster = models.ForeignKey(
        "cms.CasePage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="case to try",
        help_text="Visitors can try its opening scene without an account. Nothing is stored.",
    )

    template = "cms/pages/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.ProgrammePage", "cms.StandardPage", "cms.WhoIsWhoPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("lede"),
        FieldPanel("promises"),
        FieldPanel("taster"),
    ]

    class Meta:
        verbose_name = "home page"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """To any page below, however deep; Wagtail's own way takes two queries for each level."""
        if not path_components:
            return super().route(request, path_components)
        page = page_at(f"{self.url_path}{'/'.join(path_components)}/", shelf_of(request))
        return page.route(request, [])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("dashboard")
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["taster"] = taster_context(self.taster, request) if self.taster_id else None
        context["programmes"] = ProgrammePage.objects.child_of(self).live()
        return context
