"""Fixtures: stock people, a programme, and a home page to write under."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings

from curriculum.queries import catalogue
from tests import factories, people

# How long an example takes says something about the machine and nothing about the property.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    catalogue.forget()
    yield
    cache.clear()
    catalogue.forget()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    """Nothing that a test stores is seen by another."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "records": {
            **settings.STORAGES["records"],
            "OPTIONS": {"location": tmp_path / "records", "base_url": None},
        },
    }


@pytest.fixture
def lena(db: Any) -> Any:
    return people.lena()


@pytest.fixture
def tom(db: Any) -> Any:
    return people.tom()


@pytest.fixture
def gita(db: Any) -> Any:
    return people.gita()


@pytest.fixture
def sol(db: Any) -> Any:
    return people.sol()


@pytest.fixture
def cora(db: Any) -> Any:
    return people.cora()


@pytest.fixture
def olga(db: Any) -> Any:
    return people.olga()


@pytest.fixture
def ada(db: Any) -> Any:
    return people.ada()


@pytest.fixture
def programme(db: Any) -> Any:
    """A programme of one module with a reading and a quiz of two questions."""
    return factories.programme()


@pytest.fixture
def enrolment(programme: Any, lena: Any, cora: Any) -> Any:
    """Lena in Cora's cohort."""
    from curriculum.domain.enrolment import enrol

    return enrol(people.cohort(programme, cora), lena)


@pytest.fixture
def signed_in(client: Client) -> Any:
    """A function that signs somebody in and returns the client."""

    def sign_in(user: Any, other: Client | None = None) -> Client:
        found = other or client
        found.force_login(user)
        return found

    return sign_in
