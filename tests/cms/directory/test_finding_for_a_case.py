"""Within a case a learner searches the real directory and comes back with an entry."""

from typing import Any

import pytest
from django.test import Client

from cms.models import Service
from curriculum.domain.attempts import start_attempt
from curriculum.domain.enrolment import enrol
from curriculum.models import Attempt, Response
from tests import factories, people
from tests.cms.directory import world
from tests.curriculum.finding import case

pytestmark = pytest.mark.django_db


@pytest.fixture
def rails() -> Service:
    """The entry that leads to the choice “rails”, and another that doesn't."""
    world.service("Carers’ Hearth", world.kind("carers", "Carers", "carer exhausted"))
    kind = world.kind("occupational-therapy", "Equipment", "can’t get in the bath")
    return world.service("Step Easy", kind)


@pytest.fixture
def attempt(lena: Any, cora: Any, rails: Service) -> Attempt:
    programme = factories.programme([case()])
    enrolment = enrol(people.cohort(programme, cora), lena)
    return start_attempt(enrolment, factories.activities(programme)[0])


@pytest.fixture
def lenas(client: Client, lena: Any) -> Client:
    client.force_login(lena)
    return client


def search(attempt: Attempt) -> str:
    return f"/directory/for/{attempt.uuid}/"


def step(attempt: Attempt, number: int = 1) -> str:
    return f"/learn/attempts/{attempt.uuid}/steps/{number}/"


def test_the_way_goes_from_the_scene_through_the_search_to_the_reveal(
    attempt: Attempt, lenas: Client, rails: Service
) -> None:
    assert search(attempt) in lenas.get(step(attempt)).content.decode()
    found = lenas.get(search(attempt), {"q": "cant get in the bath"}).content.decode()
    chosen = f"{step(attempt)}?entry={rails.uuid}"
    assert f'href="{chosen}"' in found
    assert "You are about to contact" in lenas.get(chosen).content.decode()
    lenas.post(step(attempt), {"entry": str(rails.uuid), "commit": "1"})
    page = lenas.get(step(attempt)).content.decode()
    assert "After rails." in page
    assert "You contacted: Step Easy" in page
    answer = Response.objects.get().answer
    rails.delete()
    assert Response.objects.get().answer == answer
    assert "You contacted: Step Easy" in lenas.get(step(attempt)).content.decode()


def test_the_search_says_the_question_and_nothing_of_what_is_right(
    attempt: Attempt, lenas: Client
) -> None:
    page = lenas.get(search(attempt), {"kind": "carers"}).content.decode()
    assert "Whom?" in page
    assert "Carers’ Hearth" in page
    for hidden in ("Do rails", "Do company", "After ", "partly", "strong"):
        assert hidden not in page


def test_the_filters_lead_to_the_same_page(attempt: Attempt, lenas: Client) -> None:
    page = lenas.get(search(attempt)).content.decode()
    assert 'href="?kind=carers"' in page
    assert 'action="/directory/"' not in page


def test_one_can_go_on_without_having_found_anybody(attempt: Attempt, lenas: Client) -> None:
    Service.objects.all().delete()
    page = lenas.get(search(attempt), {"q": "bath"}).content.decode()
    assert f'href="{step(attempt)}?entry=nobody"' in page


def test_after_the_decision_the_search_leads_back_to_the_story(
    attempt: Attempt, lenas: Client, rails: Service
) -> None:
    lenas.post(step(attempt), {"entry": str(rails.uuid), "commit": "1"})
    answer = lenas.get(search(attempt))
    assert (answer.status_code, answer.url) == (302, f"/learn/attempts/{attempt.uuid}/")  # type: ignore[attr-defined]


def test_it_is_for_the_learner_alone(
    attempt: Attempt, client: Client, olga: Any, cora: Any
) -> None:
    answer = client.get(search(attempt))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    for outsider in (olga, cora):
        client.force_login(outsider)
        assert client.get(search(attempt)).status_code == 404
    assert client.get("/directory/for/6d1f8a52-3c5e-5b0e-9d0a-5d0b7a1f2e44/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_as_many_queries_for_one_entry_as_for_three(
    many: int, attempt: Attempt, lenas: Client, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        world.service(f"Service {n}", world.kind("dols", "Liberty"))
    lenas.get(search(attempt), {"kind": "dols"})
    with django_assert_num_queries(5):
        lenas.get(search(attempt), {"kind": "dols"})
