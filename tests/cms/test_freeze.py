"""What is refused at publish, where the editor shows it, and what a frozen page says."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.freeze import CannotPublish
from cms.models import QuizPage, ReadingPage
from curriculum import content
from curriculum.models import Activity, Edition
from tests.cms import site
from tests.cms.site import block, item, option

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def problems(page: Any) -> list[tuple[tuple[str, ...], str]]:
    return [(problem.path, problem.message) for problem in page.freeze().problems]


def draft_quiz(*questions: dict[str, Any], **fields: Any) -> QuizPage:
    return site.quiz_page(questions=list(questions), live=False, **fields)


def draft_reading(*body: dict[str, Any]) -> ReadingPage:
    return site.reading_page(body=list(body), live=False)


# ── Quizzes that cannot be answered ───────────────────────────────────────
UNANSWERABLE = {
    "no right option": (
        site.single("q1", option("a"), option("b")),
        (("questions", "q1", "options"), "Mark the right option."),
    ),
    "two best answers": (
        site.single("q1", option("a", correct=True), option("b", correct=True)),
        (("questions", "q1", "options"), "Only one option can be the single best answer."),
    ),
    "one option": (
        site.single("q1", option("a", correct=True)),
        (("questions", "q1", "options"), "A question needs at least two options."),
    ),
    "every option right": (
        site.multiple("q1", option("a", correct=True), option("b", correct=True)),
        (
            ("questions", "q1", "options"),
            "If every option is right there is nothing to decide.",
        ),
    ),
    "two options alike": (
        site.single("q1", option("a", text="Same"), option("b", correct=True, text="same ")),
        (
            ("questions", "q1", "options", "a", "text"),
            "Two of these are alike. Learners could not tell them apart.",
        ),
    ),
    "no feedback": (
        site.single("q1", option("a", feedback=" "), option("b", correct=True)),
        (
            ("questions", "q1", "options", "a", "feedback"),
            "Write feedback: learners read that of every option.",
        ),
    ),
    "an option without words": (
        site.single("q1", option("a", text=""), option("b", correct=True)),
        (("questions", "q1", "options", "a", "text"), "Write the option."),
    ),
    "a question without words": (
        block("single", site.single("q1")["value"] | {"stem": ""}, "q1"),
        (("questions", "q1", "stem"), "Write the question."),
    ),
    "a statement neither true nor false": (
        site.true_false("q1", answer=""),
        (("questions", "q1", "answer"), "Say whether the statement is true."),
    ),
    "half a pair": (
        site.matching("q1", ("Left", ""), ("Other", "Right")),
        (("questions", "q1", "pairs", "q1-p0", "right"), "This half of the pair is missing."),
    ),
    "one pair": (
        site.matching("q1", ("Left", "Right")),
        (("questions", "q1", "pairs"), "Matching needs at least two pairs."),
    ),
    "two right sides alike": (
        site.matching("q1", ("A", "Free"), ("B", "Free")),
        (
            ("questions", "q1", "pairs", "q1-p0", "right"),
            "Two of these are alike. Learners could not tell them apart.",
        ),
    ),
    "matching without feedback": (
        site.matching("q1", feedback=""),
        (("questions", "q1", "feedback"), "Write feedback for wrong pairs."),
    ),
    "two steps": (
        site.ordering("q1", "One", "Two"),
        (("questions", "q1", "items"), "Ordering needs at least three steps."),
    ),
    "a key with a rank twice": (
        site.ranking("q1", (1, 1), (1, 2), (3, 3)),
        (
            ("questions", "q1", "items", "q1-r0", "gp_rank"),
            "The ranks must be 1 to 3, each once.",
        ),
    ),
}


@pytest.mark.parametrize(("question", "problem"), UNANSWERABLE.values(), ids=UNANSWERABLE.keys())
def test_a_quiz_that_cannot_be_answered_is_refused_with_the_place(
    question: dict[str, Any], problem: tuple[tuple[str, ...], str]
) -> None:
    page = draft_quiz(question)
    assert problem in problems(page)
    with pytest.raises(CannotPublish):
        page.save_revision(clean=False).publish()
    assert not Edition.objects.exists()


def test_two_questions_alike_are_refused() -> None:
    twin = block("single", site.single("q2")["value"] | {"stem": "Stem q1?"}, "q2")
    assert (
        ("questions", "q1", "stem"),
        "Two of these are alike. Learners could not tell them apart.",
    ) in (problems(draft_quiz(site.single("q1"), twin)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"draw": 2}, "cannot draw more"), ({"pass_mark": 101}, "from 0 to 100")],
)
def test_settings_that_make_no_sense_are_refused(fields: dict[str, int], said: str) -> None:
    ((path, message),) = problems(draft_quiz(site.single(), **fields))
    assert path == (next(iter(fields)),)
    assert said in message


def test_a_sound_quiz_of_every_kind_freezes_whole() -> None:
    kinds = (
        site.single("q1"),
        site.multiple("q2"),
        site.true_false("q3"),
        site.matching("q4"),
        site.ordering("q5"),
        site.ranking("q6"),
        block("confidence", site.single("q7")["value"] | {"stem": "Sure?"}, "q7"),
    )
    kinds[6]["value"]["options"] = [option("c-a"), option("c-b", correct=True)]
    page = site.quiz_page(questions=list(kinds))
    frozen = Activity.objects.get(key=page.translation_key).current_edition.content
    assert [q.KIND for q in frozen.questions] == [
        "single-best-answer",
        "multiple-response",
        "true-false",
        "matching",
        "ordering",
        "ranking",
        "confidence-rated",
    ]
    ranking = frozen.question("q6")
    assert ranking.gp_key == ("q6-r0", "q6-r1", "q6-r2")
    assert ranking.social_worker_key == ("q6-r1", "q6-r0", "q6-r2")
    assert frozen.minutes == 11  # seven questions at a minute and a half


# ── Readings ──────────────────────────────────────────────────────────────
REFERENCES = block(
    "references",
    {"references": [item({"key": "R1", "text": "A paper.", "url": ""}, "ref-1")]},
    "refs",
)


@pytest.mark.parametrize(
    ("body", "path", "said"),
    [
        ([], ("body",), "at least one block"),
        ([site.text("<p> </p>")], ("body", "text-1"), "Write something here"),
        (
            [site.text('<p><a href="#ref-R9">[R9]</a></p>'), REFERENCES],
            ("body", "text-1"),
            "R9 is cited here",
        ),
        (
            [
                block(
                    "callout",
                    {
                        "tone": "law",
                        "title": "Law",
                        "text": '<p><a href="#ref-R9">[R9]</a></p>',
                    },
                    "c1",
                )
            ],
            ("body", "c1", "text"),
            "R9 is cited here",
        ),
        (
            [block("heading", {"text": "", "level": "2"}, "h1")],
            ("body", "h1", "text"),
            "Write the heading",
        ),
        (
            [
                block(
                    "key_fact",
                    {"figure": "9", "text": "<p>x</p>", "source": "", "source_url": ""},
                    "k1",
                )
            ],
            ("body", "k1", "source"),
            "where the figure comes from",
        ),
        (
            [block("two_views", {"matter": "M", "gp": "<p>x</p>", "social_worker": ""}, "v1")],
            ("body", "v1", "social_worker"),
            "what a social worker sees",
        ),
        (
            [block("steps", {"title": "T", "steps": []}, "s1")],
            ("body", "s1", "steps"),
            "at least two",
        ),
        (
            [block("table", {"caption": "", "columns": [], "rows": []}, "t1")],
            ("body", "t1"),
            "caption",
        ),
        (
            [
                block(
                    "content_note",
                    {"coming": "Neglect.", "instead": "", "covers": "section"},
                    "n1",
                )
            ],
            ("body", "n1", "instead"),
            "do instead",
        ),
    ],
)
def test_a_reading_is_refused_with_the_place(
    body: list[dict[str, Any]], path: tuple[str, ...], said: str
) -> None:
    page = draft_reading(*body)
    assert any(where == path and said in message for where, message in problems(page))


CITES = '<p><a href="#ref-R1">[R1]</a></p>'


def test_a_citation_in_a_question_needs_its_reference_too() -> None:
    question = site.single("q1", explanation=CITES)
    assert problems(draft_quiz(question)) == [
        (
            ("questions", "q1", "explanation"),
            "R1 is cited here but stands in no list of references.",
        )
    ]
    page = draft_quiz(question)
    page.body = site.stream(page, "body", [REFERENCES])
    assert problems(page) == []


def test_an_anchor_that_was_typed_with_its_hash_is_the_same_citation() -> None:
    page = draft_reading(site.text(CITES.replace("#", "##")), REFERENCES)
    assert page.freeze().content.body[0].html == CITES
    assert problems(draft_reading(site.text(CITES.replace("#", "##"))))


def test_minutes_are_computed_from_the_words_and_may_be_set() -> None:
    words = f"<p>{'word ' * 401}</p>"
    assert draft_reading(site.text(words)).freeze().content.minutes == 3
    page = draft_reading(site.text(words))
    page.minutes_override = 9
    assert page.freeze().content.minutes == 9


def test_a_content_note_leads_past_the_section_that_it_covers() -> None:
    note = {"coming": "Neglect.", "instead": "<p>Read on.</p>"}
    body = [
        block("content_note", {**note, "covers": "section"}, "n1"),
        block("heading", {"text": "Hard", "level": "2"}, "h1"),
        site.text("<p>Hard words.</p>"),
        block("heading", {"text": "After", "level": "2"}, "h2"),
        block("content_note", {**note, "covers": "page"}, "n2"),
        block("heading", {"text": "More", "level": "2"}, "h3"),
    ]
    frozen = draft_reading(*body).freeze().content.body
    notes = [node.skip_to for node in frozen if isinstance(node, content.ContentNote)]
    assert notes == ["h2", ""]


def test_a_link_to_a_page_survives_its_moving() -> None:
    target = site.reading_page()
    link = f'<p><a linktype="page" id="{target.pk}">there</a></p>'
    gone = '<p><a linktype="page" id="999999">nowhere</a></p>'
    page = draft_reading(site.text(link), site.text(gone, id="t2"))
    first, second = page.freeze().content.body
    assert first.html == f'<p><a href="/go/{target.translation_key}/">there</a></p>'
    assert second.html == "<p>nowhere</p>"


def test_hostile_rich_text_is_cleaned_when_it_is_frozen() -> None:
    page = draft_reading(site.text('<p onclick="x()">a<script>alert(1)</script></p>'))
    assert page.freeze().content.body[0].html == "<p>aalert(1)</p>"


# ── In the editor ─────────────────────────────────────────────────────────
def edit(client: Client, page: Any, action: str, **fields: Any) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(url, site.posted(page, action, **fields))


def test_publishing_an_unsound_quiz_shows_the_error_at_the_field_and_keeps_what_was_typed(
    tom: Any, client: Client
) -> None:
    page = draft_quiz(site.single("q1"))
    client.force_login(tom)
    broken = site.single("q1", option("a", feedback=""), option("b", correct=True))
    response = edit(client, page, "publish", questions=[broken])
    assert response.status_code == 200
    error = response.context["form"].errors.as_data()["questions"][0]
    at_feedback = error.block_errors[0].block_errors["options"].block_errors[0]
    assert [str(m) for m in at_feedback.block_errors["feedback"].messages] == [
        "This field is required."
    ]
    assert not Page.objects.get(pk=page.pk).live

    twins = site.single("q1", option("a", text="Same"), option("b", correct=True, text="Same"))
    response = edit(client, page, "publish", questions=[twins])
    error = response.context["form"].errors.as_data()["questions"][0]
    at_option = error.block_errors[0].block_errors["options"].block_errors[0]
    assert at_option.block_errors["text"].messages == [
        "Two of these are alike. Learners could not tell them apart."
    ]
    assert b"Same" in response.content


def test_an_unsound_draft_is_saved_all_the_same(tom: Any, client: Client) -> None:
    page = draft_quiz(site.single("q1"))
    client.force_login(tom)
    unfinished = site.single("q1", option("a", text="", feedback=""))
    response = edit(client, page, "save", questions=[unfinished])
    assert response.status_code == 302
    saved = QuizPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert len(saved.questions[0].value["options"]) == 1


def test_a_tutor_publishes_a_sound_page_from_the_editor(tom: Any, client: Client) -> None:
    page = draft_reading(site.text())
    client.force_login(tom)
    new = site.text("<p>Fresh words.</p>", id="")  # new blocks come without an id
    assert edit(client, page, "publish", body=[new]).status_code == 302
    activity = Activity.objects.get(key=page.translation_key)
    (node,) = activity.current_edition.content.body
    assert node.html == "<p>Fresh words.</p>"
    stored = ReadingPage.objects.get(pk=page.pk).body.raw_data[0]["id"]
    assert node.id == stored


def test_a_question_made_in_the_editor_keeps_its_ids_through_the_next_edit(
    tom: Any, client: Client
) -> None:
    page = draft_quiz(site.single("q1"))
    client.force_login(tom)
    fresh = site.single("")
    for number, row in enumerate(fresh["value"]["options"]):
        row["id"] = ""
        row["value"]["text"] = f"Fresh {number}"
    fresh["id"] = ""
    edit(client, page, "publish", questions=[fresh])
    activity = Activity.objects.get(key=page.translation_key)
    before = activity.current_edition.content
    assert before.questions[0].id
    page.refresh_from_db()
    edit(client, page, "publish", title="Another title")
    activity.refresh_from_db()
    assert activity.current_edition.number == 2
    assert activity.current_edition.content.questions == before.questions


def test_previews_show_drafts_and_record_nothing(tom: Any, client: Client) -> None:
    quiz = draft_quiz(site.single("q1"))
    reading = draft_reading(site.text("<p>Draft words.</p>"))
    client.force_login(tom)
    for page, mode, shown in (
        (reading, "", b"Draft words."),
        (quiz, "", b"1 question"),
        (quiz, "key", b"Feedback q1-b"),
    ):
        url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        client.post(url, site.posted(page))
        response = client.get(url, {"mode": mode})
        assert response.status_code == 200
        assert shown in response.content
        assert b"not yet reviewed" in response.content
        assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert not Activity.objects.exists()


def test_viewing_a_draft_shows_the_draft(tom: Any, client: Client) -> None:
    page = draft_reading(site.text("<p>Draft words.</p>"))
    client.force_login(tom)
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert b"Draft words." in response.content
