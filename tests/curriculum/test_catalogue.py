"""What is kept in memory is never older than the last change."""

import uuid
from typing import Any

import pytest
from django.db import transaction

from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.editions import publish_edition
from curriculum.domain.outline import synchronise
from curriculum.domain.signoffs import withdraw
from curriculum.models import Catalogue, SignOff
from curriculum.queries.catalogue import SECONDS, shelf
from tests import factories

pytestmark = pytest.mark.django_db


def test_what_is_on_the_shelf_stays_until_something_changes() -> None:
    catalogue_changed()
    assert shelf().get("a", lambda: 1) == 1
    assert shelf().get("a", lambda: 2) == 1
    catalogue_changed()
    assert shelf().get("a", lambda: 2) == 2


def test_without_a_mark_nothing_is_kept() -> None:
    Catalogue.objects.all().delete()
    shelf().get("a", lambda: 1)
    assert shelf().get("a", lambda: 2) == 2


def test_asking_for_what_is_not_there_fills_no_shelf() -> None:
    catalogue_changed()
    shelf().get("nonsense", lambda: None)
    assert shelf()._kept == {}


def test_a_change_that_is_taken_back_leaves_no_mark_to_be_used_again() -> None:
    catalogue_changed()
    marks = []
    for _ in range(2):
        with transaction.atomic():
            catalogue_changed()
            marks.append(shelf().mark)
            transaction.set_rollback(True)
    assert marks[0] != marks[1]


def test_whatever_the_mark_says_everything_is_read_again_in_time(monkeypatch: Any) -> None:
    catalogue_changed()
    shelf().get("a", lambda: 1)
    monkeypatch.setattr(shelf(), "until", shelf().until - SECONDS - 1)
    assert shelf().get("a", lambda: 2) == 2


def test_the_shelf_takes_one_query(django_assert_num_queries: Any) -> None:
    catalogue_changed()
    with django_assert_num_queries(1):
        shelf()


def test_publishing_approving_and_arranging_change_the_catalogue(gita: Any) -> None:
    marks = [shelf().mark]

    def changed() -> bool:
        marks.append(shelf().mark)
        return marks[-1] != marks[-2]

    edition = publish_edition(uuid.uuid4(), factories.reading(), allow_unreviewed=True)
    assert changed()
    made = factories.programme()
    assert changed()
    synchronise(factories.plan_of(made))
    assert changed()
    approval = SignOff.objects.create(
        activity=edition.activity,
        digest=edition.digest,
        edition=edition,
        role="gp",
        signatory=gita,
        name="Gita Rao",
        profession="General practitioner",
    )
    assert changed()
    withdraw(approval, approval.signatory, "Of another year.")
    assert changed()
