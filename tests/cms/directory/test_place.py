"""Two answers, by home address and by registration; and a postcode that nothing keeps."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.log import AdminEmailHandler
from django.views.decorators.debug import sensitive_variables

from cms.directory import views
from cms.directory.place import NotFound, home_of
from cms.directory.sample import load_sample
from cms.models.directory import Area
from tests.cms.directory import world

pytestmark = pytest.mark.django_db


def ask(client: Client, **given: Any) -> Any:
    return client.post(reverse("directory_place"), given)


def key(client: Client, field: str, name: str) -> str:
    """The value of a choice, as the form offers it."""
    form = client.get(reverse("directory_place")).context["form"]
    return next(value for value, label in form.fields[field].choices if label == name)


def names(response: Any, which: str) -> list[str]:
    return [card.name for card in response.context["answer"][which]]


@pytest.fixture
def sample(db: Any) -> None:
    load_sample()


# ── The brief's cases ───────────────────────────────────────────────────
def test_wx1_4aa_is_wexmoor_and_alder(client: Client, sample: None) -> None:
    response = ask(client, postcode="WX1 4AA")
    answer = response.context["answer"]
    assert (answer["council"].name, answer["network"]) == ("Wexmoor", "Alder PCN")
    assert names(response, "care")[0] == "Wexmoor Adult Social Care Front Door"
    assert names(response, "linked") == ["Alder PCN Link Workers"]
    assert "if they are registered nearby: Larkrise Health Centre" in response.content.decode()


def test_wx3_9zz_at_the_quay_is_easterlea_for_care_and_alder_for_link_workers(
    client: Client, sample: None
) -> None:
    quay = key(client, "practice", "The Quay Surgery")
    response = ask(client, postcode="wx39zz", practice=quay)
    assert response.context["answer"]["council"].name == "Easterlea"
    assert names(response, "care")[0] == "Easterlea Adult Social Care"
    assert names(response, "linked") == ["Alder PCN Link Workers"]
    assert "They differ here." in response.content.decode()


# ── Which row decides ───────────────────────────────────────────────────
@pytest.fixture
def border() -> dict[str, Area]:
    """A sector of Easterlea, one postcode of which lies in Wexmoor, and districts around it."""
    wexmoor, easterlea, far = (world.council(n) for n in ("Wexmoor", "Easterlea", "Far"))
    world.postcode("WX3 9", easterlea, world.ward("Riverbank", easterlea))
    world.postcode("WX3 9AA", wexmoor)
    world.postcode("WX3", far)
    world.postcode("WX1 4", wexmoor)
    world.postcode("WX10 4", far)
    world.postcode("WX5 1AA", far)
    world.postcode("WX5 1AB", far)
    return {"wexmoor": wexmoor, "easterlea": easterlea, "far": far}


@pytest.mark.parametrize(
    ("typed", "council"),
    [
        ("WX3 9AA", "wexmoor"),
        ("wx3 9zz", "easterlea"),
        ("  WX39ZZ ", "easterlea"),
        ("WX3 8ZZ", "far"),  # the first part alone is known
        ("WX1 4ZZ", "wexmoor"),
        ("WX1 4", "wexmoor"),
        ("WX10 4AB", "far"),
        ("WX5 1", "far"),  # no row of its own; all that is known of it agrees
    ],
)
def test_the_longest_code_that_is_known_decides(border: Any, typed: str, council: str) -> None:
    assert home_of(typed).council == border[council].pk


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("WX9 9ZZ", "We do not know this postcode"),
        ("WX3 9", "Write the whole postcode"),
        ("WX5 1ZZ", "We do not know this postcode"),  # a neighbour's council would be a guess
        ("Quay Street", "Write a postcode such as"),
        ("WX14", "Write a postcode such as"),
        ("WX_ 4AA", "Write a postcode such as"),
        ("WX% 4", "Write a postcode such as"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_the_reason(
    border: Any, typed: str, why: str
) -> None:
    with pytest.raises(NotFound, match=why):
        home_of(typed)


def test_the_database_is_asked_for_the_sector_only(border: Any) -> None:
    with CaptureQueriesContext(connection) as captured:
        home_of("WX3 9AA")
    asked = " ".join(query["sql"] for query in captured)
    assert "WX3 9" in asked
    assert "WX3 9AA" not in asked
    assert len(captured) == 1


def test_an_answer_says_the_hours_in_words_and_what_to_do_if_it_is_urgent(client: Client) -> None:
    wexmoor = world.council()
    for door, note in (("One", "Ring first"), ("Two", "")):
        world.service(
            door,
            world.kind("council-front-door"),
            areas=[wexmoor],
            hours_note=note,
            urgent_phone="020 7946 0108",
        )
    html = " ".join(ask(client, area=wexmoor.uuid).content.decode().split())
    assert '<p class="small"> Ring first </p>' in html
    assert '<p class="small"> Not said </p>' in html
    assert html.count("If it is urgent") == 2


# ── Bad input ───────────────────────────────────────────────────────────
def test_a_wrong_postcode_is_said_at_its_field_and_stays_there(client: Client, border: Any) -> None:
    html = ask(client, postcode="WX1 4A").content.decode()
    assert 'href="#id_postcode">Write a postcode such as WX1 4AA' in html
    assert 'value="WX1 4A"' in html
    assert 'aria-invalid="true"' in html
    html = ask(client).content.decode()
    assert "Give a postcode, a council or a practice." in html


# ── Kept nowhere ────────────────────────────────────────────────────────
def test_the_postcode_is_in_no_address_session_log_link_or_database(
    client: Client, border: Any, caplog: Any, signed_in: Any, lena: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    signed_in(lena)
    client.get(reverse("directory_place"))
    with CaptureQueriesContext(connection) as captured:
        response = ask(client, postcode="WX3 9AA")
    assert response.status_code == 200  # answered at once: no redirect carries it
    html = response.content.decode()
    assert html.count("WX3 9AA") == 1  # in the form's own field
    assert "area=" in html
    assert "WX3 9AA" not in str(dict(client.session.items()))
    assert not any(query["sql"].startswith(("INSERT", "UPDATE")) for query in captured)
    assert "WX3 9AA" not in caplog.text
    assert "no-store" in response["Cache-Control"]


def test_it_is_not_read_from_an_address(client: Client, border: Any) -> None:
    response = client.get(reverse("directory_place"), {"postcode": "WX3 9AA"})
    assert "answer" not in response.context
    assert "WX3 9AA" not in response.content.decode()
    results = client.get(reverse("directory"), {"postcode": "WX3 9AA", "q": "x"})
    assert "postcode" not in results.context["form"].fields


def test_an_error_report_hides_it(
    client: Client, border: Any, monkeypatch: Any, settings: Any, mailoutbox: Any
) -> None:
    @sensitive_variables()  # as whatever else knows the postcode
    def fail(*args: Any) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr(views, "practices_near", fail)
    settings.ADMINS = [("Ada", "ada@example.org")]
    logger, mailing = logging.getLogger("django.request"), AdminEmailHandler(include_html=True)
    logger.addHandler(mailing)
    client.raise_request_exception = False
    try:
        assert ask(client, postcode="WX3 9AA").status_code == 500
    finally:
        logger.removeHandler(mailing)
    told = "".join(mail.body + str(mail.alternatives) for mail in mailoutbox)
    assert "something broke" in told
    assert "WX3 9AA" not in told


def test_without_the_token_of_the_form_nothing_is_answered(border: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = ask(strict, postcode="WX3 9AA")
    assert response.context is None or not response.context.get("answer")


def test_one_address_cannot_ask_for_ever(client: Client, border: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(views, "ASKED", replace(views.ASKED, allowed=2))
    statuses = [ask(client, postcode="WX3 9AA").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


# ── Cost ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("count", [1, 3])
def test_both_answers_cost_four_queries_however_much_there_is(
    count: int, client: Client, border: Any, django_assert_num_queries: Any
) -> None:
    front = world.kind("council-front-door")
    for number in range(count):
        world.service(f"Door {number}", front, areas=[border["wexmoor"]])
        world.service(
            f"Links {number}",
            world.kind("social-prescribing"),
            basis="registration",
            networks=[world.network()],
        )
    quay = world.practice()
    client.get(reverse("directory_place"))
    with django_assert_num_queries(4):
        response = ask(client, postcode="WX1 4AA", practice=str(quay.uuid))
    assert len(names(response, "care")) == len(names(response, "linked")) == count
