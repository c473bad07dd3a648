"""Where authors keep tags, outcomes and the glossary."""

from typing import Any

from django import forms
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import Outcome, Tag
from curriculum.models import Term

MENU = "register_truth_menu_item"


class ShortNameForm(WagtailAdminModelForm):
    """Makes the short name of what is new where none is typed; later it stays as it is."""

    named_by = "name"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        if self.instance.pk:
            self.fields["slug"].disabled = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("slug") and "slug" not in self.errors:
            made = slugify(data.get(self.named_by) or "")[: self.longest]
            data["slug"] = made.strip("-")
            if not data["slug"] and self.named_by not in self.errors:
                self.add_error("slug", "Write a short name in letters and digits.")
        return data

    @property
    def longest(self) -> int:
        length: int = self._meta.model._meta.get_field("slug").max_length
        return length


class TermForm(ShortNameForm):
    """A term's short name comes from the term."""

    named_by = "term"


class TagViewSet(SnippetViewSet):
    """Statutes, guidance and standards."""

    model = Tag
    icon = "tag"
    menu_label = "Statutes and guidance"
    menu_hook = MENU
    menu_order = 60
    list_display = ["name", "kind", "year", "slug"]
    list_filter = ["kind"]
    list_per_page = 50
    inspect_view_enabled = True
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("kind"),
            FieldPanel("year"),
            FieldPanel("url"),
        ],
        base_form_class=ShortNameForm,
    )


class OutcomeChooserViewSet(SnippetChooserViewSet):
    """Outcomes to choose, with a short form for one that is not there yet."""

    form_fields = ["key", "text"]
    creation_tab_label = "New outcome"


class OutcomeViewSet(SnippetViewSet):
    """Learning outcomes with their framework codes."""

    model = Outcome
    icon = "tick-inverse"
    menu_label = "Outcomes"
    menu_hook = MENU
    menu_order = 70
    list_display = ["key", "text"]
    list_per_page = 50
    inspect_view_enabled = True
    chooser_viewset_class = OutcomeChooserViewSet


class TermViewSet(SnippetViewSet):
    """The glossary."""

    model = Term
    icon = "openquote"
    menu_label = "Glossary"
    menu_hook = MENU
    menu_order = 80
    list_display = ["term", "definition"]
    list_per_page = 50
    inspect_view_enabled = True
    search_fields = ["term", "forms", "definition"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldPanel("term"),
            FieldPanel("slug"),
            FieldPanel("forms", widget=forms.Textarea(attrs={"rows": 3})),
            FieldPanel("definition", widget=forms.Textarea(attrs={"rows": 4})),
            MultiFieldPanel(
                [FieldPanel("source"), FieldPanel("source_url"), FieldPanel("see_also")],
                "Where it comes from, and where to read on",
            ),
        ],
        base_form_class=TermForm,
    )
