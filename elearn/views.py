"""The frame's own addresses: health, errors, and the way into the admin."""

import hashlib
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cms.models.settings import site_identity
from elearn.service import readiness


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """What the service leans on, each with "ok" or what is wrong; 503 where anything is."""
    found = readiness.checks()
    ready = all(check.ok for check in found)
    return JsonResponse(
        {"ready": ready, "checks": {check.name: check.problem or "ok" for check in found}},
        status=200 if ready else 503,
    )


@never_cache
@login_required
@xframe_options_sameorigin
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where signing in within a page ends: it tells that page who is signed in now."""
    return render(request, "account/signed_in.html")


# Only our own pages may frame it: a page on which somebody writes, when the session has ended.
login_within = xframe_options_sameorigin(LoginView.as_view())


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that do not name an icon of their own, such as Wagtail's admin."""
    return redirect(static("elearn/favicon.svg"))


def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the public pages and nothing that concerns a person."""
    closed = (
        settings.STAFF_SIDE,
        "/accounts/",
        "/dashboard/",
        "/learn/",
        "/certificates/",
        "/verify/",
        "/join/",
        "/search/",
    )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """The site's accent colour as a stylesheet; inline styles are forbidden by our policy."""
    accent = site_identity().accent
    css = _accent_css(accent) if accent else ""
    response = HttpResponse(css, content_type="text/css")
    response["Cache-Control"] = "public, max-age=300"
    response["ETag"] = f'"{hashlib.sha256(css.encode()).hexdigest()[:16]}"'
    return response


def _accent_css(accent: str) -> str:
    return (
        ":root {"
        f" --accent: light-dark({accent}, color-mix(in oklab, {accent} 45%, white));"
        f" --accent-strong: light-dark(color-mix(in oklab, {accent} 75%, black),"
        f" color-mix(in oklab, {accent} 30%, white));"
        f" --accent-wash: light-dark(color-mix(in oklab, {accent} 10%, white),"
        f" color-mix(in oklab, {accent} 35%, black)); }}"
    )


# ── The way into the admin ────────────────────────────────────────────────
@never_cache
def cms_login(request: HttpRequest) -> HttpResponse:
    """allauth's sign-in; a signed-in person without a role here is told so, not sent in circles."""
    if request.user.is_authenticated:
        return render(request, "no_admin.html", status=403)
    query = urlencode({"next": request.GET.get("next", reverse("wagtailadmin_home"))})
    return redirect(f"{reverse('account_login')}?{query}")


def cms_logout(request: HttpRequest) -> HttpResponse:
    """allauth's sign-out."""
    return redirect("account_logout")


def cms_password_reset(request: HttpRequest, rest: str = "") -> HttpResponse:
    """allauth's reset."""
    return redirect("account_reset_password")


# ── Errors ────────────────────────────────────────────────────────────────
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "errors/429.html", status=429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    # No database and no context processors: whatever broke must not break this page too.
    return render(None, "errors/500.html", status=500)
