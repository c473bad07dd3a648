"""The fictional borough, and the kinds that every installation starts with."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from cms.directory.kinds import load_kinds
from cms.directory.sample import WEXMOOR, load_sample, sample_id
from cms.models import Need, Organisation, Postcode, Practice, Service, ServiceKind
from curriculum.clock import today

pytestmark = pytest.mark.django_db


def test_twenty_services_three_practices_and_twenty_five_kinds_are_loaded() -> None:
    load_sample()
    assert Service.objects.shown().count() == 20
    assert Practice.objects.shown().count() == 3
    assert ServiceKind.objects.count() == 25


def test_what_is_loaded_would_pass_the_forms() -> None:
    load_sample()
    refused = []
    for row in [
        *Service.objects.all(),
        *Practice.objects.all(),
        *Organisation.objects.all(),
        *Postcode.objects.all(),
        *ServiceKind.objects.all(),
    ]:
        try:
            row.full_clean()
            for part in [*_all(row, "contacts"), *_all(row, "openings"), *_all(row, "needs")]:
                part.full_clean()
        except ValidationError as error:
            refused.append(f"{row}: {error}")
    assert refused == []


def _all(row: object, name: str) -> list:
    return list(getattr(row, name).all()) if hasattr(row, name) else []


def test_loading_again_changes_nothing_and_keeps_what_an_editor_wrote() -> None:
    load_sample()
    hub = Service.objects.get(uuid=sample_id("service", "amhp-hub"))
    hub.summary = "Rewritten here."
    hub.contacts.all().delete()
    hub.save()
    Need.objects.filter(words="lonely").delete()
    assert load_sample() == "0 kinds and 0 sample entries added"
    hub.refresh_from_db()
    assert (hub.summary, hub.contacts.count()) == ("Rewritten here.", 0)
    assert not Need.objects.filter(words="lonely").exists()
    assert Service.objects.count() == 20


def test_loading_keeps_the_sample_in_the_search_until_an_editor_has_checked_an_entry(
    ada: object,
) -> None:
    load_sample()
    long_ago = today() - timedelta(days=400)
    Service.objects.update(checked_on=long_ago, reminded_on=date(2026, 1, 1))
    Service.objects.filter(name__startswith="Clear Head").update(checked_by=ada)
    load_sample()
    assert Service.objects.shown().count() == 19
    assert not Service.objects.shown().exclude(reminded_on=None).exists()


def test_a_service_knows_its_place_hours_contacts_and_whom_to_ask_when_it_is_closed() -> None:
    load_sample()
    door = Service.objects.get(uuid=sample_id("service", "front-door"))
    assert door.organisation.name == "London Borough of Wexmoor"
    assert [area.code for area in door.areas.all()] == ["E09000991"]
    assert [str(hours) for hours in door.openings.all()] == ["MO, TU, WE, TH, FR 09:00–17:00"]
    assert [contact.for_professionals for contact in door.contacts.all()] == [False, True]
    assert str(door.out_of_hours) == "Wexmoor Emergency Duty Team"
    links = Service.objects.get(name="Alder PCN Link Workers")
    assert {practice.name for practice in links.practices.all()} == {
        "Larkrise Health Centre",
        "The Quay Surgery",
    }


def test_every_kind_has_at_least_eight_everyday_needs() -> None:
    load_kinds()
    few = [kind.slug for kind in ServiceKind.objects.all() if kind.needs.count() < 8]
    assert few == []


def test_only_numbers_kept_for_drama_and_example_addresses_stand_in_the_sample() -> None:
    for path in WEXMOOR.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        numbers = re.findall(r"\b0\d[\d ]{6,}\d", text)
        assert all(re.fullmatch(r"020 7946 0\d{3}", number) for number in numbers), path
        hosts = re.findall(r"(?:@|//)([\w.-]+)", text)
        assert all(host.endswith(".example.org") for host in hosts), path


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_directory_sample")
    assert "25 kinds and" in capsys.readouterr().out
