"""The glossary: its page, its terms on learners' pages, and what a term must be."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from curriculum.models import Edition, Term
from tests.cms import site

pytestmark = pytest.mark.django_db


def term(name: str, slug: str = "", **fields: Any) -> Term:
    slug = slug or name.lower().replace(" ", "-")
    made = Term(**{"slug": slug, "term": name, "definition": f"What {name} means.", **fields})
    made.full_clean()
    made.save()
    return made


@pytest.fixture
def reading(db: Any) -> Any:
    site.allow_unreviewed()
    module = site.module_page(site.programme_page())
    return site.reading_page(module, [site.text("<p>Some words about a carer.</p>")])


def test_the_page_lists_terms_by_letter(client: Client) -> None:
    for name in ("carer", "Care Act", "advocate"):
        term(name)
    html = client.get("/glossary/").content.decode()
    places = [html.index(f'id="{slug}"') for slug in ("advocate", "care-act", "carer")]
    assert places == sorted(places)
    assert html.count("<h2") == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [("CARER", ["carer"]), ("means advocate", ["advocate"]), ("ca", ["carer", "advocate"])],
)
def test_it_is_searched_by_words_forms_and_meaning(
    query: str, found: list[str], client: Client
) -> None:
    term("carer")
    term("advocate", forms="IMCA")
    html = client.get("/glossary/", {"q": query}).content.decode()
    assert [slug for slug in ("carer", "advocate") if f'id="{slug}"' in html] == found


def test_hostile_words_find_nothing_and_break_nothing(client: Client) -> None:
    response = client.get("/glossary/", {"q": '"><script>\x00' + "(" * 300})
    assert response.status_code == 200
    assert "<script>\x00" not in response.content.decode()
    assert "0 terms" in response.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_two_queries_and_none_but_the_mark_after_that(
    many: int, client: Client, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        term(f"term {n}")
    client.get("/glossary/nothing/")  # the site's name is in the cache then
    with django_assert_num_queries(3):  # the mark, the terms, and the pages about roles
        client.get("/glossary/")
    with django_assert_num_queries(1):
        client.get("/glossary/")


def test_a_page_explains_a_term_at_once_and_its_edition_knows_nothing(
    reading: Any, signed_in: Any, lena: Any
) -> None:
    client = signed_in(lena)
    assert "gloss-carer" not in client.get(reading.url).content.decode()
    word = term("carer")
    assert "What carer means." in client.get(reading.url).content.decode()
    word.definition = "Somebody who looks after somebody."
    word.save()
    html = client.get(reading.url).content.decode()
    assert "Somebody who looks after somebody." in html
    assert "What carer means." not in html
    assert Edition.objects.filter(activity__kind="reading").count() == 1
    word.delete()
    assert "gloss-carer" not in client.get(reading.url).content.decode()


def test_without_a_script_the_term_is_a_link_into_the_glossary(
    reading: Any, signed_in: Any, lena: Any
) -> None:
    word = term("carer")
    html = signed_in(lena).get(reading.url).content.decode()
    assert f'href="{word.get_absolute_url()}"' in html
    assert word.get_absolute_url() == "/glossary/#carer"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"definition": "word " * 61}, "61 words"),
        ({"forms": "advocate"}, "already stands under"),
        ({"see_also": "javascript:alert(1)"}, "Begin with"),
        ({"see_also": "//evil.example"}, "Begin with"),
        ({"source_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_what_a_term_may_not_be(fields: dict[str, Any], said: str) -> None:
    term("Advocate")
    with pytest.raises(ValidationError, match=said):
        term("carer", **fields)


def test_the_database_holds_each_term_once() -> None:
    term("carer")
    with pytest.raises(IntegrityError):
        Term.objects.create(slug="other", term="Carer", definition="x")
