"""These tests keep to one process, and the world's files are there for all of them."""

from typing import Any

import pytest


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if "elearn/addresses/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("addresses"))


@pytest.fixture
def _own_files() -> None:
    """See `case.WorldCase`, which keeps files for as long as the world stands."""
