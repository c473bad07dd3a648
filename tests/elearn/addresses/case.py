"""A test case with one world, made once; what a test does to it is undone."""

import tempfile
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client, TestCase, override_settings

from curriculum.queries import catalogue
from tests.elearn.addresses import table
from tests.elearn.addresses.world import World, make


class WorldCase(TestCase):
    """`self.world` and, for each role, a browser in which it is signed in."""

    world: ClassVar[World]
    clients: ClassVar[dict[str, Client]]

    @classmethod
    def setUpClass(cls) -> None:
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        records = {"location": folder / "records", "base_url": None}
        cls.enterClassContext(
            override_settings(
                MEDIA_ROOT=folder / "media",
                STORAGES={
                    **settings.STORAGES,
                    "records": {**settings.STORAGES["records"], "OPTIONS": records},
                },
            )
        )
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        world = make()
        cls.clients = table.clients(world)
        # Past Django's copying of what a test may change: what is undone here is the database.
        cls._world = world

    def setUp(self) -> None:
        self.world = type(self)._world  # type: ignore[misc]

    def answer_to(self, role: str, method: str, path: str, data: Any = None) -> Any:
        """The response to one request, of which nothing stays."""
        with transaction.atomic():
            response = table.ask(self.clients[role], method, path, data)
            transaction.set_rollback(True)
        if method != "GET":
            _forget()
        return response


def _forget() -> None:
    """What was kept in memory of what has not happened."""
    cache.clear()
    catalogue.forget()
