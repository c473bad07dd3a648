"""The pictures of the guides, taken of a running demo: `python -m tests.browser.pictures`.

Needs `make run` in another window, and its password in DEMO_PASSWORD. SITE_URL says where it runs.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = os.environ.get("SITE_URL", "http://127.0.0.1:8000")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
INTO = Path(__file__).parents[2] / "docs" / "images"


def signed_in(browser: Browser, who: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(f"{HERE}/accounts/login/")
    page.fill("[name=login]", f"{who}@demo.example")
    page.fill("[name=password]", os.environ["DEMO_PASSWORD"])
    page.click("main button[type=submit]")
    page.wait_for_url(f"{HERE}/**")
    return page


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=INTO / f"{name}.png")


def reviewers(browser: Browser) -> None:
    page = signed_in(browser, "gp")
    page.goto(f"{HERE}/cms/review/")
    take(page, "review-desk")
    page.locator("table a").first.click()
    take(page, "review-page")
    page.goto(f"{HERE}/cms/review/")
    page.locator("#modules + ul a").first.click()
    take(page, "review-module")


def authors(browser: Browser) -> None:
    page = signed_in(browser, "tutor")
    page.goto(f"{HERE}/cms/pages/")
    page.goto(f"{HERE}/cms/reports/items/")
    take(page, "item-analysis")
    page.goto(f"{HERE}/cms/reports/problems/")
    take(page, "reported-problems")
    page.goto(f"{HERE}/cms/modules/import/")
    take(page, "import-a-module")


def leads(browser: Browser) -> None:
    page = signed_in(browser, "lead")
    page.goto(f"{HERE}/cms/cohorts/")
    take(page, "cohorts")
    page.get_by_role("link", name="Year 3, autumn 2026").first.click()
    take(page, "cohort")
    page.get_by_role("link", name="Remind those who are behind").click()
    take(page, "remind")
    page.goto(f"{HERE}/cms/reports/completion/")
    take(page, "completion")
    page.goto(f"{HERE}/cms/reports/evaluation/")
    take(page, "evaluation")


def main() -> int:
    if "DEMO_PASSWORD" not in os.environ:
        sys.exit("DEMO_PASSWORD is missing: the password that `make run` has said.")
    INTO.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        reviewers(browser)
        authors(browser)
        leads(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
