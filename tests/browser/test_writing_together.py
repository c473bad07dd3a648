"""A social worker suggests words and fills a seat; the author takes them over. axe looks along."""

import os
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from cms.models import SeatRequest, Suggestion
from curriculum.domain.catalogue import catalogue_changed
from tests import people
from tests.browser.test_every_page import findings
from tests.cms import site, story
from tests.cms.story import draft_of, views_at

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def shot(page: Any, name: str) -> None:
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)


def test_a_case_is_written_by_two(open_page: Any) -> None:
    site.allow_unreviewed()
    tom, sol = people.tom(), people.sol()
    case = story.case_page()
    catalogue_changed()

    author = open_page(user=tom)
    author.goto(f"/cms/seats/ask/{case.pk}/")
    expect(author.get_by_text("The social worker’s seat is empty.")).to_be_visible()
    author.get_by_label("Seat", exact=True).select_option("social-worker")
    author.get_by_label("Colleague", exact=True).select_option(label="Sol Brandt, Social worker")
    author.get_by_label("A word to them").fill("Be as blunt as you like.")
    assert findings(author) == []
    shot(author, "ask")
    author.get_by_role("button", name="Ask", exact=True).click()
    expect(author.get_by_text("is waiting for Sol Brandt")).to_be_visible()

    colleague = open_page(user=sol, width=390)
    colleague.goto("/cms/seats/")
    assert findings(colleague) == []
    colleague.get_by_role("link", name=re.compile("The social worker’s seat")).click()
    expect(colleague.get_by_role("heading", name="1. The door")).to_be_visible()
    first = colleague.get_by_label(re.compile("choice 1 · view of Wanda", re.IGNORECASE)).first
    first.fill("Nobody has asked her yet.")
    assert findings(colleague) == []
    shot(colleague, "fill")
    colleague.get_by_role("button", name="Save", exact=True).click()
    expect(colleague.get_by_text("Saved in the draft.")).to_be_visible()
    assert views_at(case, "a")["wanda"] == "Nobody has asked her yet."

    colleague.goto(f"/cms/suggest/{case.pk}/")
    assert findings(colleague) == []
    shot(colleague, "suggest")
    passage = colleague.locator(".wording-passage").filter(has_text="what happens").first
    passage.get_by_role("link", name="Suggest other words").click()
    editor = colleague.locator("[role=textbox]").first
    editor.click()
    colleague.keyboard.press("End")
    colleague.keyboard.type(" And more.")
    expect(colleague.locator("input[name=words]")).to_have_value(re.compile("And more"))
    shot(colleague, "words")
    colleague.get_by_role("button", name="Suggest", exact=True).click()
    expect(colleague.get_by_text("Suggested.")).to_be_visible()

    author.goto(f"/cms/pages/{case.pk}/edit/")
    shot(author, "editor")
    author.get_by_role("link", name=Suggestion.objects.get().label).click()
    expect(author.get_by_role("button", name="Use these words")).to_be_visible()
    # Wagtail's own rich text box has no name for axe, here as in its editor.
    assert [f for f in findings(author) if "public-Draft" not in f] == []
    shot(author, "answer")
    author.get_by_role("button", name="Use these words").click()
    expect(author.get_by_text("Taken over.")).to_be_visible()
    shot(author, "suggestions")
    assert "And more." in str(Suggestion.objects.get().after)
    assert draft_of(case).latest_revision.user == tom
    assert SeatRequest.objects.get().is_open

    author.goto(f"/cms/credits/{case.pk}/")
    assert findings(author) == []
    shot(author, "credits")
