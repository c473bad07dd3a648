"""Reporting a problem, as a learner: it arrives, stays one's own, and its answer comes back."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from curriculum import clock
from curriculum.domain import problems
from curriculum.domain.attempts import Origin, save_answer, start_attempt, submit_attempt
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.enums import ProblemKind
from curriculum.models import Activity, Attempt, ProblemReport
from tests import factories, people

pytestmark = pytest.mark.django_db

WRONG = ProblemKind.WRONG


@pytest.fixture
def quiz(programme: Any) -> Activity:
    return factories.activities(programme)[1]


@pytest.fixture
def attempt(enrolment: Any, quiz: Activity) -> Attempt:
    return start_attempt(enrolment, quiz)


@pytest.fixture
def lenas(lena: Any) -> Client:
    client = Client()
    client.force_login(lena)
    return client


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, {"kind": "wrong", "text": "Option B is right too.", **fields})


def part(attempt: Attempt, key: str = "q1") -> str:
    return reverse("report_part", args=[attempt.uuid, key])


def reported(by: Any, activity: Activity, **fields: Any) -> ProblemReport:
    """A report on the first question."""
    edition = activity.current_edition
    assert edition is not None
    given = {"kind": WRONG, "text": "Odd.", "key": "q1", **fields}
    return problems.report_problem(by, edition, **given)


# ── Sending ───────────────────────────────────────────────────────────────
def test_a_report_on_a_question_keeps_the_edition_that_was_met_and_no_name_to_show(
    lenas: Client, lena: Any, attempt: Attempt
) -> None:
    page = lenas.get(part(attempt)).content.decode()
    assert "Stem q1?" in page
    response = send(lenas, part(attempt), text="  Option B\r\nis right too. ")
    report = ProblemReport.objects.get()
    assert response.url == reverse("problem", args=[report.uuid])
    assert (report.key, report.edition, report.activity) == (
        "q1",
        attempt.edition,
        attempt.activity,
    )
    assert (report.text, report.learner) == ("Option B\nis right too.", lena)
    assert (report.may_be_named, report.shown_name, report.state) == (False, "", "open")
    assert "Thank you." in lenas.get(response.url).content.decode()


def test_the_name_is_shown_only_where_its_owner_says_so(lenas: Client, attempt: Attempt) -> None:
    send(lenas, part(attempt), may_be_named="on")
    assert ProblemReport.objects.get().shown_name == "Lena Okoro"


def test_a_page_is_reported_by_whoever_can_open_it(
    client: Client, olga: Any, quiz: Activity
) -> None:
    path = reverse("report_page", args=[quiz.key])
    assert client.get(path).url.startswith("/accounts/login/")
    client.force_login(olga)
    send(client, path, kind="outdated")
    report = ProblemReport.objects.get()
    assert (report.key, report.edition, report.kind) == ("", quiz.current_edition, "outdated")


def test_what_is_not_offered_or_not_met_cannot_be_reported_on(
    lenas: Client, enrolment: Any, olga: Any, attempt: Attempt, made_case: Activity
) -> None:
    """Nobody learns in this way which questions or scenes there are."""
    for key in ("q9", "x" * 200, "page"):
        assert lenas.get(part(attempt, key)).status_code == 404
    assert lenas.get(reverse("report_page", args=[uuid.uuid4()])).status_code == 404
    run = start_attempt(enrolment_in(made_case, enrolment.learner), made_case)
    assert lenas.get(part(run, "door")).status_code == 200
    assert lenas.get(part(run, "table")).status_code == 404
    factories.play(run)
    assert lenas.get(part(run, "sorry")).status_code == 200
    lenas.force_login(olga)
    assert lenas.get(part(attempt)).status_code == 404
    assert send(lenas, part(attempt)).status_code == 404
    assert not ProblemReport.objects.exists()


@pytest.fixture
def made_case(db: Any) -> Activity:
    return factories.activities(factories.programme([factories.case()]))[0]


def enrolment_in(activity: Activity, learner: Any) -> Any:
    from curriculum.domain.enrolment import enrol
    from curriculum.models import Programme

    made = Programme.objects.get(inclusions__module__requirements__activity=activity)
    return enrol(people.cohort(made, name="Cases"), learner)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": ""}, "Choose what kind of problem it is."),
        ({"kind": "nonsense"}, "Choose one of the kinds shown."),
        ({"text": " \n "}, "Say what the problem is."),
        ({"text": "long " * 201}, "Shorten it to 1,000 characters; it has 1,004."),
        ({"text": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_report_gets_a_plain_error_and_keeps_what_was_typed(
    lenas: Client, attempt: Attempt, fields: dict[str, str], said: str
) -> None:
    response = send(lenas, part(attempt), may_be_named="on", **fields)
    assert response.status_code == 422
    form = response.context["form"]
    assert said in str(form.errors)
    assert form["text"].value() == fields.get("text", "Option B is right too.")
    assert form["may_be_named"].value()
    assert not ProblemReport.objects.exists()


def test_twenty_reports_a_day_are_enough_and_the_next_keeps_its_words(
    lenas: Client, lena: Any, attempt: Attempt
) -> None:
    for number in range(20):
        send(lenas, part(attempt), text=f"Report {number}")
    response = send(lenas, part(attempt), text="One more")
    assert response.status_code == 422
    page = response.content.decode()
    assert "You have reported 20 problems within a day" in page
    assert "One more</textarea>" in page
    with clock.at(clock.now() + dt.timedelta(days=1, minutes=1)):
        assert send(lenas, part(attempt), text="One more").status_code == 302


def test_pressing_twice_sends_once(lenas: Client, attempt: Attempt) -> None:
    first, second = (send(lenas, part(attempt)) for _ in range(2))
    assert first.url == second.url
    assert ProblemReport.objects.count() == 1


def test_words_written_when_the_session_had_ended_are_there_after_signing_in(
    client: Client, lena: Any, attempt: Attempt
) -> None:
    """Known failure 1."""
    response = send(client, part(attempt), text="Half a page of words", kind="broken")
    assert response.url.startswith("/accounts/login/")
    client.post(response.url, {"login": lena.email, "password": people.PASSWORD})
    page = client.get(part(attempt)).content.decode()
    assert "Half a page of words</textarea>" in page
    assert 'value="broken" selected' in page
    assert "This was not sent yet." in page
    assert not ProblemReport.objects.exists()


def test_every_question_result_line_scene_and_page_has_the_link(
    lenas: Client, enrolment: Any, attempt: Attempt, made_case: Activity
) -> None:
    def links(path: str) -> list[str]:
        page = lenas.get(path).content.decode()
        return [
            a.split('"')[0] for a in page.split('<a class="roomy" href="')[1:] if "report/" in a
        ]

    def of(path: str) -> str:
        return f"/learn/attempts/{path}/"

    assert links(of(f"{attempt.uuid}/questions/1")) == [part(attempt, "q1")]
    for key in ("q1", "q2"):
        save_answer(attempt, key, {"choice": "b"}, origin=Origin())
    submit_attempt(attempt)
    assert links(of(f"{attempt.uuid}/result")) == [part(attempt, "q1"), part(attempt, "q2")]
    run = start_attempt(enrolment_in(made_case, enrolment.learner), made_case)
    assert links(of(f"{run.uuid}/steps/1")) == [part(run, "door")]
    factories.play(run)
    assert links(of(f"{run.uuid}/steps/1")) == [part(run, "door")]
    assert links(of(f"{run.uuid}/steps/3")) == [part(run, "home")]
    assert links(of(f"{run.uuid}/replay")) == [part(run, "door")]


# ── One's own reports ─────────────────────────────────────────────────────
def test_nobody_reads_anothers_report(
    lenas: Client, lena: Any, olga: Any, cora: Any, ada: Any, quiz: Activity
) -> None:
    report = reported(lena, quiz, text="A private remark")
    address = reverse("problem", args=[report.uuid])
    assert "A private remark" in lenas.get(address).content.decode()
    for other in (olga, cora, ada):
        lenas.force_login(other)
        assert lenas.get(address).status_code == 404
        assert "A private remark" not in lenas.get(reverse("problems")).content.decode()
    lenas.logout()
    assert lenas.get(address).url.startswith("/accounts/login/")


def test_an_answer_is_on_the_dashboard_until_it_was_read_and_mailed_once_without_its_words(
    lenas: Client,
    lena: Any,
    tom: Any,
    quiz: Activity,
    enrolment: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from curriculum.tasks import mail_problem_answer

    report = reported(lena, quiz, text="My remark")
    with django_capture_on_commit_callbacks(execute=True):
        problems.answer_problem(report, tom, "Mended, thank you.")
    mail_problem_answer.func(report.pk)  # a task may run twice
    [sent] = mail.outbox
    assert sent.to == [lena.email]
    assert reverse("problem", args=[report.uuid]) in sent.body
    assert "Tom Ashby" in sent.body
    assert "Mended" not in sent.body
    assert "My remark" not in sent.body
    assert "Answers to what you reported" in lenas.get("/dashboard/").content.decode()
    page = lenas.get(reverse("problem", args=[report.uuid])).content.decode()
    assert "Mended, thank you." in page
    assert "Answers to what you reported" not in lenas.get("/dashboard/").content.decode()


def test_what_was_closed_says_so_and_sends_no_mail(
    lenas: Client, lena: Any, tom: Any, quiz: Activity, django_capture_on_commit_callbacks: Any
) -> None:
    report = reported(lena, quiz)
    with django_capture_on_commit_callbacks(execute=True):
        problems.close_problem(report, tom)
    assert mail.outbox == []
    assert "without an answer" in lenas.get(reverse("problems")).content.decode()


def test_an_answer_is_final_and_a_closed_report_can_still_be_answered(
    lena: Any, tom: Any, quiz: Activity
) -> None:
    report = problems.close_problem(reported(lena, quiz), tom)
    with pytest.raises(Refused):
        problems.close_problem(report, tom)
    with pytest.raises(NothingAnswered):
        problems.answer_problem(report, tom, "  ")
    with pytest.raises(Refused, match="at most 1,000"):
        problems.answer_problem(report, tom, "x" * 1001)
    problems.answer_problem(report, tom, "Mended.")
    with pytest.raises(Refused):
        problems.answer_problem(report, tom, "Again.")
    report.refresh_from_db()
    assert (report.state, report.answer, report.answered_name) == (
        "answered",
        "Mended.",
        "Tom Ashby",
    )


def test_forgetting_who_reported_keeps_what_was_said(lena: Any, tom: Any, quiz: Activity) -> None:
    report = reported(lena, quiz, may_be_named=True)
    problems.forget_reporter(lena)
    report.refresh_from_db()
    assert (report.learner, report.shown_name, report.text) == (None, "", "Odd.")
    problems.answer_problem(report, tom, "Mended.")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "changes", [{"text": ""}, {"state": "answered"}, {"answer": "Yes."}, {"state": "closed"}]
)
def test_the_database_refuses_reports_that_contradict_themselves(
    lena: Any, quiz: Activity, changes: dict[str, str]
) -> None:
    report = reported(lena, quiz)
    with pytest.raises(IntegrityError):
        ProblemReport.objects.filter(pk=report.pk).update(**changes)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_as_many_queries_for_three_reports_as_for_one(
    many: int, lenas: Client, lena: Any, quiz: Activity, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        reported(lena, quiz, text=f"Report {number}")
    lenas.get(reverse("problems"))
    with django_assert_num_queries(5):
        assert f"Report {many - 1}" in lenas.get(reverse("problems")).content.decode()
