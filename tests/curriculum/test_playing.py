"""Playing a case over HTTP: commit before reveal, final, resumable, complete at an ending."""

from typing import Any

import pytest
from django.test import Client

from curriculum.domain.enrolment import enrol
from curriculum.models import Attempt, Completion, ModuleCompletion, Response
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(lena: Any, cora: Any) -> Attempt:
    """Lena's run of a case that has just begun."""
    from curriculum.domain.attempts import start_attempt

    programme = factories.programme([factories.case()])
    enrolment = enrol(people.cohort(programme, cora), lena)
    return start_attempt(enrolment, factories.activities(programme)[0])


@pytest.fixture
def lenas(client: Client, lena: Any) -> Client:
    client.force_login(lena)
    return client


def address(attempt: Attempt, number: int) -> str:
    return f"/learn/attempts/{attempt.uuid}/steps/{number}/"


def commit(client: Client, attempt: Attempt, number: int, choice: str, **more: Any) -> Any:
    given = {"choice": choice, "confidence": "sure", "commit": "1", **more}
    return client.post(address(attempt, number), given)


def test_nothing_of_what_follows_is_in_the_page_before_committing(
    attempt: Attempt, lenas: Client
) -> None:
    """Known failure 7: feedback stands in the page before the learner has committed."""
    page = lenas.get(address(attempt, 1)).content.decode()
    assert "What now at the door?" in page
    for hidden in ("After door-a", "Someone asked", "six kilograms", "strong", "poor"):
        assert hidden not in page
    assert lenas.get(address(attempt, 2)).status_code == 404


def test_after_committing_the_moment_is_seen_from_each_seat_the_person_first(
    attempt: Attempt, lenas: Client
) -> None:
    commit(lenas, attempt, 1, "door-b", prediction="Too fast, I think.")
    page = lenas.get(address(attempt, 1)).content.decode()
    places = [page.index(said) for said in ("After door-b", "Someone asked.", "A start.")]
    assert places == sorted(places)
    assert "After door-a" not in page
    assert "Too fast, I think." in page
    assert "She lost six kilograms." in page


def test_a_decision_is_final_and_stored_once(attempt: Attempt, lenas: Client) -> None:
    """Known failures 4 and 5: a double click or a refresh decides twice."""
    commit(lenas, attempt, 1, "door-a")
    commit(lenas, attempt, 1, "door-a")
    commit(lenas, attempt, 1, "door-b")
    response = Response.objects.get()
    assert response.key == "door"
    assert response.answer == {"choice": "door-a", "confidence": "sure"}
    assert response.committed_at is not None


def test_without_a_choice_nothing_is_committed_and_what_was_typed_stays(
    attempt: Attempt, lenas: Client
) -> None:
    page = lenas.post(address(attempt, 1), {"commit": "1", "prediction": "She will agree."})
    assert page.status_code == 422
    assert "She will agree." in page.content.decode()
    assert not Response.objects.exclude(committed_at=None).exists()


def test_the_story_remembers_and_a_choice_made_is_not_offered_again(
    attempt: Attempt, lenas: Client
) -> None:
    for number, choice in enumerate(["door-b", "sorry-b"], start=1):
        commit(lenas, attempt, number, choice)
    page = lenas.get(address(attempt, 3)).content.decode()
    assert 'value="sorry-a"' in page
    assert 'value="sorry-b"' not in page
    commit(lenas, attempt, 3, "sorry-a")
    assert "You had to say sorry." in lenas.get(address(attempt, 4)).content.decode()
    keys = Response.objects.order_by("pk").values_list("key", flat=True)
    assert list(keys) == ["door", "sorry", "sorry~2"]


def test_coming_to_an_ending_completes_the_case_on_its_edition(
    attempt: Attempt, lenas: Client
) -> None:
    commit(lenas, attempt, 1, "door-a")
    assert not Completion.objects.exists()
    commit(lenas, attempt, 2, "table-a")
    completion = Completion.objects.get()
    assert (completion.attempt, completion.edition) == (attempt, attempt.edition)
    assert ModuleCompletion.objects.exists()
    page = lenas.get(address(attempt, 3)).content.decode()
    assert "The home" in page
    assert "Do door-b" in page  # a road not taken


def test_who_comes_back_finds_what_they_saw_last(attempt: Attempt, lenas: Client) -> None:
    resume = f"/learn/attempts/{attempt.uuid}/"
    assert lenas.get(resume).url == address(attempt, 1)
    commit(lenas, attempt, 1, "door-a")
    assert lenas.get(resume).url == address(attempt, 1)
    commit(lenas, attempt, 2, "table-b")
    assert lenas.get(resume).url == address(attempt, 3)


def test_a_replay_comes_after_the_end_and_stores_nothing(attempt: Attempt, lenas: Client) -> None:
    replay = f"/learn/attempts/{attempt.uuid}/replay/"
    assert lenas.get(f"{replay}?chose=door-b").status_code == 302
    factories.play(attempt, "door-a", "table-a")
    before = list(Response.objects.values())
    page = lenas.get(f"{replay}?chose=door-b").content.decode()
    assert "This is a replay." in page
    assert "After door-b" in page
    assert "What now at the sorry?" in lenas.get(f"{replay}?chose=door-b&on=1").content.decode()
    for nonsense in ("chose=table-a", "chose=x", "from=x", "chose=door-a&chose=door-a"):
        assert lenas.get(f"{replay}?{nonsense}").status_code == 404
    assert list(Response.objects.values()) == before


def test_olga_and_a_quiz_s_addresses_get_nothing(
    attempt: Attempt, lenas: Client, olga: Any
) -> None:
    assert lenas.get(f"/learn/attempts/{attempt.uuid}/questions/1/").status_code == 404
    assert lenas.get(f"/learn/attempts/{attempt.uuid}/result/").status_code == 404
    other = Client()
    other.force_login(olga)
    for path in (address(attempt, 1), f"/learn/attempts/{attempt.uuid}/replay/"):
        assert other.get(path).status_code == 404


def test_others_are_shown_from_five_people_of_a_profession_on(
    attempt: Attempt, lenas: Client
) -> None:
    from django.core.cache import cache

    from curriculum.domain.attempts import start_attempt

    commit(lenas, attempt, 1, "door-a")
    for number in range(4):
        assert b"Medical student</h3>" not in lenas.get(address(attempt, 1)).content
        peer = enrol(attempt.enrolment.cohort, people.person(f"peer{number}", f"Peer {number}"))
        factories.play(start_attempt(peer, attempt.activity), "door-b")
        cache.clear()
    page = lenas.get(address(attempt, 1)).content.decode()
    assert "Medical student</h3>" in page
    assert "5 in your cohort" in page
    assert "80%" in page
    assert "Peer" not in page
