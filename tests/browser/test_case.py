"""A case by keyboard alone, and its editor: what only a browser can prove."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cms.models import CasePage
from curriculum.models import Attempt
from tests import people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be come to by Tab.")


def expect_read_once(page: Page, heading: str) -> None:
    """The new heading has the focus, which reads it; nothing else announces it again."""
    expect(page.locator(heading)).to_be_focused()
    words = page.locator(heading).inner_text()
    for live in page.locator("[aria-live], [role=status], [role=alert]").all():
        assert words not in live.inner_text()


def test_the_empty_fridge_is_played_whole_by_keyboard(course: Any, open_page: Any) -> None:
    page = open_page(user=course.learner)
    page.goto(CasePage.objects.get(slug="the-empty-fridge").url)
    tab_to(page, "main button.button")
    page.keyboard.press("Enter")
    expect(page.locator("#scene")).to_be_visible()
    play_by_keyboard(page)
    attempt = Attempt.objects.get(activity__kind="case")
    assert attempt.completion
    found = [r.answer["service"] for r in attempt.responses.all() if "service" in r.answer]
    assert found == ["Step Easy OT and Equipment"]
    expect(page.get_by_role("heading", name="The road you took")).to_be_visible()


def test_the_empty_fridge_is_played_whole_by_keyboard_without_scripts(
    course: Any, open_page: Any
) -> None:
    """The browser itself moves the focus: Tab from the top of each new page."""
    page = open_page(user=course.learner, java_script_enabled=False)
    page.goto(CasePage.objects.get(slug="the-empty-fridge").url)
    press = page.keyboard.press
    page.get_by_role("button", name="Begin the case").focus()
    press("Enter")
    for _ in range(20):
        expect(page.locator("#happened")).to_have_count(0)
        expect(page.locator("#scene")).to_be_visible()
        if page.get_by_role("heading", name="The roads not taken").count():
            break
        if page.get_by_role("link", name="Find whom to contact").count():
            find_by_keyboard(page)
            expect(page.locator("#happened")).to_be_visible()
            page.get_by_role("link", name=re.compile("^Go on")).focus()
            press("Enter")
            continue
        page.get_by_role("radio").first.focus()
        press("Space")
        if page.locator("input[name=confidence]").count():
            page.locator("input[name=confidence]").first.focus()
            press("Space")
        press("Tab")
        if page.locator("textarea[name=prediction]:focus").count():
            page.keyboard.type("She would ask what Mrs Cole-Adair wants.")
            press("Tab")
        expect(page.get_by_role("button", name="Commit to this")).to_be_focused()
        press("Enter")
        expect(page.locator("#happened")).to_be_visible()
        page.get_by_role("link", name=re.compile("^Go on")).focus()
        press("Enter")
    assert Attempt.objects.get(activity__kind="case").completion


def find_by_keyboard(page: Page) -> None:
    """Search the directory in everyday words, choose an entry and confirm, with the keyboard."""
    tab_to(page, "main a.button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Find whom to contact")).to_be_visible()
    tab_to(page, "main input[type=search]")
    page.keyboard.type("can't get in the bath")
    page.keyboard.press("Enter")
    expect(page.locator("article.service").first).to_be_visible()
    tab_to(page, "article.service .actions a.button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are about to contact")).to_be_visible()
    expect(page.locator(".contacted")).to_have_text("Step Easy OT and Equipment")
    tab_to(page, "button[name=commit]")
    page.keyboard.press("Enter")


def play_by_keyboard(page: Page) -> None:
    """Every decision with Tab, Space, arrows and Enter; after each the focus is on what is new."""
    for number in range(20):
        expect(page.locator("#happened")).to_have_count(0)
        if number:  # the first scene is a page of its own, read from its top
            expect_read_once(page, "#scene")
        if page.get_by_role("heading", name="The roads not taken").count():
            return
        if page.get_by_role("link", name="Find whom to contact").count():
            find_by_keyboard(page)
            expect_read_once(page, "#happened")
            tab_to(page, "main p.actions a.button")
            page.keyboard.press("Enter")
            continue
        tab_to(page, "input[name=choice]")
        page.keyboard.press("Space")
        if page.locator("input[name=confidence]").count():
            tab_to(page, "input[name=confidence]")
            page.keyboard.press("ArrowDown")
        if page.locator("textarea[name=prediction]").count():
            tab_to(page, "textarea[name=prediction]")
            page.keyboard.type("She would ask what Mrs Cole-Adair wants.")
        tab_to(page, "button[name=commit]")
        page.keyboard.press("Enter")
        expect_read_once(page, "#happened")
        tab_to(page, "main p.actions a.button")
        page.keyboard.press("Enter")
    raise AssertionError("The case did not end.")


def test_an_author_chooses_from_lists_and_the_map_follows_every_save(
    course: Any, open_page: Any
) -> None:
    page = open_page(user=people.tom(), width=1500)
    case = CasePage.objects.get(slug="the-empty-fridge")
    page.goto(f"/cms/pages/{case.pk}/edit/", timeout=30_000)  # half a megabyte of editor
    expect(page.locator(".case-map svg")).to_be_visible()
    leads = page.locator("[name=scenes-0-value-choices-0-value-leads_to] + select")
    expect(leads).to_be_attached()
    names = [option.text_content() for option in leads.locator("option").all()]
    assert names[0] == "Choose"
    assert names[1:] == [scene.title for scene in case.freeze().content.scenes]
    assert leads.locator("option:checked").text_content() == "Two yeses"
    who = page.locator("[name=scenes-0-value-choices-0-value-views-0-value-who] + select")
    assert "Dr Oram" in who.locator("option").all_text_contents()
    # Renaming a scene renames it in the lists; the link itself is to its id.
    scene = page.locator("section").filter(has=page.locator("[name=scenes-2-value-title]")).last
    scene.locator("[data-panel-toggle]").first.click()
    page.locator("[name=scenes-2-value-title]").fill("Yes and yes")
    leads.dispatch_event("focus")
    assert leads.locator("option:checked").text_content() == "Yes and yes"
    expect(page.locator(".case-map")).to_contain_text("Yes and yes", timeout=20_000)
    case.refresh_from_db()
    draft = case.get_latest_revision_as_object().freeze()
    assert draft.problems == []
    assert draft.content.scenes[2].title == "Yes and yes"
