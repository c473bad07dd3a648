"""Which pages may stand where, that each renders, and what learners and search engines see."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.admin.icons import get_icons
from wagtail.models import Page

from cms.blocks import BodyBlock, QuestionsBlock
from cms.models import (
    CasePage,
    HomePage,
    ModulePage,
    ProgrammePage,
    QuizPage,
    ReadingPage,
    RolePage,
    StandardPage,
    WhoIsWhoPage,
)
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, DueDate, Module, Programme
from tests import factories, people
from tests.cms import site
from tests.factories import activities, complete

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.mark.parametrize(
    ("page", "parents", "children"),
    [
        (HomePage, {"Page"}, {"ProgrammePage", "StandardPage", "WhoIsWhoPage"}),
        (ProgrammePage, {"HomePage"}, {"ModulePage"}),
        (
            ModulePage,
            {"ProgrammePage"},
            {
                "ReadingPage",
                "CasePage",
                "QuizPage",
                "ReflectionPage",
                "SessionPage",
                "SurveyPage",
            },
        ),
        (ReadingPage, {"ModulePage"}, set()),
        (CasePage, {"ModulePage"}, set()),
        (QuizPage, {"ModulePage"}, set()),
        (StandardPage, {"HomePage"}, set()),
        (WhoIsWhoPage, {"HomePage"}, {"RolePage"}),
        (RolePage, {"WhoIsWhoPage"}, set()),
    ],
)
def test_pages_stand_under_the_right_parents_only(
    page: Any, parents: set[str], children: set[str]
) -> None:
    assert {model.__name__ for model in page.allowed_parent_page_models()} == parents
    assert {model.__name__ for model in page.allowed_subpage_models()} == children


def all_blocks(block: Any) -> dict[str, Any]:
    return dict(block.child_blocks)


@pytest.mark.parametrize(
    ("name", "block"),
    [*all_blocks(BodyBlock()).items(), *all_blocks(QuestionsBlock()).items()],
)
def test_every_block_has_an_icon_a_description_a_preview_and_a_template(
    name: str, block: Any
) -> None:
    assert block.meta.icon != "placeholder"
    assert f'id="icon-{block.meta.icon}"' in get_icons()
    assert block.get_description()
    assert block.meta.group
    assert block.meta.template.startswith("cms/blocks/")
    assert block.is_previewable, f"{name} has no preview"


@pytest.mark.parametrize("name", list(all_blocks(BodyBlock())))
def test_every_preview_renders(name: str, ada: Any, client: Client) -> None:
    client.force_login(ada)
    block = BodyBlock().child_blocks[name]
    response = client.get("/cms/block-preview/", {"id": block.definition_prefix})
    assert response.status_code == 200
    assert b"site.css" in response.content


# ── What learners see ─────────────────────────────────────────────────────
@pytest.fixture
def reading() -> ReadingPage:
    return site.reading_page(body=[site.text("<p>Frozen words.</p>")])


@pytest.fixture
def lena_enrolled(reading: Any, lena: Any) -> Any:
    return enrol(people.cohort(Programme.objects.get()), lena)


def test_a_learner_reads_marks_as_read_and_goes_on(
    reading: Any, lena_enrolled: Any, lena: Any, client: Client
) -> None:
    module = reading.get_parent().specific
    after = site.reading_page(module)
    client.force_login(lena)
    page = client.get(reading.url)
    assert b"Frozen words." in page.content
    assert b"Mark as read and continue" in page.content
    assert b"not yet reviewed by a GP and a social worker" in page.content
    response = client.post(f"/learn/activities/{reading.translation_key}/read/")
    assert response["Location"] == f"/go/{after.translation_key}/"
    done = client.get(reading.url)
    assert b"Mark as read" not in done.content
    assert b"Continue: " in done.content
    last = client.post(f"/learn/activities/{after.translation_key}/read/")
    assert last["Location"] == f"/go/{module.translation_key}/"


def test_the_page_shows_the_edition_and_not_the_row(
    reading: Any, lena_enrolled: Any, lena: Any, client: Client
) -> None:
    """A change that did not go through the gate shows nowhere."""
    raw = site.stream(reading, "body", [site.text("<p>Sneaked in.</p>")])
    ReadingPage.objects.filter(pk=reading.pk).update(body=raw)
    cache.clear()
    client.force_login(lena)
    page = client.get(reading.url)
    assert b"Frozen words." in page.content
    assert b"Sneaked in." not in page.content


def test_activities_ask_to_sign_in_and_come_back(reading: Any, client: Client) -> None:
    response = client.get(reading.url)
    assert response["Location"] == f"/accounts/login/?next={reading.url}"


def test_somebody_who_is_not_enrolled_can_look_and_nothing_is_recorded(
    reading: Any, tom: Any, lena: Any, client: Client
) -> None:
    for person in (tom, lena):
        client.force_login(person)
        page = client.get(reading.url)
        assert b"Frozen words." in page.content
        assert b"nothing is recorded" in page.content
        assert b"Mark as read" not in page.content
        post = client.post(f"/learn/activities/{reading.translation_key}/read/")
        assert post.status_code == 404


def test_unsigned_content_is_not_found_where_review_is_required(
    reading: Any, lena_enrolled: Any, lena: Any, client: Client
) -> None:
    client.force_login(lena)
    site.allow_unreviewed(False)
    assert client.get(reading.url).status_code == 404
    post = client.post(f"/learn/activities/{reading.translation_key}/read/")
    assert post.status_code == 404
    module = client.get(reading.get_parent().url)
    assert reading.title.encode() not in module.content


def test_signed_content_carries_names_and_no_banner(
    reading: Any, lena_enrolled: Any, lena: Any, gita: Any, sol: Any, client: Client
) -> None:
    from tests import factories

    factories.sign(activities(Programme.objects.get())[0], gita, sol)
    client.force_login(lena)
    for url in (reading.url, reading.get_parent().url):
        page = client.get(url).content
        assert b"not yet reviewed" not in page
    assert b"Signed off by Gita Rao, GP" in page
    assert b"Sol Brandt, social worker" in page


def test_a_module_shows_required_and_optional_apart_with_their_minutes(
    lena: Any, client: Client
) -> None:
    module = site.module_page()
    site.reading_page(module, minutes_override=7)
    site.reading_page(module, minutes_override=4, is_required=False, title="Spare")
    site.quiz_page(module)
    client.force_login(lena)
    page = client.get(module.url).content.decode()
    assert "9 minutes, and 4 minutes optional" in page
    assert page.index("Activities") < page.index(">Optional<") < page.index("Spare")


def test_the_modules_page_is_public_and_its_words_are_frozen(client: Client) -> None:
    module = site.module_page(body=None)
    module.body = site.stream(module, "body", [site.text("<p>About it.</p>")])
    module.save_revision().publish()
    assert b"About it." in client.get(module.url).content


def test_home_leads_those_who_are_signed_in_to_their_dashboard(lena: Any, client: Client) -> None:
    assert b"The patient is one person" in client.get("/").content
    client.force_login(lena)
    assert client.get("/")["Location"] == "/dashboard/"


def test_addresses_that_are_nothing_are_not_found(client: Client) -> None:
    for path in ("/nothing/", "/nothing/at/all/", "/go/00000000-0000-4000-8000-000000000000/"):
        response = client.get(path)
        assert response.status_code == 404
        assert b"There is no such page" in response.content


def test_search_engines_get_titles_descriptions_and_a_sitemap(
    client: Client, settings: Any
) -> None:
    page = site.programme_page(
        title="Social care",
        slug="social-care",
        seo_title="Learn social care",
        search_description="In short.",
    )
    html = client.get(page.url).content.decode()
    assert "<title>Learn social care · Common Ground</title>" in html
    assert '<meta name="description" content="In short.">' in html
    sitemap = client.get("/sitemap.xml").content.decode()
    assert f"<loc>{settings.SITE_URL}/social-care/</loc>" in sitemap
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /verify/" in robots


def test_learners_find_pages_by_their_words(lena: Any, client: Client) -> None:
    module = site.module_page()
    site.reading_page(module, body=[site.text("<p>Help after a fall.</p>")], title="Getting up")
    hidden = site.single("q1", site.option("a"), site.option("b", correct=True, text="fall"))
    site.quiz_page(module, questions=[hidden], title="Check")
    client.force_login(lena)
    page = client.get("/search/", {"q": "fall"}).content.decode()
    assert "Getting up" in page
    assert "Reading in " in page
    assert "Check" not in page.split("<main")[1].split("</main")[0]  # no questions, no keys
    assert "0 pages" in client.get("/search/", {"q": "zebra"}).content.decode()
    site.allow_unreviewed(False)
    assert "Getting up" not in client.get("/search/", {"q": "fall"}).content.decode()


def test_authors_find_pages_by_their_title(tom: Any, client: Client) -> None:
    site.reading_page(title="Getting up")
    client.force_login(tom)
    assert b"Getting up" in client.get("/cms/pages/search/", {"q": "getting"}).content


# ── Authors ───────────────────────────────────────────────────────────────
def test_the_preview_of_a_quiz_shows_its_questions_without_the_key(rf: Any, tom: Any) -> None:
    page = site.quiz_page(questions=[site.single("q1"), site.ordering("q2"), site.ranking("q3")])
    seen = page.make_preview_request(preview_mode="").render().content.decode()
    assert "Stem q1?" in seen
    assert "Give each step its place" in seen
    assert "Feedback q1-a" not in seen
    ids = re.findall(r' id="([^"]+)"', seen)
    assert len(ids) == len(set(ids))
    keys = page.make_preview_request(preview_mode="key").render().content.decode()
    assert "Feedback q1-a" in keys
    assert "Question 1: single best answer" in keys


def test_the_preview_of_an_unfinished_quiz_shows_as_much_as_there_is() -> None:
    page = site.quiz_page(live=False, draw=9, questions=[site.matching("q1"), site.single("q2")])
    page.questions = []
    assert page.make_preview_request(preview_mode="").render().status_code == 200
    page = site.quiz_page(live=False, draw=9, questions=[site.ordering("q3", "Only one")])
    assert "Only one" in page.make_preview_request(preview_mode="").render().content.decode()


def test_the_page_list_is_in_the_order_of_the_module(tom: Any, client: Client) -> None:
    module = site.module_page()
    for title in ("Alpha", "Beta", "Gamma"):
        site.reading_page(module, title=title)
    client.force_login(tom)
    listing = client.get(f"/cms/pages/{module.pk}/").content.decode()
    assert listing.index("Alpha") < listing.index("Beta") < listing.index("Gamma")


# ── What is kept in memory is never older than the last change ────────────
def test_every_change_is_seen_at_the_next_visit(
    lena: Any, gita: Any, sol: Any, client: Client
) -> None:
    module = site.module_page()
    first, second = (site.reading_page(module, title=title) for title in ("First", "Second"))
    enrol(people.cohort(Programme.objects.get()), lena)
    client.force_login(lena)

    def seen(page: Any) -> str:
        return str(client.get(Page.objects.get(pk=page.pk).url).content.decode())

    assert seen(module).index("First") < seen(module).index("Second")
    assert "Sample content" in seen(first)

    first.title = "Reworded"
    first.save_revision().publish()
    assert "<h1>Reworded</h1>" in seen(first)
    assert "Reworded" in seen(second)  # in the rail

    second.move(first, pos="left")
    assert seen(module).index("Second") < seen(module).index("Reworded")

    factories.sign(Activity.objects.get(key=first.translation_key), gita, sol)
    assert "Sample content" not in seen(first)

    old = module.url
    module.refresh_from_db()
    module.slug = "elsewhere"
    module.save_revision().publish()
    assert "Reworded" in seen(first)
    assert client.get(old).status_code in {301, 404}

    Page.objects.get(pk=second.pk).specific.unpublish()
    assert client.get(Page.objects.get(pk=second.pk).url).status_code == 404
    assert "Second" not in seen(module)

    here = first.get_parent().url
    Page.objects.get(pk=first.pk).specific.delete()
    assert "Reworded" not in client.get(here).content.decode()


def test_somebody_elses_progress_is_never_kept(lena: Any, client: Client) -> None:
    module = site.module_page()
    page = site.reading_page(module)
    cohort = people.cohort(Programme.objects.get())
    complete(enrol(cohort, lena), Activity.objects.get(key=page.translation_key))
    client.force_login(lena)
    assert b"You completed this module" in client.get(module.url).content
    other = people.person("nia", "Nia Rees")
    enrol(cohort, other)
    client.force_login(other)
    assert b"0 of 1" in client.get(module.url).content


# ── Cost ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("readings", [1, 3])
def test_pages_take_the_same_queries_however_much_there_is(
    readings: int, lena: Any, client: Client, django_assert_num_queries: Any
) -> None:
    module = site.module_page()
    pages = [site.reading_page(module) for _ in range(readings)]
    quiz = site.quiz_page(module)
    enrol(people.cohort(Programme.objects.get()), lena)
    client.force_login(lena)
    for url, queries in (
        (pages[0].url, 7),
        (module.url, 8),
        (quiz.url, 9),
        (module.get_parent().url, 11),
        ("/dashboard/", 14),
        ("/", 3),
        ("/search/?q=reading", 6),
    ):
        client.get(url)  # fills what the process keeps
        with django_assert_num_queries(queries):
            assert client.get(url).status_code in {200, 302}


# ── Finding the way ───────────────────────────────────────────────────────
def test_a_module_offers_to_start_then_to_go_on_then_nothing(lena: Any, client: Client) -> None:
    page = site.reading_page(body=[site.text("<p>Words.</p>")])
    module = page.get_parent()
    enrolment = enrol(people.cohort(Programme.objects.get()), lena)
    client.force_login(lena)
    button = f">Start: {page.title}</a>"
    first = client.get(module.url).content.decode()
    assert button in first
    assert first.index(button) < first.index("By the end you can") < first.index("Activities")
    complete(enrolment, activities(Programme.objects.get())[0])
    done = client.get(module.url).content.decode()
    assert "Start: " not in done
    assert "Continue: " not in done


def test_the_skip_link_leads_past_the_list_of_activities(
    reading: ReadingPage, lena: Any, client: Client
) -> None:
    client.force_login(lena)
    enrol(people.cohort(Programme.objects.get()), lena)
    page = client.get(reading.url).content.decode()
    assert '<a class="skip" href="#content">' in page
    assert page.index('class="rail"') < page.index('<article id="content" tabindex="-1">')
    assert '<a class="skip" href="#main">' in client.get("/dashboard/").content.decode()


def test_on_paper_a_reading_says_where_it_is_from(reading: ReadingPage, client: Client) -> None:
    programme = Programme.objects.get()
    client.force_login(people.lena())
    head = client.get(reading.url).content.decode().split('class="print-only print-head')[1]
    assert programme.title in head.split("</p>")[0]
    assert reading.get_parent().title in head.split("</p>")[0]


def test_a_finished_programme_no_longer_says_go_on(lena: Any, client: Client) -> None:
    page = site.reading_page(body=[site.text("<p>Words.</p>")])
    programme = page.get_parent().get_parent()
    enrolment = enrol(people.cohort(Programme.objects.get()), lena)
    client.force_login(lena)
    assert b">Go on</a>" in client.get(programme.url).content
    complete(enrolment, activities(Programme.objects.get())[0])
    assert b">Go on</a>" not in client.get(programme.url).content


# ── What is due ───────────────────────────────────────────────────────────
def test_a_module_and_the_list_of_modules_say_when_it_is_due_until_it_is_done(
    lena: Any, client: Client
) -> None:
    page = site.reading_page(body=[site.text("<p>Words.</p>")])
    module, programme = page.get_parent(), page.get_parent().get_parent()
    cohort = people.cohort(Programme.objects.get())
    DueDate.objects.create(cohort=cohort, module=Module.objects.get(), due_on=dt.date(2099, 12, 4))
    enrolment = enrol(cohort, lena)
    client.force_login(lena)
    for address in (module.url, programme.url, "/dashboard/"):
        assert b"Due 4 December 2099" in client.get(address).content
    complete(enrolment, Activity.objects.get())
    for address in (module.url, programme.url, "/dashboard/"):
        assert b"4 December 2099" not in client.get(address).content
