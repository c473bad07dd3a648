"""Kinds of service in readings: which entry fills them in, and what stays when it goes."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.directory.local import LocalDirectory
from cms.directory.register import current
from cms.freeze import CannotPublish
from cms.models import ReadingPage, Service, SiteSettings
from curriculum.clock import today
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Edition, Programme
from tests import people
from tests.cms import site
from tests.cms.directory import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def here(*kinds: str, heading: str = "Whom you contact") -> dict[str, Any]:
    rows = [site.item(kind, f"k-{kind}") for kind in kinds]
    return site.block("services_here", {"heading": heading, "kinds": rows}, "services-1")


def reading(*kinds: str) -> ReadingPage:
    return site.reading_page(body=[site.text(), here(*kinds or ("carers",))])


def shown(client: Client, page: ReadingPage) -> str:
    return client.get(page.url).content.decode()


@pytest.fixture
def learner(lena: Any, cora: Any, client: Client) -> Any:
    """Signs Lena in and enrols her in whatever programme a page is in."""

    def sign_in(page: ReadingPage) -> Client:
        programme = Programme.objects.get(key=page.get_parent().get_parent().translation_key)
        enrol(people.cohort(programme, cora), lena)
        client.force_login(lena)
        return client

    return sign_in


# ── Which entry ───────────────────────────────────────────────────────────
def test_the_sites_own_borough_comes_first_then_what_does_little_else_then_the_name() -> None:
    carers, advice = world.kind("carers"), world.kind("money-advice")
    far = world.service("A far one", carers, areas=[world.council("Easterlea")])
    world.service("A wide one", carers, advice, areas=[world.council()])
    near = world.service("The near one", carers, areas=[world.council()])

    def chosen() -> str:
        service = LocalDirectory().here().kinds["carers"].service
        assert service
        return service.name

    assert chosen() == far.name
    settings = SiteSettings.load()
    settings.council = world.council()
    settings.save()
    assert chosen() == near.name
    assert LocalDirectory().here().kinds["money-advice"].service.name == "A wide one"  # type: ignore[union-attr]


def test_the_boroughs_own_service_comes_before_one_for_anybody_and_one_of_elsewhere_last() -> None:
    carers, advice = world.kind("carers"), world.kind("money-advice")
    settings = SiteSettings.load()
    settings.council = world.council()
    settings.save()

    def chosen() -> str:
        service = LocalDirectory().here().kinds["carers"].service
        assert service
        return service.name

    world.service("A far one", carers, areas=[world.council("Easterlea")])
    assert chosen() == "A far one"
    world.service("B national line", carers, basis="anywhere")
    assert chosen() == "B national line"
    practice = world.practice()
    world.service(
        "D link worker", carers, advice, basis="registration", networks=[practice.network]
    )
    assert chosen() == "D link worker"
    world.service("C of the council", carers, advice, areas=[world.council()])
    assert chosen() == "C of the council"


def test_an_entry_that_the_public_cannot_find_stands_for_nothing() -> None:
    world.service("Hidden", is_shown=False)
    world.service("Stale", checked_on=today() - dt.timedelta(days=181))
    assert LocalDirectory().here().kinds["carers"].service is None
    for service in Service.objects.all():
        assert LocalDirectory().found(service.uuid) is None


def test_nothing_for_professionals_leaves_the_directory() -> None:
    world.service()
    said = repr(LocalDirectory().here())
    assert "020 7946 0109" in said
    assert "020 7946 0999" not in said
    assert "Note for colleagues" not in said


# ── What readers see ──────────────────────────────────────────────────────
def test_a_reading_shows_the_entry_as_it_is_now(learner: Any) -> None:
    service = world.service(hours=[world.hours()])
    page = reading()
    client = learner(page)
    html = shown(client, page)
    assert f'<a href="/directory/{service.uuid}/">Carers’ Hearth</a>' in html
    for said in ("What Carers’ Hearth does.", "020 7946 0109", "Monday to Friday", "The person"):
        assert said in html
    service.summary = "It does more now."
    service.save()
    assert "It does more now." in shown(client, page)


def test_what_is_invented_says_so(learner: Any) -> None:
    world.service(areas=[world.council(is_fictional=True)])
    page = reading()
    assert "Fictional, not for patient care." in shown(learner(page), page)


def test_what_is_gone_is_shown_as_it_was_with_the_day_on_which_it_had_been_checked(
    learner: Any,
) -> None:
    checked = today() - dt.timedelta(days=9)
    service = world.service(checked_on=checked)
    page = reading()
    client = learner(page)
    assert "As of" not in shown(client, page)
    service.delete()
    html = shown(client, page)
    assert "Carers’ Hearth" in html
    assert "020 7946 0109" in html
    assert f"As of {checked:%-d %B %Y}" in html
    assert "/directory/?kind=carers" in html


def test_where_there_never_was_an_entry_the_kind_is_named_and_searched_for(learner: Any) -> None:
    world.kind("carers", "Help for carers")
    page = reading()
    html = shown(learner(page), page)
    assert '<a href="/directory/?kind=carers">Help for carers</a>' in html
    assert "no entry of this kind yet" in html


def test_a_draft_shows_the_entry_that_there_is_now() -> None:
    world.service()
    html = reading().body.render_as_block()
    assert "Carers’ Hearth" in html


# ── What is signed off ────────────────────────────────────────────────────
def test_a_change_in_the_directory_makes_no_new_edition_and_voids_no_approval() -> None:
    service = world.service()
    page = reading()
    page.save_revision().publish()
    edition = Edition.objects.get(activity__key=page.translation_key)
    service.name, service.summary = "Another name", "Another thing."
    service.save()
    ReadingPage.objects.get(pk=page.pk).save_revision().publish()
    assert Edition.objects.get(activity__key=page.translation_key) == edition


def test_another_kind_is_another_text() -> None:
    for slug in ("carers", "dols"):
        world.kind(slug)
    page = reading("carers")
    page.body = site.stream(page, "body", [site.text(), here("dols")])
    page.save()
    assert Activity.objects.get(key=page.translation_key).editions.count() == 2


def test_an_edition_keeps_what_the_entry_said() -> None:
    world.service()
    edition = Edition.objects.get(activity__key=reading().translation_key)
    (ref,) = edition.content.body[1].kinds
    assert (ref.kind, ref.name, ref.snapshot.name) == ("carers", "Carers", "Carers’ Hearth")


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], "Choose at least one kind of service."),
        ([""], "Choose a kind of service."),
        (["carers", "carers"], "This kind stands here twice."),
    ],
)
def test_a_block_that_says_nothing_is_refused(kinds: list[str], said: str) -> None:
    rows = [site.item(kind, f"k-{n}") for n, kind in enumerate(kinds)]
    block = site.block("services_here", {"heading": "Here", "kinds": rows}, "services-1")
    with pytest.raises(CannotPublish, match=said):
        site.reading_page(body=[block])


# ── What it costs ─────────────────────────────────────────────────────────
@pytest.mark.parametrize("many", [1, 3])
def test_a_page_with_services_costs_no_query_more_than_one_without(many: int, learner: Any) -> None:
    for n in range(many):
        world.service(f"Service {n}", world.kind(f"kind-{n}"))
    module = site.module_page()
    plain = site.reading_page(module)
    with_services = site.reading_page(
        module, body=[site.text(), here(*(f"kind-{n}" for n in range(many)))]
    )
    client = learner(plain)
    counts = {}
    for page in (plain, with_services):
        shown(client, page)  # what is kept is kept from here on
        with CaptureQueriesContext(connection) as counted:
            shown(client, page)
        counts[page.pk] = len(counted)
    assert counts[with_services.pk] == counts[plain.pk]


@pytest.mark.parametrize("many", [1, 3])
def test_asking_the_directory_takes_as_many_queries_however_much_is_in_it(
    many: int, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        world.service(f"Service {n}", world.kind(f"kind-{n}"), hours=[world.hours()])
    SiteSettings.load()
    current()
    with django_assert_num_queries(6):
        LocalDirectory().here()
