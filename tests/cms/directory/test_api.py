"""The public API: what the standard's schema says, and nothing that the public may not find."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.directory.sample import load_sample
from cms.directory.standard.ids import KINDS, kind_id
from cms.directory.standard.published import faults
from cms.models import Contact, Service
from curriculum.clock import today
from tests.cms.directory import entries

pytestmark = pytest.mark.django_db
ROOT = "/api/directory/"


def answer(client: Client, path: str = "services", **asked: Any) -> Any:
    response = client.get(f"{ROOT}{path}", asked)
    assert response.status_code == 200, response.content
    return response.json()


def test_every_answer_about_the_sample_is_what_the_published_schema_says(client: Client) -> None:
    load_sample()
    checked = {
        "": "api",
        "services": "oruk_service_page",
        "services?full=true": "oruk_service_page",
        "organizations": "organization_page",
        "taxonomies": "taxonomy_page",
        "taxonomy_terms": "oruk_taxonomy_term_page",
        f"taxonomies/{KINDS}": "taxonomy",
        f"taxonomy_terms/{kind_id('carers')}": "oruk_taxonomy_term",
    }
    for path, name in checked.items():
        assert list(faults(answer(client, path), name)) == [], path
    found = answer(client, "services")["contents"]
    assert len(found) == 20
    for row in found:
        one = answer(client, f"services/{row['id']}")
        assert list(faults(one, "oruk_service")) == []
        assert (
            list(faults(answer(client, f"organizations/{row['organization_id']}"), "organization"))
            == []
        )


def test_the_schema_refuses_what_is_not_a_service() -> None:
    assert dict(faults({"id": "no", "name": 5, "status": "open"}, "oruk_service")).keys() == {
        "",  # url is missing
        "id",
        "name",
        "status",
    }


def test_a_service_is_told_in_the_words_of_the_standard(client: Client) -> None:
    load_sample()
    door = Service.objects.get(name__startswith="Wexmoor Adult Social Care")
    found = answer(client, f"services/{door.uuid}")
    assert found["status"] == "active"
    assert found["url"] == "https://wexmoor.example.org/care/"
    assert found["assured_date"] == today().isoformat()
    assert found["schedules"][0]["byday"] == "MO,TU,WE,TH,FR"
    hours = found["schedules"][0]
    assert (hours["opens_at"], hours["closes_at"]) == ("09:00", "17:00")
    assert found["service_areas"][0]["uri"].endswith("/E09000991")
    assert found["contacts"][0]["phones"][0]["number"] == "020 7946 0101"
    assert found["attributes"][0]["taxonomy_term"]["code"] == "council-front-door"
    assert found["common_ground"]["basis"] == "residence"
    assert found["common_ground"]["same_day_until"] == "16:00"


def everything(client: Client) -> str:
    listed = answer(client, "services", full="true", per_page="200")
    each = [answer(client, f"services/{row['id']}") for row in listed["contents"]]
    return json.dumps([listed, each, answer(client, "organizations")])


def test_nothing_for_professionals_and_nothing_that_is_not_shown_is_served(
    client: Client, ada: Any
) -> None:
    line = Contact(phone="020 7946 0999", for_professionals=True)
    old = today() - timedelta(days=180)
    hidden = entries.service("Hidden for its age", checked_on=old)
    shown = entries.service(
        "Shown", professional_note="Only for colleagues", out_of_hours=hidden, checked_by=ada
    )
    shown.contacts = [line, Contact(phone="020 7946 0100")]
    shown.practices = [
        entries.practice("Found Surgery"),
        entries.practice("Closed Surgery", is_shown=False),
        entries.practice("Unchecked Surgery", checked_on=old),
    ]
    shown.save()
    entries.service("Switched off", is_shown=False, organisation=entries.organisation("Gone Ltd"))
    client.force_login(ada)  # whoever asks
    found = everything(client)
    assert "020 7946 0100" in found
    assert "Found Surgery" in found
    secrets = ["0999", "Only for colleagues", "Hidden for", str(hidden.uuid), "Switched"]
    secrets += ["Closed Surgery", "Unchecked Surgery"]
    for secret in [*secrets, "Gone Ltd", ada.email, "Nkemelu"]:
        assert secret not in found, secret
    for key in (hidden.uuid, "no-uuid"):
        missing = client.get(f"{ROOT}services/{key}")
        assert (missing.status_code, missing["Content-Type"]) == (404, "application/json")


def test_services_are_narrowed_and_paged(client: Client) -> None:
    load_sample()
    carers = str(kind_id("carers"))
    assert [s["name"] for s in answer(client, taxonomy_term_id=carers)["contents"]] == [
        "Carers' Hearth Wexmoor"
    ]
    assert answer(client, search="dementia")["total_items"] == 1
    assert answer(client, taxonomy_id=str(KINDS))["total_items"] == 20
    assert answer(client, minimum_age="40")["total_items"] == 19  # not the young carers
    page = answer(client, per_page="8", page="3")
    assert (page["size"], page["total_pages"]) == (4, 3)
    assert (page["first_page"], page["last_page"]) == (False, True)
    for asked in ({"per_page": "0"}, {"per_page": "201"}, {"page": "x"}, {"minimum_age": "-1"}):
        assert client.get(f"{ROOT}services", asked).status_code == 400
    assert client.get(f"{ROOT}services", {"page": "99"}).status_code == 404
    assert answer(client, search="nothing like it")["empty"] is True


def test_a_reader_who_has_the_answer_is_not_sent_it_again(client: Client) -> None:
    entries.service()
    first = client.get(f"{ROOT}services")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(f"{ROOT}services", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    entries.service("Another")
    assert client.get(f"{ROOT}services", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_nothing_can_be_written(client: Client) -> None:
    assert client.post(f"{ROOT}services", {}).status_code == 405
    assert client.delete(reverse("oruk_service", args=[entries.service().uuid])).status_code == 405


@pytest.mark.parametrize("asked", [{}, {"full": "true"}])
def test_three_services_cost_what_one_costs(
    client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any, asked: Any
) -> None:
    entries.service("One")
    answer(client)  # what every page of the site looks up once
    with django_assert_max_num_queries(12) as one:
        answer(client, **asked)
    for name in ("Two", "Three"):
        made = entries.service(name, organisation=entries.organisation(f"{name} Ltd"))
        made.contacts = [Contact(phone="1"), Contact(phone="2")]
        made.save()
    with django_assert_num_queries(len(one.captured_queries)):
        answer(client, **asked)
