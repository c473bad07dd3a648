"""Two people who write one draft at the same instant, with real threads on both databases."""

from typing import Any

import pytest
from django.test import Client

from cms.drafting import change_draft
from cms.models import SeatRequest, Suggestion
from cms.seats import ask, fill
from cms.suggesting import accept, suggest
from curriculum.domain.errors import Refused
from tests import people
from tests.cms import site, story
from tests.cms.story import draft_of, path_to, views_at
from tests.curriculum.test_races import at_once, no_errors

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def test_two_acceptances_at_once_take_it_over_once() -> None:
    case, tom, ada = story.case_page(), people.tom(), people.ada()
    path = ("scenes", "door", "question")
    row = suggest(draft_of(case), path, "What would she want?", "", people.gita())
    many = case.revisions.count()
    results = at_once(
        *[
            lambda who=who: accept(row, "What now at the door?", row.after, who)
            for who in (tom, ada, tom)
        ]
    )
    assert sum(result is None for result in results) == 1
    assert all(isinstance(r, Refused) for r in results if r is not None)
    assert case.revisions.count() == many + 1
    assert Suggestion.objects.get().state == "accepted"


def test_two_suggestions_for_one_text_accepted_at_once_lose_neither() -> None:
    case, tom, ada, gita = story.case_page(), people.tom(), people.ada(), people.gita()
    path = ("scenes", "door", "question")
    rows = [suggest(draft_of(case), path, f"Question {n}?", "", gita) for n in range(2)]
    at_once(
        lambda: accept(rows[0], "What now at the door?", "Question 0?", tom),
        lambda: accept(rows[1], "What now at the door?", "Question 1?", ada),
    )
    assert sorted(row.state for row in Suggestion.objects.all()) == ["accepted", "overtaken"]
    taken = Suggestion.objects.get(state="accepted")
    assert draft_of(case).scenes[0].value["question"] == taken.after


def test_a_seat_that_is_saved_while_the_author_saves_loses_neither() -> None:
    case, tom, sol = story.case_page(), people.tom(), people.sol()
    row = ask(draft_of(case), "social-worker", tom, sol)
    loaded = draft_of(case).save_revision(user=tom)
    client = Client()
    client.force_login(tom)
    stamp = {"loaded_revision_id": str(loaded.pk)}
    data = {**posted_case(case, role="A nurse."), **stamp}
    results = at_once(
        lambda: fill(row, {path_to("a"): ("", "Sol’s words.")}, sol),
        lambda: client.post(f"/cms/pages/{case.pk}/edit/", data).status_code,
    )
    no_errors(results)
    assert results[1] == 302
    assert draft_of(case).role == "A nurse."
    assert views_at(case, "a") == {"edna": "Edna at a.", "wanda": "Sol’s words."}


def test_two_seats_saved_at_once_keep_every_word() -> None:
    case, tom, sol, gita = story.case_page(), people.tom(), people.sol(), people.gita()
    first = ask(draft_of(case), "social-worker", tom, sol)
    second = ask(draft_of(case), "gp", tom, gita)
    results = at_once(
        lambda: fill(first, {path_to("a"): ("", "Sol.")}, sol),
        lambda: fill(second, {path_to("a", who="oram"): ("", "Gita.")}, gita, done=True),
        lambda: change_draft(case.pk, {("role",): ("A student.", "A nurse.")}, tom),
    )
    no_errors(results)
    assert views_at(case, "a") == {"edna": "Edna at a.", "wanda": "Sol.", "oram": "Gita."}
    assert draft_of(case).role == "A nurse."


def test_saving_and_publishing_at_once_do_not_wait_for_one_another_for_ever() -> None:
    case, tom, sol = story.case_page(), people.tom(), people.sol()
    row = ask(draft_of(case), "social-worker", tom, sol)
    results = at_once(
        lambda: fill(row, {path_to("a"): ("", "Sol.")}, sol),
        lambda: case.revisions.first().publish(),
        lambda: draft_of(case).save_revision(user=tom),
    )
    no_errors(results)
    assert views_at(case, "a")["wanda"] == "Sol."


def test_asking_two_for_one_seat_at_once_asks_one() -> None:
    case, tom, sol, gita = story.case_page(), people.tom(), people.sol(), people.gita()
    draft = draft_of(case)
    results = at_once(
        lambda: ask(draft, "gp", tom, sol),
        lambda: ask(draft, "gp", tom, gita),
    )
    assert sum(isinstance(result, SeatRequest) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 1


def posted_case(page: Any, **fields: Any) -> dict[str, Any]:
    """What the editor posts for a case as it stands, with changes in `fields`."""
    from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

    latest = draft_of(page)
    data: dict[str, Any] = {"comments": inline_formset([])}
    for name in type(page).get_edit_handler().get_form_class().base_fields:
        value = fields.get(name, getattr(latest, name, None))
        if hasattr(value, "raw_data"):
            rows = list(value.raw_data)
            data[name] = site._stream_data(value.stream_block, rows)
        elif name == "content_instead":
            data[name] = rich_text(value or "")
        elif hasattr(value, "all"):
            data[name] = [row.pk for row in value.all()]
        elif value is not None and value is not False:
            data[name] = value
    return nested_form_data(data)
