"""Cases in which learners find whom to contact: marking, what is refused, and playing one."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from curriculum import content as frozen
from curriculum.content import Decision
from curriculum.content.answers import AnswerError, read_answer
from curriculum.domain import cases
from curriculum.domain.case_graph import faults
from curriculum.domain.enrolment import enrol
from curriculum.models import Attempt, Completion, Edition, Response
from tests import factories, people
from tests.curriculum.finding import BOTH, CARERS, GONE, RAILS, Directory, case, choice, decision

KINDS = ["carers", "dementia", "dols", "home-care", "housing", "reablement"]


# ── Marking, which is pure ────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["occupational-therapy"], "rails"),
        (["carers"], "company"),
        (["home-care", "carers"], "company"),
        (["carers", "occupational-therapy"], "rails"),  # the order of the choices decides
        (["dols"], "other"),
        (["dols", "carers"], "company"),
        ([], "other"),
    ],
)
def test_the_kinds_of_what_was_found_decide_the_choice(kinds: list[str], expected: str) -> None:
    assert cases.choice_for(decision(), kinds).id == expected


def test_the_choice_for_every_other_service_is_the_last_resort_wherever_it_stands() -> None:
    first = decision(choice("other", "home", otherwise=True), choice("x", "table", "carers"))
    assert cases.choice_for(first, ["carers"]).id == "x"
    assert cases.choice_for(first, ["dols"]).id == "other"


@st.composite
def finding(draw: st.DrawFn) -> Decision:
    """A sound decision: kinds dealt out to some choices, and one for all the rest."""
    dealt = draw(st.permutations(KINDS))
    many = draw(st.integers(1, 4))
    cuts = sorted(draw(st.sets(st.integers(1, len(KINDS)), min_size=many, max_size=many)))
    parts = [dealt[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
    named = [choice(f"c{n}", "home", *part) for n, part in enumerate(parts)]
    rest = choice("rest", "home", otherwise=True)
    return decision(*draw(st.permutations([*named, rest])))


@given(finding(), st.sets(st.sampled_from(KINDS)))
def test_whatever_is_found_leads_to_exactly_one_choice_that_names_it_or_to_the_rest(
    decision: Decision, kinds: set[str]
) -> None:
    found = cases.choice_for(decision, kinds)
    naming = [c for c in decision.choices if kinds & set(c.found_by)]
    assert found == (naming[0] if naming else decision.choice("rest"))
    assert found == cases.choice_for(decision, frozenset(kinds))


@given(finding())
def test_a_sound_finding_decision_passes_and_reads_back_as_it_was(decision: Decision) -> None:
    whole = case(decision)
    assert [f for f in faults(whole) if "Nothing leads" not in f.message] == []
    assert frozen.load(frozen.dump(whole)) == whole


# ── What keeps a case from being published ────────────────────────────────
@pytest.mark.parametrize(
    ("found", "place", "said"),
    [
        (
            decision(choice("a", "table", "carers"), choice("b", "home", "dols")),
            ("scenes", "door", "choices"),
            "every other service",
        ),
        (
            decision(
                choice("a", "table", "carers"),
                choice("b", "home", otherwise=True),
                choice("c", "home", otherwise=True),
            ),
            ("scenes", "door", "choices"),
            "every other service",
        ),
        (
            decision(choice("a", "table"), choice("b", "home", otherwise=True)),
            ("scenes", "door", "choices", "a", "found_by"),
            "Choose the kinds",
        ),
        (
            decision(choice("a", "table", "carers"), choice("b", "home", "dols", otherwise=True)),
            ("scenes", "door", "choices", "b", "found_by"),
            "leave the kinds empty",
        ),
        (
            decision(
                choice("a", "table", "carers"),
                choice("b", "table", "carers"),
                choice("c", "home", otherwise=True),
            ),
            ("scenes", "door", "choices", "b", "found_by"),
            "“carers” leads to an earlier choice",
        ),
        (
            decision(choice("a", "table", "carers"), choice("b", "door", otherwise=True)),
            ("scenes", "door", "then"),
            "back to this scene",
        ),
    ],
)
def test_what_cannot_be_marked_or_never_ends_is_refused_at_its_place(
    found: Decision, place: tuple[str, ...], said: str
) -> None:
    (fault,) = [f for f in faults(case(found)) if "Nothing leads" not in f.message]
    assert fault.path == place
    assert said in fault.message


def test_an_answer_without_a_service_is_refused_where_one_is_to_be_found() -> None:
    """A choice that is posted by hand goes round the directory."""
    with pytest.raises(AnswerError):
        read_answer(decision(), {"choice": "rails"})
    stored = {"choice": "rails", "service": "Step Easy", "service_uuid": RAILS}
    answer = read_answer(decision(), stored)
    assert answer is not None
    assert answer.as_json() == stored
    ordinary = decision(finds=False)
    assert read_answer(ordinary, stored).as_json() == {"choice": "rails"}  # type: ignore[union-attr]


# ── Playing one ───────────────────────────────────────────────────────────
@pytest.fixture
def attempt(lena: Any, cora: Any, settings: Any) -> Attempt:
    """Lena's run of a case that begins with something to find."""
    from curriculum.domain.attempts import start_attempt

    settings.CURRICULUM_DIRECTORY = "tests.curriculum.finding.Directory"
    programme = factories.programme([case()])
    enrolment = enrol(people.cohort(programme, cora), lena)
    return start_attempt(enrolment, factories.activities(programme)[0])


@pytest.fixture
def lenas(client: Client, lena: Any) -> Client:
    client.force_login(lena)
    return client


def address(attempt: Attempt, number: int = 1) -> str:
    return f"/learn/attempts/{attempt.uuid}/steps/{number}/"


def test_the_scene_sends_one_to_the_directory_and_tells_no_choice(
    attempt: Attempt, lenas: Client
) -> None:
    page = lenas.get(address(attempt)).content.decode()
    assert f"/d/for/{attempt.uuid}/" in page
    for hidden in ("Do rails", "Do other", "occupational-therapy", 'name="commit"', 'type="radio"'):
        assert hidden not in page


def test_who_comes_back_with_an_entry_confirms_it_first(attempt: Attempt, lenas: Client) -> None:
    page = lenas.get(address(attempt), {"entry": RAILS}).content.decode()
    assert "You are about to contact" in page
    assert "Step Easy" in page
    assert "final in this run" in page
    assert "Do rails" not in page
    assert not Response.objects.exists()


def test_committing_is_marked_by_kinds_and_keeps_plain_facts(
    attempt: Attempt, lenas: Client, monkeypatch: Any
) -> None:
    lenas.post(address(attempt), {"entry": BOTH, "commit": "1"})
    response = Response.objects.get()
    assert response.answer == {"choice": "company", "service": "One door", "service_uuid": BOTH}
    assert response.committed_at
    monkeypatch.setattr(Directory, "entries", {})  # the entry goes
    page = lenas.get(address(attempt)).content.decode()
    assert "After company." in page
    assert "You contacted: One door" in page


def test_what_one_might_ring_is_told_only_after_committing(attempt: Attempt, lenas: Client) -> None:
    assert "Hearth" not in lenas.get(address(attempt)).content.decode()
    lenas.post(address(attempt), {"entry": RAILS, "commit": "1"})
    page = lenas.get(address(attempt)).content.decode()
    assert "Whom you might ring" in page
    assert '<a href="/d/c/">Carers’ Hearth</a>' in page


def test_a_choice_that_is_posted_by_hand_counts_for_nothing(
    attempt: Attempt, lenas: Client
) -> None:
    answer = lenas.post(address(attempt), {"choice": "rails", "commit": "1"})
    assert answer.status_code == 422
    lenas.post(address(attempt), {"choice": "rails", "entry": CARERS, "commit": "1"})
    assert Response.objects.get().answer["choice"] == "company"


@pytest.mark.parametrize("entry", [GONE, "x", "'"])
def test_an_entry_that_is_gone_is_said_and_nothing_is_stored(
    attempt: Attempt, lenas: Client, entry: str
) -> None:
    for page in (
        lenas.get(address(attempt), {"entry": entry}),
        lenas.post(address(attempt), {"entry": entry, "commit": "1"}),
    ):
        assert "This entry is not in the directory any more" in page.content.decode()
    assert not Response.objects.exists()


def test_who_finds_nobody_can_go_on(attempt: Attempt, lenas: Client) -> None:
    """An empty directory traps no learner."""
    assert "found no service" in lenas.get(address(attempt), {"entry": "nobody"}).content.decode()
    lenas.post(address(attempt), {"entry": "nobody", "commit": "1"})
    assert Response.objects.get().answer["choice"] == "other"
    assert Completion.objects.exists()


def test_an_entry_saved_in_the_background_is_there_again_and_not_committed(
    attempt: Attempt, lenas: Client
) -> None:
    autosave = {"HTTP_X_AUTOSAVE": "1"}
    saved = lenas.post(address(attempt), {"entry": RAILS, "page": "p", "sequence": "1"}, **autosave)
    assert saved.json()["missing"] == ""
    assert not Response.objects.exclude(committed_at=None).exists()
    page = lenas.get(address(attempt)).content.decode()
    assert "Step Easy" in page
    assert "Do rails" not in page


def test_a_decision_is_final_and_stored_once(attempt: Attempt, lenas: Client) -> None:
    for entry in (RAILS, RAILS, CARERS):
        lenas.post(address(attempt), {"entry": entry, "commit": "1"})
    assert Response.objects.get().answer["service_uuid"] == RAILS


def test_nobody_else_plays_it(attempt: Attempt, client: Client, olga: Any) -> None:
    client.force_login(olga)
    assert client.get(address(attempt), {"entry": RAILS}).status_code == 404
    assert client.post(address(attempt), {"entry": RAILS, "commit": "1"}).status_code == 404
    assert not Response.objects.exists()


def test_a_replay_shows_the_ways_that_it_can_go(attempt: Attempt, lenas: Client) -> None:
    lenas.post(address(attempt), {"entry": "nobody", "commit": "1"})
    page = lenas.get(f"/learn/attempts/{attempt.uuid}/replay/").content.decode()
    assert "In a real run this is looked up in the directory." in page
    assert 'value="rails"' in page


def test_an_edition_keeps_what_the_directory_said_when_it_was_made(attempt: Attempt) -> None:
    stored = Edition.objects.get(pk=attempt.edition_id)
    ref = stored.content.scenes[0].decision.choices[0].contacts[0]
    assert (ref.name, ref.snapshot.phone) == ("Carers", "020 7946 0109")
    assert stored.digest == frozen.digest(stored.content) == frozen.digest(case())
