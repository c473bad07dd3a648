"""Proving once more who one is, before personal data leave the site, an account closes or somebody
gets a role.

What needs it stands here and nowhere else; the middleware asks. A password, a code, a passkey or a
fresh sign-in at the identity provider will do; having just signed in with one of the first three
does too.
"""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from elearn.identity.factors import BY_PROVIDER
from elearn.identity.provider import PROVIDER_ID

AGAIN = "provider"
PROOFS = {"password", "mfa", AGAIN}

# Files with what is known about people, by name of the address; besides, everything on the staff
# side that is asked for with `export=`.
FILES = {"job_file"}
# Sending these forms changes who may do what, or lets files be made.
ACTS = {
    "cohort_certificates",
    "factor_reset",
    "person_close",
    "wagtailusers_users:add",
    "wagtailusers_users:edit",
    "wagtailusers_users:delete",
    "wagtailusers_groups:add",
    "wagtailusers_groups:edit",
    "wagtailusers_groups:delete",
}
# One's own data and account. Asked for also where STEP_UP_MINUTES is 0.
OWN = {"own_data_ask", "own_data_file", "close_confirm"}
# One's own factors. allauth asks too, but lets those through who have neither password nor factor.
OWN_FACTORS = {
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


def is_needed(request: HttpRequest) -> bool:
    """Whether this very request asks for something that needs it."""
    match = request.resolver_match
    if match is None:
        return False
    name = match.view_name
    if name in OWN:
        return True
    if not settings.STEP_UP_MINUTES:
        return False
    if name in FILES or name in OWN_FACTORS:
        return True
    if not request.path.startswith(settings.STAFF_SIDE):
        return False
    if "export" in request.GET:
        return True
    acts = name in ACTS or (name == "wagtail_bulk_action" and match.kwargs["model_name"] == "user")
    return acts and request.method == "POST"


def is_recent(request: HttpRequest) -> bool:
    """Whether the person has proved who they are within the time that the operator allows."""
    records = get_authentication_records(request, request.user)
    last = max((r["at"] for r in records if r.get("method") in PROOFS), default=0)
    return time.time() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


# ── At the identity provider ──────────────────────────────────────────────
def ask_url(next: str | None) -> str:
    return f"{reverse('confirm_by_provider')}?{urlencode({'next': next or '/'})}"


def done_url(next: str | None) -> str:
    return f"{reverse('confirmed_by_provider')}?{urlencode({'next': next or '/'})}"


def confirmed_by_provider(request: HttpRequest, with_factor: bool) -> None:
    """Note that the provider has just asked this person to sign in afresh."""
    record_authentication(request, request.user, AGAIN, reauthenticated=True)
    if with_factor:
        record_authentication(request, request.user, BY_PROVIDER)


@never_cache
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Says what comes, then leads to the provider, which asks for a fresh sign-in."""
    onward = get_next_redirect_url(request)
    if "go" not in request.GET:
        return render(request, "account/confirm_by_provider.html", {"next": onward or "/"})
    provider = get_adapter().get_provider(request, PROVIDER_ID)
    fresh = {"prompt": "login", "max_age": "0"}
    response: HttpResponse = provider.redirect(
        request, "login", next_url=onward, data={"confirm": True}, auth_params=fresh
    )
    return response


@never_cache
@login_required
def confirmed(request: HttpRequest) -> HttpResponse:
    """Goes on with what was asked for before, with what was typed."""
    if not is_recent(request):
        return redirect(ask_url(get_next_redirect_url(request)))
    return resume_request(request) or redirect("account")
