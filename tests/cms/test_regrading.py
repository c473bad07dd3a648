"""Correcting a wrong key in Wagtail's admin, and what the learner is told of it."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from cms.models import QuizPage
from curriculum import tasks
from curriculum.domain import attempts
from curriculum.domain.enrolment import enrol
from curriculum.models import (
    Activity,
    Attempt,
    Cohort,
    Enrolment,
    Programme,
    Regrade,
    RegradedAttempt,
    User,
)
from tests import people
from tests.cms import site

pytestmark = pytest.mark.django_db

REASON = "A council assesses, not a GP."


@pytest.fixture
def page(db: Any) -> QuizPage:
    """A live quiz whose one question has the wrong key, "q1-b"."""
    site.allow_unreviewed()
    return site.quiz_page()


@pytest.fixture
def cohort(page: QuizPage, cora: User) -> Cohort:
    return people.cohort(Programme.objects.get(), cora)


@pytest.fixture
def toms(tom: User, client: Client) -> Client:
    client.force_login(tom)
    return client


def answered(cohort: Cohort, name: str, option: str = "q1-a") -> Attempt:
    enrolment = enrol(cohort, people.person(name.lower(), f"{name} Bell"))
    return submitted(enrolment, option)


def submitted(enrolment: Enrolment, option: str = "q1-a") -> Attempt:
    attempt = attempts.start_attempt(enrolment, Activity.objects.get())
    attempts.save_answer(attempt, "q1", {"choice": option}, origin=attempts.Origin())
    return attempts.submit_attempt(attempt)


def publish(page: QuizPage, right: str = "q1-a") -> None:
    """The quiz with another key."""
    options = [site.option(id, correct=id == right) for id in ("q1-a", "q1-b")]
    site.draft(page, questions=[site.single("q1", *options)]).publish()


def address(page: QuizPage) -> str:
    return f"/cms/regrades/{page.pk}/?edition=1"


def seen_on(shown: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', shown)
    assert found
    return found[1]


def confirm(client: Client, page: QuizPage, **posted: Any) -> Any:
    seen = seen_on(client.get(address(page)).content.decode())
    return client.post(address(page), {"reason": REASON, "seen": seen, **posted})


# ── Who may ───────────────────────────────────────────────────────────────
def test_the_quiz_page_s_menu_leads_there(page: QuizPage, toms: Client) -> None:
    for where in (f"/cms/pages/{page.pk}/edit/", f"/cms/pages/{page.get_parent().pk}/"):
        shown = toms.get(where).content.decode()
        is_there = f'href="/cms/regrades/{page.pk}/"' in shown
        assert is_there == where.endswith("edit/")


def test_only_those_who_may_publish_the_page_come_in(
    page: QuizPage, cohort: Cohort, olga: User, cora: User, gita: User, ada: User, client: Client
) -> None:
    answered(cohort, "Wyn")
    publish(page)
    for person in (olga, cora, gita):
        client.force_login(person)
        assert client.get(address(page)).status_code == 404
        assert client.post(address(page), {"reason": REASON, "seen": "x"}).status_code == 404
    client.force_login(ada)
    assert client.get(address(page)).status_code == 200
    learner = Attempt.objects.get().enrolment.learner
    client.force_login(learner)
    assert client.get(address(page)).status_code == 302
    assert not Regrade.objects.exists()


def test_names_are_for_those_who_lead_the_cohort(
    page: QuizPage, cohort: Cohort, tom: User, toms: Client
) -> None:
    """A tutor sees what would change, and of whom only in a cohort that they lead."""
    answered(cohort, "Wyn")
    theirs = people.cohort(Programme.objects.get(), tom, name="Tom’s own")
    answered(theirs, "Una")
    cohort.tutors.add(tom)
    publish(page)
    shown = toms.get(address(page)).content.decode()
    assert "Una Bell" in shown
    assert "Tom’s own" in shown
    assert "Learner 1" in shown
    assert "Wyn" not in shown
    assert "Year 3" not in shown
    confirm(toms, page)
    record = toms.get(f"/cms/regrades/{page.pk}/1/").content.decode()
    assert "Una Bell" in record
    assert "Wyn" not in record


# ── Looking and confirming ────────────────────────────────────────────────
def test_a_tutor_looks_says_why_and_confirms(page: QuizPage, cohort: Cohort, toms: Client) -> None:
    attempt = answered(cohort, "Wyn")
    assert "nothing to mark again" in toms.get(f"/cms/regrades/{page.pk}/").content.decode()
    publish(page)
    shown = toms.get(f"/cms/regrades/{page.pk}/").content.decode()
    assert "1 submitted, 0 open" in shown
    assert "Correct the key and mark again" not in shown
    shown = toms.get(address(page)).content.decode()
    assert "not passed → <b>passed</b>" in shown
    assert "Question 1 · option “Option q1-a” · right answer" in shown
    answer = confirm(toms, page)
    made = Regrade.objects.get()
    assert answer["Location"] == f"/cms/regrades/{page.pk}/{made.number}/"
    attempt.refresh_from_db()
    assert attempt.passed
    assert (made.reason, made.by.full_name) == (REASON, "Tom Ashby")
    record = toms.get(answer["Location"]).content.decode()
    assert REASON in record
    assert "not passed → <b>passed</b>" in record
    assert "marked by this key already" in toms.get(address(page)).content.decode()


def test_without_a_reason_nothing_is_done_and_the_choice_is_kept(
    page: QuizPage, cohort: Cohort, toms: Client
) -> None:
    answered(cohort, "Lea", "q1-b")
    publish(page)
    answer = confirm(toms, page, reason="  ", fails_too="on")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Say what was wrong with the key" in shown
    assert re.search(r'name="fails_too"[^>]* checked', shown)
    assert not Regrade.objects.exists()


def test_hostile_input_gets_a_plain_answer(page: QuizPage, cohort: Cohort, toms: Client) -> None:
    answered(cohort, "Wyn")
    publish(page)
    for query in ("?edition=9999", "?edition=x&edition=\x00", "?edition=1&p=nonsense", "?edition="):
        assert toms.get(f"/cms/regrades/{page.pk}/{query}").status_code == 200
    for posted in (
        {},
        {"reason": REASON},
        {"reason": REASON, "seen": "\x00"},
        {"reason": "x" * 501, "seen": "y"},
        {"reason": REASON, "seen": "z" * 70},
    ):
        answer = toms.post(address(page), posted)
        assert answer.status_code in {409, 422}
        if "reason" in posted:
            assert posted["reason"][:20] in answer.content.decode()
    assert (
        toms.post(f"/cms/regrades/{page.pk}/", {"reason": REASON, "seen": "a"}).status_code == 409
    )
    assert toms.get(f"/cms/regrades/{page.pk}/7/").status_code == 404
    assert not Regrade.objects.exists()


def test_what_changed_since_the_preview_is_shown_anew(
    page: QuizPage, cohort: Cohort, toms: Client
) -> None:
    answered(cohort, "Wyn")
    waiting = attempts.start_attempt(
        enrol(cohort, people.person("una", "Una Bell")), Activity.objects.get()
    )
    publish(page)
    seen = seen_on(toms.get(address(page)).content.decode())
    attempts.save_answer(waiting, "q1", {"choice": "q1-a"}, origin=attempts.Origin())
    attempts.submit_attempt(waiting)
    answer = toms.post(address(page), {"reason": REASON, "seen": seen, "fails_too": "on"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Look again before you confirm" in shown
    assert REASON in shown
    assert seen_on(shown) != seen
    assert not Regrade.objects.exists()


def test_nobody_is_failed_unless_the_box_is_ticked(
    page: QuizPage, cohort: Cohort, toms: Client
) -> None:
    attempt = answered(cohort, "Lea", "q1-b")
    publish(page)
    assert "stays passed</b>, unless" in toms.get(address(page)).content.decode()
    confirm(toms, page)
    attempt.refresh_from_db()
    assert attempt.passed
    confirm(toms, page, fails_too="on")
    attempt.refresh_from_db()
    assert not attempt.passed


@pytest.mark.parametrize("many", [1, 3])
def test_the_screens_take_the_same_queries_however_many_attempts(
    many: int, page: QuizPage, cohort: Cohort, toms: Client, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        answered(cohort, f"N{number}")
    publish(page)
    toms.get(address(page))
    with django_assert_num_queries(LOOK):
        toms.get(address(page))
    confirm(toms, page)
    record = f"/cms/regrades/{page.pk}/1/"
    toms.get(record)
    with django_assert_num_queries(RECORD):
        toms.get(record)


LOOK, RECORD = 17, 15


# ── What learners see ─────────────────────────────────────────────────────
@pytest.fixture
def wyn(page: QuizPage, cohort: Cohort) -> Attempt:
    return answered(cohort, "Wyn")


@pytest.fixture
def wyns(wyn: Attempt) -> Client:
    client = Client()
    client.force_login(wyn.enrolment.learner)
    return client


def test_the_result_says_what_was_corrected_when_and_why(
    page: QuizPage, wyn: Attempt, wyns: Client, toms: Client
) -> None:
    publish(page)
    before = wyns.get(f"/learn/attempts/{wyn.uuid}/result/").content.decode()
    assert "Not passed yet" in before
    assert "corrected" not in before
    confirm(toms, page)
    assert b"Corrected results" in wyns.get("/dashboard/").content
    after = wyns.get(f"/learn/attempts/{wyn.uuid}/result/").content.decode()
    assert "You passed" in after
    assert "Your result was corrected on" in after
    assert "It was 0 of 1 marks and became 1" in after
    assert "The key of this question was corrected on" in after
    assert "As it was first marked" in after
    assert after.count(REASON) == 2
    assert b"Corrected results" not in wyns.get("/dashboard/").content
    quiz = wyns.get(page.url).content.decode()
    assert "Passed: 1 of 1 marks" in quiz
    assert "corrected " in quiz


def test_what_was_not_answered_stays_hidden_after_a_correction_too(
    page: QuizPage, cohort: Cohort, toms: Client
) -> None:
    """Known failures 7 and 8."""
    questions = [site.single("q1"), site.single("q2")]
    site.draft(page, questions=questions).publish()
    attempt = answered(cohort, "Una")
    right = [site.option(id, correct=id == "q2-a") for id in ("q2-a", "q2-b")]
    site.draft(page, questions=[questions[0], site.single("q2", *right)]).publish()
    client = Client()
    client.force_login(attempt.enrolment.learner)
    seen = seen_on(toms.get(f"/cms/regrades/{page.pk}/?edition=2").content.decode())
    toms.post(f"/cms/regrades/{page.pk}/?edition=2", {"reason": REASON, "seen": seen})
    shown = client.get(f"/learn/attempts/{attempt.uuid}/result/").content.decode()
    assert "Feedback q1-a" in shown
    assert "Feedback q2" not in shown
    assert REASON not in shown


def test_who_answered_wrongly_by_both_keys_reads_the_right_one(
    page: QuizPage, cohort: Cohort, toms: Client
) -> None:
    options = [site.option(id, correct=id == "q1-b") for id in ("q1-a", "q1-b", "q1-c")]
    site.draft(page, questions=[site.single("q1", *options)]).publish()
    attempt = answered(cohort, "Sam", "q1-c")
    options = [site.option(id, correct=id == "q1-a") for id in ("q1-a", "q1-b", "q1-c")]
    site.draft(page, questions=[site.single("q1", *options)]).publish()
    seen = seen_on(toms.get(f"/cms/regrades/{page.pk}/?edition=2").content.decode())
    toms.post(f"/cms/regrades/{page.pk}/?edition=2", {"reason": REASON, "seen": seen})
    assert not RegradedAttempt.objects.exists()
    client = Client()
    client.force_login(attempt.enrolment.learner)
    shown = client.get(f"/learn/attempts/{attempt.uuid}/result/").content.decode()
    assert "Your result was corrected" not in shown
    assert "The key of this question was corrected on" in shown


def test_everybody_whose_result_changed_is_mailed_once(
    page: QuizPage,
    cohort: Cohort,
    toms: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Known failure 28."""
    wyn = answered(cohort, "Wyn")
    submitted(wyn.enrolment)
    answered(cohort, "Una")
    answered(cohort, "Lea", "q1-b")  # her pass stays, her marks do not
    left = answered(cohort, "Sam")
    Enrolment.objects.filter(pk=left.enrolment_id).update(withdrawn_at=left.ended_at)
    publish(page)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(toms, page)
    told = sorted(message.to[0] for message in mail.outbox)
    assert told == ["lea@example.org", "una@example.org", "wyn@example.org"]
    last = Attempt.objects.get(enrolment=wyn.enrolment, number=2)
    message = next(m for m in mail.outbox if m.to == ["wyn@example.org"])
    assert f"/learn/attempts/{last.uuid}/result/" in message.body
    assert REASON in message.body
    tasks.mail_regrade.call(Regrade.objects.get().pk)
    assert len(mail.outbox) == 3


def test_one_mail_that_fails_keeps_nobody_else_from_theirs(
    page: QuizPage, cohort: Cohort, toms: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(cohort, "Wyn")
    answered(cohort, "Una")
    publish(page)
    confirm(toms, page)
    told: list[str] = []

    def refuse_first(attempt: Attempt, reason: str) -> None:
        told.append(attempt.enrolment.learner.email)
        if len(told) == 1:
            raise OSError("no route")

    monkeypatch.setattr("curriculum.mail.tell_of_regrade", refuse_first)
    tasks.mail_regrade.call(Regrade.objects.get().pk)
    assert sorted(told) == ["una@example.org", "wyn@example.org"]
