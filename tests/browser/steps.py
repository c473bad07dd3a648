"""What a student does on the pages of a quiz, by reading them and knowing the answers."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from curriculum.content import ConfidenceRated, Matching, Multiple, Ordering, Question, Ranking
from curriculum.models import Attempt


def question_here(page: Page) -> Question:
    """The question that the page asks."""
    uuid, _, number = page.url.rstrip("/").rsplit("/", 3)[1:]
    attempt = Attempt.objects.select_related("edition").get(uuid=uuid)
    key = attempt.layout["questions"][int(number) - 1]
    found: Question = attempt.edition.content.question(key)
    return found


def wanted(question: Question) -> dict[str, Any]:
    """The right answer in the words of the page: texts to choose, or a place for each text."""
    if isinstance(question, Matching):
        return {"selects": {pair.left: pair.right for pair in question.pairs}}
    if isinstance(question, Ranking):
        texts = {item.id: item.text for item in question.items}
        return {"selects": {texts[id]: str(n) for n, id in enumerate(question.gp_key, start=1)}}
    if isinstance(question, Ordering):
        return {"selects": {item.text: str(n) for n, item in enumerate(question.items, start=1)}}
    texts = [option.text for option in question.options if option.correct]
    if isinstance(question, ConfidenceRated):
        texts.append("Fairly sure")
    return {"choices": texts, "many": isinstance(question, Multiple)}


def answer_rightly(page: Page) -> None:
    """Give the right answer with the mouse."""
    right = wanted(question_here(page))
    for text in right.get("choices", ()):
        page.locator("label.choice").filter(has=page.get_by_text(text, exact=True)).click()
    for label, value in right.get("selects", {}).items():
        field = page.get_by_label(label, exact=True)
        words = re.compile(rf"^([A-Z]\. )?{re.escape(value)}$")  # a letter before long ones
        offered = field.locator("option").filter(has_text=words)
        field.select_option(offered.get_attribute("value"))


def play_to_an_ending(page: Page) -> None:
    """Begin a case and take the first choice shown each time; the focus is where it should be."""
    page.get_by_role("button", name="Begin the case").click()
    for _ in range(20):
        if page.get_by_role("heading", name="The roads not taken").count():
            return
        expect(page.locator("#happened")).to_have_count(0)
        if page.get_by_role("link", name="Find whom to contact").count():
            contact(page)
            expect(page.locator("#happened")).to_be_visible()
            page.get_by_role("link", name="Go on").click()
            continue
        page.locator("input[name=choice]").first.check()
        if page.locator("input[name=confidence]").count():
            page.get_by_label("Fairly sure").check()
        page.get_by_role("button", name="Commit to this").click()
        expect(page.locator("#happened")).to_be_visible()
        page.get_by_role("link", name="Go on").click()
        expect(page.locator("#happened")).to_have_count(0)
        expect(page.locator("#scene")).to_be_visible()
    raise AssertionError("The case did not end.")


def contact(page: Page, words: str = "can’t get in the bath") -> None:
    """Find a service for a case, the first one for these words, and commit to it."""
    page.get_by_role("link", name="Find whom to contact").click()
    page.get_by_label("What is needed?").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Contact this service").first.click()
    expect(page.get_by_text("You are about to contact")).to_be_visible()
    page.get_by_role("button", name="Contact this service").click()


def write_and_finish(page: Page) -> None:
    """From a reflection's own page: write on its first prompt, and keep it private."""
    page.get_by_role("link", name="Write").first.click()
    page.locator("textarea").first.fill("She told me what she wanted only when I had stopped. " * 6)
    page.get_by_role("button", name="Save, keep it private").click()
    expect(page.get_by_role("heading", name="What others would look for")).to_be_visible()
