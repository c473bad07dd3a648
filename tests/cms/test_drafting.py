"""Changing single texts of a draft, and keeping what two people wrote at the same time."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from cms.drafting import Overtaken, change_draft
from cms.models import CasePage, Suggestion
from cms.passages import passages
from curriculum.domain.errors import Refused
from curriculum.models import Edition
from tests.cms import site, story
from tests.cms.story import draft_of, path_to, views_at

pytestmark = pytest.mark.django_db

TEXT = ("body", "text-1")
STEM = ("questions", "q1", "stem")


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def case(db: Any) -> CasePage:
    return story.case_page()


def said(page: Any) -> dict[tuple[str, ...], str]:
    return {passage.path: passage.text for passage in passages(draft_of(page))}


# ── Passages ──────────────────────────────────────────────────────────────
def test_the_texts_of_a_case_stand_in_reading_order_and_say_where_they_are(case: CasePage) -> None:
    labels = [passage.label for passage in passages(draft_of(case))]
    assert labels[:2] == ["Title", "Content note"]
    first = labels.index("Scene “The door” · title")
    assert labels[first:][:7] == [
        "Scene “The door” · title",
        "Scene “The door” · narrative · text 1",
        "Scene “The door” · question",
        "Scene “The door” · choice 1",
        "Scene “The door” · choice 1 · what happens",
        "Scene “The door” · choice 1 · view of Edna Marsh (The person)",
        "Scene “The door” · choice 1 · why neither the person nor a carer speaks",
    ]
    assert labels[-1] == "view of Edna Marsh (The person)"


def test_what_is_no_wording_is_not_among_the_texts(case: CasePage) -> None:
    paths = {passage.path[-1] for passage in passages(draft_of(case))}
    assert not paths & {
        "who",
        "only_if",
        "leads_to",
        "sets",
        "quality",
        "portrait",
        "voice",
        "slug",
    }
    quiz = site.quiz_page(questions=[site.single(outcomes=[site.item("PLO1")])])
    assert "PLO1" not in {passage.text for passage in passages(quiz)}
    assert STEM in {passage.path for passage in passages(quiz)}


# ── Changing ──────────────────────────────────────────────────────────────
def test_a_text_is_changed_in_a_new_revision_by_that_person_and_nothing_else_is(
    case: CasePage, tom: Any
) -> None:
    before, editions = said(case), Edition.objects.count()
    ids = [child.id for child in draft_of(case).scenes]
    path = ("scenes", "door", "choices", "a", "text")
    revision = change_draft(case.pk, {path: ("Choice a", "  Knock\x00 again ")}, tom)
    assert revision is not None
    assert revision.user == tom
    assert said(case) == {**before, path: "Knock again"}
    assert [child.id for child in draft_of(case).scenes] == ids
    page = CasePage.objects.get(pk=case.pk)
    assert page.has_unpublished_changes
    assert Edition.objects.count() == editions
    assert page.scenes[0].value["choices"][0]["text"] == "Choice a"


def test_a_text_that_is_not_what_was_expected_is_left_and_both_are_given_back(
    case: CasePage, tom: Any
) -> None:
    path = ("scenes", "door", "question")
    other = ("role",)
    with pytest.raises(Overtaken) as refusal:
        change_draft(case.pk, {path: ("Something else?", "Mine?"), other: ("A student.", "B")}, tom)
    (clash,) = refusal.value.clashes
    assert (clash.now, clash.wanted) == ("What now at the door?", "Mine?")
    assert said(case)[other] == "A student."
    with pytest.raises(Overtaken, match="changed"):
        change_draft(case.pk, {("scenes", "gone", "question"): ("", "x")}, tom)


def test_saying_what_stands_there_makes_no_revision(case: CasePage, tom: Any) -> None:
    many = case.revisions.count()
    assert change_draft(case.pk, {("role",): ("A student.", "A student.")}, tom) is None
    assert case.revisions.count() == many


def test_rich_text_is_cleaned_as_the_editor_does(tom: Any) -> None:
    page = site.reading_page()
    evil = '<p onclick="x()">New <b>words</b><script>alert(1)</script> <h2>no</h2></p>'
    change_draft(page.pk, {TEXT: ("<p>Some words.</p>", evil)}, tom)
    text = said(page)[TEXT]
    assert "<b>words</b>" in text
    for bad in ("onclick", "script", "h2"):
        assert f"<{bad}" not in text
        assert f"{bad}=" not in text
    draft_of(page).freeze().require_sound()


def test_what_does_not_fit_is_refused(case: CasePage, tom: Any) -> None:
    with pytest.raises(Refused, match="at most 100 characters"):
        change_draft(case.pk, {("scenes", "door", "title"): ("The door", "x" * 101)}, tom)


def test_a_locked_page_is_left_alone(case: CasePage, tom: Any, ada: Any) -> None:
    Page.objects.filter(pk=case.pk).update(locked=True, locked_by=ada)
    with pytest.raises(Refused, match="locked"):
        change_draft(case.pk, {("role",): ("A student.", "B")}, tom)


def test_a_view_comes_and_goes_with_its_text(case: CasePage, tom: Any) -> None:
    change_draft(case.pk, {path_to("a"): ("", "She said no.")}, tom)
    assert views_at(case, "a") == {"edna": "Edna at a.", "wanda": "She said no."}
    # Its id is stored, so that it is the same at every reading.
    first, again = ({p for p, text in said(case).items() if text == "She said no."} for _ in "12")
    assert first == again != set()
    with pytest.raises(Overtaken):
        change_draft(case.pk, {path_to("a"): ("", "Somebody else's.")}, tom)
    change_draft(case.pk, {path_to("a"): ("She said no.", " ")}, tom)
    assert views_at(case, "a") == {"edna": "Edna at a."}
    change_draft(case.pk, {("closing_views", "+oram", "text"): ("", "Warm.")}, tom)
    assert [v.value["text"] for v in draft_of(case).closing_views] == ["Tea.", "Warm."]
    draft_of(case).freeze().require_sound()


# ── Two at once ───────────────────────────────────────────────────────────
def author_saves(page: Any, tom: Any, loaded: Any, action: str = "save", **fields: Any) -> Any:
    """Tom's editor, opened at revision `loaded`, is saved by its button."""
    client = Client()
    client.force_login(tom)
    stamp = {"loaded_revision_id": str(loaded.pk if loaded else "")}
    data = {**site.posted(page, action, **fields), **stamp}
    return client.post(f"/cms/pages/{page.pk}/edit/", data)


def test_an_editor_s_save_keeps_what_was_worded_meanwhile(tom: Any, sol: Any) -> None:
    page = site.quiz_page(questions=[site.single("q1"), site.single("q2")])
    loaded = page.save_revision(user=tom)
    mine = [site.single("q1"), site.single("q2")]
    mine[1]["value"]["stem"] = "Tom's words?"
    change_draft(page.pk, {STEM: ("Stem q1?", "Sol's words?")}, sol)
    answer = author_saves(page, tom, loaded, questions=mine)
    assert answer.status_code == 302
    found = said(page)
    assert found[STEM] == "Sol's words?"
    assert found["questions", "q2", "stem"] == "Tom's words?"
    assert draft_of(page).latest_revision.user == tom
    assert not Suggestion.objects.exists()


def test_what_both_have_worded_is_kept_twice(tom: Any, sol: Any) -> None:
    page = site.quiz_page()
    loaded = page.save_revision(user=tom)
    mine = site.single("q1")
    mine["value"]["stem"] = "Tom's words?"
    change_draft(page.pk, {STEM: ("Stem q1?", "Sol's words?")}, sol)
    author_saves(page, tom, loaded, questions=[mine])
    assert said(page)[STEM] == "Tom's words?"
    kept = Suggestion.objects.get()
    assert (kept.where, kept.before, kept.after) == (STEM, "Tom's words?", "Sol's words?")
    assert (kept.by, kept.name) == (sol, "Sol Brandt")


def test_a_form_that_was_refused_still_knows_what_it_was_made_from(tom: Any, sol: Any) -> None:
    page = site.quiz_page()
    loaded = page.save_revision(user=tom)
    change_draft(page.pk, {STEM: ("Stem q1?", "Sol's words?")}, sol)
    refused = author_saves(page, tom, loaded, "publish", questions=[site.single("q1")], title="")
    assert f'name="loaded_revision_id" value="{loaded.pk}"' in refused.content.decode()
    author_saves(page, tom, loaded, "publish", questions=[site.single("q1")], title="Better")
    assert said(page)[STEM] == "Sol's words?"
    assert said(page)["title",] == "Better"


def test_an_editor_that_has_saved_by_itself_keeps_both_too(tom: Any, sol: Any) -> None:
    page = site.quiz_page()
    own = page.save_revision(user=tom)
    change_draft(page.pk, {STEM: ("Stem q1?", "Sol's words?")}, sol)
    client = Client()
    client.force_login(tom)
    data = {
        **site.posted(page, questions=[site.single("q1")], title="T"),
        "overwrite_revision_id": own.pk,
    }
    assert client.post(f"/cms/pages/{page.pk}/edit/", data).status_code == 302
    assert (said(page)[STEM], said(page)["title",]) == ("Sol's words?", "T")


def test_a_page_without_a_draft_has_one_to_compare_with(tom: Any, sol: Any) -> None:
    page = site.quiz_page()
    change_draft(page.pk, {STEM: ("Stem q1?", "Sol's words?")}, sol)
    author_saves(page, tom, None, questions=[site.single("q1")], title="T")
    assert (said(page)[STEM], said(page)["title",]) == ("Sol's words?", "T")


def test_what_was_deleted_in_the_editor_stays_deleted(tom: Any, sol: Any) -> None:
    page = site.quiz_page(questions=[site.single("q1"), site.single("q2")])
    loaded = page.save_revision(user=tom)
    change_draft(page.pk, {STEM: ("Stem q1?", "Sol's words?")}, sol)
    author_saves(page, tom, loaded, questions=[site.single("q2")])
    assert STEM not in said(page)


@pytest.mark.parametrize("posted", ["x", "-1", "9" * 40, "None", "'; --"])
def test_a_made_up_revision_is_no_error(posted: str, tom: Any) -> None:
    page = site.quiz_page()
    page.save_revision(user=tom)
    client = Client()
    client.force_login(tom)
    data = {**site.posted(page, title="T"), "loaded_revision_id": posted}
    assert client.post(f"/cms/pages/{page.pk}/edit/", data).status_code == 302
    assert said(page)["title",] == "T"
