"""What authors keep beside questions, scenes and prose, read from the stored streams of a page.

Only what is stored is looked at, no block is made: a look through every page must stay quick, and
drafts may be as unfinished as their authors like. Imports no page class.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wagtail.fields import StreamField

NOTE = "note"
_KINDS = {"scene": "scene", "prompt": "prompt", "check": NOTE}
_NAMES = ("stem", "title", "question", "text")  # what says which one it is


@dataclass(frozen=True)
class Part:
    """A question, prompt or scene, or a note among the blocks of a body."""

    id: str
    kind: str  # question, prompt, scene or note
    text: str
    tags: tuple[str, ...] = ()
    check: str = ""  # what its authors want checked before sign-off
    value: Any = None


def stored(page: Any) -> list[Any]:
    """The streams of a page as its row has them."""
    return [list(getattr(page, name).raw_data) for name in _streams(type(page))]


def drafted(model: type[Any], content: dict[str, Any]) -> list[Any]:
    """The streams of a revision's content."""
    return [json.loads(content.get(name) or "[]") for name in _streams(model)]


def _streams(model: type[Any]) -> list[str]:
    return [field.name for field in model._meta.get_fields() if isinstance(field, StreamField)]


def parts(streams: Iterable[Any]) -> Iterator[Part]:
    """Every part in these streams, in their order, whatever it stands within."""
    for rows in streams:
        yield from _within(rows)


def _within(value: Any) -> Iterator[Part]:
    if isinstance(value, list):
        for row in value:
            yield from _within(row)
    elif isinstance(value, dict):
        if isinstance(inner := value.get("value"), dict) and (part := _part(value, inner)):
            yield part
        for child in value.values():
            yield from _within(child)


def _part(row: dict[str, Any], value: dict[str, Any]) -> Part | None:
    kind = _KINDS.get(row.get("type", ""), "question" if "stem" in value else "")
    if not kind:
        return None
    text = next((str(value[name]) for name in _NAMES if value.get(name)), "")
    return Part(
        id=row.get("id") or "",
        kind=kind,
        text=" ".join(text.split()),
        tags=tuple(value.get("tags") or ()),
        check=text if kind == NOTE else str(value.get("check") or "").strip(),
        value=value,
    )
