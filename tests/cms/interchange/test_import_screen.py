"""Bringing questions into a quiz: what would be added, then adding it to the draft."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.models import QuizPage
from curriculum.models import Activity, Edition
from tests import people
from tests.cms import site

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
GIFT = "::Free::An assessment is free. {T#No#Yes}\n\n::Why::Say why. {}"


@pytest.fixture
def quiz(db: Any) -> QuizPage:
    site.allow_unreviewed()
    page = site.quiz_page()
    page.save_revision()
    return page


@pytest.fixture
def author(client: Client) -> Client:
    client.force_login(people.tom())
    return client


def address(page: Page) -> str:
    return reverse("import_questions", args=[page.pk])


def upload(name: str, data: bytes | None = None) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data or (HERE / name).read_bytes())}


def hidden(content: bytes) -> dict[str, str]:
    """What the page of the first step posts when it is confirmed."""
    found = re.findall(
        r'<input type="hidden" name="(seen|text)" value="([^"]*)">', content.decode()
    )
    return {"do": "add", **{name: html.unescape(value) for name, value in found}}


def latest(page: Page) -> QuizPage:
    draft: QuizPage = QuizPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return draft


def ids(rows: Any) -> list[str]:
    """Every id in stored questions, those of their parts too."""
    found = []
    for row in rows:
        found.append(row["id"])
        for value in row["value"].values():
            found += [part["id"] for part in value] if isinstance(value, list) else []
    return found


def test_looking_adds_nothing_and_shows_what_would_be_added_and_what_not(
    quiz: QuizPage, author: Client
) -> None:
    before = quiz.revisions.count()
    answer = author.post(address(quiz), upload("kinds.xml"))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing has been added yet" in shown
    assert "<b>7 questions</b>" in shown
    assert "Occupational therapist → A rail beside the bath" in shown
    assert "Its tags are not taken over: PLO2, money." in shown
    assert "<script>alert" not in shown
    assert quiz.revisions.count() == before
    unmapped = author.post(address(quiz), upload("unmapped.gift")).content.decode()
    assert "<b>None of it</b> fits" in unmapped
    assert "14 are left out" in unmapped
    assert "Several numbers" in unmapped
    assert 'value="add"' not in unmapped


def test_confirming_appends_to_the_draft_and_leaves_what_is_live(
    quiz: QuizPage, author: Client
) -> None:
    edition = Activity.objects.get(key=quiz.translation_key).current_edition_id
    for name in ("kinds.xml", "kinds.gift"):
        step = author.post(address(quiz), upload(name))
        many = len(latest(quiz).questions)
        done = author.post(address(quiz), hidden(step.content))
        assert done.status_code == 302
        assert done["Location"] == reverse("wagtailadmin_pages:edit", args=[quiz.pk])
        assert len(latest(quiz).questions) > many
    draft = latest(quiz)
    assert next(iter(draft.questions)).id == "q1"
    assert [child.block_type for child in draft.questions] == [
        "single",
        *("single", "multiple", "multiple", "true_false", "matching", "ordering", "true_false"),
        *("single", "multiple", "multiple", "true_false", "true_false", "matching"),
        *("single", "single"),
    ]
    everything = ids(draft.questions.raw_data)
    assert all(everything)
    assert len(set(everything)) == len(everything)
    live = QuizPage.objects.get(pk=quiz.pk)
    assert [child.id for child in live.questions] == ["q1"]
    assert live.has_unpublished_changes
    assert Activity.objects.get(key=quiz.translation_key).current_edition_id == edition
    assert Edition.objects.count() == 1
    revision = draft.latest_revision
    assert revision.user.email == "tom@example.org"


def test_what_publishing_will_ask_for_is_said_before_and_asked_after(
    quiz: QuizPage, author: Client
) -> None:
    gift = "Who pays? {=Both ~One ~None}"
    step = author.post(address(quiz), {"text": gift})
    shown = step.content.decode()
    assert "Before it can be published" in shown
    assert "Write feedback: learners read that of every option. (3 times)" in shown
    author.post(address(quiz), hidden(step.content))
    draft = latest(quiz)
    problems = [problem.message for problem in draft.freeze().problems]
    assert problems == ["Write feedback: learners read that of every option."] * 3
    assert [o["value"]["feedback"] for o in draft.questions.raw_data[1]["value"]["options"]] == [
        "",
        "",
        "",
    ]
    edit = author.get(reverse("wagtailadmin_pages:edit", args=[quiz.pk]))
    assert "Who pays?" in edit.content.decode()


def test_two_questions_with_the_same_words_are_noticed_across_draft_and_file(
    quiz: QuizPage, author: Client
) -> None:
    shown = author.post(address(quiz), {"text": "Stem q1? {T#No#Yes}"}).content.decode()
    assert "Two of these are alike" in shown


def test_a_draft_that_changed_meanwhile_is_shown_again_and_nothing_is_lost(
    quiz: QuizPage, author: Client
) -> None:
    step = author.post(address(quiz), {"text": GIFT})
    revision = site.draft(quiz, questions=[site.single("q1"), site.single("q9")])
    again = author.post(address(quiz), hidden(step.content))
    assert again.status_code == 409
    assert "Somebody has changed the draft since you looked" in again.content.decode()
    assert [child.id for child in latest(quiz).questions] == ["q1", "q9"]
    # An autosave writes over the revision, whose number then stays the same.
    page = latest(quiz)
    page.title = "Another title"
    page.save_revision(overwrite_revision=revision, clean=False)
    third = author.post(address(quiz), hidden(again.content))
    assert third.status_code == 409
    assert author.post(address(quiz), hidden(third.content)).status_code == 302
    draft = latest(quiz)
    assert draft.title == "Another title"
    assert [child.id for child in draft.questions][:2] == ["q1", "q9"]
    assert len(draft.questions) == 3


def test_confirming_twice_does_not_add_twice(quiz: QuizPage, author: Client) -> None:
    """Known failure 4: a double click."""
    data = hidden(author.post(address(quiz), {"text": GIFT}).content)
    assert author.post(address(quiz), data).status_code == 302
    assert author.post(address(quiz), data).status_code == 409
    assert len(latest(quiz).questions) == 2


def test_the_second_step_reads_everything_anew(quiz: QuizPage, author: Client) -> None:
    data = hidden(author.post(address(quiz), {"text": GIFT}).content)
    broken = author.post(address(quiz), {**data, "text": (HERE / "entity-bomb.xml").read_text()})
    assert broken.status_code == 422
    assert "defines entities" in broken.content.decode()
    nothing = author.post(address(quiz), {**data, "text": "Write. {}"})
    assert "<b>None of it</b> fits" in nothing.content.decode()
    assert author.post(address(quiz), {**data, "seen": ""}).status_code == 409
    assert len(latest(quiz).questions) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a file, or paste the text."),
        ({"text": "  \n"}, "Choose a file, or paste the text."),
        ({"text": "// nothing"}, "There is no question in it."),
        ({"text": "<quiz><question></quiz>"}, "Line 1: The XML is broken here: a closing tag"),
        ({"text": "x" * 1_000_001}, "at most 1000000 characters"),
        ({"text": "é" * 600_000}, "more than 1 MB of text"),
        ({"text": "a\x00b"}, "Null characters are not allowed."),
        (upload("external-entity.xml"), "defines entities or names other files"),
        (upload("not-closed.xml"), "Line 4: The XML is broken here"),
        (upload("a.txt", b"\x81\x8d"), "not a text file"),
        (upload("a.xml", b"Just words"), "The XML is broken here"),
        (upload("a.txt", b"x" * 5_000_001), "larger than 5 MB"),
        ({**upload("kinds.gift"), "text": GIFT}, "not both"),
    ],
)
def test_what_cannot_be_read_gets_a_plain_answer_and_stays_in_the_form(
    quiz: QuizPage, author: Client, data: dict[str, Any], said: str
) -> None:
    for value in data.values():
        if not isinstance(value, str):
            value.seek(0)
    answer = author.post(address(quiz), data)
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert said in shown
    assert "There is a problem" in shown
    if 0 < len(data.get("text", "")) < 1000 and "\x00" not in data["text"]:
        assert data["text"] in shown
    assert len(latest(quiz).questions) == 1


def test_who_may_not_edit_the_quiz_sees_and_adds_nothing(quiz: QuizPage) -> None:
    for user in (people.lena(), people.cora(), people.gita()):
        client = Client()
        client.force_login(user)
        for answer in (client.get(address(quiz)), client.post(address(quiz), {"text": GIFT})):
            assert answer.status_code in {302, 404}
            assert "Stem q1" not in answer.content.decode()
    assert Client().get(address(quiz)).status_code == 302
    assert len(latest(quiz).questions) == 1


def test_only_a_quiz_takes_questions(quiz: QuizPage, author: Client) -> None:
    module = quiz.get_parent()
    assert author.get(address(module)).status_code == 404
    assert author.get(reverse("import_questions", args=[999_999])).status_code == 404


def test_a_locked_page_takes_none(quiz: QuizPage, author: Client) -> None:
    quiz.locked, quiz.locked_by = True, people.ada()
    quiz.save()
    assert "This page is locked" in author.get(address(quiz)).content.decode()
    assert author.post(address(quiz), {"text": GIFT}).status_code == 422
    assert len(latest(quiz).questions) == 1


def test_the_editor_of_a_quiz_leads_there(quiz: QuizPage, author: Client) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[quiz.pk])
    assert f'href="{address(quiz)}"' in author.get(edit).content.decode()
    module = reverse("wagtailadmin_pages:edit", args=[quiz.get_parent().pk])
    assert "Import questions" not in author.get(module).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_looking_costs_the_same_for_one_question_and_for_three(
    quiz: QuizPage, author: Client, many: int, django_assert_num_queries: Any
) -> None:
    gift = "\n\n".join(f"Is {n} right? {{T#No#Yes}}" for n in range(many))
    author.post(address(quiz), {"text": gift})
    with django_assert_num_queries(20):
        author.post(address(quiz), {"text": gift})
