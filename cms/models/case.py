"""Branching cases."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.blocks.cases import CastBlock, FactsBlock, RolesBlock, ScenesBlock, ViewsBlock
from cms.blocks.text import RICH_TEXT
from cms.freeze import Frozen
from cms.freeze_case import freeze_case
from cms.models.base import ActivityPage
from cms.models.learning import case_context
from cms.models.panels import CaseMapPanel
from curriculum.content import Case

STREAMS = ("body", "cast", "roles", "facts", "scenes", "debrief", "closing_views")


class CasePage(ActivityPage):
    """A branching story in which the learner decides, and sees the moment from every seat."""

    body = StreamField(
        BodyBlock(), blank=True, verbose_name="introduction", help_text="Shown before the start."
    )
    cast = StreamField(CastBlock(), blank=True)
    content_note = models.TextField(
        blank=True, help_text="What is hard to read in it, in one plain sentence."
    )
    content_instead = RichTextField(
        "instead",
        features=RICH_TEXT,
        blank=True,
        help_text="What those who leave it out can do instead, of equal value.",
    )
    role = models.TextField(
        "the learner’s role", blank=True, help_text="Who “you” are: “You are a student on …”."
    )
    roles = StreamField(
        RolesBlock(), blank=True, verbose_name="the role, worded for one profession"
    )
    facts = StreamField(
        FactsBlock(),
        blank=True,
        verbose_name="facts that the story remembers",
        help_text="A choice can set one; passages and views can depend on it.",
    )
    scenes = StreamField(
        ScenesBlock(), blank=True, help_text="The first scene in the list opens the story."
    )
    debrief = StreamField(BodyBlock(), blank=True, help_text="Shown at every ending.")
    closing_moment = models.CharField(
        "same moment, three seats", max_length=250, blank=True, help_text="One moment at the end."
    )
    closing_views = StreamField(ViewsBlock(), blank=True, verbose_name="that moment, by seat")

    template = "cms/pages/case_page.html"
    preview_modes = [("", "As learners meet it"), ("open", "Every scene, everything open")]
    content_panels = [
        *ActivityPage.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("content_note"), FieldPanel("content_instead")], "Content note"
        ),
        FieldPanel("cast"),
        MultiFieldPanel([FieldPanel("role"), FieldPanel("roles")], "Who the learner is"),
        FieldPanel("facts"),
        CaseMapPanel(heading="Map of the story"),
        FieldPanel("scenes"),
        FieldPanel("debrief"),
        MultiFieldPanel([FieldPanel("closing_moment"), FieldPanel("closing_views")], "At the end"),
        *ActivityPage.place_panels,
    ]
    # Title and introduction only: what happens is not to be found by searching.
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "case"

    def freeze(self) -> Frozen[Case]:
        return freeze_case(
            title=self.title,
            minutes=self.minutes_override,
            content_note=self.content_note,
            content_instead=self.content_instead,
            role=self.role,
            closing_moment=self.closing_moment,
            **{name: getattr(self, name) for name in STREAMS},
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **case_context(context, request)}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/pages/case_preview.html" if mode_name == "open" else self.template
