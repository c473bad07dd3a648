"""The two gates: a second factor before the teaching side, and proof before what is delicate."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from curriculum.domain.people import works_here
from elearn.identity import factors, step_up

# What is under /cms/ and shows nothing of others: the way in, the way out, published documents.
OPEN = {"cms_login", "cms_logout", "cms_password_reset", "wagtaildocs_serve"}
WAY_BACK = "after_second_factor"


class _Gate:
    """Looks at each request once it is known which view would answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SecondFactorMiddleware(_Gate):
    """Those who work here show a second factor first, or set one up; so does anybody who has one
    before it is changed."""

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        changes = name in step_up.OWN_FACTORS
        enters = settings.STAFF_MFA_REQUIRED and request.path.startswith(settings.STAFF_SIDE)
        if not (changes or (enters and name not in OPEN)) or not request.user.is_authenticated:
            return None
        if factors.has_shown_factor(request):
            if not changes:
                request.session.pop(WAY_BACK, None)
            return None
        if factors.has_factor(request.user):
            # What was posted is not kept for later: a password would be enough to have it done.
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{factors.way_to_show(request.user)}?{query}")
        if not changes and works_here(request.user):
            if request.method == "GET":
                request.session[WAY_BACK] = request.get_full_path()
            return redirect("mfa_index")
        return None


class StepUpMiddleware(_Gate):
    """Proof that it is still the same person, before what `step_up` lists. What was posted is kept
    and done afterwards."""

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        if not step_up.is_needed(request) or step_up.is_recent(request):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        if not methods:
            raise PermissionDenied("This person has no way to prove who they are.")
        return suspend_request(request, methods[0]["url"])
