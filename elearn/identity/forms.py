"""allauth's forms about second factors, in the words of this site."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from curriculum.text import clean_line

EITHER = "From your authenticator app, or one of your recovery codes."
LONGEST = 100  # letters of a passkey's name


class _Code:
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code"
        code.error_messages["required"] = "Enter the code."
        code.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class CodeForm(_Code, AuthenticateForm):
    """The second step of signing in: a code of the app, or one for recovery."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = EITHER


class ConfirmCodeForm(_Code, ReauthenticateForm):
    """A code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = EITHER


class ActivateForm(_Code, ActivateTOTPForm):
    """The first code of an app, which shows that it was set up rightly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The six digits that the app shows now"


class _Name:
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = "What to call it"
        name.help_text = "Such as “Work phone”, so that you know later which one it is."
        name.error_messages["required"] = "Give it a name."
        name.widget.attrs |= {"maxlength": LONGEST, "autocomplete": "off"}

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data.get("name") or "")[:LONGEST]  # type: ignore[attr-defined]
        return name or self.fields["name"].initial or "Passkey"


class PasskeyForm(_Name, AddWebAuthnForm):
    """A new passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone, without a password"
        alone.help_text = "It must then ask for a finger, a face or a PIN each time."
        alone.initial = True


class RenamePasskeyForm(_Name, EditWebAuthnForm):
    """Another name for a passkey."""
