"""The law changed: what rests on it is found and marked, owners are told once and answer."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Revision

from cms import upkeep
from cms.models import ReadingPage, Review
from cms.models.truth import months_after
from cms.tasks import mail_owner
from curriculum import clock
from tests.cms import site

pytestmark = pytest.mark.django_db

TODAY = dt.date(2027, 3, 1)


@pytest.fixture(autouse=True)
def _now() -> Any:
    site.allow_unreviewed()
    with clock.at(dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def tag(db: Any) -> Any:
    return site.tag()


@pytest.fixture
def module(db: Any) -> Any:
    return site.module_page(site.programme_page())


@pytest.fixture
def reading(module: Any, tag: Any, tom: Any) -> Any:
    """Tom's reading, which rests on the Care Act."""
    return tagged(module, tag, tom)


def tagged(module: Any, tag: Any, owner: Any = None, **fields: Any) -> Any:
    page = site.reading_page(module, owner=owner, **fields)
    page.tags = [tag]
    page.save_revision().publish()
    return ReadingPage.objects.get(pk=page.pk)


def ask(*pages: Any, by: Any, **fields: Any) -> list[Review]:
    affected = [upkeep.Affected(page, is_whole=True, parts=()) for page in pages]
    return upkeep.ask_for_review(affected, asked_by=by, **{"since": TODAY, **fields})


def send() -> None:
    """What the worker does with what was enqueued."""
    for batch, owner in Review.objects.values_list("batch", "page__owner").distinct():
        if owner:
            mail_owner.func(str(batch), owner)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 11, 22), 6, (2027, 5, 22)),
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2027, 8, 31), 6, (2028, 2, 29)),
        ((2026, 12, 1), 12, (2027, 12, 1)),
    ],
)
def test_so_many_months_later(day: Any, months: int, expected: Any) -> None:
    assert months_after(dt.date(*day), months) == dt.date(*expected)


# ── What is affected ──────────────────────────────────────────────────────
def test_pages_questions_and_scenes_are_found(reading: Any, module: Any, tag: Any) -> None:
    quiz = site.quiz_page(
        module, [site.single("q1", tags=["care-act-2014"]), site.true_false("q2", tags=["other"])]
    )
    site.reading_page(module)
    found = upkeep.affected_by(tag)
    assert [(one.page.pk, one.is_whole, [part.text for part in one.parts]) for one in found] == [
        (reading.pk, True, []),
        (quiz.pk, False, ["Stem q1?"]),
    ]


def test_a_draft_that_will_rest_on_it_is_found_too(module: Any, tag: Any) -> None:
    page = site.reading_page(module)
    drafted = ReadingPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    drafted.tags = [tag]
    drafted.save_revision()
    quiz = site.quiz_page(module)
    site.draft(quiz, questions=[site.single("q1", tags=["care-act-2014"])])
    found = upkeep.affected_by(tag)
    assert [(one.page.pk, one.is_whole) for one in found] == [(page.pk, True), (quiz.pk, False)]


@pytest.mark.parametrize("many", [1, 3])
def test_finding_it_costs_the_same_however_many_there_are(
    many: int, module: Any, tag: Any, tom: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(many):
        tagged(module, tag, tom)
    with django_assert_num_queries(17):
        assert len(upkeep.affected_by(tag)) == many


# ── Asking and answering ──────────────────────────────────────────────────
def test_owners_are_told_once_whatever_the_worker_does(
    reading: Any, module: Any, tag: Any, tom: Any, ada: Any
) -> None:
    other = tagged(module, tag, tom)
    ask(reading, other, by=ada, tag=tag, note="Section 42 is new.")
    for _ in range(2):
        send()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [tom.email]
    for expected in (reading.title, other.title, "Care Act 2014", "Section 42 is new.", "/truth/"):
        assert expected in mail.outbox[0].body


def test_the_mail_waits_until_all_is_stored(
    reading: Any, tag: Any, ada: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        ask(reading, by=ada, tag=tag)
    assert len(waiting) == 1
    assert mail.outbox == []


def test_asking_again_asks_anew_and_not_twice(reading: Any, tag: Any, ada: Any) -> None:
    ask(reading, by=ada, tag=tag)
    send()
    ask(reading, by=ada, tag=tag, note="And more.")
    assert [review.note for review in Review.objects.open()] == ["And more."]
    send()
    assert len(mail.outbox) == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(page=reading, tag=tag, since=TODAY, asked_at=clock.now())


def test_still_true_closes_all_and_says_who_and_when(
    reading: Any, tag: Any, tom: Any, ada: Any
) -> None:
    ask(reading, by=ada, tag=tag)
    ask(reading, by=ada)
    reading.review_months = 6
    assert upkeep.still_true(reading, tom) == 2
    assert not Review.objects.open().exists()
    assert {(review.closed_by, review.closed_at) for review in Review.objects.all()} == {
        (tom, clock.now())
    }
    stored = ReadingPage.objects.get()
    assert (stored.checked_on, stored.review_by) == (TODAY, dt.date(2027, 9, 1))


def test_no_old_draft_turns_the_check_back(reading: Any, tom: Any) -> None:
    draft = reading.save_revision()
    with clock.at(dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)):
        upkeep.still_true(ReadingPage.objects.get(), tom)
        Revision.objects.get(pk=draft.pk).publish()
    assert ReadingPage.objects.get().checked_on == dt.date(2027, 6, 1)


def test_a_copy_begins_its_own_account(reading: Any) -> None:
    copy = reading.copy(update_attrs={"slug": "copy"}, keep_live=False)
    assert (copy.checked_on, copy.review_by) == (None, None)
    assert [tag.slug for tag in copy.tags.all()] == ["care-act-2014"]


# ── Learners ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize("told", [True, False])
def test_learners_see_it_only_where_the_author_wants(
    told: bool, reading: Any, ada: Any, signed_in: Any, lena: Any
) -> None:
    ask(reading, by=ada, tells_learners=told)
    client = signed_in(lena)
    html = client.get(reading.url).content.decode()
    assert ("Under review since 1 March 2027" in html) is told
    upkeep.still_true(reading, ada)
    assert "Under review" not in client.get(reading.url).content.decode()


# ── Screens ───────────────────────────────────────────────────────────────
LAW, TASKS = "/cms/truth/law-changed/", "/cms/truth/"


def test_a_tutor_sees_all_and_marks_it_in_one_press(
    reading: Any, module: Any, tag: Any, tom: Any, signed_in: Any
) -> None:
    quiz = site.quiz_page(module, [site.single("q1", tags=["care-act-2014"])])
    client = signed_in(tom)
    html = client.get(LAW, {"tag": tag.pk, "since": "2027-03-01"}).content.decode()
    for expected in (reading.title, quiz.title, "Question: Stem q1?", "1 page belongs to nobody"):
        assert expected in html
    data = {"tag": tag.pk, "since": "2027-02-20", "page": [reading.pk, quiz.pk], "note": "Look."}
    response = client.post(LAW, data, follow=True)
    assert "2 pages are marked for review" in response.content.decode()
    assert {(r.page_id, r.since, r.asked_by) for r in Review.objects.open()} == {
        (page.pk, dt.date(2027, 2, 20), tom) for page in (reading, quiz)
    }
    assert Review.objects.get(page=quiz).parts[0]["text"] == "Stem q1?"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"page": []}, "Choose at least one page"),
        ({"page": ["x", "99999"]}, "Choose at least one page"),
        ({"tag": "x"}, "Select a valid choice"),
        ({"since": "yesterday"}, "Enter a valid date"),
        ({"note": "n" * 1001}, "at most 1000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    fields: dict[str, Any], said: str, reading: Any, tag: Any, tom: Any, signed_in: Any
) -> None:
    data = {
        "tag": tag.pk,
        "since": "2027-02-20",
        "page": [reading.pk],
        "note": "My words",
        **fields,
    }
    response = signed_in(tom).post(LAW, data)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert fields.get("note") or "2027-02-20" in html or "yesterday" in html
    assert not Review.objects.exists()


def test_the_owners_list_is_by_date_and_an_answer_clears_it(
    reading: Any, module: Any, tag: Any, tom: Any, ada: Any, signed_in: Any
) -> None:
    later = tagged(module, tag, tom, title="Due in April")
    ReadingPage.objects.filter(pk=later.pk).update(review_by=dt.date(2027, 4, 1))
    far = tagged(module, tag, tom, title="Due in December")
    ReadingPage.objects.filter(pk=far.pk).update(review_by=dt.date(2027, 12, 1))
    hers = tagged(module, tag, ada, title="Somebody else's")
    ask(reading, hers, by=ada, tag=tag, note="Look at the limits.")
    client = signed_in(tom)
    html = client.get(TASKS).content.decode()
    assert html.index(reading.title) < html.index("Due in April")
    assert "Look at the limits." in html
    assert "Due in December" not in html
    assert "Somebody else" not in html
    assert "Somebody else" in client.get(TASKS, {"whose": "all"}).content.decode()
    client.post(f"{TASKS}{reading.pk}/", {"do": "true", "back": "tasks"})
    assert "recorded as still true" in client.get(TASKS).content.decode()
    assert reading.title not in client.get(TASKS).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_however_long(
    many: int, module: Any, tag: Any, tom: Any, signed_in: Any, django_assert_num_queries: Any
) -> None:
    ask(*(tagged(module, tag, tom) for _ in range(many)), by=tom, tag=tag)
    client = signed_in(tom)
    client.get(TASKS)
    with django_assert_num_queries(18):
        client.get(TASKS)


def test_one_page_is_given_to_somebody_with_all_in_it(
    reading: Any, module: Any, tom: Any, ada: Any, lena: Any, signed_in: Any
) -> None:
    client = signed_in(tom)
    address = f"{TASKS}{module.pk}/"
    assert "Lena" not in client.get(address).content.decode()  # learners own no pages
    client.post(address, {"do": "own", "owner": ada.pk, "with_inner": "on"})
    module.refresh_from_db()
    reading.refresh_from_db()
    assert module.owner == reading.owner == ada
    assert client.post(address, {"do": "own", "owner": lena.pk}).status_code == 422
    assert client.post(address, {"do": "nonsense"}).status_code == 422


def test_one_page_is_marked_and_its_history_told(reading: Any, tom: Any, signed_in: Any) -> None:
    client, address = signed_in(tom), f"{TASKS}{reading.pk}/"
    client.post(address, {"do": "ask", "since": "2027-02-01", "note": "New limits."})
    html = client.get(address).content.decode()
    assert "Asked since 1 February 2027" in html
    assert "New limits." in html
    client.post(address, {"do": "true"})
    assert "Still true, 1 March 2027, Tom Ashby" in client.get(address).content.decode()


@pytest.mark.parametrize("who", ["lena", "cora", "olga", "gita"])
def test_nobody_but_authors_gets_there(
    who: str, reading: Any, request: Any, signed_in: Any
) -> None:
    client: Client = signed_in(request.getfixturevalue(who))
    one = f"{TASKS}{reading.pk}/"
    for address in (TASKS, LAW, f"{TASKS}notes/", one, f"{one}checks/"):
        assert client.get(address).status_code in {302, 403, 404}
        client.post(address, {"do": "true"})
    assert not Review.objects.exists()


def test_notes_are_listed_page_by_page(module: Any, tom: Any, signed_in: Any) -> None:
    note = site.block("check", {"text": "Check the limits."}, "n1")
    page = site.reading_page(module, [site.text(), note])
    quiz = site.quiz_page(module, [site.single("q1", check="Ask counsel.")])
    standard = site.standard_page([site.text(), {**note, "id": "n2"}], title="About us")
    html = signed_in(tom).get(f"{TASKS}notes/").content.decode()
    for expected in (page.title, quiz.title, standard.title, "Check the limits.", "Ask counsel."):
        assert expected in html
    assert "3 notes on 3 pages" in html
