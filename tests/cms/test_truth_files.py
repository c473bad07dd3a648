"""Tags, outcomes, terms and notes as files, and how little of them reaches learners."""

import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.models import ModulePage, Outcome, ProgrammePage, QuizPage, ReadingPage, Tag
from cms.portable.load import load_programme
from cms.portable.problems import PortableError
from curriculum.models import Activity, Edition, Term
from tests.cms import site

pytestmark = pytest.mark.django_db

READING = """---
key: {key}
title: Doors
slug: doors
outcomes: [M1.1, PLO1]
tags: [care-act-2014]
review_by_months: 6
---
First words.

{note}Second words.

## Then

Third words.
"""
NOTE = "::: check\ntext: Ask counsel.\n:::\n\n"


def yaml_of(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A programme of one module with a reading and a quiz, using all that there is."""
    site.allow_unreviewed()
    codes = [{"framework": "GMC", "code": "20a"}, {"framework": "PCF", "code": 5}]
    question = {"id": "q1", "kind": "true-false", "stem": "So?", "answer": True}
    question |= {"feedback_true": "Yes.", "feedback_false": "No.", "outcomes": ["PLO1"]}
    question |= {"tags": ["mca-2005"], "check": "Ask Bournewood's lawyers."}
    files: dict[str, Any] = {
        "references.yaml": {"R12": {"text": "Care Act 2014.", "url": "https://example.org/ca"}},
        "tags.yaml": {
            "care-act-2014": {"name": "Care Act 2014", "kind": "statute", "year": 2014},
            "mca-2005": {"name": "Mental Capacity Act 2005", "kind": "statute"},
        },
        "glossary.yaml": {
            "section-42": {
                "term": "section 42 enquiry",
                "forms": ["s42"],
                "definition": "What a council does when it suspects abuse.",
                "source": "R12",
            }
        },
        "programme.yaml": {
            "key": str(uuid.uuid4()),
            "title": "P",
            "slug": "p",
            "outcomes": [{"key": "PLO1", "text": "explain it all"}],
            "modules": ["m1"],
        },
        "m1/module.yaml": {
            "key": str(uuid.uuid4()),
            "title": "M",
            "slug": "m",
            "law_checked": "2026-11-22",
            "review_by_months": 12,
            "tags": ["care-act-2014"],
            "outcomes": [{"key": "M1.1", "text": "see it", "codes": codes}, "say it"],
            "activities": ["doors.md", "check.yaml"],
        },
        "m1/check.yaml": {
            "key": str(uuid.uuid4()),
            "title": "Check",
            "slug": "check",
            "questions": [question],
        },
    }
    (tmp_path / "m1").mkdir()
    for name, data in files.items():
        text = yaml_of(data).replace("'2026-11-22'", "2026-11-22")
        (tmp_path / name).write_text(text, "utf-8")
    write_reading(tmp_path, NOTE)
    return tmp_path


KEY = uuid.uuid4()


def write_reading(folder: Path, note: str) -> None:
    (folder / "m1/doors.md").write_text(READING.format(key=KEY, note=note), "utf-8")


def edit(folder: Path, name: str, **fields: Any) -> None:
    path = folder / name
    path.write_text(yaml_of(yaml.safe_load(path.read_text("utf-8")) | fields), "utf-8")


def test_everything_is_read_and_tied(folder: Path) -> None:
    load_programme(folder)
    module, reading = ModulePage.objects.get(), ReadingPage.objects.get()
    assert [row.outcome.text for row in module.module_outcomes.all()] == ["see it", "say it"]
    assert [str(code) for code in Outcome.objects.get(key="M1.1").codes.all()] == [
        "GMC 20a",
        "PCF 5",
    ]
    assert Outcome.objects.filter(key="m-2", text="say it").exists()
    assert [outcome.key for outcome in ProgrammePage.objects.get().outcomes.all()] == ["PLO1"]
    assert {outcome.key for outcome in reading.outcomes.all()} == {"M1.1", "PLO1"}
    assert [tag.slug for tag in reading.tags.all()] == ["care-act-2014"]
    assert Term.objects.get().source == "Care Act 2014."
    question = QuizPage.objects.get().questions[0].value
    assert (question["tags"], question["check"]) == (["mca-2005"], "Ask Bournewood's lawyers.")


def test_review_falls_due_so_long_after_the_law_was_checked(folder: Path) -> None:
    load_programme(folder)
    pages = (ModulePage.objects.get(), ReadingPage.objects.get(), QuizPage.objects.get())
    found = [(str(page.checked_on), str(page.review_by)) for page in pages]
    assert found == [
        ("2026-11-22", "2027-11-22"),
        ("2026-11-22", "2027-05-22"),
        ("2026-11-22", "2027-11-22"),
    ]


def test_loading_twice_changes_nothing(folder: Path) -> None:
    load_programme(folder)
    again = load_programme(folder)
    assert (again.created, again.updated, again.kept) == ([], [], [])


def test_notes_and_tags_are_in_no_edition_and_void_no_approval(folder: Path) -> None:
    load_programme(folder)
    sources = str(list(Edition.objects.values_list("source", flat=True)))
    for never in ("counsel", "Bournewood", "mca-2005", "care-act-2014"):
        assert never not in sources
    digests = set(Edition.objects.values_list("digest", flat=True))
    write_reading(folder, "")
    question = yaml.safe_load((folder / "m1/check.yaml").read_text("utf-8"))["questions"][0]
    edit(folder, "m1/check.yaml", questions=[question | {"tags": [], "check": ""}], tags=[])
    assert load_programme(folder).updated == ["Doors", "Check"]
    assert set(Edition.objects.values_list("digest", flat=True)) == digests


def test_a_note_stands_where_it_was_written_and_leaves_ids_alone(folder: Path) -> None:
    load_programme(folder)
    stored = [(row["type"], row["id"]) for row in ReadingPage.objects.get().body.raw_data]
    assert [kind for kind, _ in stored] == ["text", "check", "heading", "text"]
    content = Activity.objects.get(kind="reading").current_edition.content
    assert [node.id for node in content.body] == [id for kind, id in stored if kind != "check"]


def test_no_learner_sees_a_note(folder: Path, signed_in: Any, lena: Any) -> None:
    load_programme(folder)
    html = signed_in(lena).get(ReadingPage.objects.get().url).content.decode()
    assert "Second words" in html
    assert "counsel" not in html


def test_a_changed_outcome_changes_the_modules_page(
    folder: Path, signed_in: Any, lena: Any
) -> None:
    load_programme(folder)
    edit(folder, "m1/module.yaml", outcomes=[{"key": "M1.1", "text": "see it all"}])
    edit(folder, "programme.yaml", outcomes=[{"key": "PLO1", "text": "explain more"}])
    load_programme(folder)
    html = signed_in(lena).get(ModulePage.objects.get().url).content.decode()
    assert "<li>see it all</li>" in html
    assert "say it" not in html
    assert not Outcome.objects.get(key="M1.1").codes.exists()


def test_what_was_edited_on_the_site_is_left(folder: Path, signed_in: Any, ada: Any) -> None:
    load_programme(folder)
    tag = Tag.objects.get(slug="mca-2005")
    from wagtail.log_actions import log

    tag.name = "Mental Capacity Act"
    tag.save()
    log(tag, "wagtail.edit", user=ada)
    assert load_programme(folder).kept == ["mca-2005"]
    assert Tag.objects.get(slug="mca-2005").name == "Mental Capacity Act"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("tags.yaml", "kind: statute", "kind: law", "its kind is one of"),
        ("tags.yaml", "care-act-2014:", "Care Act:", "short name in lower case"),
        ("tags.yaml", "year: 2014", "age: 2014", "unknown field “age”"),
        ("tags.yaml", "name: Care Act 2014", "name: Mental Capacity Act 2005", "already exists"),
        ("glossary.yaml", "source: R12", "source: R99", "no source “R99”"),
        ("glossary.yaml", "abuse.", "abuse. " + "word " * 60, "more than 60"),
        ("m1/module.yaml", "framework: GMC", "framework: NMC", "a code has a framework"),
        ("m1/module.yaml", "review_by_months: 12", "review_by_months: 9", "is 6 or 12"),
        ("m1/module.yaml", "key: M1.1", "key: PLO1", "written twice"),
        ("m1/module.yaml", "- care-act-2014", "- care-act", "no tag “care-act”"),
        ("m1/doors.md", "[M1.1, PLO1]", "[M9.9]", "No module.yaml has an outcome “M9.9”"),
        ("m1/check.yaml", "- mca-2005", "- mca", "no tag “mca”"),
    ],
)
def test_what_is_wrong_is_told_by_file(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PortableError, match=said):
        load_programme(folder)
    assert not Tag.objects.exists()
