"""Signing up and in, where allauth asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cms.models.settings import site_identity
from curriculum.domain.people import works_here
from curriculum.forms import WHEN_EMPTY, PlainWords
from curriculum.models import Enrolment, Profession, User
from curriculum.text import clean_line
from elearn.identity import registration, step_up
from elearn.identity.provider import is_connected

CONFIRM_WITH = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class AccountAdapter(DefaultAccountAdapter):
    """People sign in by e-mail; names are cleaned before they are kept."""

    def clean_email(self, email: str) -> str:
        cleaned: str = super().clean_email(email)
        return cleaned.strip().lower()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return registration.is_open(registration.joins_by(get_next_redirect_url(request)))

    def get_login_stages(self) -> list[str]:
        theirs, ours = "allauth.mfa.stages.AuthenticateStage", "elearn.identity.factors.FactorStage"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not just after signing in."""
        if step_up.is_recent(context.request):
            return False
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ours, in our words, and signing in afresh at the identity provider."""
        methods = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = CONFIRM_WITH[method["id"]]
        if settings.OIDC and user.is_authenticated and is_connected(user):
            label = f"Sign in again with {settings.OIDC['name']}"
            url = reverse("confirm_by_provider")
            methods.append({"id": "provider", "description": label, "url": url})
        return methods

    def save_user(
        self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True
    ) -> User:
        user = super().save_user(request, user, form, commit=False)
        user.full_name = form.cleaned_data.get("full_name", "")
        user.profession = form.cleaned_data.get("profession")
        user.student_number = form.cleaned_data.get("student_number", "")
        if commit:
            user.save()
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail speaks in the name of the site, not of the host that it runs on."""
        super().send_mail(template_prefix, email, {**context, "site_name": site_identity().name})

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The teaching side for those who teach here and learn nothing; the dashboard for all
        others."""
        user = request.user
        if works_here(user) and not Enrolment.objects.active().filter(learner=user.pk).exists():
            return reverse("wagtailadmin_home")
        url: str = super().get_login_redirect_url(request)
        return url

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say only what the page itself does not already show."""
        template = kwargs.get("message_template") or (args[0] if args else "")
        if template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, *args, **kwargs)


class SignInForm(PlainWords, LoginForm):
    """Nothing between the e-mail and the password, so that Tab leads from one to the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page has the link, below the form
        self.fields["remember"].label = "Keep me signed in on this device"


class _AboutOneself(PlainWords, forms.Form):
    """What a learner says about themself; all of it can be changed later."""

    full_name = forms.CharField(
        max_length=120,
        label="Full name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    profession = forms.ModelChoiceField(
        Profession.objects.filter(is_active=True),
        label="I am",
        empty_label="Choose what fits best",
    )
    student_number = forms.CharField(
        max_length=30,
        required=False,
        label="Student number (optional)",
        help_text="So that your course lead can find you in the report.",
        validators=User._meta.get_field("student_number").validators[:1],
    )

    field_order = ["full_name", "email", "profession", "student_number", "password1", "password2"]

    def clean_full_name(self) -> str:
        name = clean_line(self.cleaned_data["full_name"])
        if not name:
            raise forms.ValidationError(WHEN_EMPTY["full_name"])
        return name

    def clean_email(self) -> str:
        """Only addresses that may sign up; before it is asked whether somebody has this one."""
        joins = registration.joins_by(get_next_redirect_url(context.request))
        if registration.refuses(self.cleaned_data["email"], joins):
            domains = " or ".join(f"@{domain}" for domain in settings.REGISTRATION_DOMAINS)
            raise forms.ValidationError(f"Use your address that ends in {domains}.")
        email: str = super().clean_email()  # type: ignore[misc]
        return email


class SignUpForm(_AboutOneself, SignupForm):
    """A new account, with a password."""


class ProviderSignUpForm(_AboutOneself, SocialSignupForm):
    """A new account for somebody from the identity provider: what it did not say is asked once."""


class NewAddressForm(PlainWords, AddEmailForm):
    """A new address to sign in with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New e-mail address"
        self.fields["email"].error_messages["required"] = "Enter the new e-mail address."


class AskForResetForm(PlainWords, ResetPasswordForm):
    """The address to which the link for a new password goes."""


class _NewPassword(PlainWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "The new password again"


class PasswordForm(_NewPassword, ChangePasswordForm):
    """A new password in place of the current one."""


class FirstPasswordForm(_NewPassword, SetPasswordForm):
    """A password for somebody who has none yet."""


class ResetForm(_NewPassword, ResetPasswordKeyForm):
    """A new password, by the link in a mail."""


class ConfirmForm(PlainWords, ReauthenticateForm):
    """The password once more, before something that matters."""
