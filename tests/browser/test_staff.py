"""A course lead downloads the report; a tutor opens the editor. Wagtail's side, in a browser."""

import io
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from cms.models import QuizPage
from tests import factories, people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_lead_filters_the_report_and_opens_it_in_a_spreadsheet(
    course: Any, open_page: Any
) -> None:
    lead = course.cohort.leads.get()
    factories.complete(course, factories.activities(course.cohort.programme)[0])
    page = open_page(user=lead)
    page.goto("/cms/reports/completion/")
    expect(page.get_by_text("1 learner: 0 done, 1 started")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download XLSX").first.click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    rows = list(book["Completion"].iter_rows(values_only=True))
    assert rows[1][0] == "Lena Okoro"
    assert rows[1][6] == "1 of 9"


def test_a_tutor_edits_a_quiz_and_publishes_a_new_edition(course: Any, open_page: Any) -> None:
    from curriculum.models import Activity

    tom = people.tom()
    page = open_page(user=tom, width=1400)
    quiz = QuizPage.objects.get()
    page.goto(f"/cms/pages/{quiz.pk}/edit/")
    expect(page.locator("[name=body-count]")).to_be_attached()
    page.locator("#id_title").fill("Check what you know now")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("has been published")).to_be_visible()
    activity = Activity.objects.get(kind="quiz")
    assert activity.current_edition.number == 2
    assert activity.title == "Check what you know now"


def test_a_tutor_answers_what_a_learner_shares_and_axe_finds_nothing(
    course: Any, open_page: Any
) -> None:
    from curriculum.domain import reflections
    from curriculum.domain.attempts import Origin
    from curriculum.models import Activity, Feedback
    from tests.browser.test_every_page import findings

    tom = people.tom()
    course.cohort.tutors.add(tom)
    activity = Activity.objects.filter(kind="reflection").earliest("pk")
    prompt = activity.current_edition.content.prompts[0].id
    text = {"what": "Nobody had asked about the flat. " * 8}
    saved = reflections.save_draft(course, activity, prompt, text, origin=Origin())
    reflections.finish(saved.writing)
    reflections.share(saved.writing)

    page = open_page(user=tom, bypass_csp=True)
    page.goto("/cms/reflections/")
    assert findings(page) == []
    page.locator("table a").first.click()
    expect(page.get_by_text("Nobody had asked about the flat.").first).to_be_visible()
    assert findings(page) == []
    assert "Lena" not in page.locator("main").inner_text()
    page.locator("textarea").first.fill("You saw the flat before anybody did.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("sent", exact=False).first).to_be_visible()
    assert Feedback.objects.get().sent_at is not None
