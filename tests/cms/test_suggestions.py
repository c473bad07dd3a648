"""Suggesting other words without becoming the writer, and what the writers do with it."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Revision
from wagtail.test.utils.form_data import rich_text

from cms.blocks.text import RICH_TEXT
from cms.drafting import Overtaken, change_draft
from cms.models import ReadingPage, Suggestion
from cms.suggesting import accept, decline, suggest
from curriculum.domain.errors import Refused
from tests import people
from tests.cms import site, story
from tests.cms.story import draft_of

pytestmark = pytest.mark.django_db

HEADING = ("body", "h1", "text")
RICH = ("body", "text-1")
SUGGEST, INDEX = 19, 18  # queries


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def page(tom: Any) -> ReadingPage:
    heading = site.block("heading", {"text": "Who decides?", "level": "2"}, "h1")
    made = site.reading_page(body=[heading, site.text()])
    made.save_revision(user=tom)
    return made


@pytest.fixture
def hers(page: ReadingPage, gita: Any) -> Suggestion:
    """Gita suggests another heading."""
    return suggest(draft_of(page), HEADING, "Who decides, and when?", "Timing matters.", gita)


def signed(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def heading(page: Any) -> str:
    return str(draft_of(page).body[0].value["text"])


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ── Suggesting ────────────────────────────────────────────────────────────
def test_a_reviewer_suggests_from_the_draft_s_texts_and_does_not_become_the_writer(
    page: ReadingPage, gita: Any, tom: Any
) -> None:
    client, many = signed(gita), Revision.objects.count()
    screen = words(client.get(f"/cms/suggest/{page.pk}/"))
    assert screen.index("Who decides?") < screen.index("Some words.")
    address = f"/cms/suggest/{page.pk}/words/?at=body/h1/text"
    assert "at=body%2Fh1%2Ftext" in screen
    assert "Who decides?</textarea>" in words(client.get(address))
    answer = client.post(address, {"words": "Who decides, and when?", "said": "Timing matters."})
    assert answer.status_code == 302
    made = Suggestion.objects.get()
    assert (made.where, made.before, made.after) == (
        HEADING,
        "Who decides?",
        "Who decides, and when?",
    )
    assert (made.name, made.reason, made.state) == ("Gita Rao", "Timing matters.", "open")
    assert Revision.objects.count() == many
    assert draft_of(page).latest_revision.user == tom
    assert "You have suggested something here" in words(client.get(f"/cms/suggest/{page.pk}/"))


def test_rich_text_is_suggested_in_its_own_editor_and_cleaned(page: ReadingPage, sol: Any) -> None:
    address = f"/cms/suggest/{page.pk}/words/?at=body/text-1"
    client = signed(sol)
    assert "draftail" in words(client.get(address)).lower()
    html = "<p>Other <b>words</b>.</p><script>alert(1)</script>"
    client.post(address, {"words": rich_text(html, features=RICH_TEXT), "said": ""})
    assert "script" not in Suggestion.objects.get().after
    assert "<b>words</b>" in Suggestion.objects.get().after


def test_what_was_typed_stays_when_it_is_refused(page: ReadingPage, gita: Any) -> None:
    address = f"/cms/suggest/{page.pk}/words/?at=body/h1/text"
    client = signed(gita)
    for typed, why in (("Who decides?", "already"), ("x" * 151, "At most 150 characters")):
        answer = client.post(address, {"words": typed, "said": "Because <b>so</b>"})
        assert answer.status_code == 422
        assert why in words(answer)
        assert typed in words(answer)
        assert "Because &lt;b&gt;so&lt;/b&gt;" in words(answer)
    assert client.post(address, {"words": "y", "said": "z" * 501}).status_code == 422
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    "at", ["", "body", "body/h1", "body/h1/level", "nowhere/x", "slug", "\x00"]
)
def test_an_address_that_names_no_text_is_not_found(at: str, page: ReadingPage, gita: Any) -> None:
    assert signed(gita).get(f"/cms/suggest/{page.pk}/words/", {"at": at}).status_code == 404


@pytest.mark.parametrize("junk", ["not json", "[]", '{"blocks": 3}', "\x00"])
def test_what_no_editor_sends_is_a_bad_request(junk: str, page: ReadingPage, sol: Any) -> None:
    address = f"/cms/suggest/{page.pk}/words/?at=body/text-1"
    assert signed(sol).post(address, {"words": junk, "said": ""}).status_code in {400, 422}
    assert not Suggestion.objects.exists()


# ── Who may ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize("who", [people.olga, people.cora])
def test_course_leads_see_neither_the_draft_nor_suggestions(
    who: Any, page: ReadingPage, hers: Suggestion
) -> None:
    client = signed(who())
    for address in (
        f"/cms/suggest/{page.pk}/",
        f"/cms/suggest/{page.pk}/words/?at=body/h1/text",
        f"/cms/suggestions/{page.pk}/",
        f"/cms/suggestions/{page.pk}/{hers.pk}/",
    ):
        for answer in (client.get(address), client.post(address, {"do": "accept", "words": "x"})):
            assert answer.status_code in {404, 405}
            assert b"and when" not in answer.content
    assert heading(page) == "Who decides?"


def test_learners_and_strangers_are_sent_away(page: ReadingPage, lena: Any) -> None:
    assert signed(lena).get(f"/cms/suggest/{page.pk}/").status_code == 302
    assert Client().get(f"/cms/suggest/{page.pk}/").status_code == 302


def test_a_reviewer_cannot_accept_and_nobody_answers_through_another_page(
    page: ReadingPage, hers: Suggestion, gita: Any, tom: Any
) -> None:
    address = f"/cms/suggestions/{page.pk}/{hers.pk}/"
    assert signed(gita).post(address, {"do": "accept", "words": "x"}).status_code == 404
    other = site.reading_page()
    assert signed(tom).get(f"/cms/suggestions/{other.pk}/{hers.pk}/").status_code == 404
    assert (
        signed(tom).get(f"/cms/suggestions/{other.get_parent().get_parent().pk}/").status_code
        == 404
    )


# ── Answering ─────────────────────────────────────────────────────────────
def test_the_author_sees_it_in_the_editor_and_marked_on_a_screen(
    page: ReadingPage, hers: Suggestion, tom: Any
) -> None:
    client = signed(tom)
    assert "suggested by Gita Rao: “Timing matters.”" in words(
        client.get(f"/cms/pages/{page.pk}/edit/")
    )
    screen = words(client.get(f"/cms/suggestions/{page.pk}/"))
    assert "<ins>" in screen
    assert "and when" in screen
    assert "Answer</a>" in screen


def test_what_is_accepted_is_the_author_s_revision_and_stays_the_reviewer_s_suggestion(
    page: ReadingPage, hers: Suggestion, tom: Any, gita: Any
) -> None:
    address = f"/cms/suggestions/{page.pk}/{hers.pk}/"
    data = {"do": "accept", "words": hers.after, "present": "Who decides?", "said": "Thank you"}
    assert signed(tom).post(address, data).status_code == 302
    hers.refresh_from_db()
    assert heading(page) == "Who decides, and when?"
    assert draft_of(page).latest_revision.user == tom
    assert (hers.state, hers.answered_by, hers.by, hers.answer) == (
        "accepted",
        tom,
        gita,
        "Thank you",
    )
    assert "Thank you" in words(signed(gita).get(f"/cms/suggest/{page.pk}/"))


def test_it_can_be_reworded_while_accepting(page: ReadingPage, hers: Suggestion, tom: Any) -> None:
    accept(hers, "Who decides?", "Who decides when?", tom)
    hers.refresh_from_db()
    assert (heading(page), hers.after) == ("Who decides when?", "Who decides, and when?")


def test_declining_needs_a_word(page: ReadingPage, hers: Suggestion, tom: Any) -> None:
    address = f"/cms/suggestions/{page.pk}/{hers.pk}/"
    client = signed(tom)
    refused = client.post(address, {"do": "decline", "words": "kept words", "said": " "})
    assert refused.status_code == 422
    assert "kept words" in words(refused)
    client.post(address, {"do": "decline", "words": "", "said": "Too long for a heading"})
    hers.refresh_from_db()
    assert (hers.state, hers.answer, heading(page)) == (
        "declined",
        "Too long for a heading",
        "Who decides?",
    )
    with pytest.raises(Refused, match="declined in the meantime"):
        accept(hers, "Who decides?", "x", tom)


def test_one_that_was_overtaken_says_so_and_shows_both(
    page: ReadingPage, hers: Suggestion, tom: Any, ada: Any
) -> None:
    change_draft(page.pk, {HEADING: ("Who decides?", "Whose decision?")}, ada)
    client = signed(tom)
    assert "Overtaken" in words(client.get(f"/cms/suggestions/{page.pk}/"))
    address = f"/cms/suggestions/{page.pk}/{hers.pk}/"
    data = {"do": "accept", "words": "Mine", "present": "Who decides?", "said": ""}
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "Somebody has changed this text" in words(refused)
    assert ">Mine</textarea>" in words(refused).replace("> Mine", ">Mine")
    assert 'value="Whose decision?"' in words(refused)
    hers.refresh_from_db()
    assert hers.state == "overtaken"
    assert heading(page) == "Whose decision?"
    client.post(address, {**data, "present": "Whose decision?"})
    assert heading(page) == "Mine"


def test_others_for_the_same_text_are_overtaken(
    page: ReadingPage, hers: Suggestion, tom: Any, sol: Any
) -> None:
    other = suggest(draft_of(page), HEADING, "Whose decision is it?", "", sol)
    elsewhere = suggest(draft_of(page), RICH, "<p>Else.</p>", "", sol)
    accept(hers, "Who decides?", hers.after, tom)
    for row, state in ((other, "overtaken"), (elsewhere, "open")):
        row.refresh_from_db()
        assert row.state == state
    assert "suggest again" in words(signed(sol).get(f"/cms/suggest/{page.pk}/"))
    with pytest.raises(Overtaken):
        accept(other, "Who decides?", other.after, tom)


def test_of_a_text_that_is_gone_nothing_is_lost(
    page: ReadingPage, hers: Suggestion, tom: Any
) -> None:
    site.draft(page, body=[site.text()])
    answer = words(signed(tom).get(f"/cms/suggestions/{page.pk}/{hers.pk}/"))
    assert "It is not in the draft any more." in answer
    assert "and when?" in answer
    assert "Use these words" not in answer
    with pytest.raises(Overtaken):
        accept(hers, "", "x", tom)
    decline(Suggestion.objects.get(), tom, "The section went.")


# ── Cost ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("many", [1, 3])
def test_the_screens_take_the_same_queries_however_many_there_are(
    many: int, tom: Any, gita: Any, django_assert_num_queries: Any
) -> None:
    body = [
        site.text(f'<p>See <a linktype="page" id="{n + 1}">it</a>.</p>', f"t{n}")
        for n in range(many)
    ]
    page = site.reading_page(body=body)
    page.save_revision(user=tom)
    for n in range(many):
        row = suggest(draft_of(page), ("body", f"t{n}"), f"<p>Other {n}.</p>", "", gita)
        if n:
            decline(row, tom, "No.")
    for who, address, queries in (
        (gita, f"/cms/suggest/{page.pk}/", SUGGEST),
        (tom, f"/cms/suggestions/{page.pk}/", INDEX),
    ):
        client = signed(who)
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_a_case_s_page_menu_leads_there(tom: Any) -> None:
    case = story.case_page()
    editor = words(signed(tom).get(f"/cms/pages/{case.pk}/edit/"))
    for address in ("suggest", "suggestions", "seats/ask", "credits"):
        assert f"/cms/{address}/{case.pk}/" in editor
