"""Reflections in Wagtail: what is refused, what the page shows, and what files say of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from cms.models import ReflectionPage
from cms.portable.load import load_programme
from cms.portable.problems import PortableError
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Programme
from tests import people, starter
from tests.cms import site

pytestmark = pytest.mark.django_db

FILE = "m1-two-systems/a-mainly-social-problem.yaml"


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the starter's first reflection, to change."""
    return starter.copy(tmp_path / "programme", told=[starter.M1])


def refused(folder: Path, change: Any) -> str:
    """What is said of the reflection after `change` was made to its data."""
    path = folder / FILE
    data = yaml.safe_load(path.read_text("utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    with pytest.raises(PortableError) as refusal:
        load_programme(folder)
    assert not ReflectionPage.objects.exists()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["prompts"].clear(), "A reflection needs at least one prompt."),
        (lambda d: d["prompts"][0].update(gp=""), "Say what is looked for"),
        (lambda d: d["prompts"][0].update(social_worker=""), "Say what is looked for"),
        (lambda d: d["prompts"][0].update(question=""), "Write what to reflect on."),
        (lambda d: d["prompts"][0].update(model="kolb"), "Choose one of: three-questions"),
        (lambda d: d["prompts"][0].update(words=[200, 100]), "must end above where it begins"),
        (lambda d: d["prompts"][0].update(least=0), "Say a number of words from 1 to 200."),
        (lambda d: d["prompts"][1].update(id="mainly-social"), "is used twice"),
        (lambda d: d["prompts"][0].update(marks=3), "Unknown field “marks”."),
    ],
    ids=lambda value: "" if callable(value) else str(value)[:30],
)
def test_what_a_reflection_lacks_is_refused_with_its_place(
    folder: Path, change: Any, said: str
) -> None:
    answer = refused(folder, change)
    assert said in answer
    assert FILE in answer


def test_the_starter_s_reflections_are_read_as_they_are_written() -> None:
    starter.load(told=[starter.M1])
    page = ReflectionPage.objects.get(slug="a-mainly-social-problem")
    content = page.freeze().content
    assert [(p.model.value, p.is_required, p.words_to) for p in content.prompts] == [
        ("three-questions", True, 250),
        ("gibbs", False, 400),
    ]
    assert content.minutes == 11  # 150 words at fifteen a minute, and the introduction
    assert Activity.objects.get(key=page.translation_key).current_edition.content == content


def test_the_page_shows_the_prompts_and_how_far_one_has_come(client: Client, cora: Any) -> None:
    starter.load(told=[starter.M1])
    page = ReflectionPage.objects.get(slug="a-mainly-social-problem")
    activity = Activity.objects.get(key=page.translation_key)
    enrolment = enrol(people.cohort(Programme.objects.get(), cora), people.lena())
    client.force_login(enrolment.learner)
    before = client.get(page.url).content.decode()
    assert "Think of somebody whose problem was mainly social" in before
    assert "realistic for somebody in your position" not in before
    assert "Read what you wrote" not in before
    prompt = page.freeze().content.prompts[0]
    from curriculum.domain import reflections
    from curriculum.domain.attempts import Origin

    words = {"what": "word " * 40}
    saved = reflections.save_draft(enrolment, activity, prompt.id, words, origin=Origin())
    assert "Draft," in client.get(page.url).content.decode()
    reflections.finish(saved.writing)
    after = client.get(page.url).content.decode()
    assert "Read what you wrote" in after
    assert "Done" in after


def test_a_preview_shows_everything_and_records_nothing(client: Client, tom: Any) -> None:
    from curriculum.models import Writing

    starter.load(told=[starter.M1])
    page = ReflectionPage.objects.get(slug="a-mainly-social-problem")
    client.force_login(tom)
    page.save_revision()
    for mode, shows in (("", False), ("open", True)):
        shown = client.get(f"/cms/pages/{page.pk}/view_draft/?mode={mode}").content.decode()
        assert "Think of somebody whose problem" in shown
        assert ("realistic for somebody in your position" in shown) is shows
    assert not Writing.objects.exists()


def test_the_page_takes_as_many_queries_whatever_was_written(
    client: Client, cora: Any, django_assert_num_queries: Any
) -> None:
    starter.load(told=[starter.M1])
    page = ReflectionPage.objects.get(slug="a-mainly-social-problem")
    enrolment = enrol(people.cohort(Programme.objects.get(), cora), people.lena())
    client.force_login(enrolment.learner)
    client.get(page.url)
    with django_assert_num_queries(9):
        client.get(page.url)
    from curriculum.domain import reflections
    from curriculum.domain.attempts import Origin

    activity = Activity.objects.get(key=page.translation_key)
    for prompt in page.freeze().content.prompts:
        key = prompt.stages[0].key
        reflections.save_draft(enrolment, activity, prompt.id, {key: "x"}, origin=Origin())
    with django_assert_num_queries(9):
        client.get(page.url)
