"""What somebody writes to report a problem."""

from django import forms

from curriculum.enums import ProblemKind
from curriculum.models.problems import LONGEST
from curriculum.text import clean_text


class ProblemForm(forms.Form):
    """A kind, some words, and whether the author may know whose they are."""

    kind = forms.ChoiceField(
        label="What kind of problem is it?",
        choices=[("", "Choose what fits best"), *ProblemKind.choices],
        error_messages={
            "required": "Choose what kind of problem it is.",
            "invalid_choice": "Choose one of the kinds shown.",
        },
    )
    text = forms.CharField(
        label="What is the problem?",
        help_text=f"Up to {LONGEST:,} characters. Please name nobody, and write nothing about "
        "patients or clients.",
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST, "autocomplete": "off"}),
        error_messages={"required": "Say what the problem is."},
    )
    may_be_named = forms.BooleanField(
        label="You may write back to me with my name",
        help_text="Otherwise whoever answers does not see who you are. Either way you find the "
        "answer on this site, and a mail tells you that it is there.",
        required=False,
    )

    def clean_kind(self) -> ProblemKind:
        return ProblemKind(self.cleaned_data["kind"])

    def clean_text(self) -> str:
        text = clean_text(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError("Say what the problem is.")
        if len(text) > LONGEST:
            raise forms.ValidationError(
                f"Shorten it to {LONGEST:,} characters; it has {len(text):,}."
            )
        return text
