"""What the editor says before publishing."""

from typing import Any

import pytest
from django.test import Client

from cms.checks import MATTERS, STOPS, TELLS, checks
from cms.models import ReadingPage
from cms.readability import reading_age, reading_grade
from tests.cms import site

pytestmark = pytest.mark.django_db

REFERENCES = {"references": [site.item({"key": "R1", "text": "Care Act 2014.", "url": ""}, "r1")]}
EASY = "<p>" + "The cat sat on the mat. It was a good cat. " * 20 + "</p>"
HARD = (
    "<p>"
    + "Notwithstanding considerable organisational heterogeneity, interprofessional collaboration "
    "necessitates systematically institutionalised communicative responsibilities. " * 12 + "</p>"
)


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def module(db: Any) -> Any:
    return site.module_page(site.programme_page())


def named(page: Any) -> set[str]:
    return {check.name for check in checks(page)}


def test_a_page_that_has_everything_is_told_only_what_is_good_to_know(
    module: Any, tom: Any
) -> None:
    body = [site.text(EASY), site.block("references", REFERENCES, "refs")]
    page = site.reading_page(module, body, owner=tom, review_months=6)
    page.tags, page.outcomes = [site.tag()], [site.outcome()]
    assert {check.level for check in checks(page)} == {TELLS}
    assert named(page) == {"minutes", "reading-age"}


def test_what_is_missing_is_named(module: Any) -> None:
    page = site.reading_page(module)
    assert named(page) == {"source", "untagged", "review-date", "owner", "outcomes", "minutes"}


def test_a_picture_without_words_stops_publishing(module: Any) -> None:
    figure = {"image": None, "alternative": " ", "decorative": False, "caption": ""}
    figure |= {"source": "", "source_url": ""}
    page = site.reading_page(module)
    page.body = site.stream(page, "body", [site.block("figure", figure, "fig-1")])
    first = checks(page)[0]
    assert first.level == STOPS
    assert [check.id for check in checks(page) if check.name == "alternative"] == ["fig-1"]


def test_every_question_without_a_reference_is_named(module: Any) -> None:
    questions = [site.single("q1"), site.single("q2", source="Care Act 2014")]
    page = site.quiz_page(module, questions)
    found = [check.id for check in checks(page) if check.name == "question-reference"]
    assert found == ["q1"]


def test_dead_links_are_found_however_they_are_written(module: Any) -> None:
    alive, gone = site.reading_page(module), site.reading_page(module, live=False)
    html = (
        f'<p><a linktype="page" id="{alive.pk}">a</a> <a id="{gone.pk}" linktype="page">b</a> '
        f'<a href="/go/{alive.translation_key}/">c</a> <a href="/go/{gone.translation_key}/">d</a> '
        f'<a href="{alive.url}">e</a> <a href="/no/such/page/">f</a> <a href="/glossary/#x">g</a> '
        '<a href="https://example.org/">h</a> <a href="#ref-R1">i</a></p>'
    )
    page = site.reading_page(module, [site.text(html), site.block("references", REFERENCES, "r")])
    found = [check.message for check in checks(page) if check.name == "dead-link"]
    assert len(found) == 3
    assert sum("/no/such/page/" in message for message in found) == 1


def test_notes_and_hard_prose_are_told(module: Any) -> None:
    note = site.block("check", {"text": "Check the limits."}, "n1")
    page = site.reading_page(module, [site.text(HARD), note])
    found = {check.name: check for check in checks(page)}
    assert found["reading-age"].level == MATTERS
    assert found["note"].message == "To check before sign-off: Check the limits."


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("care", 1),
        ("asked", 1),
        ("homes", 1),
        ("needed", 2),
        ("carer", 2),
        ("council", 2),
        ("assessment", 3),
        ("eligible", 4),
        ("capacity", 4),
        ("responsibility", 6),
        ("multidisciplinary", 7),
    ],
)
def test_syllables_are_counted_as_they_are_heard(word: str, syllables: int) -> None:
    from cms.readability import _syllables

    assert _syllables(word) == syllables


def test_reading_age_grows_with_words_and_sentences() -> None:
    assert reading_grade(["Too short."]) is None
    easy, hard = reading_age([EASY]), reading_age([HARD])
    assert easy is not None
    assert hard is not None
    assert easy < 8 < 20 < hard


def test_the_editors_panel_shows_them(module: Any, tom: Any, client: Client) -> None:
    page = site.reading_page(module)
    client.force_login(tom)
    html = client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "Before publishing" in html
    assert "The page names no source" in html


def test_the_panel_is_renewed_from_the_newest_draft(module: Any, tom: Any, client: Client) -> None:
    page = site.reading_page(module)
    draft = ReadingPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.body = site.stream(draft, "body", [site.block("check", {"text": "Only in draft."}, "n")])
    draft.save_revision(clean=False)
    client.force_login(tom)
    html = client.get(f"/cms/truth/{page.pk}/checks/").content.decode()
    assert "Only in draft." in html
    assert "Stops publishing" in html


@pytest.mark.parametrize("kind", ["module", "quiz", "standard"])
def test_every_kind_of_page_can_be_edited(kind: str, module: Any, tom: Any, client: Client) -> None:
    pages = {"module": lambda: module, "quiz": lambda: site.quiz_page(module)}
    page = pages.get(kind, site.standard_page)()
    client.force_login(tom)
    assert client.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
