"""What people say about themselves, in plain words."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator

from curriculum.models import User
from curriculum.text import clean_line

# ── Words ─────────────────────────────────────────────────────────────────
LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "oldpassword": "Current password",
    "password2": "The same password again",
}
WHEN_EMPTY = {
    "full_name": "Enter your full name.",
    "email": "Enter your e-mail address.",
    "login": "Enter your e-mail address.",
    "profession": "Choose what fits best.",
    "password": "Enter your password.",
    "oldpassword": "Enter your current password.",
    "password1": "Choose a password.",
    "password2": "Enter the same password again.",
    "code": "Enter the code of the certificate.",
}
NO_ADDRESS = "Enter an e-mail address such as name@example.org."


class PlainWords:
    """A form whose labels and messages say in plain words what to do."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            if name in WHEN_EMPTY:
                field.error_messages["required"] = WHEN_EMPTY[name]
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NO_ADDRESS
                for check in field.validators:
                    if isinstance(check, EmailValidator):
                        field.validators[field.validators.index(check)] = EmailValidator(NO_ADDRESS)


# ── A person ──────────────────────────────────────────────────────────────
class ProfileForm(PlainWords, forms.ModelForm[User]):
    """What a person says about themself."""

    class Meta:
        model = User
        fields = [
            "full_name",
            "certificate_name",
            "profession",
            "student_number",
            "wants_reminders",
        ]
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "student_number": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
        self.fields["profession"].queryset = (  # type: ignore[attr-defined]
            self.fields["profession"].queryset.filter(is_active=True)  # type: ignore[attr-defined]
        )
        self.fields["profession"].empty_label = "Choose what fits best"  # type: ignore[attr-defined]

    def clean_full_name(self) -> str:
        name = clean_line(self.cleaned_data["full_name"])
        if not name:
            raise forms.ValidationError(WHEN_EMPTY["full_name"])
        return name

    def clean_certificate_name(self) -> str:
        return clean_line(self.cleaned_data["certificate_name"])


class VerifyForm(PlainWords, forms.Form):
    """The code of a certificate, as somebody reads it off a sheet."""

    code = forms.CharField(
        max_length=40,
        label="Certificate code",
        help_text="Such as 7KQ4-M2XW-9RTD. Capitals, spaces and hyphens do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
