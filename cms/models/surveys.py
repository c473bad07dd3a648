"""Surveys, and the items that they ask, which are kept by themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.choices import CallableChoiceIterator
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.blocks.surveys import SurveyItemsBlock
from cms.freeze import Frozen
from cms.freeze_survey import freeze_survey
from cms.models.base import ActivityPage
from cms.models.learning import survey_context
from curriculum.content import Survey
from curriculum.content.surveys import AGREEMENT
from curriculum.enums import Side, SurveyItemKind, SurveyOccasion
from curriculum.models import Profession

KEY = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*\Z", "Use letters, digits and hyphens: WSC-U1.")


def who_choices() -> list[tuple[str, Any]]:
    """Whom a wording can be for: a profession, or a whole side."""
    professions = [(name, name) for name in Profession.objects.values_list("name", flat=True)]
    return [("", "Choose"), ("Professions", professions), ("Sides", list(Side.choices))]


class SurveyItem(index.Indexed, ClusterableModel):
    """One thing that surveys ask. Surveys hold its words as they were when they were published; a
    change here reaches them when they are published again."""

    key = models.CharField(
        max_length=40,
        unique=True,
        validators=[KEY],
        help_text="Short and for good, such as WSC-U1: answers before and after are matched by it.",
    )
    kind = models.CharField(
        max_length=14, choices=SurveyItemKind.choices, default=SurveyItemKind.LIKERT
    )
    statement = models.TextField(
        help_text="Answers to other words are never counted together with answers to these, so "
        "a changed statement begins a new count."
    )
    domain = models.CharField(
        max_length=60, blank=True, help_text="Such as Confidence. Only where one agrees or not."
    )
    reverse = models.BooleanField(
        "scored in reverse",
        default=False,
        help_text="Agreeing is what the programme hopes to see less of.",
    )

    panels = [
        FieldPanel("key"),
        FieldPanel("kind"),
        FieldPanel("statement", widget=forms.Textarea(attrs={"rows": 3})),
        MultiFieldPanel([FieldPanel("domain"), FieldPanel("reverse")], "How it counts"),
        InlinePanel("wordings", heading="Worded for one profession or side", label="Wording"),
    ]
    search_fields = [
        index.SearchField("statement"),
        index.SearchField("key"),
        index.AutocompleteField("statement"),
        index.AutocompleteField("key"),
    ]

    class Meta:
        ordering = ["key"]
        verbose_name = "survey item"

    def __str__(self) -> str:
        return f"{self.key} · {self.statement}"

    def clean(self) -> None:
        """A statement to agree with needs its domain."""
        super().clean()
        if self.kind == SurveyItemKind.LIKERT and not self.domain.strip():
            raise ValidationError({"domain": "Say which domain it belongs to."})


class SurveyItemWording(Orderable):
    """The same item in words of its own for some."""

    item = ParentalKey(SurveyItem, on_delete=models.CASCADE, related_name="wordings")
    who = models.CharField("for", max_length=80)
    text = models.TextField()

    panels = [
        FieldPanel("who", widget=forms.Select(choices=CallableChoiceIterator(who_choices))),
        FieldPanel("text", widget=forms.Textarea(attrs={"rows": 2})),
    ]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["item", "who"], name="an_item_is_worded_once_for_each")
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.text}"

    def clean(self) -> None:
        """For a profession or a side that is known."""
        super().clean()
        known = {*Side.values, *Profession.objects.values_list("name", flat=True)}
        if self.who not in known:
            raise ValidationError({"who": f"There is no profession or side “{self.who}”."})


class SurveyPage(ActivityPage):
    """Statements to rate, for oneself; figures about groups for those who run the programme."""

    body = StreamField(
        BodyBlock(), blank=True, verbose_name="introduction", help_text="Shown before the start."
    )
    occasion = models.CharField(
        "answered",
        max_length=5,
        choices=SurveyOccasion.choices,
        default=SurveyOccasion.OTHER,
    )
    measure = models.CharField(
        "name of the measure",
        max_length=120,
        blank=True,
        help_text="As reports call it. Surveys before and after that share it are compared.",
    )
    about = models.CharField(
        "where it comes from",
        max_length=250,
        blank=True,
        help_text="Own tool or published scale, its version, whether it was validated, and by "
        "whose permission it is used here. Printed on reports.",
    )
    scale = models.TextField(
        default="\n".join(AGREEMENT),
        help_text="A label on each line, from least to most agreement. “Prefer not to say” is "
        "always offered beside them.",
    )
    items = StreamField(SurveyItemsBlock(), blank=True)
    consent = models.TextField(
        "what is consented to",
        blank=True,
        help_text="Asked apart from the survey: nobody has to agree to complete it.",
    )

    template = "cms/pages/survey_page.html"
    preview_modes = [("", "As learners meet it"), ("open", "With every wording")]
    content_panels = [
        *ActivityPage.first_panels,
        *Page.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("occasion"), FieldPanel("measure"), FieldPanel("about")], "What it is for"
        ),
        FieldPanel("items"),
        FieldPanel("scale", widget=forms.Textarea(attrs={"rows": 5})),
        FieldPanel("consent", widget=forms.Textarea(attrs={"rows": 4})),
        *ActivityPage.place_panels,
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "survey"

    def freeze(self) -> Frozen[Survey]:
        return freeze_survey(
            title=self.title,
            body=self.body,
            items=self.items,
            minutes=self.minutes_override,
            occasion=self.occasion,
            measure=self.measure,
            about=self.about,
            scale=self.scale,
            consent=self.consent,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **survey_context(context)}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/pages/survey_preview.html" if mode_name == "open" else self.template
