"""Signing up and in, where allauth asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.http import HttpRequest

from curriculum.models import Profession, User
from curriculum.text import clean_line


class AccountAdapter(DefaultAccountAdapter):
    """People sign in by e-mail; names are cleaned before they are kept."""

    def clean_email(self, email: str) -> str:
        cleaned: str = super().clean_email(email)
        return cleaned.strip().lower()

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

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say only what the page itself does not already show."""
        template = kwargs.get("message_template") or (args[0] if args else "")
        if template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, *args, **kwargs)


class SignInForm(LoginForm):
    """Nothing between the e-mail and the password, so that Tab leads from one to the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page has the link, below the form
        self.fields["remember"].label = "Keep me signed in on this device"


class SignUpForm(SignupForm):
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
            raise forms.ValidationError("Enter your name.")
        return name
