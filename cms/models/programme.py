"""Programmes and the modules in them."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.freeze import Frozen, freeze_overview
from cms.models import outline
from cms.models.base import FrozenPage, OpenPage
from cms.models.learning import module_context
from cms.models.outcomes import Outcome, outcome_texts
from cms.models.settings import site_settings
from cms.models.truth import KeptTrue
from curriculum.content import ModuleOverview
from curriculum.domain.outline import publish_overview
from curriculum.enums import CertificateScope
from curriculum.models import Programme
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.outline import current_enrolment
from curriculum.queries.progress import programme_progress


class ProgrammePage(OpenPage):
    """An ordered set of modules that leads to an award."""

    summary = models.TextField(blank=True, help_text="One or two sentences.")
    covers = StreamField(
        [("topic", blocks.CharBlock(max_length=120))],
        blank=True,
        max_num=8,
        help_text="What the certificate says the programme covered: topics, not abilities.",
    )
    outcomes = ParentalManyToManyField(
        Outcome, blank=True, help_text="What the programme as a whole works towards, such as PLO1."
    )
    certificate_scope = models.CharField(
        "a certificate is earned by",
        max_length=12,
        choices=CertificateScope.choices,
        default=CertificateScope.PROGRAMME,
    )

    template = "cms/pages/programme_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ModulePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("outcomes", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel([FieldPanel("covers"), FieldPanel("certificate_scope")], "Certificate"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        verbose_name = "programme"

    def save(self, *args: Any, **kwargs: Any) -> Any:
        saved = super().save(*args, **kwargs)
        if self.live:
            outline.synchronise_programme(self)
        return saved

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        programme = Programme.objects.filter(key=self.translation_key, is_live=True).first()
        enrolment = None
        if programme and request.user.pk and not getattr(request, "is_preview", False):
            enrolment = current_enrolment(request.user.pk, programme.pk)
        context["enrolment"] = enrolment
        context["progress"] = (
            programme_progress(programme, enrolment, shelf_of(request)) if programme else None
        )
        return context


class ModulePermissionTester(PagePermissionTester):
    """An activity is not published in the same step as it is made where it must be reviewed."""

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and site_settings()["allow_unreviewed"]

    def can_submit_for_moderation(self) -> bool:
        return False  # what is in it is signed off, not the module's own page


class ModulePage(KeptTrue, FrozenPage):
    """30 to 60 minutes of learning."""

    summary = models.TextField(blank=True, help_text="One sentence.")
    body = StreamField(BodyBlock(), blank=True)
    is_required = models.BooleanField(
        "required", default=True, help_text="Counts towards the programme's certificate."
    )
    authors = models.CharField(
        "written by", max_length=200, blank=True, help_text="Names with professions."
    )
    law_checked_on = models.DateField("law checked on", null=True, blank=True)

    template = "cms/pages/module_page.html"
    parent_page_types = ["cms.ProgrammePage"]
    subpage_types = [
        "cms.ReadingPage",
        "cms.CasePage",
        "cms.QuizPage",
        "cms.ReflectionPage",
        "cms.SessionPage",
        "cms.SurveyPage",
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        InlinePanel("module_outcomes", heading="By the end you can …", label="Outcome"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("is_required"), FieldPanel("authors"), FieldPanel("law_checked_on")],
            "About this module",
        ),
        *KeptTrue.truth_panels,
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = "module"

    def freeze(self) -> Frozen[ModuleOverview]:
        return freeze_overview(
            title=self.title, summary=self.summary, outcomes=outcome_texts(self), body=self.body
        )

    def remember(self, content: ModuleOverview) -> None:
        publish_overview(self.translation_key, content)

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ModulePermissionTester(user, self)

    # Asked of the parent where an activity is made and sent in one step; the page itself is never
    # sent, says its permission tester.
    def get_workflow(self) -> Any:
        return Page.get_workflow(self)

    @property
    def has_workflow(self) -> bool:
        return self.get_workflow() is not None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **module_context(self, request)}
