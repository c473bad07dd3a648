"""Surveys in Wagtail: what is refused, what a published survey holds, and what files say of it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.test import Client

from cms.directory.kinds import load_kinds
from cms.freeze import CannotPublish
from cms.models import SurveyItem, SurveyItemWording, SurveyPage
from cms.portable.load import load_programme
from cms.portable.pages import said
from cms.portable.problems import PortableError
from cms.portable.write_module import write_module
from curriculum.content import ItemWording
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Programme
from tests import people, starter
from tests.cms import site
from tests.cms.site import block

pytestmark = pytest.mark.django_db

BEFORE = "m1-two-systems/before-you-begin.yaml"


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def folder(tmp_path: Path, db: Any) -> Path:
    """The first and the last module of the starter, with the surveys before and after."""
    load_kinds()
    return starter.copy(tmp_path / "programme", starter.M1, "m8-carers")


def item(key: str = "C1", **fields: Any) -> SurveyItem:
    made = {"statement": f"Statement {key}.", "domain": "Confidence", **fields}
    return SurveyItem.objects.create(key=key, **made)


def survey_page(*items: SurveyItem, **fields: Any) -> SurveyPage:
    page = SurveyPage(
        **{
            "title": "Before you begin",
            "slug": "before",
            "occasion": "pre",
            "measure": "Self-check",
            "consent": "We count your answers.",
            **fields,
        }
    )
    blocks = [block("item", found.pk) for found in items]
    page.items = page._meta.get_field("items").to_python(blocks)
    page.live = False
    module = site.module_page()
    module.add_child(instance=page)
    return page


def problems(page: SurveyPage) -> str:
    return " ".join(problem.message for problem in page.freeze().problems)


# ── What is refused ───────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"consent": ""}, "Say what people agree to"),
        ({"measure": ""}, "Name what is measured"),
        ({"scale": "No\nYes"}, "A scale has 3 to 11 labels"),
        ({"scale": "No\nNo\nYes"}, "no two alike"),
        ({"occasion": "soon"}, "Choose one of: pre, post, other."),
    ],
)
def test_what_a_survey_lacks_is_said(fields: dict[str, Any], said: str) -> None:
    assert said in problems(survey_page(item(), **fields))


def test_a_survey_without_items_is_not_published() -> None:
    page = survey_page()
    with pytest.raises(CannotPublish, match="needs at least one item"):
        page.save_revision().publish()


def test_an_item_that_is_gone_or_stands_twice_is_refused() -> None:
    one, other = item("C1"), item("C2")
    page = survey_page(one, one, other)
    assert "The item C1 stands here twice." in problems(page)
    other.delete()
    assert "Choose an item." in problems(SurveyPage.objects.get(pk=page.pk))


def test_nobody_is_asked_to_look_back_beforehand() -> None:
    back = item("BACK", kind="retrospective", domain="")
    assert "Nobody can look back" in problems(survey_page(item(), back))


def test_an_item_to_agree_with_needs_a_domain_and_a_wording_a_known_profession() -> None:
    with pytest.raises(ValidationError, match="domain"):
        SurveyItem(key="C1", statement="I know.").full_clean()
    made = item()
    with pytest.raises(ValidationError, match="no profession or side"):
        SurveyItemWording(item=made, who="Astronaut", text="I know.").full_clean()
    SurveyItemWording(item=made, who="social-care", text="I know.").full_clean()


# ── What a published survey holds ─────────────────────────────────────────
def test_a_change_of_an_item_leaves_the_edition_as_it_was() -> None:
    made = item("A2")
    SurveyItemWording.objects.create(item=made, who="Social worker", text="As a social worker.")
    page = survey_page(made)
    page.save_revision().publish()
    made.statement = "Other words."
    made.save()
    edition = Activity.objects.get(key=page.translation_key).current_edition
    assert edition is not None
    (asked,) = edition.content.items
    assert asked.statement == "Statement A2."
    assert asked.wordings == (ItemWording(who="Social worker", text="As a social worker."),)
    SurveyPage.objects.get(pk=page.pk).save_revision().publish()
    newer = Activity.objects.get(key=page.translation_key).current_edition
    assert newer is not None
    assert (newer.number, newer.content.items[0].statement) == (2, "Other words.")


def test_authors_write_items_and_see_a_survey_with_every_wording(client: Client, tom: Any) -> None:
    made = item("A2", reverse=True)
    SurveyItemWording.objects.create(item=made, who="Social worker", text="As a social worker.")
    page = survey_page(made)
    page.save_revision()
    people_who = people.staff("vera", "Vera Moss", "Tutors")
    client.force_login(people_who)
    assert client.get("/cms/snippets/cms/surveyitem/").status_code == 200
    shown = client.get(f"/cms/snippets/cms/surveyitem/edit/{made.pk}/").content.decode()
    assert "Social worker" in shown
    edit = client.get(f"/cms/pages/{page.pk}/edit/")
    assert edit.status_code == 200
    preview = page.make_preview_request(preview_mode="open").content.decode()
    assert "As a social worker." in preview
    assert "scored in reverse" in preview
    plain = page.make_preview_request().content.decode()
    assert "Statement A2." in plain
    assert "Prefer not to say" in plain
    tried = client.get(f"/cms/try/{page.pk}/")
    assert tried.status_code == 200


def test_a_learner_begins_it_from_its_page(client: Client, lena: Any, cora: Any) -> None:
    page = survey_page(item())
    page.save_revision().publish()
    enrol(people.cohort(Programme.objects.get(), cora), lena)
    client.force_login(lena)
    shown = client.get(f"/go/{page.translation_key}/", follow=True)
    assert "Start the survey" in shown.content.decode()
    begun = client.post(f"/learn/activities/{page.translation_key}/start/", follow=True)
    assert "Statement C1." in begun.content.decode()
    again = client.get(f"/go/{page.translation_key}/", follow=True)
    assert "Go on with the survey" in again.content.decode()


# ── Files ─────────────────────────────────────────────────────────────────
def test_the_starter_s_surveys_ask_the_same_ten_before_and_after(folder: Path) -> None:
    load_programme(folder)
    before, after = (
        SurveyPage.objects.get(slug=slug).freeze().content
        for slug in ("before-you-begin", "looking-back")
    )
    assert [i.key for i in before.items] == [i.key for i in after.rated]
    assert len(before.items) == 10
    assert [i.key for i in before.items if i.reverse] == ["WSC-A3"]
    assert (before.items[0].key, before.items[0].domain) == ("WSC-U1", "Understanding")
    assert [i.kind.value for i in after.items[10:]] == ["retrospective", "text"]
    assert (before.occasion.value, after.occasion.value) == ("pre", "post")
    assert before.measure == after.measure
    doctors = before.item("WSC-A2")
    assert "as a doctor" in doctors.words(doctors.wording_for("Medical student", "health"))
    assert "doctor" not in doctors.words(doctors.wording_for("Nursing student", "health"))
    assert not SurveyPage.objects.filter(is_required=True).exists()


def test_loading_the_same_files_again_changes_nothing(folder: Path) -> None:
    load_programme(folder)
    before = [said(page) for page in SurveyPage.objects.order_by("pk")]
    loaded = load_programme(folder)
    assert {fate for kind, _, fate in loaded.rows if kind == "survey"} == {"unchanged"}
    assert [said(page) for page in SurveyPage.objects.order_by("pk")] == before


def test_a_module_with_a_survey_is_written_as_it_was_read(folder: Path) -> None:
    load_programme(folder)
    module = SurveyPage.objects.get(slug="looking-back").get_parent().specific
    written = write_module(module)  # refuses what does not read back as it was
    data = yaml.safe_load(written.texts["looking-back.yaml"])
    assert data["items"][:2] == ["WSC-U1", "WSC-U2"]
    items = yaml.safe_load(written.texts["survey-items.yaml"])
    assert items["WSC-A3"]["reverse"] is True
    assert set(items) == set(data["items"])


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (BEFORE, lambda d: d["items"].append("X9"), "has no item “X9”"),
        (BEFORE, lambda d: d["items"].append("WSC-U1"), "has the same id as another"),
        (BEFORE, lambda d: d.update(consent=""), "Say what people agree to"),
        (BEFORE, lambda d: d.update(marks=3), "Unknown field “marks”."),
        (BEFORE, lambda d: d.update(occasion="later"), "is not a valid choice"),
        ("survey-items.yaml", lambda d: d["WSC-U1"].update(domain=""), "belongs to"),
        ("survey-items.yaml", lambda d: d["WSC-U1"].update(marks=3), "unknown field “marks”"),
        (
            "survey-items.yaml",
            lambda d: d["WSC-U1"].update(wordings={"Astronaut": "I know."}),
            "no profession or side “Astronaut”",
        ),
    ],
    ids=lambda value: "" if callable(value) else str(value)[:30],
)
def test_what_files_get_wrong_is_refused_with_its_place(
    folder: Path, name: str, change: Any, said: str
) -> None:
    path = folder / name
    data = yaml.safe_load(path.read_text("utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    with pytest.raises(PortableError) as refusal:
        load_programme(folder)
    assert said in str(refusal.value)
    assert not SurveyPage.objects.exists()
    assert not SurveyItem.objects.exists()
