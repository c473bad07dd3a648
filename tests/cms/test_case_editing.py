"""Beside the editor of a case: its map, and playing the draft without a record."""

from typing import Any

import pytest
from django.test import Client

from cms.models import CasePage
from curriculum.models import Attempt, Response
from tests import people, starter
from tests.cms import site

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db: Any) -> CasePage:
    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    return CasePage.objects.get(slug="the-empty-fridge")


@pytest.fixture
def author(client: Client) -> Client:
    client.force_login(people.tom())
    return client


def cut_off(page: CasePage) -> str:
    """Save a draft whose first choice leads nowhere; its id."""
    scenes = list(page.scenes.raw_data)
    choice = scenes[0]["value"]["choices"][0]
    choice["value"]["leads_to"] = ""
    page.scenes = site.stream(page, "scenes", scenes)
    page.save_revision()
    return str(choice["id"])


def test_the_editor_draws_the_map_with_every_scene_and_where_choices_lead(
    page: CasePage, author: Client
) -> None:
    shown = author.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    case = page.freeze().content
    assert "11 scenes and where their choices lead" in shown
    for n, scene in enumerate(case.scenes, start=1):
        assert f'href="#block-{scene.id}-section">{n}. ' in shown
    assert shown.count("Play from here") == len(case.scenes)
    assert "to mend before it can be published" not in shown


def test_the_map_is_true_on_every_save(page: CasePage, author: Client) -> None:
    address = f"/cms/cases/{page.pk}/map/"
    assert "nowhere yet" not in author.get(address).content.decode()
    cut_off(page)
    shown = author.get(address).content.decode()
    assert "nowhere yet" in shown
    assert "1 place to mend before it can be published" in shown


def test_a_new_case_has_an_empty_map(page: CasePage, author: Client) -> None:
    parent = page.get_parent()
    shown = author.get(f"/cms/pages/add/cms/casepage/{parent.pk}/").content.decode()
    assert "Nothing to draw yet" in shown


def test_an_author_plays_from_any_scene_and_nothing_is_recorded(
    page: CasePage, author: Client
) -> None:
    case = page.freeze().content
    address = f"/cms/cases/{page.pk}/play/"
    for scene in case.scenes:
        shown = author.get(address, {"from": scene.id}).content.decode()
        assert scene.title in shown
        assert "nothing is recorded" in shown
    middle = case.scenes[2]
    choice = middle.decision.choices[0]
    told = author.get(address, {"from": middle.id, "chose": choice.id}).content.decode()
    assert "The same moment, from each seat" in told
    on = author.get(address, {"from": middle.id, "chose": choice.id, "on": "1"}).content.decode()
    assert case.scene(choice.leads_to).title in on
    assert not Attempt.objects.exists()
    assert not Response.objects.exists()


def test_where_a_draft_breaks_off_the_page_says_so(page: CasePage, author: Client) -> None:
    choice = cut_off(page)
    address = f"/cms/cases/{page.pk}/play/"
    shown = author.get(address, {"chose": choice, "on": "1"})
    assert shown.status_code == 200
    assert "The road breaks off here" in shown.content.decode()
    for query in ({"from": "nowhere"}, {"chose": "nothing"}, {"from": "\x00'<b>"}):
        answer = author.get(address, query)
        assert answer.status_code == 200
        assert "The road breaks off here" in answer.content.decode()
    page.scenes = site.stream(page, "scenes", [])
    page.save_revision()
    assert "The road breaks off here" in author.get(address).content.decode()


@pytest.mark.parametrize("view", ["map", "play"])
def test_who_may_not_edit_the_case_sees_neither_map_nor_draft(page: CasePage, view: str) -> None:
    address = f"/cms/cases/{page.pk}/{view}/"
    for user in (people.lena(), people.cora()):
        client = Client()
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code in {302, 404}
        assert "kitchen" not in answer.content.decode()
    assert Client().get(address).status_code == 302


def test_the_preview_with_everything_open_shows_what_learners_see_only_after_committing(
    page: CasePage, author: Client
) -> None:
    shown = author.get(f"/cms/pages/{page.pk}/view_draft/", {"mode": "open"}).content.decode()
    for scene in page.freeze().content.scenes:
        assert scene.title in shown
        for choice in scene.decision.choices if scene.decision else ():
            assert choice.happened in shown
    as_met = author.get(f"/cms/pages/{page.pk}/view_draft/").content.decode()
    assert "Two yeses" not in as_met
