"""Finding services: words, slips, kinds, places and wishes."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from cms.directory.place import Place
from cms.directory.register import read
from cms.directory.search import Wishes, find_services
from curriculum.clock import today
from tests.cms.directory import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def services() -> dict[str, Any]:
    """Four services of four kinds in Wexmoor, and one next door."""
    wexmoor = world.council()
    front = world.kind("front-door", "Council front door", "care assessment", "help at home")
    kinds = {
        "front": front,
        "carers": world.kind("carers", "Carers", "carer exhausted", "need a break from caring"),
        "reablement": world.kind("reablement", "Reablement", "can’t wash", "since the fall"),
        "memory": world.kind("dementia", "Dementia", "memory problems", "wandering at night"),
    }
    made = {
        key: world.service(f"Wexmoor {key.title()}", kind, areas=[wexmoor])
        for key, kind in kinds.items()
    }
    made["next"] = world.service("Easterlea Front", front, areas=[world.council("Easterlea")])
    return made


def names(words: str = "", **how: Any) -> list[str]:
    return [entry.name for entry in find_services(words, **how).entries]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("can't wash", "Wexmoor Reablement"),
        ("cannot stop washing herself since she had a fall", "Wexmoor Reablement"),
        ("exhausted", "Wexmoor Carers"),
        ("my mum is her carer and exhuasted", "Wexmoor Carers"),
        ("dimentia", "Wexmoor Memory"),
        ("wanderng", "Wexmoor Memory"),
        ("reable", "Wexmoor Reablement"),
        ("RÉABLEMENT!", "Wexmoor Reablement"),
        ("memoryproblems", "Wexmoor Memory"),
        ("re ablement", "Wexmoor Reablement"),
    ],
)
def test_everyday_words_endings_beginnings_and_slips_are_understood(
    services: Any, typed: str, first: str
) -> None:
    assert names(typed)[0] == first


def test_a_need_comes_before_a_name_and_a_name_before_a_text(services: Any) -> None:
    world.service("Washing Club", world.kind("bereavement"), summary="Tea.")
    assert names("wash") == ["Wexmoor Reablement", "Washing Club"]
    world.service("Linen", world.kind("bereavement"), summary="They wash sheets with zest.")
    assert names("wash sheets with zest")[-1] == "Linen"


def test_what_stands_only_in_a_text_is_found_by_the_full_text(services: Any) -> None:
    made = world.service("Quiet Hours", world.kind("bereavement"), summary="Zither lessons.")
    assert names("zither") == ["Quiet Hours"]
    made.summary = "Lute lessons."
    made.save()
    assert names("zither") == []


def test_it_says_what_it_read_and_which_kinds_come_nearest(services: Any) -> None:
    found = find_services("dimentia")
    assert found.asked.corrections == (("dimentia", "dementia"),)
    assert [kind.slug for kind in found.kinds] == ["dementia"]
    nothing = find_services("qqqq")
    assert (nothing.entries, nothing.asked.corrections) == ([], ())
    assert len(nothing.kinds) == 3


def test_one_s_own_place_comes_first_and_others_are_left_out_once_it_is_known(
    services: Any,
) -> None:
    wexmoor, easterlea = world.council(), world.council("Easterlea")
    for home, first in ((wexmoor, "Wexmoor Front"), (easterlea, "Easterlea Front")):
        here = dataclasses.replace(read(), home=home.pk)
        found = names("care assessment", register=here)
        assert found[0] == first
        assert set(found[:2]) == {"Wexmoor Front", "Easterlea Front"}
    assert names("care assessment", place=Place(area=easterlea.pk)) == ["Easterlea Front"]


def test_wards_count_as_their_council_and_a_ward_s_own_service_stays_in_the_ward(
    services: Any,
) -> None:
    wexmoor = world.council()
    north, south = world.ward("North", wexmoor), world.ward("South", wexmoor)
    world.service("Northern Neighbours", world.kind(), areas=[north])
    assert "Northern Neighbours" in names(place=Place(area=wexmoor.pk))
    assert "Northern Neighbours" in names(place=Place(area=north.pk))
    assert "Northern Neighbours" not in names(place=Place(area=south.pk))
    assert "Wexmoor Carers" in names(place=Place(area=south.pk))


def test_registration_decides_where_the_service_says_so(services: Any) -> None:
    quay = world.practice()
    mill = world.practice("Old Mill Practice", network=world.network("Beck"))
    linked = world.kind("social-prescribing", "Social prescribing", "lonely")
    by_practice = {"basis": "registration", "networks": [world.network("Alder")]}
    world.service("Alder Link Workers", linked, **by_practice)
    by_practice["networks"] = [world.network("Beck")]
    world.service("Beck Link Workers", linked, **by_practice)
    easterlea = world.council("Easterlea").pk
    assert names("lonely", place=Place(area=easterlea, practice=quay.pk)) == ["Alder Link Workers"]
    assert names("lonely", place=Place(practice=mill.pk)) == ["Beck Link Workers"]
    assert len(names("lonely", place=Place(area=world.council().pk))) == 2
    assert names("lonely", place=Place(area=easterlea)) == []


def test_wishes_leave_out_what_does_not_meet_them_and_say_how_many(services: Any) -> None:
    wishes = {"cost": "fee", "has_interpreters": True, "is_step_free": True}
    world.service("Steady Hands", world.kind(), referral_from=["professional"], **wishes)
    for wish in (
        Wishes(cost="fee"),
        Wishes(interpreters=True),
        Wishes(step_free=True),
        Wishes(referrer="gp"),
    ):
        found = find_services(wishes=wish)
        assert [entry.name for entry in found.entries] == ["Steady Hands"]
        assert found.set_aside == 5


def test_open_now_and_outside_office_hours_look_at_local_time(services: Any) -> None:
    night = world.hours(17, 9, ["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
    world.service("Duty Team", world.kind("edt"), hours=[night])
    world.service("Day Desk", world.kind("desk"), hours=[world.hours()])
    world.service("Always", world.kind("always"), all_hours=True)
    utc = dt.UTC

    def open_at(*when: int) -> set[str]:
        at = dt.datetime(*when, tzinfo=utc)  # type: ignore[arg-type,misc]
        return set(names(wishes=Wishes(open="now"), at=at))

    assert open_at(2026, 7, 1, 8, 30) == {"Day Desk", "Always"}  # half past nine in London
    assert open_at(2026, 12, 1, 8, 30) == {"Duty Team", "Always"}
    assert open_at(2026, 12, 5, 3, 0) == {"Duty Team", "Always"}  # the night after Friday
    assert set(names(wishes=Wishes(open="outside"))) == {"Duty Team", "Always"}


def test_entries_leave_the_search_after_180_days_or_when_not_in_use(services: Any) -> None:
    carers = services["carers"]
    carers.checked_on = today() - dt.timedelta(days=179)
    carers.save()
    assert "Wexmoor Carers" in names("carer")
    carers.checked_on = today() - dt.timedelta(days=180)
    carers.save()
    assert "Wexmoor Carers" not in names("carer")
    services["memory"].is_shown = False
    services["memory"].save()
    assert "Wexmoor Memory" not in names()


def test_a_change_is_seen_at_once(services: Any) -> None:
    assert names("trombone") == []
    world.kind("carers", "", "trombone")
    assert names("trombone") == ["Wexmoor Carers"]
    services["carers"].delete()
    assert names("trombone") == []


@pytest.mark.parametrize("count", [1, 3])
def test_searching_costs_one_query_or_two_where_texts_are_searched_however_many_there_are(
    count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        world.service(f"Service {number}", world.kind("carers", "", "tired"))
    names("tired")  # the directory is in memory from now on
    with django_assert_num_queries(1):
        assert len(names("tired")) == count
    with django_assert_num_queries(2):
        assert len(names("tired zither")) == count


@pytest.mark.parametrize(
    "typed", ["", "   ", "the", "'\"*)(", "a" * 500, "-- ; NOT AND OR", "🙂 ŵ"]
)
def test_whatever_is_typed_nothing_breaks(services: Any, typed: str) -> None:
    found = names(typed)
    assert set(found) <= {service.name for service in services.values()}
    assert len(found) == len(set(found))
