"""What one can ask the directory for."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cms.directory.place import Place
from cms.directory.register import Region, Register
from cms.directory.search import NOW, OUTSIDE, Wishes
from cms.directory.words import LONGEST
from cms.models.directory import Cost, Referrer
from curriculum.text import clean_line

Choices = list[tuple[str, Any]]


class Select(forms.Select):
    """A select of hundreds of options: Django's renders a template for each of them, which would
    take most of the time of a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        parts = [_group(label, inside, chosen) for label, inside in self.choices]
        given = flatatt(self.build_attrs({**self.attrs, "name": name}, attrs))
        return format_html("<select{}>{}</select>", given, SafeString("".join(parts)))


def _group(label: Any, inside: Any, chosen: str) -> SafeString:
    if not isinstance(inside, list):
        return _option(str(label), str(inside), str(label) == chosen)
    options = SafeString("".join(_group(value, name, chosen) for value, name in inside))
    return format_html('<optgroup label="{}">{}</optgroup>', label, options)


@lru_cache(maxsize=10_000)
def _option(value: str, label: str, is_chosen: bool) -> SafeString:
    selected = SafeString(" selected" if is_chosen else "")
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)


class SearchForm(forms.Form):
    """A need, and what a service must be like. All of it stands in the address: no postcode."""

    q = forms.CharField(
        label="What is needed?",
        help_text="In everyday words, such as: can’t wash, carer exhausted, no heating.",
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label="Kind of service", required=False, widget=Select)
    area = forms.ChoiceField(label="Home address in", required=False, widget=Select)
    practice = forms.ChoiceField(label="Registered at", required=False, widget=Select)
    who = forms.ChoiceField(
        label="Who refers",
        required=False,
        widget=Select,
        choices=[("", "Anybody"), *Referrer.choices],
    )
    cost = forms.ChoiceField(
        label="Cost", required=False, widget=Select, choices=[("", "Any"), *Cost.choices]
    )
    open = forms.ChoiceField(
        label="Open",
        required=False,
        widget=Select,
        choices=[("", "At any time"), (NOW, "Now"), (OUTSIDE, "In evenings or at weekends")],
    )
    interpreters = forms.BooleanField(label="With interpreters", required=False)
    step_free = forms.BooleanField(label="Step-free", required=False)

    FILTERS = ("kind", "area", "practice", "who", "cost", "open", "interpreters", "step_free")

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.register = register
        kinds: Choices = [(kind.slug, kind.name) for kind in register.kinds.values()]
        choices = {"kind": kinds, "area": areas(register), "practice": practices(register)}
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", "Any"), *offered]

    def clean_q(self) -> str:
        return clean_line(self.cleaned_data["q"])

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the words was asked for."""
        return any(self.cleaned_data.get(name) for name in self.FILTERS)

    @property
    def place(self) -> Place:
        return place_of(self.cleaned_data, self.register)

    @property
    def wishes(self) -> Wishes:
        given = self.cleaned_data
        return Wishes(
            referrer=given.get("who", ""),
            cost=given.get("cost", ""),
            open=given.get("open", ""),
            interpreters=given.get("interpreters", False),
            step_free=given.get("step_free", False),
        )


class PlaceForm(forms.Form):
    """Where somebody lives, by a postcode or by name, and where they are registered."""

    postcode = forms.CharField(
        label="Home postcode",
        help_text="We answer and forget it at once. The beginning is often enough: WX1 4.",
        required=False,
        max_length=12,
        strip=True,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    area = forms.ChoiceField(
        label="Or the council", help_text="If you do not know the postcode.", required=False
    )
    practice = forms.ChoiceField(label="GP practice", required=False, widget=Select)

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        councils: Choices = [(str(r.uuid), r.name) for r in register.councils]
        for name, offered in (("area", councils), ("practice", practices(register))):
            field: Any = self.fields[name]
            field.choices = [("", "Not known"), *offered]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            self.add_error("postcode", "Give a postcode, a council or a practice.")
        return given


def place_of(given: dict[str, Any], register: Register) -> Place:
    """The area and practice that a form names."""
    area = register.region(given.get("area", ""))
    practice = register.surgery(given.get("practice", ""))
    return Place(area=area.pk if area else None, practice=practice.pk if practice else None)


def areas(register: Register) -> Choices:
    """Councils, each with its wards below it."""
    found: Choices = []
    for council in register.councils:
        wards = [r for r in register.regions.values() if r.within == council.pk]
        own = (str(council.uuid), council.name)
        found.append(
            (council.name, [(own[0], f"All of {own[1]}"), *_named(wards)]) if wards else own
        )
    return found


def practices(register: Register) -> Choices:
    """Practices by name."""
    return [(str(surgery.uuid), surgery.name) for surgery in register.by_name]


def _named(regions: Iterable[Region]) -> Choices:
    return [(str(region.uuid), region.name) for region in regions]
