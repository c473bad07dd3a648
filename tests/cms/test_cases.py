"""Cases in Wagtail: what is refused at publishing, and the moment that visitors may try."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.test import Client

from cms.directory.kinds import load_kinds
from cms.freeze import CannotPublish
from cms.models import CasePage
from cms.portable.load import load_programme
from cms.portable.problems import PortableError
from cms.starter import load_starter
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Attempt, Programme
from tests import people, starter
from tests.cms import site
from tests.factories import complete

pytestmark = pytest.mark.django_db

FRIDGE = "m3-who-to-contact/the-empty-fridge.yaml"


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def folder(tmp_path: Path, db: Any) -> Path:
    """A copy of the starter's case of the fridge, to change."""
    load_kinds()
    return starter.copy(tmp_path / "programme", told=[starter.M3])


def refused(folder: Path, change: Any) -> str:
    """What is said of the case of the fridge after `change` was made to its data."""
    path = folder / FRIDGE
    data = yaml.safe_load(path.read_text("utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    with pytest.raises(PortableError) as refusal:
        load_programme(folder)
    assert not CasePage.objects.exists()
    return str(refusal.value)


def choices(data: Any, scene: int = 0) -> Any:
    return data["scenes"][scene]["decision"]["choices"]


def test_a_missing_target_is_refused_with_its_line(folder: Path) -> None:
    said = refused(folder, lambda data: choices(data)[0].update(leads_to="nowhere"))
    assert "There is no “nowhere” in this file." in said
    assert f"{FRIDGE}:" in said


def test_a_scene_that_nothing_leads_to_is_refused(folder: Path) -> None:
    def add(data: Any) -> None:
        data["scenes"].append(
            {"id": "island", "title": "Island", "narrative": "Sea.", "ending": True}
        )

    assert "Nothing leads to this scene" in refused(folder, add)


def test_a_case_without_an_ending_is_refused(folder: Path) -> None:
    def loop(data: Any) -> None:
        first = data["scenes"][0]["id"]
        data["scenes"] = [scene for scene in data["scenes"] if "decision" in scene]
        known = {scene["id"] for scene in data["scenes"]}
        for n in range(len(data["scenes"])):
            for choice in choices(data, n):
                if choice["leads_to"] not in known:
                    choice["leads_to"] = first

    assert "The case has no ending" in refused(folder, loop)


def test_a_loop_that_cannot_be_left_is_refused(folder: Path) -> None:
    def trap(data: Any) -> None:
        for choice in choices(data, 1):
            choice["leads_to"] = data["scenes"][1]["id"]

    assert "can never reach an ending" in refused(folder, trap)


def test_a_choice_needs_a_consequence_and_the_person_s_or_a_carer_s_view(folder: Path) -> None:
    def silence(data: Any) -> None:
        choices(data)[0].update(happened="", views=[])

    said = refused(folder, silence)
    assert "Write what follows from this choice." in said
    assert "Give the view of the person or of a carer" in said


def test_an_author_is_told_at_the_very_field(folder: Path) -> None:
    load_programme(folder)
    page = CasePage.objects.get(slug="the-empty-fridge")
    scenes = list(page.scenes.raw_data)
    choice = scenes[0]["value"]["choices"][0]
    choice["value"]["leads_to"] = ""
    page.scenes = site.stream(page, "scenes", scenes)
    with pytest.raises(CannotPublish) as refusal:
        page.save()
    paths = [problem.path for problem in refusal.value.problems]
    assert ("scenes", scenes[0]["id"], "choices", choice["id"], "leads_to") in paths


def test_reordering_and_renaming_scenes_breaks_no_link(folder: Path) -> None:
    load_programme(folder)
    page = CasePage.objects.get(slug="the-empty-fridge")
    before = page.freeze().content
    first, *rest = list(page.scenes.raw_data)
    for scene in rest:
        scene["value"]["title"] += " again"
    page.scenes = site.stream(page, "scenes", [first, *reversed(rest)])
    page.save()
    after = Activity.objects.get(key=page.translation_key).current_edition.content
    assert [s.id for s in after.scenes[1:]] == [s.id for s in reversed(before.scenes[1:])]
    assert {s.id: s.decision for s in after.scenes} == {s.id: s.decision for s in before.scenes}


def test_minutes_are_worked_out_where_nobody_has_set_them(folder: Path) -> None:
    load_programme(folder)
    page = CasePage.objects.get(slug="the-empty-fridge")
    page.minutes_override = None
    content = page.freeze().content
    assert content.minutes > 10
    page.minutes_override = 7
    assert page.freeze().content == dataclasses.replace(content, minutes=7)


def test_a_visitor_tries_the_opening_scene_and_nothing_is_stored(
    client: Client, folder: Path
) -> None:
    load_starter(folder)
    case = Activity.objects.get(key=CasePage.objects.get(slug="the-empty-fridge").translation_key)
    opening = case.current_edition.content.scenes[0].decision
    page = client.get("/").content.decode()
    assert opening.question in page
    assert opening.choices[0].views[0].text not in page
    tried = client.get("/", {"chose": opening.choices[0].id})
    assert "What happened" in tried.content.decode()
    assert client.get("/", {"chose": "nonsense"}).status_code == 200
    assert not tried.cookies
    assert not Attempt.objects.exists()
    assert not Session.objects.exists()


def test_who_would_rather_not_play_a_case_finds_the_way_past_it_beside_the_warning(
    client: Client, folder: Path, lena: Any, cora: Any
) -> None:
    load_starter(folder)
    page = CasePage.objects.get(slug="the-empty-fridge")
    enrolment = enrol(people.cohort(Programme.objects.get(is_live=True), cora), lena)
    client.force_login(lena)
    shown = BeautifulSoup(client.get(page.url).content, "html.parser")
    note = shown.select_one(".content-note")
    assert note is not None
    link = note.select_one("a[href^='/go/']")
    assert link is not None
    assert "past this case" in link.text or "Back to the module" in link.text
    assert client.get(link["href"], follow=True).status_code == 200
    complete(enrolment, Activity.objects.get(key=page.translation_key))
    done = BeautifulSoup(client.get(page.url).content, "html.parser")
    assert not done.select(".content-note a[href^='/go/']")
