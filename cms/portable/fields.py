"""Fields that several kinds of block have in common, read from files."""

from typing import Any

from cms.portable.context import Context
from cms.portable.library import MediaRefused
from cms.portable.text import plain_value


def refuse_unknown(data: dict[str, Any], names: str, line: int, context: Context) -> None:
    """What stands in the file and is none of `names` is a problem."""
    for name in set(data) - set(names.split()):
        context.problem(line, f"Unknown field “{name}”.")


def as_list(value: Any) -> list[Any]:
    """The value itself. Raises TypeError for anything but a list."""
    if not isinstance(value, list):
        raise TypeError("a list")
    return value


def items(values: list[Any], id: str, name: str, context: Context) -> list[dict[str, Any]]:
    """The values as a ListBlock stores them, each with an id of its place."""
    return [
        {"type": "item", "value": value, "id": context.id(id, f"{name}-{n}")}
        for n, value in enumerate(values, start=1)
    ]


def texts(values: Any, id: str, name: str, context: Context) -> list[dict[str, Any]]:
    """Lines of text as a ListBlock stores them."""
    return items([plain_value(value) for value in as_list(values)], id, name, context)


def source_of(key: Any, line: int, context: Context) -> dict[str, str]:
    """The source that a key of references.yaml names; an empty one, and a problem, where none."""
    found = context.references.get(plain_value(key))
    if found is None:
        context.problem(line, f"references.yaml has no source “{key}”.")
        return {"source": "", "source_url": ""}
    return {"source": plain_value(found.get("text")), "source_url": plain_value(found.get("url"))}


def medium(kind: str, name: Any, line: int, context: Context) -> int | None:
    """The library's row for a file beside the page; None, and a problem, where it cannot be."""
    path = context.file.parent / plain_value(name)
    if not context.report.has(path):
        context.problem(line, f"There is no file {name}.")
        return None
    try:
        return context.media(kind, path.resolve())
    except MediaRefused as refusal:
        context.problem(line, str(refusal))
        return None
