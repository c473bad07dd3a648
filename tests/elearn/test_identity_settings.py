"""What the environment says about identity is whole, or nothing starts."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

WHOLE = {
    "OIDC_ISSUER": "https://id.uni.example/",
    "OIDC_CLIENT_ID": "common-ground",
    "OIDC_CLIENT_SECRET": "secret",
}
SERVICE = {
    "SECRET_KEY": "x7Kq9-" * 12,
    "SITE_URL": "https://learn.example.org",
    "ALLOWED_HOSTS": "learn.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
    "EMAIL_URL": "consolemail://",
    "CACHE_URL": "locmemcache://",
}


def read(module: str, expression: str, **environment: str) -> Any:
    """What a fresh process makes of these variables."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OIDC_", "REGISTRATION"))}
    return subprocess.run(
        [sys.executable, "-c", f"from elearn.settings import {module} as s; print({expression})"],
        cwd=settings.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", WHOLE)
def test_half_a_provider_is_refused_and_what_is_missing_is_named(missing: str) -> None:
    half = {name: value for name, value in WHOLE.items() if name != missing}
    done = read("identity", "s.OIDC", **half)
    assert done.returncode != 0
    assert f"Single sign-on also needs {missing}." in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"REGISTRATION": "closed"}, "REGISTRATION is open, domains or invitation."),
        ({"REGISTRATION": "domains"}, "needs REGISTRATION_DOMAINS"),
        ({**WHOLE, "OIDC_GROUPS": "a=Tutors"}, "OIDC_GROUPS needs OIDC_CLAIM_GROUPS."),
        (
            {**WHOLE, "OIDC_CLAIM_GROUPS": "groups", "OIDC_GROUPS": "Tutors"},
            "OIDC_GROUPS is written theirs=ours;theirs=ours.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(
    environment: dict[str, str], said: str
) -> None:
    done = read("identity", "s.OIDC", **environment)
    assert done.returncode != 0
    assert said in done.stderr


def test_a_whole_provider_is_read() -> None:
    more = {
        "OIDC_TRUST_EMAIL": "Uni.example,med.uni.example",
        "OIDC_CLAIM_GROUPS": "realm_access.roles",
        "OIDC_GROUPS": "staff=Tutors; leads=Course leads",
    }
    what = "(s.OIDC['issuer'], s.OIDC['trusted_domains'], s.OIDC['groups'])"
    done = read("identity", what, **WHOLE, **more)
    assert done.stdout.strip() == str(
        (
            "https://id.uni.example",
            ["uni.example", "med.uni.example"],
            {"staff": "Tutors", "leads": "Course leads"},
        )
    )


def test_service_is_strict_where_the_demo_is_not() -> None:
    what = "(s.STAFF_MFA_REQUIRED, s.STEP_UP_MINUTES, s.ACCOUNT_REAUTHENTICATION_TIMEOUT)"
    assert read("production", what, **SERVICE).stdout.strip() == "(True, 15, 900)"
    assert read("identity", what).stdout.strip() == "(False, 0, 900)"
    switched = {"STAFF_MFA_REQUIRED": "off", "STEP_UP_MINUTES": "5"}
    assert read("production", what, **SERVICE, **switched).stdout.strip() == "(False, 5, 300)"


def test_service_asks_no_provider_without_tls() -> None:
    done = read("production", "1", **SERVICE, **{**WHOLE, "OIDC_ISSUER": "http://id.uni.example"})
    assert "OIDC_ISSUER must begin with https://" in done.stderr
