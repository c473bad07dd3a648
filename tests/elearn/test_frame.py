"""The frame: policies on every answer, errors in plain words, health, the site's look."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings

from cms.models import SiteSettings
from curriculum.enums import ActivityKind
from tests.cms import site

pytestmark = pytest.mark.django_db


def policy(response: Any) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")]
    return {part[0]: part[1] for part in parts if len(part) == 2}


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/verify/", "/dashboard/", "/nothing/"])
def test_learners_pages_have_the_strict_policy(path: str, client: Client) -> None:
    found = policy(client.get(path))
    assert found["default-src"] == found["script-src"] == found["style-src"] == "'self'"
    assert found["frame-ancestors"] == "'self'"
    assert found["object-src"] == found["base-uri"] == "'none'"
    assert "unsafe" not in str(found)


def test_only_the_admin_has_the_looser_one(ada: Any, client: Client) -> None:
    client.force_login(ada)
    assert "'unsafe-inline'" in policy(client.get("/cms/"))["script-src"]
    assert "unsafe" not in str(policy(client.get("/dashboard/")))


def test_no_page_asks_anything_of_anybody_else(lena: Any, client: Client) -> None:
    import re

    client.force_login(lena)
    for path in ("/", "/dashboard/", "/accounts/", "/verify/", "/search/"):
        html = client.get(path, follow=True).content.decode()
        assert re.findall(r'(?:src|href)="(?:https?:)?//', html) == []


def test_answers_carry_safe_headers(client: Client) -> None:
    response = client.get("/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


def test_an_error_of_ours_says_so_without_the_database(client: Client, monkeypatch: Any) -> None:
    from elearn import views

    page = views.server_error(None)  # type: ignore[arg-type]
    assert page.status_code == 500
    assert b"Every answer that said" in page.content


def test_a_bad_request_is_said_plainly(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400


def test_health_and_readiness(client: Client, monkeypatch: Any) -> None:
    from elearn.service import readiness

    assert client.get("/healthz").content == b"ok"
    fine = dict.fromkeys(["database", "migrations", "cache", "worker", "fonts"], "ok")
    assert client.get("/readyz").json() == {"ready": True, "checks": fine}

    def broken() -> None:
        raise ConnectionError("password=secret")

    monkeypatch.setitem(readiness.CHECKS, "cache", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    told = {**fine, "cache": "does not answer (ConnectionError)"}
    assert response.json() == {"ready": False, "checks": told}


def test_a_service_without_a_worker_is_not_ready(client: Client) -> None:
    from curriculum.models import WorkerBeat

    queued = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with override_settings(TASKS=queued):
        told = client.get("/readyz")
        assert told.status_code == 503
        assert told.json()["checks"]["worker"] == "none has been seen within a minute"
        WorkerBeat.objects.create(name="one")
        assert client.get("/readyz").status_code == 200


def test_a_service_with_a_migration_missing_or_without_fonts_is_not_ready(
    client: Client, monkeypatch: Any
) -> None:
    from elearn.service import readiness

    monkeypatch.setattr(readiness, "_undrawable", lambda: ("王",))
    monkeypatch.setattr(
        readiness.MigrationExecutor, "migration_plan", lambda *args: [("0019", False)]
    )
    told = client.get("/readyz").json()["checks"]
    assert (told["migrations"], told["fonts"]) == ("1 not applied", "no font for U+738B")


def test_name_and_accent_follow_the_settings_at_once(client: Client) -> None:
    assert b"Common Ground</title>" in client.get("/").content
    settings = SiteSettings.load()
    settings.site_name, settings.accent = "Shared Care", "#123456"
    settings.save()
    page = client.get("/").content
    assert b"Shared Care</title>" in page
    assert b"/look.css?%23123456" in page
    assert b"--accent: light-dark(#123456" in client.get("/look.css").content


@pytest.mark.parametrize("accent", ["red", "#12345", "#12345g", "url(x)", "#123456;}"])
def test_an_accent_that_is_no_colour_is_refused(accent: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        SiteSettings(site_name="X", accent=accent).full_clean()


def test_the_frame_costs_no_query_for_the_site(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/verify/")
    with django_assert_num_queries(0):
        client.get("/verify/")
    cache.clear()
    with django_assert_num_queries(1):
        client.get("/verify/")


def test_the_demo_is_refused_where_the_settings_do_not_say_demo() -> None:
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="only where the settings say DEMO"):
        call_command("demo")


@override_settings(DEMO=True)
def test_the_demo_makes_accounts_cohorts_and_histories_once(
    settings: Any, tmp_path: Any, capsys: Any
) -> None:
    from django.core.management import call_command

    from curriculum.models import Certificate, Cohort, Enrolment, User

    settings.VAR_DIR = tmp_path
    call_command("demo")
    said = capsys.readouterr().out
    password = (tmp_path / "demo_password").read_text()
    assert password in said
    assert "student@demo.example" in said
    counts = (User.objects.count(), Enrolment.objects.count(), Certificate.objects.count())
    assert counts[0] == 36
    assert Cohort.objects.count() == 2
    assert 5 < counts[2] < 31
    early = [
        e
        for e in Enrolment.objects.exclude(last_active_at=None)
        if e.last_active_at < e.enrolled_at
    ]
    assert early == []
    client = Client()
    for name in ("student", "tutor", "gp", "socialworker", "lead", "admin"):
        posted = {"login": f"{name}@demo.example", "password": password}
        assert client.post("/accounts/login/", posted).status_code == 302
        client.logout()
    call_command("demo")
    assert counts == (
        User.objects.count(),
        Enrolment.objects.count(),
        Certificate.objects.count(),
    )


def test_the_userbar_and_wagtails_tags_stay_off_learners_pages(ada: Any, client: Client) -> None:
    site.allow_unreviewed()
    page = site.reading_page()
    client.force_login(ada)
    assert b"wagtail-userbar" not in client.get(page.url).content


# ── What one sees ─────────────────────────────────────────────────────────
def token(name: str, scheme: str) -> str:
    """The value of a token in the light or the dark scheme."""
    css = (Path(settings.BASE_DIR) / "elearn/static/elearn/tokens.css").read_text("utf-8")
    match = re.search(rf"--{name}: (?:light-dark\((#\w+), (#\w+)\)|(#\w+))", css)
    assert match
    return match[3] or match[1 if scheme == "light" else 2]


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "sunken", "accent", "accent-wash"])
def test_the_focus_ring_stands_out_on_every_ground(ground: str, scheme: str) -> None:
    """WCAG 2.2, 1.4.11: one of its two colours has 3:1 against what it stands on."""
    css = (Path(settings.BASE_DIR) / "elearn/static/elearn/site.css").read_text("utf-8")
    rule = re.search(r"^:focus-visible \{(.*?)\}", css, re.MULTILINE)
    assert rule
    ring = re.findall(r"var\(--([\w-]+)\)", rule[1])
    assert len(ring) == 2
    assert max(contrast(token(c, scheme), token(ground, scheme)) for c in ring) >= 3


@pytest.mark.parametrize("kind", ActivityKind.values)
def test_every_kind_of_activity_has_its_drawing(kind: str) -> None:
    drawn = (Path(settings.BASE_DIR) / "elearn/static/elearn/icons.svg").read_text("utf-8")
    assert f'<symbol id="{kind}"' in drawn
