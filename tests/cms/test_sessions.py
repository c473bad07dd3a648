"""Taught sessions in Wagtail: what is refused, what learners see and never see, files."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from cms.admin.desk import MODES
from cms.coverage import coverage
from cms.models import ModulePage, ProgrammePage, SessionPage
from cms.portable.load import load_programme
from cms.portable.problems import PortableError
from cms.portable.write_module import write_module
from cms.starter import HERE
from curriculum.content import Session, digest
from curriculum.domain.changes import compare
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Programme
from tests import people
from tests.cms import site

pytestmark = pytest.mark.django_db

FILE = HERE / "working-with-social-care" / "m6-pillars" / "one-hour-together.yaml"
SECRET = "Ask the quiet one first"


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def session_page(parent: Any = None, **fields: Any) -> SessionPage:
    """A live session of an hour."""
    page = SessionPage(
        **{
            "title": "One hour together",
            "slug": "one-hour-together",
            "minutes_override": 60,
            "ground_rules": "Say “I”.\n\nAnybody may pass.",
            **fields,
        }
    )
    parts = {"body": "It is for mixed groups.", "prepare": "Bring a phone.", "plan": SECRET}
    for name, words in parts.items():
        if name not in fields:
            block = site.text(f"<p>{words}</p>", f"{name}-1")
            setattr(page, name, site.stream(page, name, [block]))
    (parent or site.module_page()).add_child(instance=page)
    return page


def problems(**fields: Any) -> str:
    page = SessionPage(**{"title": "T", "slug": "t", "minutes_override": 60, **fields})
    return " ".join(problem.message for problem in page.freeze().problems)


def test_a_session_needs_its_purpose_its_plan_and_its_minutes() -> None:
    said = problems(minutes_override=None)
    assert "Say what the session is for." in said
    assert "Write the plan" in said
    assert "Say how many minutes" in said


def test_a_session_freezes_into_plain_data_with_its_rules_line_by_line() -> None:
    page = session_page()
    content = Activity.objects.get().current_edition.content
    assert isinstance(content, Session)
    assert content.ground_rules == ("Say “I”.", "Anybody may pass.")
    assert [node.id for node in content.for_learners] == ["body-1", "prepare", "prepare-1"]
    assert digest(content) == digest(page.freeze().content)


def test_the_plan_has_sources_of_its_own() -> None:
    cites = site.text('<p>So <a href="#ref-R1">[R1]</a>.</p>', "cites")
    row = {"references": [site.item({"key": "R1", "text": "First, 2020.", "url": ""})]}
    page = SessionPage(title="T", slug="t", minutes_override=60)
    page.plan = site.stream(page, "plan", [cites, site.block("references", row)])
    page.body = site.stream(page, "body", [site.text()])
    assert page.freeze().problems == []
    page.body = site.stream(page, "body", [{**cites, "id": "above"}])
    [problem] = page.freeze().problems
    assert problem.path[0] == "body"
    assert "stands in no list" in problem.message


def test_no_page_of_a_learners_shows_the_plan(client: Client, lena: Any, cora: Any) -> None:
    page = session_page()
    enrol(people.cohort(Programme.objects.get(), cora), lena)
    client.force_login(lena)
    shown = client.get(page.url).content.decode()
    assert "Bring a phone." in shown
    assert "Anybody may pass." in shown
    assert SECRET not in shown
    assert "Mark as" not in shown
    for query in ("quiet", "mixed"):
        found = client.get(reverse("search"), {"q": query}).content.decode()
        assert SECRET not in found
        assert ("One hour together" in found) is (query == "mixed")


def test_authors_preview_it_with_and_without_the_plan(client: Client, tom: Any) -> None:
    page = session_page()
    client.force_login(tom)
    assert page.preview_modes == [
        ("", "As learners meet it"),
        ("plan", "With the facilitator’s plan"),
    ]
    for mode, _ in page.preview_modes:
        address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
        shown = client.get(address, {"mode": mode}).content.decode()
        assert "Bring a phone." in shown
        assert (SECRET in shown) is (mode == "plan")
    tried = client.get(reverse("try_out", args=[page.pk])).content.decode()
    assert "Bring a phone." in tried
    assert SECRET not in tried


def test_reviewers_sign_the_plan_too(client: Client, gita: Any) -> None:
    page = session_page()
    assert MODES["session"] == "plan"
    client.force_login(gita)
    shown = client.get(reverse("review_page", args=[page.pk]))
    assert shown.status_code == 200
    before = page.freeze().content
    page.plan = site.stream(page, "plan", [site.text("<p>Ask somebody.</p>", "plan-1")])
    assert digest(page.freeze().content) != digest(before)
    [change] = compare(before, page.freeze().content)
    assert "facilitator’s plan" in change.where


def test_the_editor_opens_and_publishes_one(client: Client, ada: Any) -> None:
    page = session_page()
    client.force_login(ada)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "The facilitator’s plan" in editor
    create = reverse("wagtailadmin_pages:add", args=["cms", "sessionpage", page.get_parent().pk])
    assert client.get(create).status_code == 200
    assert client.get(reverse("page_changes", args=[page.pk])).status_code == 200
    assert client.get(reverse("suggest_wording", args=[page.pk])).status_code == 200
    assert client.get(reverse("truth_checks", args=[page.pk])).status_code == 200


def test_it_stands_in_the_matrix_of_outcomes() -> None:
    page = session_page()
    assert page in coverage(ProgrammePage.objects.get()).activities


# ── Files ─────────────────────────────────────────────────────────────────
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The starter's session in a module of its own."""
    data = yaml.safe_load(FILE.read_text("utf-8"))
    (tmp_path / "m").mkdir()
    shutil.copy(FILE, tmp_path / "m" / "s.yaml")
    files = {
        "programme.yaml": {
            "key": "1d0b2b52-54c0-4a1f-9b8c-6a3f6f5a0001",
            "title": "P",
            "slug": "p",
            "covers": ["it"],
            "modules": ["m"],
            "outcomes": [
                {"key": key, "text": "do"} for key in data["outcomes"] if key.startswith("PLO")
            ],
        },
        "m/module.yaml": {
            "key": "1d0b2b52-54c0-4a1f-9b8c-6a3f6f5a0002",
            "title": "M",
            "slug": "m",
            "summary": "S",
            "outcomes": [
                {"key": key, "text": "do"} for key in data["outcomes"] if key.startswith("M")
            ],
            "activities": ["s.yaml"],
        },
        "references.yaml": {"R12": {"text": "Care Act 2014."}, "R605": {"text": "GMC, 2017."}},
        "tags.yaml": {
            tag: {"name": tag, "kind": "statute" if "act" in tag else "guidance"}
            for tag in data["tags"]
        },
    }
    for name, content in files.items():
        (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return tmp_path


def test_the_starters_session_loads_and_is_optional(folder: Path) -> None:
    load_programme(folder)
    page = SessionPage.objects.get()
    content = page.freeze().content
    assert (page.live, page.is_required, content.minutes) == (True, False, 60)
    assert len(content.ground_rules) == 3
    steps = next(node for node in content.plan if node.KIND == "steps")
    assert steps.steps[0].title[:5] == "0–6: "
    assert len(steps.steps) == 7
    said = load_programme(folder)
    assert (said.created, said.updated) == ([], [])


def test_what_is_written_reads_back_as_it_was(folder: Path) -> None:
    load_programme(folder)
    page = SessionPage.objects.get()
    # A note to authors is in no edition and still travels.
    note = site.block("check", {"text": "Try it with a group first."})
    page.plan = site.stream(page, "plan", [*page.plan.raw_data, note])
    page.save_revision(clean=False).publish()
    content = SessionPage.objects.get().freeze().content
    written = write_module(ModulePage.objects.get())  # refuses what would read back otherwise
    text = written.texts["one-hour-one-person.yaml"].decode()
    assert "Try it with a group first." in text
    assert yaml.safe_load(text)["ground_rules"] == list(content.ground_rules)


def test_a_file_without_its_parts_is_refused_with_its_name(folder: Path) -> None:
    path = folder / "m" / "s.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data |= {"ground_rules": "none", "minutes": None}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    with pytest.raises(PortableError) as refusal:
        load_programme(folder)
    assert "m/s.yaml" in str(refusal.value)
    assert "ground_rules" in str(refusal.value)
    assert not SessionPage.objects.exists()
