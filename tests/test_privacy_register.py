"""The register of personal data is whole: no model and no field is missing from it."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from curriculum.privacy.registry import HELD, Delete, Do, Held, Keep, Overwrite, Sort, personal

MODELS = [model for model in apps.get_models() if not model._meta.proxy]
SPEAKING = (Sort.NAME, Sort.WORDS, Sort.CLOSED)


def fields_of(model: Any) -> set[str]:
    """Its own; what a page inherits is registered with the page."""
    return {f.name for f in (*model._meta.local_fields, *model._meta.local_many_to_many)}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_model_and_every_field_is_registered(model: Any) -> None:
    held = HELD.get(model._meta.label)
    assert held, f"Register {model._meta.label} (docs/privacy.md says how)"
    # Every one has an id of some kind; not every one calls it so.
    assert set(held.sorts) - {"id"} == fields_of(model) - {"id"}


def test_nothing_is_registered_that_does_not_exist() -> None:
    assert set(HELD) == {model._meta.label for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_pointer_at_a_person_says_what_becomes_of_it(model: Any) -> None:
    held = HELD[model._meta.label]
    pointers = {
        f.name
        for f in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if f.is_relation and f.related_model and f.related_model._meta.label == "curriculum.User"
    }
    assert pointers == set(held.fields(Sort.PERSON))
    assert pointers <= {way.path for way in held.abouts}


@pytest.mark.parametrize("held", personal(), ids=lambda h: h.model)
def test_names_and_words_are_erased_or_stay_for_a_reason(held: Held) -> None:
    assert held.title
    assert held.kept
    assert held.abouts or held.strangers
    for way in held.abouts:
        assert way.then
    treatments = [then for way in held.abouts for then in way.then]
    if any(isinstance(then, Delete | Do) for then in treatments):
        return
    told: set[str] = set()
    for then in treatments:
        if isinstance(then, Overwrite):
            assert then.because
            told |= set(then.values)
        if isinstance(then, Keep):
            assert then.because
            told |= set(then.fields)
    assert set(held.fields(*SPEAKING)) <= told


def test_a_field_that_is_added_is_noticed() -> None:
    """The test above can fail: a model with one field more than is registered does."""
    held = HELD["curriculum.SavedComment"]
    model = apps.get_model("curriculum.SavedComment")
    fewer = {name for name in held.sorts if name != "text"}
    assert fewer - {"id"} != fields_of(model) - {"id"}


def test_the_person_comes_last_whatever_is_registered() -> None:
    from curriculum.privacy.erasure import LAST

    assert settings.AUTH_USER_MODEL == LAST


def test_the_records_of_processing_in_the_documentation_are_current() -> None:
    """`manage.py records_of_processing` writes them."""
    from pathlib import Path

    from curriculum.privacy.records import put

    text = (Path(settings.BASE_DIR) / "docs" / "privacy.md").read_text("utf-8")
    assert put(text) == text
    assert put(text.replace("`curriculum.Writing`", "`x`")) == text  # it would be noticed
