"""What learners do: a page for each kind of activity."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import BodyBlock, PromptsBlock, QuestionsBlock
from cms.freeze import Frozen, freeze_quiz, freeze_reading, freeze_reflection
from cms.models.base import ActivityPage
from cms.models.learning import quiz_context, reflection_context
from curriculum.content import Quiz, Reading, Reflection
from curriculum.enums import CompletesOn, FeedbackTiming


class ReadingPage(ActivityPage):
    """A short page to read."""

    body = StreamField(BodyBlock(), blank=True)

    template = "cms/pages/reading_page.html"
    content_panels = [*ActivityPage.content_panels, FieldPanel("body"), *ActivityPage.place_panels]
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
        *ActivityPage.content_panels,
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


class ReflectionPage(ActivityPage):
    """Prompts to write about, for oneself."""

    body = StreamField(
        BodyBlock(), blank=True, verbose_name="introduction", help_text="Shown before the prompts."
    )
    prompts = StreamField(PromptsBlock(), blank=True)

    template = "cms/pages/reflection_page.html"
    preview_modes = [("", "As learners meet it"), ("open", "With what is shown after writing")]
    content_panels = [
        *ActivityPage.content_panels,
        FieldPanel("body"),
        FieldPanel("prompts"),
        *ActivityPage.place_panels,
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "reflection"

    def freeze(self) -> Frozen[Reflection]:
        return freeze_reflection(
            title=self.title, body=self.body, prompts=self.prompts, minutes=self.minutes_override
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **reflection_context(context)}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/pages/reflection_preview.html" if mode_name == "open" else self.template
