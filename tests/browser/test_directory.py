"""The directory in a real browser: axe, a narrow screen, the keyboard, and without a script."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cms.directory.sample import load_sample, sample_id
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll(
        "main :is(button, select, input, summary, .button, .phone)")]
    .filter(e => e.checkVisibility() && e.type !== "hidden" && e.type !== "checkbox")
    .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().height])
    .filter(([, height]) => height < 43.5)"""


@pytest.fixture
def addresses(db: Any) -> list[str]:
    load_sample()
    return [
        reverse("directory"),
        reverse("directory") + "?q=cant+wsah",
        reverse("directory") + "?q=carer&cost=free&interpreters=on",
        reverse("directory") + "?q=carer&cost=gold",
        reverse("directory") + "?q=zzzzzz",
        reverse("directory_print") + "?q=carer",
        reverse("directory_entry", args=[sample_id("service", "front-door")]),
        reverse("directory_practices"),
        reverse("directory_practice", args=[sample_id("practice", "quay")]),
        reverse("directory_place"),
    ]


def ask_for_place(page: Page, postcode: str) -> None:
    page.goto(reverse("directory_place"))
    page.get_by_label("Home postcode").fill(postcode)
    page.get_by_label("GP practice").select_option(label="The Quay Surgery")
    with page.expect_navigation():  # the answer stands at the same address
        page.get_by_role("button", name="Show both answers").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_page_of_the_directory(
    scheme: Any, width: int, addresses: list[str], open_page: Any
) -> None:
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    trouble = {}
    for address in addresses:
        page.goto(address)
        if found := findings(page):
            trouble[address] = found
    for postcode in ("WX3 9ZZ", "nowhere"):
        ask_for_place(page, postcode)
        if found := findings(page):
            trouble[postcode] = found
    assert trouble == {}


def test_nothing_scrolls_sideways_at_320_pixels_and_what_one_presses_is_large(
    addresses: list[str], open_page: Any
) -> None:
    page = open_page(width=320)
    trouble = {}
    for address in addresses:
        page.goto(address)
        found = [page.evaluate(WIDE), page.evaluate(SMALL)]
        if found != [0, []]:
            trouble[address] = found
    ask_for_place(page, "WX3 9ZZ")
    assert [page.evaluate(WIDE), page.evaluate(SMALL)] == [0, []]
    assert trouble == {}


def test_from_a_need_to_a_number_without_a_script(addresses: list[str], open_page: Any) -> None:
    page = open_page(width=390, java_script_enabled=False)
    page.goto(reverse("directory"))
    page.get_by_label("What is needed?").fill("exhuasted carer")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("“exhuasted” was read as exhausted")).to_be_visible()
    first = page.locator("article.service").first
    expect(first.get_by_role("heading")).to_have_text("Carers' Hearth Wexmoor")
    expect(first.locator('a[href="tel:02079460109"]')).to_be_visible()
    page.locator("summary").click()
    page.get_by_label("Open", exact=True).select_option("outside")
    page.get_by_role("button", name="Search with these").click()
    expect(page.locator("details")).to_have_attribute("open", "")
    first.get_by_role("link", name="Carers' Hearth Wexmoor", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Carers' Hearth Wexmoor")

    ask_for_place(page, "WX3 9ZZ")
    expect(page.get_by_text("They differ here.")).to_be_visible()
    assert "WX3" not in page.url
    page.get_by_role("link", name="Search services for this place").click()
    expect(page.get_by_text("Care follows the home address: Riverbank")).to_be_visible()
    assert "WX3" not in page.url


def test_by_keyboard_alone_one_searches_opens_an_entry_and_asks_for_a_place(
    addresses: list[str], open_page: Any
) -> None:
    page = open_page()
    page.goto(reverse("directory"))
    reach(page, "#id_q")
    page.keyboard.type("no heating")
    page.keyboard.press("Enter")
    page.wait_for_url("**/directory/?q=no+heating*")
    reach(page, "article.service h3 a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wexmoor Housing Repairs and Health")

    page.goto(reverse("directory_place"))
    reach(page, "#id_postcode")
    page.keyboard.type("nowhere")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_postcode")).to_have_value("nowhere")
    reach(page, "#id_postcode")
    page.keyboard.press("Control+a")
    page.keyboard.type("WX1 4AA")
    page.keyboard.press("Enter")
    expect(page.locator("#answers")).to_be_focused()
    expect(page.get_by_text("Wexmoor Adult Social Care Front Door").first).to_be_visible()


def test_a_sheet_prints_without_forms_and_links(addresses: list[str], open_page: Any) -> None:
    page = open_page()
    page.goto(reverse("directory_print") + "?q=carer")
    page.emulate_media(media="print")
    expect(page.get_by_text("Fictional, not for patient care.")).to_be_visible()
    expect(page.get_by_text("020 7946 0109").first).to_be_visible()
    expect(page.get_by_role("link", name="Back to the list")).to_be_hidden()
    page.goto(reverse("directory_entry", args=[sample_id("service", "front-door")]))
    page.emulate_media(media="print")
    expect(page.get_by_text("A call back within two working days")).to_be_visible()
    expect(page.get_by_role("link", name="Whom do I contact?")).to_have_count(0)


def reach(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")
