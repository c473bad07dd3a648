"""What time it is. Everything that is recorded asks here, so that a demo, an import or a test can
let things happen at another time than now.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_set: ContextVar[dt.datetime | None] = ContextVar("curriculum.clock", default=None)


def now() -> dt.datetime:
    """The present instant, with its time zone; inside `at`, the one that was set."""
    return _set.get() or timezone.now()


def today() -> dt.date:
    """The present day in the site's time zone."""
    return timezone.localdate(now(), timezone.get_default_timezone())


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Let what is inside happen at `instant`."""
    token = _set.set(instant)
    try:
        yield
    finally:
        _set.reset(token)
