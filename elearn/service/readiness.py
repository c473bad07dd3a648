"""Whether everything that the service leans on is there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once

from django.core.cache import caches
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.crypto import get_random_string

from curriculum import workers
from curriculum.exports.certificates import unprintable
from curriculum.tasks import has_queue

# A letter each of the scripts in which names have come: Welsh, Polish, Greek, Cyrillic, Arabic,
# Hebrew, Devanagari, Thai, Chinese, Korean.
SCRIPTS = "ŵ ł Ω Ж ع א अ ท 王 김"

logger = logging.getLogger(__name__)


class NotReady(Exception):
    """What is missing, in words that may be shown to anybody."""


@dataclass(frozen=True)
class Check:
    """One thing that the service leans on."""

    name: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


def checks() -> list[Check]:
    """Each thing, and what is wrong with it."""
    return [Check(name, _problem(name, look)) for name, look in CHECKS.items()]


def _problem(name: str, look: Callable[[], None]) -> str:
    try:
        look()
    except NotReady as reason:
        return str(reason)
    except Exception as fault:
        # Its words may hold addresses and names of the inside; they are in the log alone.
        logger.warning("Not ready: %s", name, exc_info=True)
        return f"does not answer ({type(fault).__name__})"
    return ""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady(f"{len(missing)} not applied")


def _cache() -> None:
    cache, mark = caches["default"], get_random_string(12)
    cache.set("readyz", mark, 10)
    # Another process may have written between the two; what matters is that something is kept.
    if getattr(cache, "is_away", False):
        raise NotReady("Redis does not answer; the site goes on without it")
    if cache.get("readyz") is None:
        raise NotReady("keeps nothing")


def _worker() -> None:
    if has_queue() and not workers.beating():
        raise NotReady("none has been seen within a minute")


def _fonts() -> None:
    if missing := _undrawable():
        raise NotReady("no font for " + ", ".join(f"U+{ord(c):04X}" for c in missing))


@once
def _undrawable() -> tuple[str, ...]:
    # Fonts are read when a process starts; new ones count from the next start.
    return tuple(sorted(unprintable(SCRIPTS)))


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "worker": _worker,
    "fonts": _fonts,
}
