"""Closing somebody's account because they asked for it in writing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from curriculum.dates import day
from curriculum.domain.errors import Refused
from curriculum.models import User
from curriculum.permissions import administered_person
from curriculum.privacy import closing

# What stands in a person's history: the action, what it is called, and what was done.
ACTIONS = [
    ("person.close", "Close the account", "Asked that the account be closed"),
    ("person.keep", "Keep the account", "Called the closing of the account off"),
]


def register_person_actions(actions: Any) -> None:
    """Names for a person's history."""
    for action, label, message in ACTIONS:
        actions.register_action(action, label, message)


class ClosingPanel(Component):
    """On the first screen of somebody whose account is to be closed."""

    name = "closing"
    order = 10
    template_name = "cms/admin/people/closing_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"user": parent_context["request"].user, "request": parent_context["request"]}


def add_closing_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Nobody who works here misses that their account closes."""
    if getattr(request.user, "closes_at", None):
        panels.append(ClosingPanel())


class CloseForm(forms.Form):
    """Nobody's account is closed by a slip of the hand, or unasked."""

    asked = forms.BooleanField(
        label="They have asked in writing that their account be closed, and I know it is them.",
        error_messages={"required": "Say that they asked. Nobody’s account is closed unasked."},
    )


@method_decorator(never_cache, name="dispatch")
class ClosePersonView(WagtailAdminTemplateMixin, FormView):
    """Start it, or call it off. Raises Http404 for who administers nobody."""

    page_title = "Close an account"
    header_icon = "user"
    template_name = "cms/admin/people/close.html"
    form_class = CloseForm

    @cached_property
    def person(self) -> User:
        return administered_person(self.request.user, self.kwargs["key"])  # type: ignore[arg-type]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        _ = self.person  # 404 before anything else
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailusers_users:index"), "label": "People"},
            {"url": self.edit_url, "label": self.person.get_full_name()},
            {"url": "", "label": self.page_title},
        ]

    @property
    def edit_url(self) -> str:
        return reverse("wagtailusers_users:edit", args=[self.person.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            person=self.person, closes_at=closing.closing_day(), edit_url=self.edit_url, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "keep" in request.POST:
            if closing.keep_open(self.person):
                log(instance=self.person, action="person.keep", user=request.user)
                messages.success(request, "The account stays open.")
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: CloseForm) -> HttpResponse:
        user: User = self.request.user  # type: ignore[assignment]
        try:
            closure = closing.ask_to_close(self.person, user)
        except Refused as refusal:
            form.add_error(None, ValidationError(str(refusal)))
            return self.form_invalid(form)
        log(instance=self.person, action="person.close", user=user)
        messages.success(
            self.request,
            f"The account will be closed on {day(closure.due_at)}. {self.person.get_full_name()} "
            "is told by e-mail.",
        )
        return redirect(self.request.path)

    def form_invalid(self, form: CloseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
