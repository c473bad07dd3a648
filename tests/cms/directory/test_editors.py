"""The directory in the admin: who may edit, what the forms ask, and what counts as a check."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from cms.directory.sample import load_sample
from cms.models import EntryReport, Need, Practice, Service, ServiceKind
from curriculum.clock import today
from tests import people
from tests.cms.directory import entries

pytestmark = pytest.mark.django_db
UPKEEP = "/cms/directory/upkeep/"


@pytest.fixture
def dina(db: Any) -> Any:
    """Dina, who edits the directory."""
    return people.staff("dina", "Dina Haddad", "Directory editors")


@pytest.fixture
def dinas(dina: Any) -> Client:
    client = Client()
    client.force_login(dina)
    return client


def address(model: Any, view: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_cms_{model._meta.model_name}:{view}", args=args)


def service_data(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = nested_form_data(
        {
            "name": "Carers' Hearth",
            "organisation": entries.organisation().pk,
            "summary": "Advice and breaks.",
            "basis": "residence",
            "cost": "free",
            "is_shown": "on",
            "has_checked": "on",
            "contacts": inline_formset([{"phone": "020 7946 0109"}]),
            "openings": inline_formset([{"opens_at": "09:00", "closes_at": "17:00"}]),
        }
    )
    lists = {
        "kinds": [entries.kind().pk],
        "areas": [entries.council().pk],
        "referral_from": ["self", "gp"],
        "openings-0-days": ["TU", "MO"],
    }
    return {**data, **lists, **fields}


def test_an_editor_adds_a_service_with_days_and_referrers_as_boxes(
    dinas: Client, dina: Any
) -> None:
    page = dinas.get(address(Service, "add")).content.decode()
    assert 'type="checkbox" name="referral_from" value="gp"' in page
    answer = dinas.post(address(Service, "add"), service_data())
    assert answer.status_code == 302, answer.context["form"].errors
    made = Service.objects.get()
    assert made.referral_from == ["self", "gp"]
    assert [str(hours) for hours in made.openings.all()] == ["MO, TU 09:00–17:00"]
    assert (made.checked_on, made.checked_by) == (today(), dina)
    assert made.revisions.count() == 1


def test_a_new_entry_must_have_been_checked(dinas: Client) -> None:
    data = service_data()
    del data["has_checked"]
    answer = dinas.post(address(Service, "add"), data)
    assert answer.context["form"].errors["has_checked"] == ["Check a new entry before you save it."]
    assert "Carers&#x27; Hearth" in answer.content.decode()
    assert not Service.objects.exists()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(dinas: Client) -> None:
    entries.service("Carers' Hearth")
    data = service_data(
        **{
            "minimum_age": "18",
            "maximum_age": "5",
            "contacts-0-phone": "",
            "contacts-0-label": "Desk",
        }
    )
    data["openings-0-days"] = []
    del data["referral_from"]
    answer = dinas.post(address(Service, "add"), data)
    form = answer.context["form"]
    assert form.errors["name"] == ["This organisation has a service of this name already."]
    assert form.errors["maximum_age"] == ["This is below the lowest age."]
    assert form.errors["referral_from"] == ["This field is required."]
    assert form.formsets["contacts"].errors[0]["phone"] == [
        "Give a number, an e-mail address or a form."
    ]
    assert form.formsets["openings"].errors[0]["days"] == ["This field is required."]
    assert 'value="Desk"' in answer.content.decode()
    assert Service.objects.count() == 1


def test_saving_is_no_check_unless_the_box_is_ticked(dinas: Client, dina: Any) -> None:
    long_ago = today() - timedelta(days=160)
    made = entries.service(checked_on=long_ago, reminded_on=today(), gone_on=today())
    data = service_data(summary="New words.")
    del data["has_checked"]
    assert dinas.post(address(Service, "edit", made.pk), data).status_code == 302
    made.refresh_from_db()
    assert (made.summary, made.checked_on, made.checked_by) == ("New words.", long_ago, None)
    assert dinas.post(address(Service, "edit", made.pk), service_data()).status_code == 302
    made.refresh_from_db()
    assert (made.checked_on, made.checked_by) == (today(), dina)
    assert (made.reminded_on, made.gone_on) == (None, None)


def test_an_earlier_version_comes_back_without_its_check(dinas: Client) -> None:
    made = entries.service()
    first = made.save_revision()
    long_ago = today() - timedelta(days=170)
    made.checked_on, made.summary = long_ago, "Rewritten."
    made.save()
    made.save_revision()
    page = dinas.get(address(Service, "revisions_revert", made.pk, first.pk)).content.decode()
    assert "Advice and breaks." in page
    data = service_data()
    del data["has_checked"]
    data["revision"] = first.pk
    dinas.post(address(Service, "edit", made.pk), data)
    made.refresh_from_db()
    assert (made.summary, made.checked_on) == ("Advice and breaks.", long_ago)


def test_versions_of_services_practices_and_kinds_can_be_compared(dinas: Client) -> None:
    for row, field in (
        (entries.service(), "summary"),
        (entries.practice(), "hours"),
        (entries.kind("housing", "Housing"), "description"),
    ):
        first = row.save_revision()
        setattr(row, field, "Changed words.")
        row.save()
        second = row.save_revision()
        found = dinas.get(address(row, "revisions_compare", row.pk, first.pk, second.pk))
        assert "Changed words." in found.content.decode()
        assert dinas.get(address(row, "history", row.pk)).status_code == 200


def test_an_editor_writes_a_kind_with_its_needs(dinas: Client) -> None:
    data = nested_form_data(
        {
            "name": "Repair café",
            "slug": "",
            "description": "Mends things.",
            "position": "5",
            "needs": inline_formset([{"words": "broken lamp"}, {"words": "broken toaster"}]),
        }
    )
    assert dinas.post(address(ServiceKind, "add"), data).status_code == 302
    made = ServiceKind.objects.get(slug="repair-cafe")
    assert [need.words for need in made.needs.all()] == ["broken lamp", "broken toaster"]


def test_a_practice_and_a_ward_are_entered(dinas: Client) -> None:
    council = entries.council()
    data = {"name": "Larkrise", "council": council.pk, "is_shown": "on", "has_checked": "on"}
    assert dinas.post(address(Practice, "add"), data).status_code == 302
    assert Practice.objects.get().checked_on == today()
    ward = {"name": "Quayside", "extent": "ward", "code": "E05099101", "within": ""}
    answer = dinas.post(address(type(council), "add"), ward)
    assert "Choose the council that the ward lies in." in answer.content.decode()
    ward["within"] = str(council.pk)
    assert dinas.post(address(type(council), "add"), ward).status_code == 302


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("shown", {"Fresh", "Due", "Gone"}),
        ("due", {"Due", "Hidden"}),
        ("hidden", {"Hidden"}),
        ("gone", {"Gone"}),
        ("off", {"Off"}),
    ],
)
def test_the_list_is_filtered_by_state(dinas: Client, state: str, names: set[str]) -> None:
    days = {"Fresh": 0, "Due": 150, "Hidden": 180}
    for name, ago in days.items():
        entries.service(name, checked_on=today() - timedelta(days=ago))
    entries.service("Gone", gone_on=today())
    entries.service("Off", is_shown=False)
    found = dinas.get(address(Service, "list"), {"state": state})
    assert {row.name for row in found.context["object_list"]} == names


def test_the_list_is_searched_and_filtered_by_kind(dinas: Client) -> None:
    entries.service("Hearth")
    entries.service("Lantern", kinds=[entries.kind("dementia", "Dementia")])
    found = dinas.get(address(Service, "list"), {"q": "lant"})
    assert [row.name for row in found.context["object_list"]] == ["Lantern"]
    found = dinas.get(address(Service, "list"), {"kinds": entries.kind().pk})
    assert [row.name for row in found.context["object_list"]] == ["Hearth"]


def test_a_kind_that_a_search_meets_by_two_of_its_words_still_has_three(dinas: Client) -> None:
    kind = entries.kind()
    kind.needs = [Need(words=words) for words in ("carer exhausted", "young carer", "respite")]
    kind.save()
    for asked in ("", "carer"):
        page = dinas.get(address(ServiceKind, "list"), {"q": asked})
        assert [(row.slug, row.many) for row in page.context["object_list"]] == [("carers", 3)]


def test_a_list_of_one_costs_what_a_list_of_three_costs(
    dinas: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    dinas.get(address(Service, "list"))
    entries.service("One")
    with django_assert_max_num_queries(40) as one:
        dinas.get(address(Service, "list"))
    entries.service("Two")
    entries.service("Three")
    with django_assert_num_queries(len(one.captured_queries)):
        dinas.get(address(Service, "list"))


def test_entries_are_marked_as_checked_one_or_many_at_a_time(dinas: Client, dina: Any) -> None:
    long_ago = today() - timedelta(days=160)
    made = [entries.service(name, checked_on=long_ago) for name in ("One", "Two", "Three")]
    row = dinas.get(address(Service, "list")).content.decode()
    bulk = reverse("wagtail_bulk_action", args=["cms", "service", "mark_checked"])
    assert f"{bulk}?id={made[0].pk}" in row
    chosen = f"{bulk}?id={made[0].pk}&id={made[1].pk}&next=/cms/"
    asked = dinas.get(chosen).content.decode()
    assert "each of these 2 entries" in asked
    assert Service.objects.filter(checked_on=today()).count() == 0
    dinas.post(chosen)
    checked = Service.objects.filter(checked_on=today(), checked_by=dina)
    assert {row.name for row in checked} == {"One", "Two"}
    history = dinas.get(address(Service, "history", made[0].pk)).content.decode()
    assert "Marked as checked" in history


def test_due_entries_and_open_notes_stand_on_one_page_and_are_settled_with_one_press(
    dinas: Client, dina: Any
) -> None:
    due = entries.service("Due", checked_on=today() - timedelta(days=151))
    gone = entries.practice("Left", checked_on=today() - timedelta(days=200))
    entries.service("Fresh")
    note = EntryReport.objects.create(service=due, what="The number is <b>wrong</b>.")
    page = dinas.get(UPKEEP).content.decode()
    assert "The number is &lt;b&gt;wrong" in page
    assert "Has left" in page
    assert "Fresh" not in page
    dinas.post(UPKEEP, {"do": f"settle-{note.pk}"})
    dinas.post(UPKEEP, {"do": f"service-{due.pk}"})
    dinas.post(UPKEEP, {"do": f"practice-{gone.pk}"})
    note.refresh_from_db()
    assert note.settled_by == dina
    page = dinas.get(UPKEEP).content.decode()
    assert "No note is open" in page
    assert "within the last 150 days" in page


def test_the_upkeep_page_costs_the_same_with_one_row_and_with_three(
    dinas: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def add(name: str) -> None:
        made = entries.service(name, checked_on=today() - timedelta(days=151))
        entries.practice(f"{name} practice", checked_on=today() - timedelta(days=151))
        EntryReport.objects.create(service=made, what="Wrong.")

    dinas.get(UPKEEP)
    add("One")
    with django_assert_max_num_queries(25) as one:
        dinas.get(UPKEEP)
    add("Two")
    add("Three")
    with django_assert_num_queries(len(one.captured_queries)):
        dinas.get(UPKEEP)


@pytest.mark.parametrize("who", ["lena", "tom", "gita", "olga"])
def test_nobody_else_edits_the_directory(request: Any, client: Client, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    made = entries.service(professional_note="Ask for the duty senior.")
    assert client.get(UPKEEP).status_code in ({302, 404} if who == "lena" else {404})
    assert client.post(UPKEEP, {"do": f"service-{made.pk}"}).status_code in {302, 404}
    for view in ("list", "add"):
        assert client.get(address(Service, view)).status_code == 302
    found = client.get(address(Service, "edit", made.pk), follow=True)
    assert "Ask for the duty senior." not in found.content.decode()
    bulk = reverse("wagtail_bulk_action", args=["cms", "service", "mark_checked"])
    client.post(f"{bulk}?id={made.pk}")
    made.refresh_from_db()
    assert made.checked_by is None


def test_roles_see_notes_for_professionals_and_learners_do_not(
    lena: Any, tom: Any, gita: Any, sol: Any, cora: Any, ada: Any, dina: Any
) -> None:
    sees = "cms.see_professional_notes"
    assert [user.has_perm(sees) for user in (tom, gita, sol, cora, ada, dina)] == [True] * 6
    assert not lena.has_perm(sees)
    assert ada.has_perm("cms.change_service")
    assert not tom.has_perm("cms.change_service")


def test_the_menu_stands_only_where_somebody_may_edit(
    dinas: Client, client: Client, tom: Any
) -> None:
    assert UPKEEP in dinas.get("/cms/").content.decode()
    client.force_login(tom)
    assert UPKEEP not in client.get("/cms/").content.decode()


def test_every_sample_entry_opens_in_its_form(dinas: Client) -> None:
    load_sample()
    door = Service.objects.get(name__startswith="Wexmoor Adult Social Care")
    page = dinas.get(address(Service, "edit", door.pk)).content.decode()
    assert 'value="MO" id="id_openings-0-days_0" aria' in page or "checked" in page
    with pytest.raises(ObjectDoesNotExist):
        Need.objects.get(words="")
