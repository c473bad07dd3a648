"""Production says what it needs before it starts, and starts safely."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from elearn.settings.environment import CHECKS, OPTIONAL, refuse_half_configured

PRODUCTION = {
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQ",
    "SITE_URL": "https://learn.example.org:8443/",
    "ALLOWED_HOSTS": "testserver,.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
    "EMAIL_URL": "consolemail://",
    "CACHE_URL": "locmemcache://",
}
MALFORMED = {
    "SECRET_KEY": ["x" * 60, "short", "django-insecure-" + "abcdefghij" * 5],
    "SITE_URL": [
        "http://learn.example.org",
        "learn.example.org",
        "https://",
        "https://learn.example.org/under/a/path",
        "https://me:secret@learn.example.org",
    ],
    "ALLOWED_HOSTS": ["*", "*,.example.org", "elsewhere.example", ","],
    "DATABASE_URL": ["mysql://u@h/n", "nothing", "postgres://u@h", "postgres://u:p@h:port/n"],
    "EMAIL_URL": ["pigeon://loft", "mail", "smtp://h:port"],
    "CACHE_URL": ["redit://h", "redis", "redis://h:port/1"],
    "TRUSTED_PROXY_COUNT": ["many", "-1", "1.5"],
    "CONN_MAX_AGE": ["long"],
}
CASES = [(name, value) for name, values in MALFORMED.items() for value in values]


def in_production(*arguments: str, **environment: str) -> Any:
    """What a Python with production settings says; `environment` is all that it is told."""
    kept = {key: os.environ[key] for key in ("PATH", "VAR_DIR") if key in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**kept, **environment, "DJANGO_SETTINGS_MODULE": "elearn.settings.production"},
        capture_output=True,
        text=True,
    )


def settings_of(*names: str, **environment: str) -> list[str]:
    """These settings of production, as text."""
    asked = f"from django.conf import settings as s; [print(getattr(s, n)) for n in {names}]"
    run = in_production("-c", asked, **{**PRODUCTION, **environment})
    assert run.returncode == 0, run.stderr
    return str(run.stdout).splitlines()


# ── Refusing to start ─────────────────────────────────────────────────────
def test_everything_that_is_missing_is_named_at_once() -> None:
    run = in_production("manage.py", "check")
    assert run.returncode != 0
    for name in PRODUCTION:
        assert name in run.stderr


@pytest.mark.parametrize("name", PRODUCTION)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_each_of_them_is_named_alone_where_it_alone_is_missing(name: str, value: Any) -> None:
    told = {**PRODUCTION, name: value or ""}
    if value is None:
        del told[name]
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_half_configured(told)
    assert f"needs these environment variables: {name}." in str(refusal.value)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_what_is_malformed_is_named_and_not_shown(name: str, value: str) -> None:
    """It may hold a password, and standard error goes to the journal."""
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_half_configured({**PRODUCTION, name: value})
    said = str(refusal.value)
    assert f"{name} " in said
    assert "secret" not in said
    assert not any(f"{other} m" in said for other in {*CHECKS, *OPTIONAL} - {name})


@pytest.mark.parametrize("name", [*CHECKS, *OPTIONAL])
def test_the_settings_themselves_refuse_what_is_malformed(name: str) -> None:
    run = in_production(
        "-c", "import elearn.settings.production", **{**PRODUCTION, name: MALFORMED[name][0]}
    )
    assert run.returncode != 0
    assert f"ImproperlyConfigured: {name} " in run.stderr


def test_every_variable_has_a_case_here() -> None:
    assert set(MALFORMED) == {*CHECKS, *OPTIONAL}


def test_what_is_well_said_is_taken() -> None:
    real = {
        "DATABASE_URL": "postgresql://u:p%40w@db.example.org:5432/learn?sslmode=require",
        "EMAIL_URL": "smtp+tls://u:p%2Fw@mail.example.org:587",
        "CACHE_URL": "rediss://:pw@cache.example.org:6379/1",
        "TRUSTED_PROXY_COUNT": "0",
    }
    reads = "import elearn.settings.production; print('taken')"
    for environment in (PRODUCTION, {**PRODUCTION, **real}):
        run = in_production("-c", reads, **environment)
        assert (run.stdout.strip(), run.stderr) == ("taken", "")


# ── Once it runs ──────────────────────────────────────────────────────────
def test_it_trusts_one_proxy_and_sends_from_its_own_host() -> None:
    names = ("ALLAUTH_TRUSTED_PROXY_COUNT", "DEFAULT_FROM_EMAIL")
    assert settings_of(*names) == ["1", "no-reply@learn.example.org"]
    two = {"TRUSTED_PROXY_COUNT": "2", "DEFAULT_FROM_EMAIL": "we@example.org"}
    assert settings_of(*names, **two) == ["2", "we@example.org"]


def test_health_is_told_without_tls_and_nothing_else_is(settings: Any, db: Any) -> None:
    asked = "from django.conf import settings as s; print(*s.SECURE_REDIRECT_EXEMPT)"
    settings.SECURE_REDIRECT_EXEMPT = in_production("-c", asked, **PRODUCTION).stdout.split()
    settings.SECURE_SSL_REDIRECT = True
    answers = {path: Client().get(path).status_code for path in ("/healthz", "/readyz", "/")}
    assert answers == {"/healthz": 200, "/readyz": 200, "/": 301}


def test_the_deployment_check_finds_nothing_and_silences_nothing() -> None:
    run = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert run.returncode == 0, run.stderr
    assert "no issues (0 silenced)" in run.stdout


COOKIES = """
import django; django.setup()
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import RequestFactory
settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

def view(request):
    request.session["a"] = 1
    get_token(request)
    messages.success(request, "Saved.")
    return HttpResponse()

answer = CsrfViewMiddleware(MessageMiddleware(view))
answer = SessionMiddleware(answer)
for cookie in answer(RequestFactory().get("/", secure=True)).cookies.values():
    print(cookie.key, cookie["secure"], cookie["path"], repr(cookie["domain"]), cookie["samesite"])
"""


def test_every_cookie_is_bound_to_this_host() -> None:
    run = in_production("-c", COOKIES, **PRODUCTION)
    names = {line.split()[0] for line in run.stdout.splitlines()}
    assert names == {"__Host-session", "__Host-csrf", "__Host-messages"}, run.stderr
    for line in run.stdout.splitlines():
        assert line.split()[1:] == ["True", "/", "''", "Lax"]


def test_hsts_holds_for_a_year_and_for_every_host_below() -> None:
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert settings_of(*names, "DEBUG", "DEMO") == ["31536000", "True", "True", "False", "False"]
