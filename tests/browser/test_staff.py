"""A course lead downloads the report; a tutor opens the editor. Wagtail's side, in a browser."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from cms.models import QuizPage
from curriculum.domain.enrolment import enrol
from curriculum.enums import ActivityKind
from tests import factories, people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_lead_filters_the_report_and_opens_it_in_a_spreadsheet(
    course: Any, open_page: Any
) -> None:
    lead = course.cohort.leads.get()
    done = factories.activities(course.cohort.programme)
    factories.complete(course, next(row for row in done if row.kind == ActivityKind.READING))
    page = open_page(user=lead)
    page.goto("/cms/reports/completion/")
    expect(page.locator(".report-totals")).to_contain_text("Learners1Done0Started1")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download XLSX").first.click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    rows = list(book["Completion"].iter_rows(values_only=True))
    assert rows[1][0] == "Lena Okoro"
    home = course.cohort.programme.inclusions.earliest("position").module
    many = home.requirements.filter(until=None, is_required=True).count()
    assert rows[1][7] == f"1 of {many}"


def test_a_tutor_edits_a_quiz_and_publishes_a_new_edition(course: Any, open_page: Any) -> None:
    from curriculum.models import Activity

    tom = people.tom()
    page = open_page(user=tom, width=1400)
    quiz = QuizPage.objects.get()
    page.goto(f"/cms/pages/{quiz.pk}/edit/", timeout=30_000)  # half a megabyte of editor
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


def test_a_tutor_reads_what_publishing_changes_and_corrects_a_wrong_key(
    db: Any, open_page: Any
) -> None:
    from curriculum.domain import attempts
    from curriculum.domain.enrolment import enrol
    from curriculum.models import Activity, Programme
    from tests.browser.test_every_page import findings
    from tests.cms import site

    site.allow_unreviewed()
    quiz = site.quiz_page(questions=[site.single("q1"), site.single("q2")])
    cohort = people.cohort(Programme.objects.get(), people.cora())
    for name, choice in (("lea", "q1-b"), ("wyn", "q1-a")):
        enrolment = enrol(cohort, people.person(name, f"{name.title()} Bell"))
        attempt = attempts.start_attempt(enrolment, Activity.objects.get())
        for key, given in (("q1", choice), ("q2", "q2-b")):
            attempts.save_answer(attempt, key, {"choice": given}, origin=attempts.Origin())
        attempts.submit_attempt(attempt)
    options = [site.option("q1-a", correct=True), site.option("q1-b", text="Nobody")]
    changed = site.draft(quiz, questions=[site.single("q1", *options), site.single("q2")])

    page = open_page(user=people.tom(), bypass_csp=True)
    page.goto(f"/cms/pages/{quiz.pk}/edit/")
    panel = page.get_by_role("region", name="What publishing this changes")
    expect(panel).to_contain_text("3 changes")
    panel.get_by_text("What changes, word by word").click()
    expect(panel.locator("ins").first).to_be_visible()
    page.wait_for_timeout(4_000)  # Wagtail saves what differs from a while after it was drawn
    page.locator("#id_title").fill("Another title")
    expect(panel).to_contain_text("4 changes", timeout=20_000)
    expect(panel.locator("ins").first).to_be_visible()  # what was open stays open

    changed.publish()
    page.goto(f"/cms/regrades/{quiz.pk}/?edition=1")
    assert findings(page) == []
    page.get_by_label("Reason").fill("A council assesses, not a GP.")
    page.get_by_role("button", name="Correct the key and mark again").click()
    expect(page.get_by_text("2 results changed")).to_be_visible()
    assert findings(page) == []

    learner = open_page(user=enrolment.learner, width=390, bypass_csp=True)
    learner.get_by_role("link", name="attempt 1").click()
    expect(learner.get_by_role("heading", name="You passed")).to_be_visible()
    learner.get_by_text("As it was first marked").click()
    assert findings(learner) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_lead_makes_groups_and_moves_a_learner_by_keyboard_also_without_scripts(
    scripts: bool, course: Any, open_page: Any
) -> None:
    from tests.browser.test_every_page import findings

    cohort = course.cohort
    for number in range(5):
        profession = "Social work student" if number % 2 else "Medical student"
        enrol(cohort, people.person(f"l{number}", f"Learner {number}", profession))
    lead = cohort.leads.get()
    page = open_page(user=lead, java_script_enabled=scripts, bypass_csp=True)
    page.goto(f"/cms/cohorts/{cohort.uuid}/groups/make/")
    page.get_by_label("this many groups").check()
    page.get_by_label("Number").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 groups made.")).to_be_visible()
    box = page.get_by_role("combobox", name="Lena Okoro Group")
    before = box.locator("option:checked").inner_text()
    after = "Group 1" if before == "Group 2" else "Group 2"
    box.focus()
    page.keyboard.press("ArrowUp" if after == "Group 1" else "ArrowDown")
    page.get_by_role("button", name="Save who is where").press("Enter")
    expect(page.get_by_text("1 learner moved.")).to_be_visible()
    course.refresh_from_db()
    assert course.group.name == after
    if scripts:
        for name in ("groups/", "groups/make/", f"groups/{course.group_id}/", "due/", "code/"):
            page.goto(f"/cms/cohorts/{cohort.uuid}/{name}")
            assert findings(page) == [], name
        page.goto(f"/cms/cohorts/{cohort.uuid}/groups/print/")
        assert findings(page) == []


def test_a_lead_sees_who_is_behind_and_reminds_them(course: Any, open_page: Any) -> None:
    from django.core import mail

    from curriculum import clock
    from curriculum.models import DueDate
    from tests.browser.test_every_page import findings

    first = course.cohort.programme.inclusions.filter(until=None).order_by("position")[0]
    yesterday = clock.today() - dt.timedelta(days=1)
    DueDate.objects.create(cohort=course.cohort, module=first.module, due_on=yesterday)
    page = open_page(user=course.cohort.leads.get(), width=390, bypass_csp=True)
    page.goto("/cms/cohorts/")
    page.get_by_role("link", name=course.cohort.name, exact=True).click()
    expect(page.get_by_role("img", name="Where people stop")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="1 Behind").click()
    expect(page.get_by_role("row", name="Lena Okoro")).to_contain_text(first.module.title)
    assert findings(page) == []
    page.get_by_role("link", name="Remind them").click()
    page.get_by_label("A note of yours").fill("Come to my office hour.")
    page.get_by_role("button", name="Show the mail with my note").click()
    expect(page.locator(".remind-mail")).to_contain_text("Come to my office hour.")
    assert findings(page) == []
    page.get_by_role("button", name="Send 1 reminder").click()
    expect(page.get_by_text("1 learner reminded.")).to_be_visible()
    assert [sent.to for sent in mail.outbox] == [["lena@example.org"]]
