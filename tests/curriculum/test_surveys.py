"""Surveys as learners meet them: nothing is lost, nothing is shown to others, consent is apart."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client

from curriculum.domain import surveys
from curriculum.domain.attempts import Origin, start_attempt
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import AttemptClosed, NoAttemptsLeft
from curriculum.models import Attempt, Completion, Profession, Response, SurveyConsent
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(lena: Any, cora: Any) -> Any:
    """Lena in a programme that begins and ends with a survey."""
    made = factories.programme(
        [factories.survey(), factories.reading(), factories.survey("After", "post")]
    )
    return enrol(people.cohort(made, cora), lena)


@pytest.fixture
def before(enrolment: Any) -> Attempt:
    activity = factories.activities(enrolment.cohort.programme)[0]
    return start_attempt(enrolment, activity)


@pytest.fixture
def after(enrolment: Any) -> Attempt:
    activity = factories.activities(enrolment.cohort.programme)[2]
    return start_attempt(enrolment, activity)


def stored(attempt: Attempt) -> dict[str, str]:
    return surveys.answers_of(Attempt.objects.get(pk=attempt.pk))


def address(attempt: Attempt) -> str:
    return f"/learn/attempts/{attempt.uuid}/survey/"


def posted(page: str = "a", seen: int = 0, sequence: int = 1, **items: Any) -> dict[str, Any]:
    """A page's fields; an item is its value, or what was shown and its value."""
    data: dict[str, Any] = {"page": page, "seen": seen, "sequence": sequence}
    for key, value in items.items():
        shown, now = value if isinstance(value, tuple) else ("", value)
        data |= {f"item-{key}": now, f"shown-{key}": shown}
    return data


# ── Saving ────────────────────────────────────────────────────────────────
def test_each_answer_is_stored_with_the_wording_that_was_shown(before: Attempt) -> None:
    given = {"C1": "4", "C2": "5", "C3": "prefer-not"}
    surveys.save_answers(before, given, {}, origin=Origin())
    rows = Response.objects.filter(attempt=before).values_list("key", "answer")
    assert dict(rows) == {
        "C1": {"choice": "4", "wording": ""},
        "C2": {"choice": "5", "wording": "Medical student"},
        "C3": {"choice": "prefer-not", "wording": ""},
    }


def test_a_change_of_profession_does_not_change_the_words_of_a_survey_that_was_begun(
    before: Attempt, lena: Any, client: Client
) -> None:
    lena.profession = Profession.objects.get(name="Nursing student")
    lena.save()
    client.force_login(lena)
    assert "Statement C2, as a doctor." in client.get(address(before)).content.decode()


def test_a_page_shows_what_was_saved_and_saves_in_the_background(
    client: Client, before: Attempt, lena: Any
) -> None:
    client.force_login(lena)
    answer = client.post(address(before), posted(C1="4"), headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    assert answer.json()["saved_at"]
    page = client.get(address(before)).content.decode()
    assert 'name="item-C1" value="4" checked' in page
    assert 'name="shown-C1" value="4"' in page


def test_two_pages_on_which_different_items_were_answered_both_keep_their_answers(
    before: Attempt,
) -> None:
    surveys.save_answers(before, {"C1": "1", "C2": ""}, {}, origin=Origin("a", 1, 0))
    surveys.save_answers(before, {"C1": "", "C2": "2"}, {}, origin=Origin("b", 1, 0))
    assert stored(before) == {"C1": "1", "C2": "2"}


def test_two_pages_that_disagree_are_told_and_nothing_is_overwritten(
    client: Client, before: Attempt, lena: Any
) -> None:
    client.force_login(lena)
    client.post(address(before), posted("a", C1="1"))
    quiet = client.post(address(before), posted("b", C1="5"), headers={"X-Autosave": "1"})
    assert (quiet.status_code, quiet.json()) == (409, {"error": "conflict"})
    page = client.post(address(before), posted("b", C1="5"))
    assert page.status_code == 409
    assert "Saved elsewhere: Strongly disagree. Given here: Strongly agree." in (
        page.content.decode()
    )
    assert stored(before) == {"C1": "1"}
    again = posted("c", page.context["seen"], C1=("1", "5"))
    client.post(address(before), again)
    assert stored(before) == {"C1": "5"}


def test_a_page_never_comes_into_conflict_with_itself(before: Attempt) -> None:
    for number, value in enumerate(["1", "2", ""], start=1):
        surveys.save_answers(before, {"C1": value}, {}, origin=Origin("a", number, 0))
    assert stored(before) == {}
    late = surveys.save_answers(before, {"C1": "2"}, {}, origin=Origin("a", 2, 0))
    assert not late.conflicts
    assert stored(before) == {}


def test_what_comes_after_signing_out_is_kept_and_comes_back(
    client: Client, before: Attempt, lena: Any
) -> None:
    answer = client.post(address(before), posted(C1="4"))
    assert answer.status_code == 302
    quiet = client.post(address(before), posted(C1="4"), headers={"X-Autosave": "1"})
    assert quiet.status_code == 401
    client.force_login(lena)
    page = client.get(address(before)).content.decode()
    assert "These answers are not saved yet." in page
    assert 'name="item-C1" value="4" checked' in page
    assert stored(before) == {}


@pytest.mark.parametrize("value", ["6", "0", "yes", "<b>"])
def test_what_an_item_does_not_offer_is_refused_and_the_rest_is_kept(
    client: Client, before: Attempt, lena: Any, value: str
) -> None:
    client.force_login(lena)
    page = client.post(address(before), posted(C1=value, C2="2"))
    assert page.status_code == 422
    assert "Choose one of the answers shown." in page.content.decode()
    assert stored(before) == {"C2": "2"}


def test_too_long_a_text_is_refused_with_what_was_typed(
    client: Client, after: Attempt, lena: Any
) -> None:
    client.force_login(lena)
    page = client.post(address(after), posted(BOX="word " * 500))
    assert page.status_code == 422
    assert "word word" in page.content.decode()
    assert stored(after) == {}


# ── Handing in ────────────────────────────────────────────────────────────
def test_handing_in_completes_the_activity_without_consent_and_without_a_score(
    client: Client, before: Attempt, lena: Any
) -> None:
    client.force_login(lena)
    full = posted(C1="4", C2="5", C3="prefer-not") | {"go": "submit"}
    assert client.post(address(before), full).status_code == 302
    before.refresh_from_db()
    assert (before.state, before.score, before.passed) == ("submitted", None, None)
    assert Completion.objects.get(activity=before.activity).attempt == before
    assert not SurveyConsent.objects.exists()


def test_consent_is_kept_with_the_attempt(client: Client, before: Attempt, lena: Any) -> None:
    client.force_login(lena)
    full = posted(C1="4", C2="5", C3="1", **{"~consent": "yes"}) | {"go": "submit"}
    client.post(address(before), full)
    assert SurveyConsent.objects.get().attempt == before


def test_an_item_without_an_answer_is_named_and_leads_to_its_place(
    client: Client, before: Attempt, lena: Any
) -> None:
    client.force_login(lena)
    page = client.post(address(before), posted(C1="4", C2="5") | {"go": "submit"})
    assert page.status_code == 422
    text = page.content.decode()
    assert '<a href="#item-C3">Statement C3.</a>' in text
    assert 'aria-describedby="item-C3-said"' in text
    assert stored(before) == {"C1": "4", "C2": "5"}
    assert not Completion.objects.exists()


def test_free_text_may_stay_empty(after: Attempt) -> None:
    factories.answer_survey(after, "3")
    assert Completion.objects.filter(activity=after.activity).exists()


def test_once_handed_in_nothing_changes_it(client: Client, before: Attempt, lena: Any) -> None:
    factories.answer_survey(before, "3")
    client.force_login(lena)
    with pytest.raises(AttemptClosed):
        surveys.save_answers(before, {"C1": "1"}, {}, origin=Origin())
    assert client.post(address(before), posted(C1="1")).status_code == 302
    quiet = client.post(address(before), posted(C1="1"), headers={"X-Autosave": "1"})
    assert (quiet.status_code, quiet.json()) == (409, {"error": "closed"})
    assert stored(before)["C1"] == "3"
    with pytest.raises(NoAttemptsLeft):
        start_attempt(before.enrolment, before.activity)


def test_handing_in_twice_is_handing_in_once(before: Attempt) -> None:
    factories.answer_survey(before, "3")
    surveys.hand_in(before)
    assert Completion.objects.count() == 1


# ── Consent and erasure ───────────────────────────────────────────────────
def test_consent_can_be_taken_back_and_given_again_and_completion_stays(
    client: Client, before: Attempt, lena: Any
) -> None:
    factories.answer_survey(before, "3")
    client.force_login(lena)
    change = f"/learn/attempts/{before.uuid}/consent/"
    client.post(change, {"~consent": "no"})
    assert SurveyConsent.objects.get().withdrawn_at is not None
    assert "Your answers are left out." in client.get(address(before)).content.decode()
    assert Completion.objects.filter(activity=before.activity).exists()
    client.post(change, {"~consent": "yes"})
    assert SurveyConsent.objects.get().stands


def test_consent_is_not_given_before_there_is_something_to_use(
    client: Client, before: Attempt, lena: Any
) -> None:
    client.force_login(lena)
    client.post(f"/learn/attempts/{before.uuid}/consent/", {"~consent": "yes"})
    assert not SurveyConsent.objects.exists()


def test_one_s_own_answers_stand_on_a_page_of_one_s_own(
    client: Client, after: Attempt, lena: Any
) -> None:
    factories.answer_survey(after, "2", BOX="Ring first.")
    client.force_login(lena)
    page = client.get(address(after)).content.decode()
    assert "Ring first." in page
    assert "I judged it about right" in page
    assert "After" in client.get("/surveys/").content.decode()


def test_erasure_takes_the_answers_and_leaves_the_completion(after: Attempt, lena: Any) -> None:
    factories.answer_survey(after, "2", BOX="Ring first.")
    surveys.erase_surveys(lena)
    assert not Response.objects.filter(attempt=after).exists()
    with pytest.raises(ObjectDoesNotExist):
        SurveyConsent.objects.get(attempt=after)
    assert Completion.objects.filter(activity=after.activity).exists()


@pytest.mark.parametrize("who", ["olga", "cora", "tom", "ada"])
def test_nobody_else_reaches_a_survey_not_even_its_lead(
    request: Any, client: Client, before: Attempt, after: Attempt, who: str
) -> None:
    factories.answer_survey(after, "2")
    client.force_login(request.getfixturevalue(who))
    for attempt in (before, after):
        assert client.get(address(attempt)).status_code == 404
        assert client.post(address(attempt), posted(C1="1")).status_code == 404
        consent = f"/learn/attempts/{attempt.uuid}/consent/"
        assert client.post(consent, {"~consent": "no"}).status_code == 404
    assert SurveyConsent.objects.get().stands


def test_signed_out_one_is_asked_to_sign_in(client: Client, before: Attempt) -> None:
    for path in (address(before), "/surveys/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")
    assert client.post(f"/learn/attempts/{uuid.uuid4()}/consent/").status_code == 302


def test_an_open_survey_is_what_to_go_on_with(client: Client, before: Attempt, lena: Any) -> None:
    client.force_login(lena)
    assert f"/learn/attempts/{before.uuid}/" in client.get("/dashboard/").content.decode()
    answer = client.get(f"/learn/attempts/{before.uuid}/")
    assert answer["Location"] == address(before)
