"""What all learners see alike, kept in this process for as long as it stays the same.

A visit to a page takes one small query to learn that nothing has changed, instead of four or five
to read it all again. Nothing about a person is kept here.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from django.db import connection
from django.http import HttpRequest

T = TypeVar("T")

SECONDS = 60  # after which everything is read again, whatever the mark says
MOST = 5000  # things kept; a site with more reads the rest each time


class Shelf:
    """Things read from the database while the catalogue had one mark."""

    def __init__(self, mark: Any) -> None:
        self.mark = mark
        self.until = time.monotonic() + SECONDS
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """What is kept under `key`, else what `read` finds. None is not kept: anybody can ask for
        what isn't there. Whoever gets something must not change it."""
        found = self._kept.get(key)
        if found is None:
            found = read()
            if found is not None and len(self._kept) < MOST:
                self._kept[key] = found
        return cast(T, found)


_shelf = Shelf(None)


def shelf() -> Shelf:
    """The shelf for the catalogue as it is now. One query."""
    global _shelf
    mark = _mark()
    if mark is None or mark != _shelf.mark or time.monotonic() > _shelf.until:
        _shelf = Shelf(mark)
    return _shelf


def forget() -> None:
    """Empty the shelf; for tests, which take back what they wrote."""
    global _shelf
    _shelf = Shelf(None)


def shelf_of(request: HttpRequest) -> Shelf:
    """The shelf for one request, asked for once."""
    if not hasattr(request, "shelf"):
        request.shelf = shelf()  # type: ignore[attr-defined]
    return cast(Shelf, request.shelf)  # type: ignore[attr-defined]


def _mark() -> Any:
    # By hand: this runs for every page, and building the query would take longer than asking it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM curriculum_catalogue")
        row = cursor.fetchone()
    return row[0] if row else None
