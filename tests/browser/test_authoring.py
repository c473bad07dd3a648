"""An author brings questions in and tries them out, in a browser, with and without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from cms.models import QuizPage
from curriculum.models import Attempt
from tests import people
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FILES = Path(__file__).parent.parent / "cms" / "interchange"
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_questions_are_looked_at_and_added_and_axe_finds_nothing(
    course: Any, open_page: Any
) -> None:
    page = open_page(user=people.tom(), width=390)
    quiz = QuizPage.objects.get()
    many = len(quiz.questions)
    page.goto(f"/cms/quizzes/{quiz.pk}/import/")
    assert findings(page) == []
    page.get_by_label("File").set_input_files(FILES / "unmapped.gift")
    page.get_by_role("button", name="Look at what would be added").click()
    expect(page.get_by_role("heading", name="What is left out")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Choose another file").click()
    page.get_by_label("File").set_input_files(FILES / "kinds.xml")
    page.get_by_role("button", name="Look at what would be added").click()
    expect(page.get_by_text("7 questions", exact=True)).to_be_visible()
    assert findings(page) == []
    assert page.evaluate(OVER) == 0
    page.get_by_role("button", name="Add 7 questions to the draft").click()
    expect(page.get_by_text("stand at the end of the draft now")).to_be_visible()
    quiz = QuizPage.objects.get()
    assert len(quiz.get_latest_revision_as_object().questions) == many + 7


@pytest.mark.parametrize("script", [True, False])
def test_a_module_is_tried_from_its_page_to_a_result(
    course: Any, open_page: Any, script: bool
) -> None:
    page = open_page(user=people.tom(), width=320, java_script_enabled=script)
    quiz = QuizPage.objects.get()
    page.goto(f"/cms/try/{quiz.get_parent().pk}/")
    page.get_by_role("link", name=quiz.title).click()
    page.get_by_role("button", name="Start the quiz").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Question 2 of")).to_be_visible()
    expect(page.get_by_text("You are trying this out; nothing is recorded.")).to_be_visible()
    if script:
        assert findings(page) == []
    page.get_by_role("button", name="Look over all questions").click()
    page.get_by_role("button", name="Submit your answers").click()
    expect(page.get_by_text("You did not answer this one").first).to_be_visible()
    assert page.evaluate(OVER) == 0
    assert not Attempt.objects.exists()
