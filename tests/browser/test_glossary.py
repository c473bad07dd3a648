"""A term explained where it stands: pointer, keyboard, touch, without a script, and in print."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from curriculum.models import Term
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

READING = "/working-with-social-care/two-systems/who-pays/"
MEANING = "The council's sum of what somebody has and earns."


@pytest.fixture
def term(course: Any) -> Term:
    from curriculum.domain.catalogue import catalogue_changed

    Term.objects.all().delete()  # the starter's, so that this one stands first on the page
    made = Term.objects.create(
        slug="means-test", term="means test", forms="means-tested", definition=MEANING
    )
    catalogue_changed()
    return made


def at_reading(open_page: Any, course: Any, **options: Any) -> Page:
    page: Page = open_page(user=course.learner, **options)
    page.goto(READING)
    return page


def test_it_opens_on_hover_can_be_hovered_and_escape_closes_it(
    term: Term, course: Any, open_page: Any
) -> None:
    page = at_reading(open_page, course)
    word, meaning = page.locator("a.term").first, page.locator("#gloss-means-test")
    expect(meaning).to_be_hidden()
    word.hover()
    expect(meaning).to_be_visible()
    meaning.hover()
    page.wait_for_timeout(500)  # longer than it takes to close
    expect(meaning).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()


def test_it_opens_on_focus_and_closes_when_the_focus_leaves(
    term: Term, course: Any, open_page: Any
) -> None:
    page = at_reading(open_page, course)
    word, meaning = page.locator("a.term").first, page.locator("#gloss-means-test")
    expect(word).to_have_accessible_description(f"means test: {MEANING} In the glossary")
    page.keyboard.press("Tab")
    word.focus()
    expect(meaning).to_be_visible()
    page.keyboard.press("Tab")
    expect(meaning).to_be_hidden()


def test_it_stays_while_the_focus_is_within_and_never_throws_it_back(
    term: Term, course: Any, open_page: Any
) -> None:
    """Whoever tabbed fast stood at its link when it closed, and was taken back to the term."""
    page = at_reading(open_page, course)
    meaning = page.locator("#gloss-means-test")
    link = meaning.get_by_role("link", name="In the glossary")
    page.keyboard.press("Tab")
    page.locator("a.term").first.focus()
    expect(meaning).to_be_visible()
    # At once, as with a held key: away from the term, and into what it means.
    page.evaluate(
        """() => {
          document.querySelector("main a.back, main button").focus()
          document.querySelector("#gloss-means-test a").focus()
        }"""
    )
    page.wait_for_timeout(500)  # longer than it takes to close
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    expect(meaning).to_be_hidden()
    expect(page.locator("a.term").first).not_to_be_focused()


def test_a_tap_shows_it_at_the_foot_of_a_small_screen(
    term: Term, course: Any, open_page: Any
) -> None:
    page = at_reading(open_page, course, width=320, has_touch=True)
    page.locator("a.term").first.tap()
    meaning = page.locator("#gloss-means-test")
    expect(meaning).to_be_visible()
    assert page.url.endswith(READING)
    box = meaning.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    meaning.get_by_role("link", name="In the glossary").tap()
    expect(page.locator("#means-test")).to_be_in_viewport()


def test_without_a_script_it_leads_into_the_glossary_and_print_explains_it(
    term: Term, course: Any, open_page: Any
) -> None:
    page = at_reading(open_page, course, java_script_enabled=False)
    expect(page.get_by_text(MEANING)).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text(MEANING)).to_be_visible()
    page.emulate_media(media="screen")
    page.locator("a.term").first.click()
    page.wait_for_url("**/glossary/#means-test")
    expect(page.get_by_text(MEANING)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_glossary(scheme: Any, term: Term, open_page: Any) -> None:
    page = open_page(width=320, color_scheme=scheme)
    page.goto("/glossary/?q=means")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
