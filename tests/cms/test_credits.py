"""Who else has read an activity: shown on its page with their consent, no part of the content."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cms.crediting import Entry, enter_credit, versions, withdraw_credit
from cms.models import Credit, ReadingPage
from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import Refused
from curriculum.models import Activity, Catalogue, Edition, Programme
from tests import people
from tests.cms import site
from tests.cms.story import draft_of

pytestmark = pytest.mark.django_db

NOBODY = "Not yet read by someone with lived experience."


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def page(db: Any) -> ReadingPage:
    return site.reading_page()


def entry(page: Any, **fields: Any) -> Entry:
    values = {
        "kind": "lived",
        "name": "Mary O.",
        "capacity": "cared for her mother for six years",
        "read_on": dt.date(2026, 5, 2),
        "digest": versions(page, draft_of(page))[0].digest,
        "consented_on": dt.date(2026, 5, 3),
        "consent_how": "by e-mail",
    }
    return Entry(**{**values, **fields})


def signed(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def seen(page: Any, who: Any) -> str:
    return " ".join(signed(who).get(page.url).content.decode().split())


# ── What learners see ─────────────────────────────────────────────────────
def test_until_somebody_has_read_it_the_page_says_so(
    page: ReadingPage, lena: Any, tom: Any
) -> None:
    assert NOBODY in seen(page, lena)
    enter_credit(page, entry(page, kind="specialist", name="", capacity="geriatrician"), tom)
    shown = seen(page, lena)
    assert NOBODY in shown
    assert "Read 2 May 2026 by A specialist, geriatrician." in shown
    enter_credit(page, entry(page), tom)
    shown = seen(page, lena)
    assert NOBODY not in shown
    assert "by Mary O., cared for her mother for six years (lived experience)." in shown
    assert "by e-mail" not in shown
    assert "earlier version" not in shown


def test_somebody_may_stay_unnamed(page: ReadingPage, lena: Any, tom: Any) -> None:
    enter_credit(page, entry(page, name=" "), tom)
    assert "by A person who has drawn on care, cared for" in seen(page, lena)


def test_when_the_content_has_changed_since_the_page_says_so(
    page: ReadingPage, lena: Any, tom: Any
) -> None:
    enter_credit(page, entry(page), tom)
    site.draft(page, title="Reworded").publish()
    page.refresh_from_db()
    assert "They read an earlier version." in seen(page, lena)
    assert NOBODY not in seen(page, lena)


def test_the_module_says_how_many_have_been_read(page: ReadingPage, lena: Any, tom: Any) -> None:
    module = page.get_parent()
    other = site.reading_page(module.specific)
    assert NOBODY in seen(module, lena)
    enter_credit(other, entry(other), tom)
    enter_credit(other, entry(other, name="Joe"), tom)
    assert "1 of 2 activities read by someone with lived experience." in seen(module, lena)


def test_it_is_no_part_of_the_content_and_no_sign_off(
    page: ReadingPage, lena: Any, tom: Any
) -> None:
    before = draft_of(page).freeze().content
    enter_credit(page, entry(page), tom)
    page.save()
    assert draft_of(page).freeze().content == before
    assert Edition.objects.filter(activity__key=page.translation_key).count() == 1
    assert "Sample content" in seen(page, lena)


# ── Consent ───────────────────────────────────────────────────────────────
def test_without_consent_or_capacity_nobody_is_named(page: ReadingPage, tom: Any) -> None:
    tomorrow = clock.today() + dt.timedelta(days=1)
    for fields, why in (
        ({"consent_how": " "}, "consent"),
        ({"capacity": ""}, "capacity"),
        ({"read_on": tomorrow}, "not come yet"),
        ({"consented_on": tomorrow}, "not come yet"),
        ({"kind": "boss"}, "lived experience or specialist"),
    ):
        with pytest.raises(Refused, match=why):
            enter_credit(page, entry(page, **fields), tom)
    with pytest.raises(IntegrityError), transaction.atomic():
        Credit.objects.create(
            page=page, kind="lived", capacity="x", read_on=clock.today(), consented_on=clock.today()
        )


def test_withdrawn_consent_shows_nothing_and_erases_who_it_was(
    page: ReadingPage, lena: Any, tom: Any
) -> None:
    made = enter_credit(page, entry(page), tom)
    assert "Mary O." in seen(page, lena)
    address = f"/cms/credits/{page.pk}/{made.pk}/"
    client = signed(tom)
    assert "Mary O." in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.capacity, made.consent_how) == ("", "", "")
    assert NOBODY in seen(page, lena)
    assert "Mary" not in seen(page, lena)
    assert "consent withdrawn" in client.get(f"/cms/credits/{page.pk}/").content.decode()
    assert client.post(address).status_code == 404
    when = made.withdrawn_at
    withdraw_credit(made)
    made.refresh_from_db()
    assert made.withdrawn_at == when


# ── Entering ──────────────────────────────────────────────────────────────
def test_whoever_may_publish_the_page_enters_it_on_a_screen(
    page: ReadingPage, tom: Any, lena: Any
) -> None:
    site.allow_unreviewed(False)  # what is not signed off can still be credited
    client, address = signed(tom), f"/cms/credits/{page.pk}/"
    known = versions(page, draft_of(page))
    assert known[0].label.startswith("Edition 1, published ")
    data = {
        "kind": "lived",
        "name": "<b>Mary</b>",
        "capacity": "carer",
        "read_on": "2026-05-02",
        "digest": known[0].digest,
        "consented_on": "2026-05-03",
        "consent_how": "",
    }
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "&lt;b&gt;Mary&lt;/b&gt;" in refused.content.decode()
    assert client.post(address, {**data, "digest": "forged", "consent_how": "x"}).status_code == 422
    assert client.post(address, {**data, "consent_how": "by letter"}).status_code == 302
    shown = client.get(address).content.decode()
    assert "by letter" in shown
    site.allow_unreviewed()
    assert "&lt;b&gt;Mary&lt;/b&gt;" in seen(page, lena)


def test_a_draft_that_was_never_published_can_have_been_read(page: ReadingPage, tom: Any) -> None:
    site.draft(page, title="Only drafted")
    first, second = versions(page, draft_of(page))
    assert (first.label, second.label[:9]) == ("The draft as it stands now", "Edition 1")


def test_nobody_else_sees_or_changes_credits(
    page: ReadingPage, tom: Any, olga: Any, gita: Any, lena: Any
) -> None:
    made = enter_credit(page, entry(page), tom)
    for who in (olga, gita):
        client = signed(who)
        for address in (f"/cms/credits/{page.pk}/", f"/cms/credits/{page.pk}/{made.pk}/"):
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404
    assert signed(lena).get(f"/cms/credits/{page.pk}/").status_code == 302
    module, other = page.get_parent(), site.reading_page()
    assert signed(tom).get(f"/cms/credits/{module.pk}/").status_code == 404
    assert signed(tom).post(f"/cms/credits/{other.pk}/{made.pk}/").status_code == 404
    assert Credit.objects.get().withdrawn_at is None


# ── Cost ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("many", [1, 3])
def test_learners_pages_take_no_query_more_for_it(
    many: int, page: ReadingPage, lena: Any, tom: Any, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        enter_credit(page, entry(page, name=f"Reader {n}"), tom)
    enrol(people.cohort(Programme.objects.get()), lena)
    client = signed(lena)
    for url, queries in ((page.url, 7), (page.get_parent().url, 8)):
        client.get(url)  # fills what the process keeps
        with django_assert_num_queries(queries):
            client.get(url)
    writer = signed(tom)
    writer.get(f"/cms/credits/{page.pk}/")
    with django_assert_num_queries(13):
        writer.get(f"/cms/credits/{page.pk}/")


def test_a_change_of_credits_gives_the_catalogue_another_mark(page: ReadingPage, tom: Any) -> None:
    def mark() -> Any:
        return Catalogue.objects.get().mark

    first = mark()
    made = enter_credit(page, entry(page), tom)
    second = mark()
    withdraw_credit(made)
    third = mark()
    made.delete()
    assert len({first, second, third, mark()}) == 4
    assert Activity.objects.exists()
