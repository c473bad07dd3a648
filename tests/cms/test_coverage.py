"""Outcomes and activities: the matrix on screen and as a spreadsheet, with its gaps."""

import io
from typing import Any

import pytest
from django.apps import apps
from openpyxl import load_workbook

from cms.coverage import coverage
from cms.models import ModuleOutcome, ModulePage, Outcome, OutcomeCode
from cms.models.base import ActivityPage
from curriculum.models import Module
from tests.cms import site

pytestmark = pytest.mark.django_db

ADDRESS = "/cms/truth/coverage/"


@pytest.fixture
def programme(db: Any) -> Any:
    """Three outcomes: taught and asked, taught only, and a gap."""
    site.allow_unreviewed()
    page = site.programme_page()
    module = site.module_page(page)
    for key in ("M1.10", "M1.2"):
        outcome = site.outcome(key, f"do {key}")
        ModuleOutcome.objects.create(page=module, outcome=outcome)
    OutcomeCode.objects.create(outcome=site.outcome(), framework="GMC", code="20a")
    reading = site.reading_page(module, title="Doors")
    reading.outcomes = [site.outcome(), site.outcome("M1.2")]
    reading.save()
    asks = [site.item("M1.1", "o1")]
    site.quiz_page(module, [site.single("q1", outcomes=asks)], title="=Quiz")
    return page


def test_the_matrix_says_what_is_taught_asked_and_missing(programme: Any) -> None:
    matrix = coverage(programme)
    assert [(row.outcome.key, [c.words for c in row.cells], row.gap) for row in matrix.rows] == [
        ("M1.1", ["taught", "asked 1×"], ""),
        ("M1.2", ["taught", ""], "Taught, never asked"),
        ("M1.10", ["", ""], "Nothing works towards it"),
    ]
    assert matrix.rows[0].codes == "GMC 20a"
    assert matrix.gaps == 2


def test_everybody_who_works_here_sees_it_and_no_learner(
    programme: Any, cora: Any, gita: Any, lena: Any, signed_in: Any
) -> None:
    for person in (cora, gita):
        html = signed_in(person).get(ADDRESS).content.decode()
        assert "Nothing works towards it" in html
        assert "Asked 1×" in html
    assert signed_in(lena).get(ADDRESS).status_code == 302


def test_the_spreadsheet_agrees_with_the_screen(programme: Any, tom: Any, signed_in: Any) -> None:
    response = signed_in(tom).get(ADDRESS, {"export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book["Coverage"].iter_rows(values_only=True))
    assert rows[0][:2] == ("Outcome", "By the end learners can")
    assert rows[0][-2:] == ("Doors", "=Quiz")
    assert [row[0] for row in rows[1:]] == ["M1.1", "M1.2", "M1.10"]
    assert rows[1][-2:] == ("taught", "asked 1×")
    assert rows[3][4] == "Nothing works towards it"


@pytest.mark.parametrize("wanted", ["x", "999999", "-1", "1 OR 1"])
def test_no_other_programme_is_there(wanted: str, programme: Any, tom: Any, signed_in: Any) -> None:
    assert signed_in(tom).get(ADDRESS, {"programme": wanted}).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_however_large(
    many: int, db: Any, django_assert_num_queries: Any
) -> None:
    site.allow_unreviewed()
    page = site.programme_page()
    for n in range(many):
        module = site.module_page(page)
        reading = site.reading_page(module)
        reading.outcomes = [site.outcome(f"K{n}")]
        reading.save()
        site.quiz_page(module)
    kinds = sum(issubclass(m, ActivityPage) for m in apps.get_app_config("cms").get_models())
    with django_assert_num_queries(5 + 2 * kinds):
        coverage(page)


def test_an_outcome_in_other_words_changes_the_modules_that_promise_it(programme: Any) -> None:
    outcome = Outcome.objects.get(key="M1.1")
    outcome.text = "know it better"
    outcome.save()
    module = Module.objects.get(key=ModulePage.objects.get().translation_key)
    assert "know it better" in module.overview["outcomes"]


def test_a_module_without_an_outcome_is_not_published(db: Any) -> None:
    from cms.freeze import CannotPublish

    module = site.module_page(site.programme_page())
    module.module_outcomes = []
    with pytest.raises(CannotPublish, match="Choose at least one outcome"):
        module.save_revision().publish()


@pytest.mark.parametrize("kind", ["cms/tag", "cms/outcome", "curriculum/term"])
def test_tutors_keep_them_and_leads_may_not(kind: str, tom: Any, cora: Any, signed_in: Any) -> None:
    address = f"/cms/snippets/{kind}/add/"
    assert signed_in(tom).get(address).status_code == 200
    assert signed_in(cora).get(address).status_code == 302


def test_a_short_name_is_made_and_stays(tom: Any, signed_in: Any) -> None:
    from cms.models import Tag

    client = signed_in(tom)
    data = {"name": "Mental Capacity Act 2005", "kind": "statute", "slug": ""}
    client.post("/cms/snippets/cms/tag/add/", data)
    tag = Tag.objects.get(slug="mental-capacity-act-2005")
    client.post(f"/cms/snippets/cms/tag/edit/{tag.pk}/", {**data, "name": "MCA", "slug": "mca"})
    tag.refresh_from_db()
    assert (tag.name, tag.slug) == ("MCA", "mental-capacity-act-2005")
