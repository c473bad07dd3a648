"""Writing a reflection in a real browser: offline, signed out, in two tabs, after a crash."""

import json
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from cms.models import ReflectionPage
from curriculum.models import Activity, Writing
from tests import people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TEXT = "He slept in his chair, because the stairs were too much."


@pytest.fixture
def address(course: Any) -> str:
    """Where one writes on the first prompt of the starter's first reflection."""
    page = ReflectionPage.objects.get(slug="a-mainly-social-problem")
    prompt = Activity.objects.get(key=page.translation_key).current_edition.content.prompts[0]
    return f"/learn/activities/{page.translation_key}/reflect/{prompt.id}/"


def first(page: Page) -> Any:
    return page.get_by_label("What?", exact=True)


def kept_here(page: Page) -> Any:
    """What this browser keeps of any writing."""
    return page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('answer:')).length")


def stored() -> str:
    return str(Writing.objects.get().draft["what"])


def test_what_is_typed_is_saved_and_says_when(course: Any, address: str, open_page: Any) -> None:
    page = open_page(user=course.learner, width=390)
    page.goto(address)
    first(page).press_sequentially(TEXT)
    expect(page.locator("#saving")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    expect(page.locator("#words")).to_have_text("11")
    assert stored() == TEXT
    assert kept_here(page) == 0
    first(page).press_sequentially(" Mr Abernathy said so.")
    expect(page.locator("#hints mark")).to_have_text("Mr Abernathy")
    page.reload()
    expect(first(page)).to_have_value(f"{TEXT} Mr Abernathy said so.")


def test_what_is_typed_offline_comes_back_after_a_crash_and_is_saved(
    course: Any, address: str, open_page: Any
) -> None:
    """Known failure 2: offline, then closed, and what was typed meanwhile is lost."""
    page = open_page(user=course.learner)
    page.goto(address)
    first(page).press_sequentially("Before. ")
    expect(page.locator("#saving")).to_have_text(re.compile("^Saved"))
    page.context.set_offline(True)
    first(page).press_sequentially(TEXT)
    expect(page.locator("#saving")).to_contain_text("Not saved yet: no connection")
    page.get_by_role("button", name="Save, keep it private").click()
    expect(first(page)).to_have_value(f"Before. {TEXT}")  # the page stays, and so does the text
    page.close()  # without a word, as a crash does
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(address)
    expect(first(again)).to_have_value(f"Before. {TEXT}")
    expect(again.locator("#saving")).to_have_text(re.compile("^Saved"))
    assert stored() == f"Before. {TEXT}"
    assert kept_here(again) == 0


def test_it_is_saved_by_itself_once_the_connection_is_back(
    course: Any, address: str, open_page: Any
) -> None:
    page = open_page(user=course.learner)
    page.goto(address)
    page.context.set_offline(True)
    first(page).fill(TEXT)
    expect(page.locator("#saving")).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(page.locator("#saving")).to_have_text(re.compile("^Saved"), timeout=15_000)
    assert stored() == TEXT


def test_who_is_signed_out_while_writing_signs_in_within_the_page(
    course: Any, address: str, open_page: Any
) -> None:
    """Known failure 1."""
    page = open_page(user=course.learner)
    page.goto(address)
    Session.objects.all().delete()
    first(page).fill(TEXT)
    dialog = page.get_by_role("dialog", name="Sign in to go on")
    expect(dialog).to_be_visible()
    frame = page.frame_locator("#sign-in iframe")
    frame.get_by_label("E-mail address").fill(course.learner.email)
    frame.get_by_label("Password").fill(people.PASSWORD)
    frame.locator("main button[type=submit]").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#saving")).to_have_text(re.compile("^Saved"))
    expect(first(page)).to_have_value(TEXT)
    assert stored() == TEXT
    page.get_by_role("button", name="Save, keep it private").click()
    expect(page.get_by_text("Only you can read it.")).to_be_visible()


def test_somebody_else_who_signs_in_gets_nothing_of_it(
    course: Any, address: str, open_page: Any
) -> None:
    page = open_page(user=course.learner)
    page.goto(address)
    Session.objects.all().delete()
    first(page).fill(TEXT)
    other = people.person("peer", "Peer Lund")
    frame = page.frame_locator("#sign-in iframe")
    frame.get_by_label("E-mail address").fill(other.email)
    frame.get_by_label("Password").fill(people.PASSWORD)
    frame.locator("main button[type=submit]").click()
    expect(page.locator("#saving")).to_contain_text("somebody else is signed in now")
    assert not Writing.objects.exists()


def test_of_two_tabs_the_writer_sees_both_texts_and_chooses(
    course: Any, address: str, open_page: Any
) -> None:
    """Known failure 3."""
    page = open_page(user=course.learner)
    page.goto(address)
    second = page.context.new_page()
    second.goto(address)
    first(page).fill("From the first tab.")
    expect(page.locator("#saving")).to_have_text(re.compile("^Saved"))
    first(second).fill("From the second tab.")
    expect(second.locator("#saving")).to_contain_text("you wrote something else on another page")
    second.get_by_role("button", name="Keep as a draft").click()
    expect(second.get_by_role("heading", name="You wrote something else elsewhere")).to_be_visible()
    expect(second.locator(".error-summary .written")).to_have_text("From the first tab.")
    expect(first(second)).to_have_value("From the second tab.")
    assert stored() == "From the first tab."
    second.get_by_role("button", name="Keep as a draft").click()
    expect(second.locator("#saving")).to_have_text(re.compile("^Saved"))
    assert stored() == "From the second tab."


def test_signing_out_leaves_nothing_in_the_browser(
    course: Any, address: str, open_page: Any
) -> None:
    page = open_page(user=course.learner)
    page.goto(address)
    page.route("**/reflect/**", lambda route: route.abort())
    first(page).fill(TEXT)
    expect(page.locator("#saving")).to_contain_text("no connection")
    assert kept_here(page) == 1
    page.goto("/accounts/logout/")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile("/$|login"))
    assert kept_here(page) == 0
    assert TEXT not in json.dumps(page.evaluate("({...localStorage})"))


def test_it_is_written_shared_and_found_again_without_scripts_and_by_keyboard(
    course: Any, address: str, open_page: Any
) -> None:
    course.cohort.tutors.add(people.tom())
    page = open_page(user=course.learner, width=320, java_script_enabled=False)
    page.goto(address)
    first(page).focus()
    page.keyboard.type(f"{TEXT} Mr Abernathy told us. " * 4)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator("button[value=share]:focus").count():
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved, and not shared yet")).to_be_visible()
    expect(page.locator("#hints mark").first).to_have_text("Mr Abernathy")
    page.get_by_role("button", name="Share it with Tom Ashby").click()
    expect(page.get_by_text("Your tutors (Tom Ashby) can read the version")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Only you can read it again.")).to_be_visible()
    page.goto("/reflections/?q=chair")
    expect(page.get_by_text("1 found for “chair”.")).to_be_visible()
