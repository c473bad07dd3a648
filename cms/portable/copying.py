"""A module's files as another module: new keys for its pages and parts, what refers to them too."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cms.portable.checking import family
from cms.portable.context import UUID
from cms.portable.page_file import PageFile

_UUID = re.compile(UUID)


def as_copy(file: PageFile) -> PageFile:
    """The same page and pages under it, sharing no key and no block's id with the original.

    Whatever stands in the files and names a page or part of them, in a link, in a scene that
    leads to another or in a question's page to look again at, names the new one. What names
    something else is left alone.
    """
    fresh = {str(page.key): str(uuid.uuid4()) for page, _ in family([file])}
    for page, _ in family([file]):
        fresh.update((id, str(uuid.uuid4())) for id in _ids(page.fields))
    return _renamed(file, fresh)


def _ids(value: Any) -> Iterator[str]:
    """The ids of the blocks and items in a stored stream."""
    if isinstance(value, dict):
        if "type" in value and isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner)


def _renamed(file: PageFile, fresh: dict[str, str]) -> PageFile:
    return replace(
        file,
        key=uuid.UUID(fresh[str(file.key)]),
        fields=_translated(file.fields, fresh),
        lines={fresh.get(id, id): line for id, line in file.lines.items()},
        children=[_renamed(child, fresh) for child in file.children],
    )


def _translated(value: Any, fresh: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _translated(inner, fresh) for name, inner in value.items()}
    if isinstance(value, list):
        return [_translated(inner, fresh) for inner in value]
    if isinstance(value, str):
        return _UUID.sub(lambda match: fresh.get(match[0].lower(), match[0]), value)
    return value
