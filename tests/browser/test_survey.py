"""A survey in a real browser: on a phone, saved as it is answered; and the report made of it."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from curriculum.domain.attempts import start_attempt
from curriculum.domain.enrolment import enrol
from curriculum.domain.surveys import answers_of
from curriculum.models import Attempt, Profession, User
from tests import factories, people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def look(page: Page, name: str) -> None:
    """A picture of the page for whoever asks for one by PICTURES=folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def answered_by(cohort: Any, many: int, profession: str, before: str, after: str) -> None:
    first, _, last = factories.activities(cohort.programme)
    for number in range(many):
        learner = User.objects.create_user(
            f"{profession[:3]}{number}@example.org",
            profession=Profession.objects.get(name=profession),
        )
        enrolment = enrol(cohort, learner)
        moved = str(max(1, min(5, int(after) - number % 3)))
        factories.answer_survey(start_attempt(enrolment, first), before)
        factories.answer_survey(
            start_attempt(enrolment, last), moved, moved, before, BOX=f"I will ring {number}."
        )


def test_a_learner_answers_and_a_lead_sees_what_changed(db: Any, open_page: Any) -> None:
    from tests.browser.test_every_page import findings

    programme = factories.programme(
        [factories.survey(), factories.quiz(), factories.survey("Looking back", "post")]
    )
    lena, cora = people.lena(), people.cora()
    cohort = people.cohort(programme, cora)
    last = factories.activities(programme)[2]
    attempt = start_attempt(enrol(cohort, lena), last)

    page = open_page(user=lena, width=390, bypass_csp=True)
    page.goto(f"/learn/attempts/{attempt.uuid}/")
    assert findings(page) == []
    first = page.get_by_role("group", name="Statement C1.")
    first.get_by_label("Agree", exact=True).check()
    expect(page.locator("#saving")).to_contain_text("Saved")
    page.get_by_label("Statement BOX.").press_sequentially("I will ring first.")
    page.wait_for_timeout(2_500)
    page.reload()
    expect(first.get_by_label("Agree", exact=True)).to_be_checked()
    expect(page.get_by_label("Statement BOX.")).to_have_value("I will ring first.")
    look(page, "survey-390")
    page.get_by_role("button", name="Hand in").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    look(page, "survey-gaps-390")
    assert findings(page) == []
    summary.get_by_role("link", name="Statement C2").click()
    for name in ("Statement C2, as a doctor.", "Statement C3."):
        page.get_by_role("group", name=name).get_by_label("Prefer not to say").check()
    page.get_by_role("group", name="Statement BACK.").get_by_label("about right").check()
    page.get_by_label("Yes, my answers may be used").check()
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "survey-1280")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    look(page, "survey-answers-1280")
    assert findings(page) == []
    stored = answers_of(Attempt.objects.get(pk=attempt.pk))
    assert stored["C1"] == "4"
    page.get_by_role("button", name="Leave my answers out").click()
    expect(page.get_by_text("Your answers are left out.").first).to_be_visible()
    page.goto("/surveys/")
    assert findings(page) == []

    answered_by(cohort, 14, "Medical student", "2", "4")
    answered_by(cohort, 12, "Social work student", "3", "4")
    desk = open_page(user=cora, bypass_csp=True)
    for name in ("evaluation", "surveys"):
        desk.goto(f"/cms/reports/{name}/")
        expect(desk.get_by_role("heading", name=name.title()).first).to_be_visible()
        look(desk, f"{name}-1280")
        assert findings(desk) == []
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto("/cms/reports/evaluation/")
    look(desk, "evaluation-390")
    if folder := os.environ.get("PICTURES"):
        from curriculum.exports.evaluation import evaluate, pairs_of
        from curriculum.exports.evaluation_pdf import evaluation_pdf
        from curriculum.exports.evaluation_rows import listing_of

        report = evaluate(programme, pairs_of(programme)[0], [cohort], [cohort.pk])
        (Path(folder) / "evaluation.pdf").write_bytes(
            evaluation_pdf(report, listing_of(report, {}))
        )
