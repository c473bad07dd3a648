"""A file between being chosen and being confirmed: an hour, for whoever brought it alone."""

import uuid
import zlib
from typing import Any

from django.core.cache import cache

KEPT_FOR = 3600  # seconds


def keep_file(user: Any, data: bytes, *, name: str, is_whole: bool) -> uuid.UUID:
    """Keep it; returns the key that finds it again."""
    key = uuid.uuid4()
    cache.set(_name(key), (user.pk, zlib.compress(data), name, is_whole), KEPT_FOR)
    return key


def kept_file(user: Any, key: uuid.UUID) -> tuple[bytes, str, bool] | None:
    """The file, its name and whether it is the whole directory. None for everybody else, and
    when its hour is over."""
    found = cache.get(_name(key))
    if not found or found[0] != user.pk:
        return None
    return zlib.decompress(found[1]), found[2], found[3]


def forget_file(key: uuid.UUID) -> None:
    """It was brought in or is not wanted."""
    cache.delete(_name(key))


def _name(key: uuid.UUID) -> str:
    return f"directory-import:{key}"
