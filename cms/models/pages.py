"""The pages that authors write, each under the right parents only."""

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index
from wagtail.url_routing import RouteResult

from cms.blocks import BodyBlock, QuestionsBlock
from cms.freeze import Frozen, freeze_overview, freeze_quiz, freeze_reading
from cms.models import outline
from cms.models.base import ActivityPage, FrozenPage, OpenPage
from cms.models.learning import module_context, quiz_context
from cms.models.settings import site_settings
from curriculum.content import ModuleOverview, Quiz, Reading
from curriculum.domain.outline import publish_overview
from curriculum.enums import CertificateScope, CompletesOn, FeedbackTiming
from curriculum.models import Programme
from curriculum.queries.outline import current_enrolment
from curriculum.queries.progress import programme_progress


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
                    icon="tick",
                    description="One thing that learners will be able to do.",
                ),
            )
        ],
        blank=True,
        max_num=6,
        verbose_name="what you will be able to do",
    )

    template = "cms/pages/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.ProgrammePage", "cms.StandardPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("lede"),
        FieldPanel("promises"),
    ]

    class Meta:
        verbose_name = "home page"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """One query to any page below, however deep; Wagtail's own way takes two for each level."""
        if not path_components:
            return super().route(request, path_components)
        url_path = f"{self.url_path}{'/'.join(path_components)}/"
        page = Page.objects.filter(url_path=url_path).first()
        if page is None:
            raise Http404
        # An activity shows its edition, so its own row is not needed at all.
        is_activity = issubclass(page.specific_class or Page, ActivityPage)
        found = page.specific_deferred if is_activity else page.specific
        return found.route(request, [])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("dashboard")
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["programmes"] = ProgrammePage.objects.child_of(self).live()
        return context


class ProgrammePage(OpenPage):
    """An ordered set of modules that leads to an award."""

    summary = models.TextField(blank=True, help_text="One or two sentences.")
    covers = StreamField(
        [("topic", blocks.CharBlock(max_length=120))],
        blank=True,
        max_num=8,
        help_text="What the certificate says the programme covered: topics, not abilities.",
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
        context["progress"] = programme_progress(programme, enrolment) if programme else None
        return context


class ModulePermissionTester(PagePermissionTester):
    """An activity is not published in the same step as it is made where it must be reviewed."""

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and site_settings()["allow_unreviewed"]


class ModulePage(FrozenPage):
    """30 to 60 minutes of learning."""

    summary = models.TextField(blank=True, help_text="One sentence.")
    outcomes = StreamField(
        [("outcome", blocks.CharBlock(max_length=200))],
        blank=True,
        help_text="“By the end you can …”: begin in lower case, without a full stop.",
    )
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
    subpage_types = ["cms.ReadingPage", "cms.QuizPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("outcomes"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("is_required"), FieldPanel("authors"), FieldPanel("law_checked_on")],
            "About this module",
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = "module"

    def freeze(self) -> Frozen[ModuleOverview]:
        return freeze_overview(
            title=self.title, summary=self.summary, outcomes=self.outcomes, body=self.body
        )

    def remember(self, content: ModuleOverview) -> None:
        publish_overview(self.translation_key, content)

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ModulePermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **module_context(self, request)}


class ReadingPage(ActivityPage):
    """A short page to read."""

    body = StreamField(BodyBlock(), blank=True)

    template = "cms/pages/reading_page.html"
    content_panels = [*Page.content_panels, FieldPanel("body"), *ActivityPage.place_panels]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "reading"

    def freeze(self) -> Frozen[Reading]:
        return freeze_reading(title=self.title, body=self.body, minutes=self.minutes_override)


class QuizPage(ActivityPage):
    """Questions that teach."""

    body = StreamField(
        BodyBlock(), blank=True, verbose_name="introduction", help_text="Shown before the start."
    )
    questions = StreamField(QuestionsBlock(), blank=True)
    feedback = models.CharField(
        max_length=4,
        choices=FeedbackTiming.choices,
        default=FeedbackTiming.END,
        help_text="Either way nothing is given away before the learner has committed.",
    )
    completes_on = models.CharField(
        "completed by",
        max_length=10,
        choices=CompletesOn.choices,
        default=CompletesOn.PASSED,
    )
    pass_mark = models.PositiveSmallIntegerField(
        default=60, help_text="Per cent of the graded questions; confidence-rated ones never count."
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        default=0, help_text="0: as many as they like."
    )
    draw = models.PositiveSmallIntegerField(
        "questions drawn", default=0, help_text="How many of them one attempt asks. 0: all."
    )
    shuffle_questions = models.BooleanField(default=False)
    shuffle_options = models.BooleanField(default=True)

    template = "cms/pages/quiz_page.html"
    preview_modes = [("", "As learners meet it"), ("key", "Questions with key and feedback")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("questions"),
        MultiFieldPanel(
            [
                FieldPanel("feedback"),
                FieldPanel("completes_on"),
                FieldPanel("pass_mark"),
                FieldPanel("attempts_allowed"),
                FieldPanel("draw"),
                FieldPanel("shuffle_questions"),
                FieldPanel("shuffle_options"),
            ],
            "How it runs",
        ),
        *ActivityPage.place_panels,
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "quiz"

    def freeze(self) -> Frozen[Quiz]:
        return freeze_quiz(
            title=self.title,
            body=self.body,
            questions=self.questions,
            minutes=self.minutes_override,
            feedback=FeedbackTiming(self.feedback),
            completes_on=CompletesOn(self.completes_on),
            pass_mark=self.pass_mark,
            attempts_allowed=self.attempts_allowed,
            draw=self.draw,
            shuffle_questions=self.shuffle_questions,
            shuffle_options=self.shuffle_options,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **quiz_context(context)}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/pages/quiz_preview.html" if mode_name == "key" else self.template
