"""The shared cache, without which the site goes on.

Without an answer from Redis a process takes its own memory for some seconds. Nothing is lost: what
is cached can be made again, and sessions are in the database. The limits on signing in then hold
for each process by itself; they never end, and they never lock everybody out, as they would if a
cache that is away simply answered "no".
"""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as TooSlow

AWAY_SECONDS = 5.0  # before Redis is asked again, so that not every page waits for it in vain

logger = logging.getLogger(__name__)


def _either(name: str) -> Any:
    """The cache's method of this name: in Redis, or while that is away in this process."""

    def method(self: "RedisOrLocal", *args: Any, **kwargs: Any) -> Any:
        if not self.is_away:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except (Unreachable, TooSlow) as fault:
                self.note_away(fault)
        return getattr(self.local, name)(*args, **kwargs)

    return method


class RedisOrLocal(RedisCache):
    """Django's Redis cache with the process's own memory behind it."""

    _away_until = 0.0  # of the process: every thread has a cache object of its own

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.local = LocMemCache("while-redis-is-away", {"TIMEOUT": self.default_timeout})

    @property
    def is_away(self) -> bool:
        """Whether Redis has not answered within the last seconds."""
        return time.monotonic() < RedisOrLocal._away_until

    def note_away(self, fault: Exception) -> None:
        """Use the process's own memory for a while, without what it held the last time."""
        now = time.monotonic()
        if now - RedisOrLocal._away_until > AWAY_SECONDS:
            self.local.clear()
            logger.error("Redis does not answer (%s); going on without", type(fault).__name__)
        RedisOrLocal._away_until = now + AWAY_SECONDS

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    get_many = _either("get_many")
    has_key = _either("has_key")
    incr = _either("incr")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    clear = _either("clear")
