"""From an empty page to a student: an author writes, a GP and a social worker sign, all see it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cms.models import ModulePage, QuizPage
from tests import people
from tests.browser.test_every_page import findings
from tests.cms import site

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def write_a_quiz(page: Page, module: int) -> None:
    """A quiz with one question of two options, typed into the empty editor."""
    page.goto(f"/cms/pages/add/cms/quizpage/{module}/")
    page.locator("#id_title").fill("Who to ring")
    questions = page.locator("[data-contentpath='questions']")
    questions.get_by_role("button", name="Insert a block").first.click()
    page.get_by_role("option", name="Single best answer").click()
    page.locator("[name=questions-0-value-stem]").fill("Who arranges home care?")
    for number, (text, feedback) in enumerate(
        [("The council", "Yes, after an assessment."), ("The practice", "No: it refers.")]
    ):
        prefix = f"questions-0-value-options-{number}-value"
        if not page.locator(f"[name={prefix}-text]").count():
            add = page.locator("[data-contentpath='options'] [data-streamfield-list-add]")
            add.last.click()
        page.locator(f"[name={prefix}-text]").fill(text)
        page.locator(f"[name={prefix}-feedback]").fill(feedback)
    page.locator("[name=questions-0-value-options-0-value-correct]").check()


def test_an_author_writes_two_professions_sign_and_a_student_sees_both_names(
    course: Any, open_page: Any
) -> None:
    tom, gita, sol = people.tom(), people.gita(), people.sol()
    site.allow_unreviewed(False)
    module = ModulePage.objects.live().first()
    page = open_page(user=tom, width=1400)
    write_a_quiz(page, module.pk)
    if page.get_by_role("button", name="More actions").count():
        page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Health and social care sign-off").click()
    expect(page.get_by_text("submitted for moderation").first).to_be_visible()
    quiz = QuizPage.objects.get(title="Who to ring")
    assert not quiz.live
    for person, is_second in ((gita, False), (sol, True)):
        page = open_page(user=person, width=1400, bypass_csp=True)
        page.goto("/cms/review/")
        assert findings(page) == []
        page.get_by_role("link", name="Who to ring").click()
        frame = page.frame_locator("iframe.review-frame")
        expect(frame.get_by_text("Yes, after an assessment.")).to_be_visible()
        assert findings(page) == []
        page.get_by_role("button", name="Sign it off").click()
        expect(page.get_by_text("You have signed off “Who to ring”.")).to_be_visible()
        quiz.refresh_from_db()
        assert quiz.live is is_second
    page = open_page(user=course.learner, width=390)
    page.goto(quiz.url)
    expect(page.get_by_text("Signed off by Gita Rao, General practitioner")).to_be_visible()
    expect(page.get_by_text("Signed off by Sol Brandt, Social worker")).to_be_visible()
    expect(page.get_by_text("Sample content")).to_have_count(0)
