"""Frozen content to plain JSON and back, and its digest.

A field that holds its default is left out of the JSON. So a field added later, with a default,
leaves every existing digest, and every approval bound to one, as it was.

What stands `aside` is kept with content and is no part of it: neither of its digest nor of what
makes two contents equal.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, dataclass_transform

SCHEMA = 1

_KINDS: dict[str, type] = {}
T = TypeVar("T")


class ContentError(ValueError):
    """Stored or imported content does not have the shape that the code knows."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def kind(name: str) -> Callable[[type[T]], type[T]]:
    """Class decorator: a frozen, keyword-only dataclass that carries its kind in JSON."""

    name = str(name)  # an enum's member becomes its value

    def register(cls: type[T]) -> type[T]:
        made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        made.KIND = name  # type: ignore[attr-defined]
        if _KINDS.setdefault(name, made) is not made:
            raise TypeError(f"Two kinds of content are called {name}")
        return made

    return register


@dataclass_transform(frozen_default=True, kw_only_default=True)
def part(cls: type[T]) -> type[T]:
    """Class decorator for what stands inside a kind; its place in the JSON says what it is."""
    return dataclasses.dataclass(frozen=True, kw_only=True)(cls)


def aside(default: T) -> T:
    """A field that is kept with the content and is no part of it."""
    return dataclasses.field(default=default, compare=False)


def kind_of(value: Any) -> str:
    """The kind that `value` was registered as; raises AttributeError for a mere part."""
    return str(value.KIND)


def dump(value: Any, *, with_aside: bool = True) -> Any:
    """A content object as JSON-ready data."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [dump(item, with_aside=with_aside) for item in value]
    if not dataclasses.is_dataclass(value):
        return value
    data = {"kind": value.KIND} if hasattr(value, "KIND") else {}
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        if not (field.compare or with_aside):
            continue
        if field.default is dataclasses.MISSING or item != field.default:
            data[field.name] = dump(item, with_aside=with_aside)
    return data


def canonical(content: Any) -> bytes:
    """The bytes that the digest is taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        {"schema": SCHEMA, "content": dump(content, with_aside=False)},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def load(data: Any, expected: Any = None, where: str = "content") -> Any:
    """Content from JSON data; `expected` narrows what it may be.

    Raises ContentError, naming the place, for anything that does not fit exactly.
    """
    if expected is None:
        expected = _kind_of(data, where)
    origin = typing.get_origin(expected)
    if origin is tuple:
        if not isinstance(data, list):
            raise ContentError(f"{where}: expected a list")
        item_type = typing.get_args(expected)[0]
        return tuple(load(item, item_type, f"{where}[{i}]") for i, item in enumerate(data))
    if origin in (types.UnionType, typing.Union):
        return _load_union(data, typing.get_args(expected), where)
    if dataclasses.is_dataclass(expected):
        return _load_dataclass(data, cast(type, expected), where)
    if isinstance(expected, type) and issubclass(expected, Enum):
        try:
            return expected(data)
        except ValueError:
            raise ContentError(f"{where}: {data!r} is not one of {list(expected)}") from None
    if type(data) is not expected:
        raise ContentError(f"{where}: expected {expected.__name__}, found {type(data).__name__}")
    return data


def _load_union(data: Any, options: tuple[Any, ...], where: str) -> Any:
    if data is None and type(None) in options:
        return None
    options = tuple(option for option in options if option is not type(None))
    if len(options) == 1:
        return load(data, options[0], where)
    found = _kind_of(data, where)
    if found not in options:
        raise ContentError(f"{where}: a {data['kind']} may not stand here")
    return _load_dataclass(data, found, where)


def _kind_of(data: Any, where: str) -> type:
    name = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(name, str) or name not in _KINDS:
        raise ContentError(f"{where}: unknown kind {name!r}")
    return _KINDS[name]


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _load_dataclass(data: Any, cls: type, where: str) -> Any:
    if not isinstance(data, dict):
        raise ContentError(f"{where}: expected an object")
    fields = {field.name: field for field in dataclasses.fields(cls)}
    given = set(data) - ({"kind"} if hasattr(cls, "KIND") else set())
    if unknown := given - set(fields):
        raise ContentError(f"{where}: unknown {', '.join(sorted(unknown))}")
    if hasattr(cls, "KIND") and data.get("kind") != cls.KIND:
        raise ContentError(f"{where}: expected {cls.KIND}")
    required = {name for name, field in fields.items() if field.default is dataclasses.MISSING}
    if missing := required - given:
        raise ContentError(f"{where}: {', '.join(sorted(missing))} is missing")
    hints = _hints(cls)
    return cls(**{name: load(data[name], hints[name], f"{where}.{name}") for name in given})
