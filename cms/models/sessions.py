"""Taught meetings: what learners are told of them, and the plan for those who lead them."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.freeze import Frozen
from cms.freeze_session import freeze_session
from cms.models.base import ActivityPage
from cms.models.session_days import session_context
from curriculum.content import Session


class SessionPage(ActivityPage):
    """A meeting with facilitators, online or in person. Attending completes it."""

    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name="what it is for",
        help_text="What learners read: what the session is for, and what happens in it.",
    )
    prepare = StreamField(
        BodyBlock(), blank=True, verbose_name="what to prepare", help_text="Learners read this too."
    )
    ground_rules = models.TextField(
        blank=True, help_text="One on each line. Learners see them before they come."
    )
    plan = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name="the facilitator’s plan",
        help_text="For those who lead it. Learners never see it.",
    )

    template = "cms/pages/session_page.html"
    preview_modes = [("", "As learners meet it"), ("plan", "With the facilitator’s plan")]
    content_panels = [
        *ActivityPage.first_panels,
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("prepare"),
        FieldPanel("ground_rules"),
        FieldPanel("plan"),
        *ActivityPage.place_panels,
    ]
    # What learners may read only: the plan is not to be found by searching.
    search_fields = [
        *Page.search_fields,
        index.SearchField("body"),
        index.SearchField("prepare"),
    ]

    class Meta:
        verbose_name = "taught session"

    def freeze(self) -> Frozen[Session]:
        return freeze_session(
            title=self.title,
            minutes=self.minutes_override,
            body=self.body,
            prepare=self.prepare,
            ground_rules=self.ground_rules,
            plan=self.plan,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **session_context(context)}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/pages/session_preview.html" if mode_name == "plan" else self.template
