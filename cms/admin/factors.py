"""Resetting the second step of somebody who has lost their phone and their recovery codes."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from curriculum.domain.errors import Refused
from curriculum.domain.factors import reset_second_factor
from curriculum.models import User

ACTION = ("person.factor", "Reset the second step", "Reset the second step")


def register_factor_action(actions: Any) -> None:
    """Its name in a person's history."""
    actions.register_action(*ACTION)


@method_decorator(never_cache, name="dispatch")
class ResetFactorView(WagtailAdminTemplateMixin, TemplateView):
    """Asks first. Raises Http404 for who may not change people."""

    page_title = "Reset the second step"
    header_icon = "user"
    template_name = "cms/admin/people/reset_factor.html"
    person: User

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not request.user.has_perm("curriculum.change_user"):
            raise Http404("This person changes nobody.")
        self.person = get_object_or_404(User, uuid=kwargs["key"])

    @property
    def edit_url(self) -> str:
        return reverse("wagtailusers_users:edit", args=[self.person.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailusers_users:index"), "label": "People"},
            {"url": self.edit_url, "label": str(self.person)},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, edit_url=self.edit_url, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            reset_second_factor(self.person, request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.edit_url)
        log(instance=self.person, action=ACTION[0], user=request.user)
        get_adapter(request).send_notification_mail("mfa/email/factor_reset", self.person)
        messages.success(request, f"{self.person} sets up a new second step at the next sign-in.")
        return redirect(self.edit_url)
