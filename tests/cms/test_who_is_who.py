"""Who is who: a page for each role, their list, what stands around them, and their files."""

import datetime as dt
import re
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.models import Page

from cms.directory.sample import load_sample
from cms.freeze import CannotPublish
from cms.models import (
    Contact,
    HomePage,
    Organisation,
    RolePage,
    RoleReading,
    Service,
    ServiceKind,
    Side,
    WhoIsWhoPage,
)
from cms.portable.content_check import check_content
from cms.portable.load import load_who_is_who
from cms.portable.problems import PortableError
from cms.starter import PROGRAMME, WHO_IS_WHO
from curriculum.clock import today
from curriculum.models import Term
from tests.cms import site

pytestmark = pytest.mark.django_db

FILES = sorted(path for path in WHO_IS_WHO.glob("*.md") if path.name != "who-is-who.md")
LABEL = "not yet reviewed by a GP and a social worker"


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the starter's roles, three of them."""
    to = shutil.copytree(WHO_IS_WHO, tmp_path / "who-is-who")
    kept = {"amhp.md", "link-worker.md", "gp.md"}
    for path in to.glob("*.md"):
        if path.name not in {*kept, "who-is-who.md"}:
            path.unlink()
    index = to / "who-is-who.md"
    text = index.read_text("utf-8")
    listed = "roles:\n" + "".join(f"  - {name}\n" for name in sorted(kept))
    index.write_text(re.sub(r"roles:\n(?:  - .*\n)+", listed, text), "utf-8")
    return to


@pytest.fixture
def index() -> WhoIsWhoPage:
    page = WhoIsWhoPage(title="Who is who", slug="who-is-who")
    page.body = site.stream(page, "body", [site.text("<p>Whom do you ring?</p>")])
    HomePage.objects.get().add_child(instance=page)
    return page


def role(index: WhoIsWhoPage, slug: str = "social-worker", **fields: Any) -> RolePage:
    """A live role, as short as the gate allows."""
    words = {
        "title": slug.replace("-", " ").capitalize(),
        "side": Side.SOCIAL_CARE,
        "summary": f"In a sentence: {slug}.",
        "employer": "A council",
        "call_when": "<ul><li>life has changed</li></ul>",
        "does": "<p>Assesses needs.</p>",
        "decides": "<p>Whether needs are eligible.</p>",
        "cannot": "<p>Give hands-on care.</p>",
    }
    page = RolePage(slug=slug, **{**words, **fields})
    index.add_child(instance=page)
    return page


def service(name: str, kind: ServiceKind, **fields: Any) -> Service:
    organisation = Organisation.objects.get_or_create(name="A council")[0]
    made: Service = Service.objects.create(
        **{
            "organisation": organisation,
            "name": name,
            "summary": "Helps.",
            "checked_on": today(),
            **fields,
        }
    )
    made.kinds.add(kind)
    made.save()
    return made


def kind(slug: str = "carers") -> ServiceKind:
    return ServiceKind.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def soup(client: Client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


# ── Pages ─────────────────────────────────────────────────────────────────
def test_a_role_says_what_it_does_where_it_ends_and_when_to_ring(
    index: WhoIsWhoPage, client: Client
) -> None:
    role(index, wish_doctors="<p>“Tell me what she can do.”</p>")
    page = soup(client, "/who-is-who/social-worker/")
    assert page.h1.text == "Social worker"
    assert [heading.text.strip() for heading in page.article.find_all("h2")] == [
        "Ring them when",
        "What they do",
        "What they decide",
        "What they cannot do",
        "What they wish doctors knew",
    ]
    assert "Give hands-on care." in page.article.text
    assert page.article.find(string="life has changed")


def test_every_page_says_that_nobody_has_signed_it_off(index: WhoIsWhoPage, client: Client) -> None:
    role(index)
    for path in ("/who-is-who/", "/who-is-who/social-worker/"):
        assert LABEL in soup(client, path).text


def test_the_list_groups_roles_and_shows_one_side_alone_on_request(
    index: WhoIsWhoPage, client: Client
) -> None:
    role(index, "gp", side=Side.HEALTH)
    role(index, "unpaid-carer", side=Side.COMMUNITY)
    role(index, "social-worker")
    page = soup(client, "/who-is-who/")
    assert [h.text for h in page.main.find_all("h2")] == [
        "Family and community",
        "Social care",
        "Health care",
    ]
    assert [s["id"] for s in page.select("section.who")] == ["unpaid-carer", "social-worker", "gp"]
    only = soup(client, "/who-is-who/?side=health")
    assert [s["id"] for s in only.select("section.who")] == ["gp"]
    assert only.select_one(".sides [aria-current]").text == "Health care"
    assert len(soup(client, "/who-is-who/?side=<b>").select("section.who")) == 3


def test_a_role_that_is_not_live_is_nowhere(index: WhoIsWhoPage, client: Client) -> None:
    role(index, "gp", live=False)
    role(index)
    assert [s["id"] for s in soup(client, "/who-is-who/").select("section.who")] == [
        "social-worker"
    ]
    assert client.get("/who-is-who/gp/").status_code == 404


def test_an_unpublished_role_leaves_the_list_at_once(index: WhoIsWhoPage, client: Client) -> None:
    page = role(index)
    assert soup(client, "/who-is-who/").select("section.who")
    page.unpublish()
    assert not soup(client, "/who-is-who/").select("section.who")


@pytest.mark.parametrize("many", [1, 3])
def test_neither_page_asks_more_of_the_database_for_more_rows(
    many: int, index: WhoIsWhoPage, client: Client, django_assert_num_queries: Any
) -> None:
    found = kind()
    names = ["social-worker", "gp", "amhp"][:many]
    for name in names:
        page = role(index, name)
        page.kinds = [found]
        page.readings = [RoleReading(page=reading) for reading in _readings(many)]
        page.save()
    for n in range(many):
        made = service(f"Service {n}", found)
        Contact.objects.create(service=made, phone=f"020 7946 010{n}")
    for path, queries in (("/who-is-who/", 1), ("/who-is-who/social-worker/", 3)):
        client.get(path)  # what everybody sees alike is kept from here on
        with django_assert_num_queries(queries):
            client.get(path)


def _readings(many: int) -> list[Page]:
    module = site.module_page()
    return [site.reading_page(module) for _ in range(many)]


# ── The gate ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["call_when", "does", "decides", "cannot", "summary", "employer"])
def test_what_every_role_must_say_is_asked_for_at_its_field(name: str, index: WhoIsWhoPage) -> None:
    with pytest.raises(CannotPublish) as refusal:
        role(index, **{name: " "})
    assert [problem.path for problem in refusal.value.problems] == [(name,)]
    assert not RolePage.objects.exists()


def test_a_source_that_is_cited_must_be_listed(index: WhoIsWhoPage) -> None:
    with pytest.raises(CannotPublish, match="R12 is cited here"):
        role(index, does='<p>Assesses <a href="#ref-R12">[R12]</a>.</p>')


def test_a_draft_changes_nothing_for_readers(index: WhoIsWhoPage, client: Client) -> None:
    page = role(index)
    site.draft(page, does="<p>Something new.</p>")
    assert "Something new" not in soup(client, "/who-is-who/social-worker/").text


def test_the_editor_opens_and_previews_the_draft(
    index: WhoIsWhoPage, tom: Any, signed_in: Any
) -> None:
    page = role(index)
    client = signed_in(tom)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    site.draft(page, does="<p>Something new.</p>")
    draft = RolePage.objects.get().get_latest_revision_as_object()
    for preview in (draft.make_preview_request(), index.make_preview_request()):
        assert preview.status_code == 200
    shown = draft.make_preview_request().content.decode()
    assert "Something new." in shown
    assert LABEL in shown


def test_somebody_without_a_role_cannot_write_one(
    index: WhoIsWhoPage, lena: Any, signed_in: Any
) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "rolepage", index.pk])
    assert signed_in(lena).get(add).status_code == 302


# ── What stands around a role ─────────────────────────────────────────────
def test_services_here_are_those_that_are_shown_with_numbers_for_anybody(
    index: WhoIsWhoPage, client: Client
) -> None:
    here = kind()
    good = service("Carers' Hearth", here)
    Contact.objects.create(service=good, phone="020 7946 0109", label="Helpline")
    Contact.objects.create(service=good, phone="020 7946 0999", for_professionals=True)
    service("Not checked", here, checked_on=today() - dt.timedelta(days=200))
    service("Not in use", here, is_shown=False)
    service("Of another kind", kind("dols"))
    page = role(index)
    page.kinds = [here]
    page.save()
    shown = soup(client, "/who-is-who/social-worker/").select_one(".who-services")
    assert [item.b.text for item in shown.find_all("li")] == ["Carers' Hearth"]
    assert [link["href"] for link in shown.find_all("a")] == ["tel:02079460109"]


def test_it_leads_to_readings_and_cases_that_are_offered_and_follows_them(
    index: WhoIsWhoPage, client: Client
) -> None:
    module = site.module_page(title="Roles")
    reading = site.reading_page(module, title="Who assesses")
    hidden = site.reading_page(module, title="Not live", live=False)
    page = role(index)
    page.readings = [RoleReading(page=hidden), RoleReading(page=reading)]
    page.save()
    reading.slug = "elsewhere"
    reading.save()
    links = soup(client, "/who-is-who/social-worker/").select("[aria-labelledby=met-in] a")
    assert [(link.text, link["href"]) for link in links] == [
        ("Who assesses", f"/go/{reading.translation_key}/")
    ]
    reading.delete()
    assert not soup(client, "/who-is-who/social-worker/").select("[aria-labelledby=met-in]")


def test_the_terms_that_lead_to_a_role_stand_on_its_page(
    index: WhoIsWhoPage, client: Client
) -> None:
    role(index)
    for slug, address in (
        ("assessment", "/who-is-who/#social-worker"),
        ("plan", "/who-is-who/social-worker/"),
        ("other", "/who-is-who/#gp"),
    ):
        Term.objects.create(slug=slug, term=slug, definition="A word.", see_also=address)
    links = soup(client, "/who-is-who/social-worker/").select("[aria-labelledby=words] a")
    assert [link["href"] for link in links] == ["/glossary/#assessment", "/glossary/#plan"]


@pytest.mark.parametrize(
    ("card", "is_linked"),
    [
        ("Social worker (adults)", True),
        ("Care manager, or adult social worker", True),
        ("Work coach", False),
    ],
)
def test_a_role_card_in_a_page_leads_to_the_page_of_its_role(
    card: str, is_linked: bool, index: WhoIsWhoPage, client: Client
) -> None:
    page = role(index, other_names="Adult social worker\nASW")
    value = {
        "role": card,
        "employer": "A council",
        "does": [site.item("Assesses")],
        "does_not": [site.item("Bathe")],
        "registration": "",
        "call_when": "",
    }
    index.body = site.stream(index, "body", [site.block("role_card", value)])
    index.save()
    links = soup(client, "/who-is-who/").select(".role-card .more a")
    assert [link["href"] for link in links] == [f"/go/{page.translation_key}/"] * is_linked


# ── Files ─────────────────────────────────────────────────────────────────
def test_the_starters_roles_load_and_loading_twice_changes_nothing(
    folder: Path, client: Client
) -> None:
    load_sample()
    first = load_who_is_who(folder)
    assert len(first.created) == 4
    assert len(load_who_is_who(folder).unchanged) == 4
    page = RolePage.objects.get(slug="amhp")
    assert page.names == ("AMHP",)
    assert [found.slug for found in page.kinds.all()] == ["crisis-and-amhp"]
    assert page.review_months == 6
    shown = soup(client, "/who-is-who/amhp/")
    assert "Wexmoor AMHP and Crisis Hub" in shown.text
    assert "A doctor cannot be an AMHP" in shown.article.text


def test_kinds_that_come_later_are_taken_up(folder: Path) -> None:
    load_who_is_who(folder)
    assert not RolePage.objects.get(slug="amhp").kinds.exists()
    load_sample()
    assert sorted(load_who_is_who(folder).updated) == [
        "Approved mental health professional",
        "Social prescribing link worker",
    ]


def test_a_role_that_was_edited_here_is_kept(folder: Path, tom: Any) -> None:
    load_who_is_who(folder)
    page = RolePage.objects.get(slug="gp")
    page.summary = "Ours."
    page.save_revision(user=tom).publish()
    assert load_who_is_who(folder).kept == ["General practitioner"]
    assert RolePage.objects.get(slug="gp").summary == "Ours."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("side: health", "side: hospital", "“side” is one of"),
        ("## What they do {#does}", "## Other", "Say what they do."),
        ("employer: A GP practice", "employed_by: A GP practice", "no field “employed_by”"),
        ("[@R903]", "[@R999]", "R999 is cited here"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_and_nothing_is_loaded(
    old: str, new: str, message: str, folder: Path
) -> None:
    file = folder / "gp.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(PortableError) as refusal:
        load_who_is_who(folder)
    assert any(message in str(each) and "gp.md" in str(each) for each in refusal.value.problems)
    assert not WhoIsWhoPage.objects.exists()


def test_a_role_that_the_list_does_not_name_is_told(folder: Path) -> None:
    shutil.copy(WHO_IS_WHO / "physiotherapist.md", folder)
    with pytest.raises(PortableError, match="does not list this role"):
        load_who_is_who(folder)


def test_the_content_check_reads_them_and_finds_nothing() -> None:
    checked = check_content(WHO_IS_WHO)
    assert [str(problem) for problem in checked.problems] == []
    rows = [row for row in checked.rows if row.kind == "role"]
    assert len(rows) == len(FILES) >= 18
    assert all(240 <= row.words <= 410 and row.sources for row in rows), rows


def test_their_sources_are_the_programmes_under_the_same_keys() -> None:
    def read(path: Path) -> Any:
        return yaml.safe_load(path.read_text("utf-8"))

    ours, theirs = read(WHO_IS_WHO / "references.yaml"), read(PROGRAMME / "references.yaml")
    shared = ours.keys() & theirs.keys()
    assert {key: ours[key] for key in shared} == {key: theirs[key] for key in shared}
    assert len(shared) > 20


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_file_names_is_there(file: Path) -> None:
    """Kinds of service, tags, readings and other roles, each by its lasting name."""
    front, body = file.read_text("utf-8").split("\n---\n", 1)
    data = yaml.safe_load(front.removeprefix("---\n"))
    kinds = yaml.safe_load((PROGRAMME.parent / "service-kinds.yaml").read_text("utf-8"))
    assert set(data.get("kinds", ())) <= kinds.keys()
    assert set(data.get("tags", ())) <= yaml.safe_load((PROGRAMME / "tags.yaml").read_text()).keys()
    keys = set(
        re.findall(r"^key: (\S+)", "\n".join(p.read_text("utf-8") for p in _pages()), re.MULTILINE)
    )
    named = [*data["readings"], *re.findall(r"\(key:([^)]+)\)", body)]
    assert {str(uuid.UUID(key)) for key in named} <= keys
    assert data["readings"]


def _pages() -> list[Path]:
    return [*PROGRAMME.glob("*/*.md"), *PROGRAMME.glob("*/*.yaml"), *FILES]


def test_the_glossary_leads_only_to_roles_that_are_there() -> None:
    terms = yaml.safe_load((PROGRAMME / "glossary.yaml").read_text("utf-8")).values()
    places = [row["see_also"] for row in terms if "see_also" in row]
    slugs = {file.stem for file in FILES}
    named = {place.partition("#")[2] for place in places if place.startswith("/who-is-who/")}
    assert named <= slugs
    assert len(named) >= 12


def test_a_preview_keeps_nothing_of_the_draft_for_others(
    index: WhoIsWhoPage, client: Client, ada: Any
) -> None:
    page = role(index)
    carers = ServiceKind.objects.create(slug="carers-here", name="Carers here")
    page.kinds.add(carers)
    draft = page.get_context(preview_request(ada))
    assert [kind.name for kind in draft["kinds"]] == ["Carers here"]
    page.kinds.clear()
    assert "Carers here" not in soup(client, "/who-is-who/social-worker/").main.text


def preview_request(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user, request.is_preview = user, True
    return request
