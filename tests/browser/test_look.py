"""What only a browser shows of the look: what fits, where the focus goes, what is printed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from curriculum.domain import attempts
from curriculum.models import Activity, Certificate
from tests import factories
from tests.browser.test_every_page import _right

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MODULE = "/working-with-social-care/two-systems/"


def over(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    found: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


@pytest.fixture
def finished(course: Any) -> attempts.Attempt:
    """Lena has done everything; her attempt at the quiz."""
    for activity in Activity.objects.filter(kind="reading"):
        attempts.mark_as_read(course, activity)
    attempt = attempts.start_attempt(course, Activity.objects.get(kind="quiz"))
    for activity in Activity.objects.filter(kind__in=["case", "reflection"]):
        factories.complete(course, activity)
    for question in attempt.edition.content.questions:
        attempts.save_answer(attempt, question.id, _right(question), origin=attempts.Origin())
    return attempts.submit_attempt(attempt)


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_once_all_is_done(
    width: int, finished: Any, course: Any, open_page: Any
) -> None:
    """The line with the day on which a module was completed did not wrap."""
    page = open_page(user=course.learner, width=width)
    certificate = Certificate.objects.get()
    wide = {}
    for path in (
        MODULE,
        "/working-with-social-care/",
        "/dashboard/",
        f"{MODULE}check-what-you-know/",
        f"/learn/attempts/{finished.uuid}/result/",
        f"/certificates/{certificate.code}/",
    ):
        page.goto(path)
        if over(page) > 0:
            wide[path] = over(page)
    assert wide == {}
    page.goto(MODULE)
    expect(page.get_by_text("You completed this module on")).to_be_visible()


def test_the_join_link_of_an_empty_dashboard_fits(course: Any, open_page: Any) -> None:
    from tests import people

    stranger = people.person("nia", "Nia New")
    page = open_page(user=stranger, width=320)
    expect(page.get_by_text("You are not in a cohort yet")).to_be_visible()
    assert over(page) == 0
    assert page.evaluate(
        """() => [...document.querySelectorAll(".empty *")]
                 .every(e => e.scrollWidth <= document.querySelector(".empty").clientWidth)"""
    )


def test_on_a_phone_nothing_lies_behind_the_words_of_a_certificate(
    finished: Any, course: Any, open_page: Any
) -> None:
    path = f"/certificates/{Certificate.objects.get().code}/"
    phone = open_page(user=course.learner, width=390)
    phone.goto(path)
    expect(phone.locator(".sheet-view .name")).to_be_visible()
    expect(phone.locator(".sheet-view .ground")).to_be_hidden()
    wide = open_page(user=course.learner, width=1280, color_scheme="dark")
    wide.goto(path)
    sheet = wide.locator(".sheet-view .paper").bounding_box()
    assert sheet is not None
    assert abs(sheet["width"] / sheet["height"] - 297 / 210) < 0.02
    name = wide.locator(".sheet-view .name")
    assert name.evaluate("e => getComputedStyle(e).color") == "rgb(22, 35, 47)"  # light, always
    for part in (".words", ".proof"):
        box = wide.locator(f".sheet-view {part}").bounding_box()
        assert box is not None
        assert sheet["y"] < box["y"] < box["y"] + box["height"] < sheet["y"] + sheet["height"]


def test_the_skip_link_leads_past_the_rail(course: Any, open_page: Any) -> None:
    page = open_page(user=course.learner)
    page.goto(f"{MODULE}who-pays/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('article')")


def test_on_paper_a_reading_says_where_it_is_from_and_its_drawings_in_words(
    course: Any, open_page: Any
) -> None:
    page = open_page(user=course.learner)
    page.goto(f"{MODULE}who-pays/")
    words = page.locator("figure .print-only")
    expect(words).to_be_hidden()
    page.emulate_media(media="print")
    expect(words).to_be_visible()
    expect(page.locator(".print-head")).to_contain_text("Two systems, one person")
    expect(page.locator(".masthead")).to_be_hidden()


def test_the_footer_stands_at_the_bottom_of_a_short_page(course: Any, open_page: Any) -> None:
    page = open_page()
    page.goto("/accounts/password/reset/done/")
    box = page.locator("footer").bounding_box()
    assert box is not None
    assert abs(box["y"] + box["height"] - 900) < 2


def test_texts_facts_figures_and_sources_of_a_reading_have_one_width(
    course: Any, open_page: Any
) -> None:
    page = open_page(user=course.learner)
    for slug in ("who-pays", "what-social-care-is"):
        page.goto(f"{MODULE}{slug}/")
        widths = page.locator(".body > *:not(.table-wrap)").evaluate_all(
            "all => [...new Set(all.map(e => Math.round(e.getBoundingClientRect().width)))]"
        )
        assert len(widths) == 1
