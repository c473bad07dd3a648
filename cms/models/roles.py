"""Who is who: a page for each role, and the page that lists them all."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from cms.blocks.text import RICH_TEXT
from cms.freeze import Frozen, freeze_reading
from cms.freeze_role import SECTIONS, freeze_role
from cms.models.directory import ServiceKind
from cms.models.learning import under_review_since
from cms.models.role_context import Listed, further_reading, listed, services_here, words_for
from cms.models.standard import Shown
from cms.models.truth import KeptTrue
from curriculum.content import Reading
from curriculum.enums import Portrait
from curriculum.glossing import role_names
from curriculum.queries.catalogue import Shelf, shelf_of


class Side(models.TextChoices):
    """Where in care a role stands, in the order in which the list has them."""

    COMMUNITY = "community", "Family and community"
    SOCIAL_CARE = "social-care", "Social care"
    BETWEEN = "between", "Between health and care"
    HEALTH = "health", "Health care"


def section(name: str, help_text: str = "") -> Any:
    """A field of rich text for one section of a role's page."""
    heading = next(known.heading for known in SECTIONS if known.name == name)
    return RichTextField(heading.lower(), blank=True, features=RICH_TEXT, help_text=help_text)


class WhoIsWhoPage(Shown):
    """The list of roles. Each stands at its own anchor, to which the glossary's terms lead."""

    template = "cms/pages/who_is_who_page.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.RolePage"]
    content_panels = [*Page.content_panels, FieldPanel("body", heading="Introduction")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "who is who"

    def freeze(self) -> Frozen[Reading]:
        return freeze_reading(title=self.title, body=self.body, minutes=1)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        roles = shelf_of(request).get(("roles", self.path), self._roles) or ()
        asked = request.GET.get("side", "")
        chosen = asked if asked in Side.values else ""
        groups = [
            (Side(side), [role for role in roles if role.side == side])
            for side in Side.values
            if chosen in ("", side)
        ]
        return {
            **context,
            "groups": [(side, found) for side, found in groups if found],
            "sides": [side for side in Side if any(role.side == side for role in roles)],
            "chosen": chosen,
            "count": sum(len(found) for _, found in groups),
        }

    def _roles(self) -> tuple[Listed, ...]:
        return listed(RolePage.objects.child_of(self).live().order_by("path"))


class RoleReading(Orderable):
    """A reading or a case in which one meets the role. It follows its page wherever that goes."""

    role = ParentalKey("cms.RolePage", on_delete=models.CASCADE, related_name="readings")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("page", ["cms.ReadingPage", "cms.CasePage", "cms.ModulePage"])]


class RolePage(KeptTrue, Shown):  # type: ignore[django-manager-missing]
    """One role: what they do, what they decide, where their job ends, and when to ring them."""

    other_names = models.TextField(
        blank=True,
        help_text="Abbreviations and other titles, one on each line. Role cards in readings that "
        "name the role, or one of these, link to this page.",
    )
    side = models.CharField("stands in", max_length=12, choices=Side.choices)
    summary = models.CharField(
        "in a sentence", max_length=250, help_text="Who this is, for the list of roles."
    )
    employer = models.CharField("usually employed by", max_length=150)
    registration = models.CharField(
        "registered with", max_length=150, blank=True, help_text="Or: None for the role."
    )
    portrait = models.CharField(
        "drawing", max_length=20, choices=Portrait.choices, default=Portrait.WOMAN
    )
    call_when = section("call_when", "Two to four signs that this is the person to ring.")
    have_ready = section("have_ready", "What they will ask, in the order in which they ask it.")
    does = section("does")
    decides = section("decides", "Which decisions are theirs, and which only look so.")
    cannot = section("cannot")
    mistaken_for = section("mistaken_for", "With whom they are confused, and how to tell.")
    wish_doctors = section("wish_doctors")
    wish_social_workers = section("wish_social_workers")
    kinds = ParentalManyToManyField(
        ServiceKind,
        blank=True,
        related_name="+",
        verbose_name="services",
        help_text="The kinds of service in the directory in which one finds them here.",
    )

    template = "cms/pages/role_page.html"
    parent_page_types = ["cms.WhoIsWhoPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("side"),
                FieldPanel("summary"),
                FieldPanel("other_names", widget=forms.Textarea(attrs={"rows": 2})),
                FieldPanel("employer"),
                FieldPanel("registration"),
                FieldPanel("portrait"),
            ],
            "At a glance",
        ),
        *(FieldPanel(known.name) for known in SECTIONS),
        FieldPanel("body", heading="The law, figures and sources"),
        FieldPanel("kinds", widget=forms.CheckboxSelectMultiple),
        InlinePanel("readings", heading="Where one meets them", label="Reading or case"),
        *KeptTrue.truth_panels,
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("other_names"),
        index.SearchField("summary"),
        *(index.SearchField(known.name) for known in SECTIONS),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "role"

    def freeze(self) -> Frozen[Reading]:
        return freeze_role(
            title=self.title,
            lines={"summary": self.summary, "employer": self.employer},
            sections={known.name: getattr(self, known.name) for known in SECTIONS},
            body=self.body,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Its other names, each on its own."""
        return tuple(name for line in self.other_names.splitlines() if (name := line.strip()))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        shelf = shelf_of(request)
        # A draft is looked at by itself, and nothing of it is kept for others.
        own = Shelf(None) if getattr(request, "is_preview", False) else shelf
        kinds = own.get(("kinds of role", self.pk), lambda: list(self.kinds.all()))
        return {
            **context,
            "role": listed([self])[0],
            "above": shelf.get(("above", self.path), self.get_parent),
            "kinds": kinds,
            "services": services_here(kinds),
            "met_in": own.get(("met in", self.pk), lambda: further_reading(self)),
            "words": words_for(self, shelf),
            "under_review_since": under_review_since(self, shelf),
        }


def role_addresses(**kwargs: Any) -> dict[str, str]:
    """Every way to call a role that has a page, with the page's address. A signal's receiver."""
    rows = RolePage.objects.live().order_by("-path")  # of two that are called alike, the first
    return {
        spelling: f"/go/{key}/"
        for title, others, key in rows.values_list("title", "other_names", "translation_key")
        for name in (title, *others.splitlines())
        for spelling in role_names(name)
    }
