"""Wishes for another name on a certificate, for the leads of their cohorts."""

from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain.errors import Refused
from curriculum.domain.names import accept_name, decline_name
from curriculum.enums import NameRequestState
from curriculum.exports.certificates import unprintable
from curriculum.models import NameRequest, User
from curriculum.permissions import led_name_request
from curriculum.queries.names import name_requests_for, open_requests

PER_PAGE = 30
COUNTED_FOR = 60  # seconds


class NamesMenuItem(MenuItem):
    """Says how many wait. Counted once a minute, so that no other screen pays for it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("curriculum.view_cohort"))

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        user: User = request.user  # type: ignore[assignment]
        waiting = cache.get_or_set(_counted(user), lambda: open_requests(user).count(), COUNTED_FOR)
        if waiting:
            component.label = f"{self.label} ({waiting})"
        return component


def _counted(user: User) -> str:
    return f"name-requests:{user.pk}"


class NamesView(WagtailAdminTemplateMixin, TemplateView):
    """Those that wait, the oldest first; or all, the newest first."""

    page_title = "Names on certificates"
    header_icon = "user"
    template_name = "cms/admin/names/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shows_all = self.request.GET.get("state") == "all"
        rows = name_requests_for(self.request.user).select_related("answered_by")
        if shows_all:
            found = rows.order_by("-asked_at", "-pk")
        else:
            found = rows.filter(state=NameRequestState.OPEN)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page=page, shows_all=shows_all, **kwargs)


@method_decorator(never_cache, name="dispatch")
class NameRequestView(WagtailAdminTemplateMixin, TemplateView):
    """The name as it is beside the name as it is wanted, to accept or to decline."""

    page_title = "A name on a certificate"
    header_icon = "user"
    template_name = "cms/admin/names/one.html"
    refusal = ""

    @cached_property
    def found(self) -> NameRequest:
        return led_name_request(self.request.user, self.kwargs["key"])  # type: ignore[arg-type]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("name_requests"), "label": NamesView.page_title},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: User = request.user  # type: ignore[assignment]
        try:
            if request.POST.get("do") == "accept":
                for_later = request.POST.get("for_later") == "on"
                accept_name(self.found, actor, for_later=for_later)
                done = "Accepted. A corrected certificate was issued; the old one is replaced."
            else:
                decline_name(self.found, actor, request.POST.get("note", ""))
                done = "Declined. The certificate stays as it is."
        except Refused as refusal:
            self.refusal = str(refusal)
            self.__dict__.pop("found", None)  # as it stands now
            return self.render_to_response(self.get_context_data(), status=422)
        cache.delete(_counted(actor))
        messages.success(request, f"{done} The learner is told by mail.")
        return redirect("name_requests")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        certificate = self.found.certificate
        learner = certificate.enrolment.learner
        is_open = self.found.state == NameRequestState.OPEN
        return super().get_context_data(
            asked=self.found,
            certificate=certificate,
            learner=learner,
            is_open=is_open,
            unprintable=sorted(unprintable(self.found.wanted)) if is_open else [],
            differs=learner.name_to_print != self.found.wanted,
            refusal=self.refusal,
            note=self.request.POST.get("note", ""),
            for_later=self.request.POST.get("for_later") == "on" or self.request.method == "GET",
            **kwargs,
        )
