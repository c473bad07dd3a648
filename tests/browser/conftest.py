"""Real Chromium. Few whole journeys: only what nothing but a browser can prove."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from cms.directory.sample import load_sample
from cms.starter import load_starter
from curriculum.domain.enrolment import enrol
from curriculum.models import Programme
from tests import people, starter
from tests.browser import snapshot
from tests.cms import site

# Playwright's loop runs in this thread; the tests' own queries beside it are harmless.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Two browsers on two busy cores are slow, and no test here measures speed.
WAIT = 15_000  # ms
expect.set_options(timeout=WAIT)

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-default-apps --disable-gpu --disable-quic"
)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Mark what needs a browser; leave it out, loudly, where there is none."""
    for item in items:
        if "tests/browser/" not in item.nodeid:
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
        if not os.path.exists(CHROMIUM):
            if os.environ.get("CI"):
                pytest.exit("No Chromium: the browser tests cannot run. apt-get install chromium")
            item.add_marker(
                pytest.mark.skip("NO BROWSER TESTS: Chromium is missing (apt-get install chromium)")
            )


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    first_rows = getattr(connection, "_test_serialized_contents", None)
    with sync_playwright() as playwright:
        # Beside Playwright's loop Django opens another connection, which must know what the
        # migrations wrote, or the first flush would take it away for good.
        connection._test_serialized_contents = first_rows  # type: ignore[attr-defined]
        running = launch(playwright)
        yield running
        running.close()


def launch(playwright: Playwright) -> Browser:
    arguments = QUIET.split()
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)


@pytest.fixture
def course(db: Any) -> Any:
    """Three modules of the starter with Lena in Cora's cohort: the first one whole, and case and
    reflection of two others. All there is would make the journeys through it no truer, and long."""
    if not snapshot.restore():
        site.allow_unreviewed()
        with tempfile.TemporaryDirectory() as folder:
            told = [starter.M3, starter.M4]
            load_sample()
            load_starter(starter.copy(Path(folder) / "programme", starter.M1, told=told))
        snapshot.take()
    lena, cora = people.lena(), people.cora()
    programme = Programme.objects.get(is_live=True)
    return enrol(people.cohort(programme, cora), lena)


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a fresh browser; errors in its console fail."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_one(*, user: Any = None, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.extend(_trouble(message)))
        page.on(
            "response",
            lambda r: troubles.append(r.url) if r.status == 404 and "/static/" in r.url else None,
        )
        if user is not None:
            sign_in(page, user)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []


def _trouble(message: Any) -> list[str]:
    # A refused request is an answer that tests ask for: a conflict, a session that ended.
    is_refusal = message.text.startswith("Failed to load resource")
    return [message.text] if message.type == "error" and not is_refusal else []


def sign_in(page: Page, user: Any) -> None:
    """Through the form, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/(dashboard|cms)/$"))
