"""Forms for the directory's entries: days and referrers as boxes, and what counts as a check."""

import json
from typing import Any

from django import forms
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminModelForm

from cms.admin.snippets import ShortNameForm
from cms.directory.freshness import set_checked
from curriculum.dates import day

CHECKED = "I have checked today that all of this is right"


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes for a list that is kept as JSON, which is what the field of the form expects."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return json.dumps(super().value_from_datadict(data, files, name) or [])

    def format_value(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                value = []
        return super().format_value(value)


class NamedOnceForm(WagtailAdminModelForm):
    """Says at the field that a name is taken, which the database would say about the whole."""

    taken = "There is one of this name already."

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("name") and self._others(data).filter(name__iexact=data["name"]).exists():
            self.add_error("name", self.taken)
        return data

    def _others(self, data: dict[str, Any]) -> Any:
        return type(self.instance)._default_manager.exclude(pk=self.instance.pk)


class KindForm(ShortNameForm, NamedOnceForm):
    """A kind's short name comes from its name and stays, since content refers to it."""


class CheckedForm(WagtailAdminModelForm):
    """Saving is no check: only the tick says that somebody looked."""

    has_checked = forms.BooleanField(label=CHECKED, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box, entry = self.fields["has_checked"], self.instance
        if entry.pk:
            box.help_text = (
                f"Last checked on {day(entry.checked_on)}. Without a tick that stays, and the "
                f"entry leaves the search on {day(entry.leaves_on)}."
            )
        else:
            box.required = True
            box.error_messages["required"] = "Check a new entry before you save it."

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("has_checked"):
            set_checked(self.instance, self.for_user)
        return super().save(commit)


class ServiceForm(NamedOnceForm, CheckedForm):
    """A service; its name stands once in its organisation."""

    taken = "This organisation has a service of this name already."

    def _others(self, data: dict[str, Any]) -> Any:
        return super()._others(data).filter(Q(organisation=data.get("organisation")))


class AreaForm(NamedOnceForm):
    """A council, or a ward and its council."""

    def _others(self, data: dict[str, Any]) -> Any:
        # Wards of two councils may share a name.
        return super()._others(data).filter(within=data.get("within"), extent=data.get("extent"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_ward = data.get("extent") == "ward"
        if is_ward and not data.get("within"):
            self.add_error("within", "Choose the council that the ward lies in.")
        elif not is_ward and data.get("within"):
            self.add_error("within", "A council lies within nothing: leave this empty.")
        return data
