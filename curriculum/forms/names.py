"""The name that somebody wants on a certificate."""

from django import forms

from curriculum.domain.errors import Refused
from curriculum.domain.names import LONGEST_NAME, wanted_name


class NameForm(forms.Form):
    """One line."""

    wanted = forms.CharField(
        label="The name as it should be printed",
        help_text="In any script, with accents, as your institution knows you.",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": "Enter the name as it should be printed."},
    )

    def clean_wanted(self) -> str:
        try:
            return wanted_name(self.cleaned_data["wanted"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
