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
    assert rows[1][6] == "1 of 8"


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
