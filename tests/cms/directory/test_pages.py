"""The directory's public pages, and what only colleagues see of them."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.directory.register import current, read
from curriculum.clock import today
from tests import people
from tests.cms.directory import world

pytestmark = pytest.mark.django_db

SECRETS = [
    "020 7946 0999",
    "Note for colleagues",
    "020 7946 0901",
    "Safeguarding desk",
    "Tuesdays at 1 pm",
    "Ask for the duty doctor",
]


@pytest.fixture
def hearth() -> Any:
    """A carers' service in Wexmoor with a fallback, and all that a card can say."""
    wexmoor = world.council(is_fictional=True)
    team = world.service(
        "Duty Team",
        world.kind("emergency-duty-team"),
        areas=[wexmoor],
        all_hours=True,
        contacts=[world.contact(phone="020 7946 0102")],
    )
    return world.service(
        "Carers’ Hearth",
        world.kind("carers", "Carers", "carer exhausted"),
        areas=[wexmoor],
        hours=[world.hours()],
        out_of_hours=team,
        referral_from=["self", "gp"],
        how_to_refer="Ring, and ask the carer first.",
        what_to_include="What the carer wants\nWho else helps",
        reply_time="A call within five days",
        urgent_route="Say that the carer cannot go on",
        urgent_phone="020 7946 0108",
        same_day_until="16:00",
        eligibility="Carers of people in Wexmoor.",
        minimum_age=18,
        cost_note="Breaks may cost something.",
        languages="Bengali, Somali",
        has_interpreters=True,
        is_step_free=True,
        checked_by=people.gita(),
    )


def sees_notes() -> Permission:
    return Permission.objects.get(codename="see_professional_notes")


@pytest.fixture
def colleague(tom: Any) -> Any:
    """Tom, with the permission to see what is for professionals only."""
    group = Group.objects.create(name="Sees notes")
    group.permissions.add(sees_notes())
    tom.groups.add(group)
    return tom


def page(client: Client, name: str = "directory", *args: Any, **asked: str) -> str:
    response = client.get(reverse(name, args=args), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_page_offers_words_kinds_places_and_practices(
    client: Client, hearth: Any
) -> None:
    html = page(client)
    assert "What is needed?" in html
    assert '<a href="?kind=carers">Carers' in html
    assert reverse("directory_place") in html
    assert reverse("directory_practices") in html
    assert 'href="tel:999"' in html
    assert 'href="tel:111"' in html


def test_a_card_answers_what_who_how_how_fast_and_out_of_hours(client: Client, hearth: Any) -> None:
    html = " ".join(page(client, q="carer exhausted").split())
    for said in [
        "1 service for “carer exhausted”",
        "What Carers’ Hearth does.",
        "The person and GP or practice staff",
        'href="tel:02079460109"',
        'href="mailto:desk@wexmoor.example.org"',
        "A call within five days",
        "Say that the carer cannot go on",
        "Same day if asked before 16:00",
        "Monday to Friday, 9 am to 5 pm",
        "Duty Team</a>",
        'href="tel:02079460102"',
        "By home address: people who live in Wexmoor",
        "From 18 years",
        "Breaks may cost something.",
        "Bengali, Somali. Interpreters can be booked. Step-free",
        "by a general practitioner",
    ]:
        assert said in html, said
    assert "Gita" not in html


def test_the_sheet_to_print_answers_what_a_card_does_without_a_link_to_follow(
    client: Client, hearth: Any
) -> None:
    hearth.contacts = [world.contact(label="Form", url="https://hearth.example.org/refer")]
    hearth.hours_note = "Closed on bank holidays"
    hearth.save()
    html = " ".join(page(client, "directory_print", q="carer exhausted").split())
    for said in [
        "What Carers’ Hearth does.",
        "<b>Who can refer:</b> The person and GP or practice staff",
        "<b>How:</b> Form: https://hearth.example.org/refer. Ring, and ask the carer first.",
        "<b>How fast:</b> A call within five days",
        "Say that the carer cannot go on",
        "020 7946 0108",
        "Same day if asked before 16:00",
        "Monday to Friday, 9 am to 5 pm. Closed on bank holidays; then",
        "Duty Team</a>",
        "020 7946 0102",
        "By home address: people who live in Wexmoor. From 18 years.",
        "Breaks may cost something.",
        "Bengali, Somali. Interpreters can be booked. Step-free",
        "by a general practitioner",
    ]:
        assert said in html, said
    bare = world.service("Bare", world.kind("bare"), referral_from=[])
    bare.contacts = [world.contact(for_professionals=True, phone="020 7946 0999")]
    bare.save()
    html = page(client, "directory_print", kind="bare")
    for said in ("Who can refer:</b> Not said", "How:</b> Not said", "How fast:</b> Not said"):
        assert said in html, said


def test_what_is_kept_in_memory_for_everybody_holds_nothing_for_colleagues(
    client: Client, hearth: Any
) -> None:
    hidden = world.service("Hidden team", is_shown=False)
    world.service("Other", world.kind("carers"), out_of_hours=hidden)
    page(client, kind="carers")
    kept = current().cards
    assert {card.name for card in kept.values()} == {"Carers’ Hearth", "Other"}
    for card in [*kept.values(), kept[hearth.pk].fallback]:
        assert "professional_note" not in vars(card.service)
        assert set(card.service._state.fields_cache) == {"organisation"}
    assert kept[hearth.pk].checked_by == "general practitioner"


def test_practices_come_without_what_is_for_colleagues_where_the_reader_is_none(
    client: Client,
) -> None:
    practice = world.practice()
    for name, args in (("directory_practices", ()), ("directory_practice", (practice.uuid,))):
        with CaptureQueriesContext(connection) as asked:
            page(client, name, *args)
        assert not [q for q in asked.captured_queries if "professional_line" in q["sql"]]


def test_an_entry_s_own_page_adds_how_to_refer_what_to_say_and_for_whom(
    client: Client, hearth: Any
) -> None:
    html = page(client, "directory_entry", hearth.uuid)
    for said in [
        "Ring, and ask the carer first.",
        "<li>Who else helps</li>",
        "Carers of people in Wexmoor.",
    ]:
        assert said in html, said


def test_invented_entries_are_said_to_be_on_every_page(client: Client, hearth: Any) -> None:
    practice = world.practice()
    addresses = [
        reverse("directory"),
        reverse("directory") + "?q=carer",
        reverse("directory_print") + "?q=carer",
        reverse("directory_entry", args=[hearth.uuid]),
        reverse("directory_place"),
        reverse("directory_practices"),
        reverse("directory_practice", args=[practice.uuid]),
    ]
    for address in addresses:
        assert "Fictional, not for patient care." in client.get(address).content.decode()
    world.council().__class__.objects.update(is_fictional=False)
    hearth.save()
    for address in addresses:
        assert "Fictional" not in client.get(address).content.decode()


def everything(client: Client, service: Any, practice: Any) -> str:
    """All public pages on which something for professionals could stand."""
    pages = [
        page(client),
        page(client, q="carer exhausted"),
        page(client, "directory_entry", service.uuid),
        page(client, "directory_practices"),
        page(client, "directory_practice", practice.uuid),
        client.post(reverse("directory_place"), {"practice": practice.uuid}).content.decode(),
    ]
    return "".join(pages)


def test_what_is_for_professionals_reaches_nobody_without_the_permission(
    client: Client, signed_in: Any, hearth: Any, lena: Any, olga: Any
) -> None:
    practice = world.practice()
    sees_notes().group_set.clear()  # Olga works here, and this is not enough
    for somebody in (None, lena, olga):
        if somebody:
            signed_in(somebody)
        html = everything(client, hearth, practice)
        assert "020 7946 0109" in html
        assert [secret for secret in SECRETS if secret in html] == []


def test_colleagues_see_it_on_pages_but_not_on_the_sheet_to_print(
    signed_in: Any, hearth: Any, colleague: Any
) -> None:
    client, practice = signed_in(colleague), world.practice()
    html = everything(client, hearth, practice)
    assert [secret for secret in SECRETS if secret not in html] == []
    assert html.count('class="colleagues no-print"') >= 4
    sheet = page(client, "directory_print", q="carer exhausted")
    assert "Carers’ Hearth" in sheet
    assert [secret for secret in SECRETS if secret in sheet] == []


def test_notes_for_professionals_cannot_be_searched(client: Client, hearth: Any) -> None:
    hearth.professional_note = "Zanzibar"
    hearth.save()
    practice = world.practice(professional_note="Zanzibar")
    assert "0 services" in page(client, q="Zanzibar")
    words = read().vocabulary
    assert words.read("zanzibar").known == ()
    assert practice.pk


def test_an_entry_that_is_not_shown_is_not_there(client: Client, hearth: Any) -> None:
    address = reverse("directory_entry", args=[hearth.uuid])
    hearth.is_shown = False
    hearth.save()
    assert client.get(address).status_code == 404
    practice = world.practice(checked_on=today().replace(year=today().year - 1))
    assert client.get(reverse("directory_practice", args=[practice.uuid])).status_code == 404
    assert practice.name not in page(client, "directory_practices")


def test_nothing_found_says_what_it_read_and_offers_kinds_and_the_front_door(
    client: Client, hearth: Any
) -> None:
    world.service("Front Door", world.kind("council-front-door", "Council front door"))
    html = page(client, q="xqzt")
    assert "Nothing in this directory answers to that." in html
    assert "?kind=carers" in html
    assert "When you do not know whom to ask" in html
    assert "Front Door" in html
    assert "“exhuasted” was read as <b>exhausted</b>" in page(client, q="exhuasted")
    narrowed = page(client, q="carer exhausted", cost="fee")
    assert "1 service would fit, but not with these filters." in narrowed


def test_a_filter_that_does_not_exist_is_said_at_its_field(client: Client, hearth: Any) -> None:
    html = page(client, q="carer exhausted", cost="gold")
    assert "There is a problem" in html
    assert "Carers’ Hearth" in html
    assert page(client, page="nonsense", kind="carers").count('class="sheet service"') == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_results_costs_three_queries_once_its_cards_are_kept(
    count: int, signed_in: Any, lena: Any, django_assert_num_queries: Any
) -> None:
    """Lena’s session and account are two of them. Five while its cards are first read."""
    for number in range(count):
        fallback = world.service(f"Team {number}", world.kind("edt"), all_hours=True)
        world.service(f"Service {number}", world.kind("carers", "", "tired"), out_of_hours=fallback)
    client = signed_in(lena)
    page(client)  # the directory is in memory from now on
    with django_assert_num_queries(5):
        page(client, q="tired")
    with django_assert_num_queries(3):
        html = page(client, q="tired")
    assert html.count('class="sheet service"') == count


def test_ten_to_a_page_and_the_search_goes_on_with_them(client: Client) -> None:
    for number in range(12):
        world.service(f"Service {number:02}", world.kind("carers", "Carers", "tired"))
    first = page(client, q="tired")
    assert first.count('class="sheet service"') == 10
    assert "?q=tired&amp;page=2" in first
    assert page(client, q="tired", page="2").count('class="sheet service"') == 2
    assert page(client, "directory_print", q="tired").count('class="printed"') == 12


@pytest.mark.parametrize("count", [1, 3])
def test_practices_are_listed_by_network_at_constant_cost(
    count: int, client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        world.practice(f"Practice {number}", network=world.network(f"Network {number}"))
    page(client, "directory_practices")
    with django_assert_num_queries(2):
        html = page(client, "directory_practices")
    assert html.count("020 7946 0201</a>") == count


def test_the_directory_is_one_step_from_every_page(
    client: Client, signed_in: Any, lena: Any
) -> None:
    link = f'<a href="{reverse("directory")}"'
    assert client.get("/verify/").content.decode().count(link) == 2
    assert signed_in(lena).get("/dashboard/").content.decode().count(link) == 2
