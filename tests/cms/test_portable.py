"""Programmes as files: loaded through the gate, refused with file and line."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from cms.models import HomePage, LoadedSource, ModulePage, ReadingPage, StandardPage
from cms.portable.load import load_programme, load_standard_pages
from cms.portable.problems import PortableError
from cms.portable.text import rich_text
from cms.starter import HERE, PROGRAMME, load_starter
from curriculum.models import Activity, Edition, Programme, Requirement
from tests import starter
from tests.cms import site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the starter's first module, to change."""
    return starter.copy(tmp_path / "programme", starter.M1)


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def line_of(text: str, words: str) -> int:
    return text.partition(words)[0].count("\n") + 1


def snapshot() -> list[Any]:
    return [
        list(Page.objects.order_by("path").values_list("path", "title", "latest_revision")),
        list(Edition.objects.order_by("pk").values_list("pk", "digest")),
        list(Requirement.objects.order_by("pk").values_list("pk", "position", "until")),
    ]


def test_the_starter_loads_whole_and_live() -> None:
    load_starter()
    programme = Programme.objects.get(is_live=True)
    assert programme.title == "Working with social care"
    for module in ModulePage.objects.all():
        inclusion = programme.inclusions.get(module__key=module.translation_key)
        required = inclusion.module.requirements.filter(until=None)
        assert module.get_children().live().count() == required.count() > 0
    modules = PROGRAMME.glob("*/module.yaml")
    assert ModulePage.objects.live().count() == len(list(modules)) == programme.inclusions.count()
    quizzes = [each.current_edition.content for each in Activity.objects.filter(kind="quiz")]
    assert {question.KIND for quiz in quizzes for question in quiz.questions} == {
        "single-best-answer",
        "multiple-response",
        "true-false",
        "matching",
        "ordering",
        "ranking",
        "confidence-rated",
    }
    assert StandardPage.objects.live().count() == len(list((HERE / "pages").glob("*.md")))


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    folder = starter.copy(tmp_path / "programme", starter.M1, starter.M3)
    load_starter(folder)
    before = snapshot()
    said = load_starter(folder)
    assert snapshot() == before
    assert "created" not in " ".join(said)
    assert "updated" not in " ".join(said)


def test_a_changed_file_becomes_a_new_edition_of_that_activity_alone(folder: Path) -> None:
    load_programme(folder)
    editions = Edition.objects.count()
    change(folder, "m1-two-systems/who-pays.md", "NHS care is free", "Care by the NHS is free")
    loaded = load_programme(folder)
    assert loaded.updated == ["Who pays"]
    assert Edition.objects.count() == editions + 1
    page = ReadingPage.objects.get(slug="who-pays")
    assert Activity.objects.get(key=page.translation_key).current_edition.number == 2


def test_ids_stay_the_same_when_words_change(folder: Path) -> None:
    load_programme(folder)
    quiz = Activity.objects.get(kind="quiz")
    before = [question.id for question in quiz.current_edition.content.questions]
    change(folder, "m1-two-systems/check-what-you-know.yaml", "The integrated care board", "An ICB")
    load_programme(folder)
    quiz.refresh_from_db()
    assert quiz.current_edition.number == 2
    assert [question.id for question in quiz.current_edition.content.questions] == before


def test_a_new_order_in_the_file_becomes_the_order_of_the_pages(folder: Path) -> None:
    load_programme(folder)
    change(
        folder,
        "m1-two-systems/module.yaml",
        "  - what-social-care-is.md\n  - who-is-responsible.md",
        "  - who-is-responsible.md\n  - what-social-care-is.md",
    )
    load_programme(folder)
    slugs = ModulePage.objects.get(slug="two-systems").get_children().values_list("slug", flat=True)
    readings = [slug for slug in slugs if slug != "before-you-begin"]
    assert readings[:2] == ["who-is-responsible", "what-social-care-is"]
    assert not Requirement.objects.exclude(until=None).exists()


def test_a_question_may_name_a_reading_that_stands_after_its_quiz(folder: Path) -> None:
    module, quiz = "m1-two-systems/module.yaml", "  - check-what-you-know.yaml\n"
    change(folder, module, quiz, "")
    change(folder, module, "activities:\n", f"activities:\n{quiz}")
    load_programme(folder)
    first, *_ = ModulePage.objects.get(slug="two-systems").get_children()
    assert first.slug == "check-what-you-know"
    content = Activity.objects.get(kind="quiz").current_edition.content
    assert all(question.revisit for question in content.questions)
    before = snapshot()
    assert load_programme(folder).updated == []
    assert snapshot() == before


@pytest.mark.parametrize("name", ["check-what-you-know.yaml", "on-monday.md"])
def test_a_page_to_look_again_at_that_is_no_loaded_reading_is_refused(
    name: str, folder: Path
) -> None:
    change(folder, "m1-two-systems/module.yaml", "  - on-monday.md\n", "")
    quiz = "m1-two-systems/check-what-you-know.yaml"
    change(folder, quiz, "revisit: who-is-responsible.md", f"revisit: {name}")
    first = line_of((folder / quiz).read_text("utf-8"), "- id: q")
    with pytest.raises(PortableError, match=rf"yaml:{first}: The page to look again at must be"):
        load_programme(folder)
    assert not ReadingPage.objects.exists()


def edited(tom: Any, *, publish: bool = True) -> ReadingPage:
    """A page of the starter that Tom has edited on the site."""
    page = ReadingPage.objects.get(slug="who-pays")
    page.title = "Who pays, and when"
    revision = page.save_revision(user=tom)
    if publish:
        revision.publish()
    return page


@pytest.mark.parametrize("publish", [True, False])
def test_a_newer_file_becomes_a_draft_beside_a_page_that_was_edited_here(
    publish: bool, folder: Path, tom: Any, client: Client
) -> None:
    load_programme(folder)
    page = edited(tom, publish=publish)
    assert load_programme(folder).kept == ["Who pays"]  # the files say nothing new
    live = Activity.objects.get(key=page.translation_key).current_edition
    change(folder, "m1-two-systems/who-pays.md", "NHS care is free", "Other words")
    loaded = load_programme(folder)
    assert [draft.title for draft in loaded.drafts] == ["Who pays"]
    assert "1 edited here, so that the new version waits as a draft" in str(loaded)
    page.refresh_from_db()
    assert page.title == ("Who pays, and when" if publish else "Who pays")
    assert Activity.objects.get(key=page.translation_key).current_edition == live
    newest = page.get_latest_revision_as_object()
    assert newest.title == "Who pays"
    assert "Other words" in str(newest.body[0].value)
    client.force_login(tom)
    shown = client.get(loaded.drafts[0].comparison).content.decode()
    assert "Other" in shown
    assert "and when" in shown
    before = snapshot()
    assert load_programme(folder).drafts == []
    assert snapshot() == before
    # A third version still does not go over what Tom wrote, whose draft is only set aside.
    change(folder, "m1-two-systems/who-pays.md", "Other words", "Third words")
    assert len(load_programme(folder).drafts) == 1
    assert Activity.objects.get(key=page.translation_key).current_edition == live


def test_a_page_that_was_loaded_before_loading_was_remembered_is_known_by_its_versions(
    folder: Path, tom: Any
) -> None:
    load_programme(folder)
    page = edited(tom)
    LoadedSource.objects.all().delete()
    change(folder, "m1-two-systems/on-monday.md", "# ", "# Now: ")
    loaded = load_programme(folder)
    assert loaded.kept == ["Who pays"]
    assert loaded.updated == ["What you can do on Monday"]
    page.refresh_from_db()
    assert page.title == "Who pays, and when"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("programme.yaml", "key: ", "nokey: ", "programme.yaml: A page needs a key"),
        ("programme.yaml", "title:", "title: [", "programme.yaml:"),
        ("m1-two-systems/module.yaml", "slug: two-systems", "slug: Two Systems", "lower-case"),
        ("m1-two-systems/module.yaml", "who-pays.md", "missing.md", "missing.md: There is no such"),
        (
            "m1-two-systems/module.yaml",
            "who-pays.md",
            "../../../../etc/passwd",
            "There is no such file",
        ),
        (
            "m1-two-systems/who-pays.md",
            "::: steps",
            "::: stairs",
            "who-pays.md:{line}: There is no",
        ),
        ("m1-two-systems/who-pays.md", "tone: practice", "tone: loud", "who-pays.md"),
        ("m1-two-systems/who-pays.md", "[@R48]", "[@R999]", "R999 is cited here"),
        ("m1-two-systems/who-pays.md", "- R48\n", "- R999\n", "no source “R999”"),
        ("m1-two-systems/who-pays.md", "drawings/savings-bar.svg", "drawings/no.svg", "no file"),
        ("m1-two-systems/who-pays.md", "drawings/savings-bar.svg", "../../../x.svg", "no file"),
        ("m1-two-systems/who-pays.md", "alternative: |", "alt: |", "Unknown field “alt”"),
        ("m1-two-systems/who-pays.md", "---\nkey", "key", "must begin with front matter"),
        (
            "m1-two-systems/check-what-you-know.yaml",
            "        correct: true",
            "        correct: false",
            "check-what-you-know.yaml:{first}: Mark the right option",
        ),
        (
            "m1-two-systems/check-what-you-know.yaml",
            "kind: ordering",
            "kind: juggling",
            "one of the kinds",
        ),
        (
            "m1-two-systems/check-what-you-know.yaml",
            "- id: duty-cqc",
            "- id: duty-icb",
            "duty-icb is used twice",
        ),
        (
            "m1-two-systems/check-what-you-know.yaml",
            "revisit: who-pays.md",
            "revisit: nowhere.md",
            "There is no page nowhere.md",
        ),
        ("m1-two-systems/drawings/two-lanes.svg", "<svg", "<svg onload='x'", "attribute onload"),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_nothing_is_loaded(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    """Known failure 33, for files that are read: a path that climbs out of its folder."""
    change(folder, name, old, new)
    before = Page.objects.count()
    with pytest.raises(PortableError) as refusal:
        load_programme(folder)
    text = (folder / name).read_text("utf-8")
    lines = {"line": line_of(text, new), "first": line_of(text, "- id: q")}
    assert said.format(**lines) in str(refusal.value)
    assert Page.objects.count() == before
    assert not Edition.objects.exists()


def test_every_problem_is_told_at_once(folder: Path) -> None:
    change(folder, "m1-two-systems/who-pays.md", "::: steps", "::: stairs")
    change(folder, "m1-two-systems/what-is-free.md", "---\nkey", "key")
    with pytest.raises(PortableError) as refusal:
        load_programme(folder)
    assert len(refusal.value.problems) >= 2


def test_the_command_says_what_it_did_and_what_was_wrong(folder: Path, capsys: Any) -> None:
    call_command("load_programme", str(folder))
    many = 2 + ModulePage.objects.get().get_children().count()
    assert f"{many} created" in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"no programme\.yaml"):
        call_command("load_programme", str(folder / "m1-two-systems"))
    change(folder, "programme.yaml", "key: ", "nokey: ")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_programme", str(folder))


def test_standard_pages_stand_under_home() -> None:
    load_standard_pages(HERE / "pages")
    home = HomePage.objects.get()
    slugs = set(StandardPage.objects.child_of(home).values_list("slug", flat=True))
    assert slugs == {"about", "accessibility", "privacy", "editorial-policy"}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**b** *i*", "<p><strong>b</strong> <em>i</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("- a\n\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("x [@R1]", '<p>x <a href="#ref-R1">[R1]</a></p>'),
        ("x [@R1, page 4]", '<p>x <a href="#ref-R1">[R1, page 4]</a></p>'),
        (
            "[q](key:7f0e0000-0000-4000-8000-000000000000)",
            '<p><a href="/go/7f0e0000-0000-4000-8000-000000000000/">q</a></p>',
        ),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
    ],
)
def test_markdown_becomes_the_editors_rich_text(markdown: str, html: str) -> None:
    assert rich_text(markdown) == html


@pytest.mark.parametrize("command", ["load_starter", "load_programme"])
def test_where_review_is_required_the_commands_say_what_to_do_and_load_nothing(
    command: str, folder: Path
) -> None:
    site.allow_unreviewed(False)
    before = snapshot()
    arguments = [str(folder)] if command == "load_programme" else []
    with pytest.raises(CommandError, match="Nothing was loaded") as refusal:
        call_command(command, *arguments)
    assert "before a GP and a social worker have signed it off" in str(refusal.value)
    assert "site settings" in str(refusal.value)
    assert snapshot() == before
