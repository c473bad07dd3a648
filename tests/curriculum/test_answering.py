"""The pages of a quiz over HTTP: nothing lost, nothing given away, nobody else's."""

import dataclasses
import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.test import Client

from curriculum.domain import attempts
from curriculum.domain.enrolment import enrol
from curriculum.forms.questions import question_form
from curriculum.models import Attempt, Certificate, Response
from tests import factories, people
from tests.people import PASSWORD

AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


@pytest.fixture
def attempt(lena: Any, cora: Any) -> Attempt:
    """Lena's open attempt at a quiz of every kind."""
    made = factories.programme([factories.quiz(*factories.every_kind())])
    enrolment = enrol(people.cohort(made, cora), lena)
    return attempts.start_attempt(enrolment, factories.activities(made)[0])


@pytest.fixture
def lenas(attempt: Attempt, lena: Any, client: Client) -> Client:
    client.force_login(lena)
    return client


def url(attempt: Attempt, number: int = 1) -> str:
    return f"/learn/attempts/{attempt.uuid}/questions/{number}/"


def stored(attempt: Attempt, key: str = "q1") -> Any:
    row = Response.objects.filter(attempt=attempt, key=key).first()
    return row and row.answer


def fields(page: Any) -> dict[str, str]:
    """The hidden fields of the answer's form, as a browser would post them."""
    form = re.split(r"data-answer[^>]*>", page.content.decode())[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


# ── Answering ─────────────────────────────────────────────────────────────
def test_an_answer_is_saved_and_shown_again(lenas: Client, attempt: Attempt) -> None:
    response = lenas.post(url(attempt), {"choice": "a", "seen": "0", "go": "next"})
    assert response["Location"] == url(attempt, 2)
    page = lenas.get(url(attempt)).content.decode()
    assert re.search(r'value="a" checked', page)
    assert "Saved " in page


@pytest.mark.parametrize(
    ("number", "posted", "answer"),
    [
        (1, {"choice": "b"}, {"choice": "b"}),
        (2, {"choices": ["a", "c"]}, {"choices": ["a", "c"]}),
        (3, {"choice": "true"}, {"choice": "true"}),
        (
            4,
            {"choice": "a", "confidence": "guessing"},
            {"choice": "a", "confidence": "guessing"},
        ),
    ],
)
def test_choices_are_read_from_the_form(
    number: int, posted: Any, answer: Any, lenas: Client, attempt: Attempt
) -> None:
    lenas.post(url(attempt, number), {**posted, "seen": "0"})
    assert stored(attempt, f"q{number}") == answer


def test_answers_too_long_for_a_closed_list_have_letters_in_the_order_shown() -> None:
    short = factories.matching()
    order = ["p3", "p1", "p2", "p4"]
    assert question_form(short, order, None).lettered == ()
    first, *others = short.pairs
    long = dataclasses.replace(first, right="Whoever arranges the homecare, and no one else")
    form = question_form(dataclasses.replace(short, pairs=(long, *others)), order, None)
    assert [(c.letter, c.text) for c in form.lettered] == [
        ("A", "Right 3"),
        ("B", long.right),
        ("C", "Right 2"),
        ("D", "Right 4"),
    ]
    page = render_to_string("curriculum/_answer_fields.html", {"form": form})
    assert f"<li>{long.right}</li>" in page
    assert page.count(f'<option value="1">B. {long.right}</option>') == len(form.rows)


def test_matching_is_read_by_the_places_shown_so_that_ids_give_nothing_away(
    lenas: Client, attempt: Attempt
) -> None:
    order = attempt.layout["options"]["q5"]
    posted = {f"match-{n}": str(order.index(f"p{n + 1}")) for n in range(4)}
    lenas.post(url(attempt, 5), {**posted, "seen": "0"})
    assert stored(attempt, "q5") == {"matches": {f"p{n}": f"p{n}" for n in range(1, 5)}}


def test_places_are_read_in_the_order_shown(lenas: Client, attempt: Attempt) -> None:
    order = attempt.layout["options"]["q6"]
    posted = {f"place-{n}": id[1:] for n, id in enumerate(order)}
    lenas.post(url(attempt, 6), {**posted, "seen": "0"})
    assert stored(attempt, "q6") == {"places": {f"i{n}": n for n in range(1, 5)}}


@pytest.mark.parametrize(
    ("go", "leads_to"),
    [
        ({"go": "next"}, 3),
        ({"go": "previous"}, 1),
        ({"go": "stay"}, 2),
        ({"flag": "1"}, 2),
        ({}, 3),
    ],
)
def test_the_button_says_where_to_go(
    go: dict[str, str], leads_to: int, lenas: Client, attempt: Attempt
) -> None:
    response = lenas.post(url(attempt, 2), {"choices": ["a"], "seen": "0", **go})
    assert response["Location"] == url(attempt, leads_to)
    assert stored(attempt, "q2") == {"choices": ["a"]}


def test_resuming_leads_to_the_first_unfinished_question_on_any_device(
    lenas: Client, attempt: Attempt, lena: Any
) -> None:
    lenas.post(url(attempt, 1), {"choice": "a", "seen": "0"})
    lenas.post(url(attempt, 2), {"choices": ["a"], "seen": "0"})
    other_device = Client()
    other_device.force_login(lena)
    response = other_device.get(f"/learn/attempts/{attempt.uuid}/")
    assert response["Location"] == url(attempt, 3)
    assert b'value="a" checked' in other_device.get(url(attempt, 2)).content


def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    lenas: Client, attempt: Attempt
) -> None:
    response = lenas.post(url(attempt, 6), {"place-0": "9", "place-1": "2", "seen": "0"})
    assert response.status_code == 422
    assert b"Not saved yet" in response.content
    assert stored(attempt, "q6") is None


# ── Two tabs, double clicks, refreshes ────────────────────────────────────
def test_two_tabs_with_different_answers_meet_and_the_learner_chooses(
    lenas: Client, attempt: Attempt
) -> None:
    """Known failure 3: two tabs save different answers and one silently wins."""
    one, two = fields(lenas.get(url(attempt))), fields(lenas.get(url(attempt)))
    lenas.post(url(attempt), {**one, "choice": "a"})
    response = lenas.post(url(attempt), {**two, "choice": "b", "go": "next"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "You gave another answer elsewhere" in page
    assert re.search(r'value="b" checked', page)  # what was given here is still in the form
    assert stored(attempt) == {"choice": "a"}
    lenas.post(url(attempt), {**fields(response), "choice": "b", "go": "stay"})
    assert stored(attempt) == {"choice": "b"}


def test_going_back_and_changing_the_answer_in_the_same_tab_is_no_conflict(
    lenas: Client, attempt: Attempt
) -> None:
    page = fields(lenas.get(url(attempt)))
    lenas.post(url(attempt), {**page, "choice": "a"})
    lenas.post(url(attempt), {**page, "choice": "b"})  # the browser's Back shows the old page
    assert stored(attempt) == {"choice": "b"}


def test_refreshing_a_page_submits_nothing(lenas: Client, attempt: Attempt) -> None:
    """Known failure 5: a refresh submits the attempt."""
    lenas.post(url(attempt), {"choice": "a", "seen": "0"})
    for path in ("review/", "submit/", "result/", ""):
        lenas.get(f"/learn/attempts/{attempt.uuid}/{path}")
    attempt.refresh_from_db()
    assert attempt.is_open


def test_pressing_submit_twice_leads_to_one_result(lenas: Client, attempt: Attempt) -> None:
    """Known failure 4."""
    lenas.post(url(attempt), {"choice": "b", "seen": "0"})
    submit = f"/learn/attempts/{attempt.uuid}/submit/"
    first, second = lenas.post(submit), lenas.post(submit)
    assert first["Location"] == second["Location"] == submit.replace("submit", "result")
    assert Attempt.objects.count() == 1


def test_after_submission_a_late_answer_is_refused_and_said(
    lenas: Client, attempt: Attempt
) -> None:
    lenas.post(url(attempt), {"choice": "a", "seen": "0"})
    lenas.post(f"/learn/attempts/{attempt.uuid}/submit/")
    late = lenas.post(url(attempt), {"choice": "b", "seen": "1"}, follow=True)
    assert b"its answers are final" in late.content
    assert stored(attempt) == {"choice": "a"}
    assert lenas.post(url(attempt), {"choice": "b"}, **AUTOSAVE).status_code == 409


# ── Background saving ─────────────────────────────────────────────────────
def test_saving_in_the_background_says_when(lenas: Client, attempt: Attempt) -> None:
    answer = lenas.post(url(attempt), {"choice": "a", "seen": "0", "page": "p"}, **AUTOSAVE)
    assert answer.json()["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved_at"])
    again = lenas.post(url(attempt), {"choice": "a", "seen": "0", "page": "p"}, **AUTOSAVE)
    assert again.json() == answer.json()


def test_saving_in_the_background_tells_of_conflicts_and_errors(
    lenas: Client, attempt: Attempt
) -> None:
    lenas.post(url(attempt), {"choice": "a", "seen": "0", "page": "one"})
    conflict = lenas.post(url(attempt), {"choice": "b", "seen": "0", "page": "two"}, **AUTOSAVE)
    assert (conflict.status_code, conflict.json()) == (409, {"error": "conflict"})
    bad = lenas.post(url(attempt), {"choice": "zebra", "seen": "1"}, **AUTOSAVE)
    assert (bad.status_code, bad.json()["error"]) == (422, "invalid")


# ── The session ends ──────────────────────────────────────────────────────
def test_an_answer_given_after_the_session_ended_is_there_after_signing_in(
    lenas: Client, attempt: Attempt, lena: Any
) -> None:
    """Known failure 1: the session expires mid-quiz and the answers are gone."""
    lenas.post(url(attempt, 1), {"choice": "a", "seen": "0"})
    hidden = fields(lenas.get(url(attempt, 2)))
    lenas.cookies.pop("sessionid")  # it ended
    response = lenas.post(url(attempt, 2), {**hidden, "choices": ["a", "c"], "go": "next"})
    assert unquote(response["Location"]) == f"/accounts/login/?next={url(attempt, 2)}"
    credentials = {"login": lena.email, "password": PASSWORD}
    back = lenas.post(response["Location"], {**credentials, "next": url(attempt, 2)})
    assert back["Location"] == url(attempt, 2)
    page = lenas.get(url(attempt, 2))
    assert b"This answer is not saved yet" in page.content
    assert len(re.findall(rb'value="[ac]" checked', page.content)) == 2
    assert stored(attempt, "q2") is None  # it is theirs to save
    lenas.post(url(attempt, 2), {**fields(page), "choices": ["a", "c"]})
    assert stored(attempt, "q2") == {"choices": ["a", "c"]}
    assert stored(attempt, "q1") == {"choice": "a"}
    assert b"not saved yet" not in lenas.get(url(attempt, 2)).content


def test_somebody_elses_pending_answer_does_not_reach_an_attempt(
    attempt: Attempt, olga: Any, client: Client
) -> None:
    client.post(url(attempt), {"choice": "a"})
    client.force_login(olga)
    assert client.get(url(attempt)).status_code == 404
    assert stored(attempt) is None


def test_a_background_save_after_the_session_ended_says_where_to_sign_in(
    attempt: Attempt, client: Client
) -> None:
    answer = client.post(url(attempt), {"choice": "a"}, **AUTOSAVE)
    assert answer.status_code == 401
    assert answer.json()["sign_in"].startswith("/accounts/login/")


def test_a_form_from_before_signing_in_again_keeps_its_answer(attempt: Attempt, lena: Any) -> None:
    """Signing in on another tab changes the token; the answer in this one must not be lost."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(lena)
    ours = {"HTTP_ORIGIN": "http://testserver"}
    stale = {"choice": "a", "csrfmiddlewaretoken": "x" * 64}
    response = client.post(url(attempt), stale, **ours)
    assert response["Location"] == url(attempt)
    page = client.get(url(attempt)).content.decode()
    assert "This answer is not saved yet" in page
    assert re.search(r'value="a" checked', page)
    background = client.post(url(attempt), stale, **ours, **AUTOSAVE)
    assert background.json() == {"error": "stale-page"}


def test_a_form_from_another_site_is_refused_and_nothing_is_kept(
    attempt: Attempt, lena: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(lena)
    for origin in ({"HTTP_ORIGIN": "https://evil.example"}, {}):
        response = client.post(url(attempt), {"choice": "a"}, **origin)
        assert response.status_code == 403
        assert b"This page was out of date" in response.content
    assert "pending_answer" not in client.session


# ── Nothing is given away ─────────────────────────────────────────────────
def test_no_page_before_submission_holds_a_key_or_feedback(lenas: Client, attempt: Attempt) -> None:
    """Known failure 7: right answers or feedback stand in the HTML before committing."""
    paths = [url(attempt, n) for n in range(1, 8)]
    paths += [f"/learn/attempts/{attempt.uuid}/review/", "/dashboard/"]
    for number in range(1, 8):
        question = attempt.edition.content.question(f"q{number}")
        attempts.save_answer(
            attempt,
            question.id,
            factories.right_answer(question),
            origin=attempts.Origin(),
        )
    for path in paths:
        response = lenas.get(path)
        everything = response.content.decode() + json.dumps(dict(response.headers))
        for secret in ("Feedback on", "Ask who pays", "Need comes first", "Why 1", "correct"):
            assert secret not in everything, f"{secret} on {path}"
    # Neither ids nor their order tell what belongs together or comes first.
    assert not re.search(r'"p[1-4]"', lenas.get(paths[4]).content.decode())
    assert not re.search(r'"[ir][1-4]"', lenas.get(paths[5]).content.decode())


def test_the_result_shows_every_options_feedback_and_the_key(
    lenas: Client, attempt: Attempt
) -> None:
    lenas.post(url(attempt), {"choice": "a", "seen": "0"})
    lenas.post(url(attempt, 7), {"place-0": "1", "seen": "0"})
    page = lenas.post(f"/learn/attempts/{attempt.uuid}/submit/", follow=True).content.decode()
    for option in "abc":
        assert f"Feedback on {option}." in page
    assert "Social worker’s key (sample)" in page
    assert "You did not answer this one, so its feedback is kept" in page
    assert "Ask who pays" not in page  # unanswered: known failure 8


def test_confidence_shows_calibration_and_no_marks(lenas: Client, attempt: Attempt) -> None:
    lenas.post(url(attempt, 4), {"choice": "a", "confidence": "sure", "seen": "0"})
    page = lenas.post(f"/learn/attempts/{attempt.uuid}/submit/", follow=True).content.decode()
    assert "You were sure, and it is not so" in page
    assert "Question 4, not graded" in page
    assert "0 of 6 marks" in page


# ── Feedback after each question ──────────────────────────────────────────
def test_checking_shows_the_feedback_of_that_question_and_makes_it_final(lena: Any) -> None:
    made = factories.programme([factories.quiz(feedback="each")])
    enrolment = enrol(people.cohort(made), lena)
    attempt = attempts.start_attempt(enrolment, factories.activities(made)[0])
    client = Client()
    client.force_login(lena)
    empty = client.post(url(attempt), {"seen": "0", "check": "1"})
    assert b"Finish the answer before you check it" in empty.content
    client.post(url(attempt), {"choice": "a", "seen": "0", "check": "1"})
    page = client.get(url(attempt)).content.decode()
    assert "Feedback on b." in page
    assert "data-answer" not in page
    assert "Feedback" not in client.get(url(attempt, 2)).content.decode()
    changed = client.post(url(attempt), {"choice": "b", "seen": "1"}, follow=True)
    assert b"so it is final" in changed.content
    assert stored(attempt) == {"choice": "a"}


# ── Whose it is ───────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["", "questions/1/", "review/", "result/"])
def test_an_attempt_is_its_learners_alone(
    path: str, attempt: Attempt, olga: Any, cora: Any, tom: Any, ada: Any, client: Client
) -> None:
    for outsider in (olga, cora, tom, ada):
        client.force_login(outsider)
        assert client.get(f"/learn/attempts/{attempt.uuid}/{path}").status_code == 404
    client.logout()
    assert client.get(f"/learn/attempts/{attempt.uuid}/{path}").status_code == 302


def test_others_can_neither_answer_nor_submit(attempt: Attempt, olga: Any, client: Client) -> None:
    client.force_login(olga)
    assert client.post(url(attempt), {"choice": "a"}).status_code == 404
    assert client.post(f"/learn/attempts/{attempt.uuid}/submit/").status_code == 404
    assert not Response.objects.exists()


@pytest.mark.parametrize("number", [0, 8, 99999])
def test_there_are_no_other_questions(number: int, lenas: Client, attempt: Attempt) -> None:
    assert lenas.get(url(attempt, number)).status_code == 404
    assert lenas.post(url(attempt, number), {"choice": "a"}).status_code == 404


# ── Cost ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("questions", [1, 3])
def test_answering_takes_the_same_queries_however_long_the_quiz(
    questions: int, lena: Any, client: Client, django_assert_num_queries: Any
) -> None:
    content = factories.quiz(*(factories.single(f"q{n}") for n in range(questions)))
    made = factories.programme([content])
    attempt = attempts.start_attempt(
        enrol(people.cohort(made), lena), factories.activities(made)[0]
    )
    client.force_login(lena)
    client.get(url(attempt))
    with django_assert_num_queries(5):
        client.get(url(attempt))
    with django_assert_num_queries(8):
        client.post(url(attempt), {"choice": "a", "seen": "0"}, **AUTOSAVE)
    with django_assert_num_queries(5):
        client.get(f"/learn/attempts/{attempt.uuid}/review/")
    attempts.submit_attempt(attempt)
    with django_assert_num_queries(8):
        client.get(f"/learn/attempts/{attempt.uuid}/result/")


# ── Saying what is missing ────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("number", "posted", "said"),
    [
        (4, {"choice": "a"}, "Choose how sure you are."),
        (5, {"match-0": "0", "match-1": "1"}, "Two are not matched yet."),
        (6, {f"place-{n}": "1" for n in range(4)}, "Four steps share place 1."),
        (7, {"place-0": "2", "place-1": "2"}, "Two actions share rank 2."),
        (7, {"place-0": "1"}, "actions have no rank yet."),
    ],
)
def test_a_begun_answer_is_saved_and_what_it_lacks_is_said(
    number: int, posted: Any, said: str, lenas: Client, attempt: Attempt
) -> None:
    answer = lenas.post(url(attempt, number), {**posted, "seen": "0"}, **AUTOSAVE)
    assert said in answer.json()["missing"]
    assert stored(attempt, f"q{number}")
    assert said in lenas.get(url(attempt, number)).content.decode()
    assert said in lenas.get(f"/learn/attempts/{attempt.uuid}/review/").content.decode()
    if number < 7:
        after = lenas.get(url(attempt, number + 1)).content.decode()
        assert f"Question {number} is saved but not finished. {said}" in after


def test_a_finished_answer_lacks_nothing(lenas: Client, attempt: Attempt) -> None:
    answer = lenas.post(url(attempt), {"choice": "a", "seen": "0"}, **AUTOSAVE)
    assert answer.json()["missing"] == ""
    assert "not finished." not in lenas.get(url(attempt, 2)).content.decode()


def test_the_number_of_another_question_saves_this_one_first(
    lenas: Client, attempt: Attempt
) -> None:
    page = lenas.get(url(attempt)).content.decode()
    form = re.split(r"data-answer[^>]*>", page)[1].split("</form>")[0]
    assert re.search(r'<button type="submit" name="go" value="5"', form)
    assert 'name="go" value="review">Look over all' in form
    response = lenas.post(url(attempt), {"choice": "a", "seen": "0", "go": "5"})
    assert response["Location"] == url(attempt, 5)
    assert stored(attempt) == {"choice": "a"}


@pytest.mark.parametrize("go", ["0", "8", "99999", "-1", "²", "nonsense"])
def test_a_number_that_leads_nowhere_leads_on(go: str, lenas: Client, attempt: Attempt) -> None:
    response = lenas.post(url(attempt), {"choice": "a", "seen": "0", "go": go})
    assert response["Location"] == url(attempt, 2)


def test_the_review_shows_the_whole_question_and_the_answer_in_short(
    lenas: Client, attempt: Attempt
) -> None:
    order = attempt.layout["options"]["q6"]
    lenas.post(url(attempt, 6), {f"place-{n}": id[1:] for n, id in enumerate(order)} | {"seen": 0})
    page = lenas.get(f"/learn/attempts/{attempt.uuid}/review/").content.decode()
    items = attempt.edition.content.question("q6").items
    assert "; ".join(f"{n}. {item.text}" for n, item in enumerate(items, start=1)) in page
    assert all(question.stem in page for question in attempt.edition.content.questions)


# ── The result ────────────────────────────────────────────────────────────
def submitted(client: Client, attempt: Attempt) -> str:
    page: str = client.post(f"/learn/attempts/{attempt.uuid}/submit/", follow=True).content.decode()
    return page


def test_the_result_begins_with_an_overview_and_ends_with_what_to_do(
    lenas: Client, attempt: Attempt
) -> None:
    lenas.post(url(attempt, 1), {"choice": "b", "seen": "0"})
    lenas.post(url(attempt, 2), {"choices": ["a"], "seen": "0"})
    lenas.post(url(attempt, 4), {"choice": "b", "confidence": "sure", "seen": "0"})
    page = submitted(lenas, attempt)
    glance = re.findall(r'<a href="#(q\d)">(.*?)</a>', page, re.DOTALL)
    words = {key: re.sub(r"<[^>]+>|\s+", " ", html).split() for key, html in glance}
    assert words["q1"] == ["1", "Right"]
    assert words["q2"] == ["2", "Partly", "right"]
    assert words["q3"] == ["3", "Not", "answered"]
    assert words["q4"] == ["4", "Right", "not", "graded"]
    assert list(words) == ["q1", "q2", "q3", "q5", "q6", "q7", "q4"]
    assert "1 question on how sure you were, not graded." in page
    assert "1.5 of 6 marks" in page
    assert "Partly right: 0.5 of 1 mark" in page
    assert "Right answer, which you did not choose" in page
    assert page.count(f"/learn/activities/{attempt.activity.key}/start/") == 2


def test_a_wrong_place_is_marked_as_such(lenas: Client, attempt: Attempt) -> None:
    order = attempt.layout["options"]["q6"]
    swapped = {"i1": 2, "i2": 1, "i3": 3, "i4": 4}
    lenas.post(
        url(attempt, 6), {f"place-{n}": swapped[id] for n, id in enumerate(order)} | {"seen": 0}
    )
    table = submitted(lenas, attempt).split("The right order")[1].split("</table>")[0]
    assert re.findall(r'<tr class="(\w+)">', table) == ["wrong", "wrong", "right", "right"]


def test_a_question_that_is_not_graded_says_so_before_it_is_answered(
    lenas: Client, attempt: Attempt
) -> None:
    assert b"This question is not graded." in lenas.get(url(attempt, 4)).content
    assert b"This question is not graded." not in lenas.get(url(attempt, 1)).content


def test_sample_keys_are_not_said_to_be_anybodys(
    lenas: Client, attempt: Attempt, gita: Any, sol: Any
) -> None:
    sample, reviewed = "a GP and a social worker have still to rank these", "have ranked them too"
    before = lenas.get(url(attempt, 7)).content.decode()
    assert sample in before
    assert reviewed not in before
    factories.sign(attempt.activity, gita, sol)
    after = lenas.get(url(attempt, 7)).content.decode()
    assert sample not in after
    assert reviewed in after
    lenas.post(url(attempt, 7), {"place-0": "1", "seen": "0"})
    assert "Social worker’s key (sample)" not in submitted(lenas, attempt)


# ── Finishing ─────────────────────────────────────────────────────────────
def test_finishing_a_module_is_said_once_with_the_way_to_the_certificate(
    lena: Any, client: Client
) -> None:
    made = factories.programme([factories.reading(), factories.quiz(factories.single())])
    enrolment = enrol(people.cohort(made), lena)
    first, second = factories.activities(made)
    client.force_login(lena)
    read = client.post(f"/learn/activities/{first.key}/read/")
    assert not list(get_messages(read.wsgi_request))
    attempt = attempts.start_attempt(enrolment, second)
    client.post(url(attempt), {"choice": "b", "seen": "0"})
    page = submitted(client, attempt)
    code = Certificate.objects.get().code
    assert "You have completed the module" in page
    assert f'<a href="/certificates/{code}/">Your certificate is ready</a>' in page
    again = submitted(client, attempt)
    assert "You have completed the module" not in again
    dashboard = client.get("/dashboard/").content.decode()
    banner = dashboard.split("Everything is done")[1].split("</section>")[0]
    assert f"/certificates/{code}/" in banner
