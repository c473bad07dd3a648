"""Body blocks from Markdown with `:::` sections: the stored form of a StreamField, with lines."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import yaml

from cms.portable.context import Context
from cms.portable.text import rich_text

_HEADING = re.compile(r"^(#{2,3}) +(.+?)(?: +\{#([\w-]+)\})? *$")
_OPENING = re.compile(r"^::: *([a-z-]+)(?: +\{#([\w-]+)\})? *$")
_CLOSING = re.compile(r"^::: *$")
NOTE = "check"  # the block that freezes to nothing


def read_body(source: str, first_line: int, context: Context) -> list[dict[str, Any]]:
    """The blocks of a body as a StreamField stores them."""
    stream: list[dict[str, Any]] = []
    section, counted, noted = "top", 0, 0
    prose: list[str] = []
    notes: list[dict[str, Any]] = []  # those that stand within prose
    prose_line = first_line
    lines = source.split("\n")
    n = 0

    def place(kind: str, given: str | None, line: int) -> str:
        nonlocal counted, noted
        if kind == NOTE:  # not counted, since what learners see must not hang on notes
            noted += 1
            made = f"{kind}-{noted}"
        else:
            counted += 1
            made = f"{kind}-{counted}"
        id = context.id(given) if given else context.id(section, made)
        if id in context.lines:
            context.problem(line, f"The id {given or id} is used twice on this page.")
        context.lines[id] = line
        return id

    def flush() -> None:
        text = "\n".join(prose).strip()
        if text:
            id = place("text", None, prose_line)
            stream.append({"type": "text", "value": rich_text(text), "id": id})
        prose.clear()
        stream.extend(notes)
        notes.clear()

    while n < len(lines):
        line, number = lines[n], first_line + n
        if heading := _HEADING.match(line):
            flush()
            level, text, given = str(len(heading[1])), heading[2], heading[3]
            section, counted, noted = given or text, 0, 0
            id = place("heading", given or f"heading-{text}", number)
            value = {"text": text, "level": level}
            stream.append({"type": "heading", "value": value, "id": id})
        elif opening := _OPENING.match(line):
            if opening[1] != NOTE or not any(prose):
                flush()  # prose goes on around a note, as it would without one
            end = next((m for m in range(n + 1, len(lines)) if _CLOSING.match(lines[m])), None)
            if end is None:
                context.problem(number, f"The block “{opening[1]}” is not closed with :::.")
                return stream
            id = place(opening[1], opening[2], number)
            block = _read_block(opening[1], "\n".join(lines[n + 1 : end]), id, number, context)
            if block and any(prose):
                notes.append(block)
                prose.append("")
            elif block:
                stream.append(block)
            n = end
        elif _CLOSING.match(line):
            context.problem(number, "A ::: closes nothing here.")
        else:
            if not prose:
                prose_line = number
            prose.append(line)
        n += 1
    flush()
    return stream


def _read_block(
    kind: str, source: str, id: str, line: int, context: Context
) -> dict[str, Any] | None:
    reader = READERS.get(kind)
    if reader is None:
        context.problem(line, f"There is no block called “{kind}”.")
        return None
    try:
        data = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        context.problem(line + 1 + (mark.line if mark else 0), f"Not valid YAML: {error}")
        return None
    if not isinstance(data, list if kind == "references" else dict):
        context.problem(line, f"The block “{kind}” has no fields.")
        return None
    try:
        value = reader(data, id, line, context)
    except (KeyError, TypeError, AttributeError) as error:
        context.problem(line, f"The block “{kind}” lacks or misplaces {error}.")
        return None
    return {"type": kind.replace("-", "_"), "value": value, "id": id}


def _known(data: dict[str, Any], names: str, line: int, context: Context) -> None:
    for name in set(data) - set(names.split()):
        context.problem(line, f"Unknown field “{name}”.")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _items(values: list[Any], id: str, name: str, context: Context) -> list[dict[str, Any]]:
    return [
        {"type": "item", "value": value, "id": context.id(id, f"{name}-{n}")}
        for n, value in enumerate(values, start=1)
    ]


def _source(key: Any, line: int, context: Context) -> dict[str, str]:
    found = context.references.get(_text(key))
    if found is None:
        context.problem(line, f"references.yaml has no source “{key}”.")
        return {"source": "", "source_url": ""}
    return {"source": found["text"], "source_url": found.get("url", "")}


def _figure(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "file alternative decorative caption source source_url", line, context)
    path = (context.file.parent / _text(data["file"])).resolve()
    if not path.is_relative_to(context.report.root) or not path.is_file():
        context.problem(line, f"There is no file {data['file']}.")
        return {}
    return {
        "image": context.picture(path),
        "alternative": _text(data.get("alternative")),
        "decorative": bool(data.get("decorative")),
        "caption": _text(data.get("caption")),
        "source": _text(data.get("source")),
        "source_url": _text(data.get("source_url")),
    }


def _callout(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "tone title text", line, context)
    return {"tone": data["tone"], "title": data["title"], "text": rich_text(data["text"])}


def _content_note(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "coming instead covers", line, context)
    return {
        "coming": data["coming"],
        "instead": rich_text(data["instead"]),
        "covers": data.get("covers", "section"),
    }


def _key_fact(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "figure text source", line, context)
    return {
        "figure": _text(data["figure"]),
        "text": rich_text(data["text"]),
        **_source(data["source"], line, context),
    }


def _role_card(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "role employer does does_not registration call_when", line, context)
    return {
        "role": data["role"],
        "employer": data["employer"],
        "does": _items(data["does"], id, "does", context),
        "does_not": _items(data["does_not"], id, "does-not", context),
        "registration": _text(data.get("registration")),
        "call_when": _text(data.get("call_when")),
    }


def _two_views(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "matter gp social_worker", line, context)
    return {
        "matter": data["matter"],
        "gp": rich_text(data["gp"]),
        "social_worker": rich_text(data["social_worker"]),
    }


def _table(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "caption headers rows", line, context)
    return {
        "caption": data["caption"],
        "columns": [{"type": "text", "heading": _text(header)} for header in data["headers"]],
        "rows": [{"values": [_text(cell) for cell in row]} for row in data["rows"]],
    }


def _steps(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "title steps", line, context)
    steps = _items(
        [{"title": step["title"], "text": rich_text(step.get("text"))} for step in data["steps"]],
        id,
        "step",
        context,
    )
    for item, step in zip(steps, data["steps"], strict=True):
        item["id"] = context.own(step, item["id"], line)
    return {"title": data["title"], "steps": steps}


def _references(keys: list[Any], id: str, line: int, context: Context) -> dict[str, Any]:
    found = []
    for row in keys:
        key = _text(row["source"] if isinstance(row, dict) else row)
        source = _source(key, line, context)
        value = {"key": key, "text": source["source"], "url": source["source_url"]}
        own = context.own(row, context.id(id, key), line)
        found.append({"type": "item", "value": value, "id": own})
    return {"references": found}


def _prose(data: dict[str, Any], id: str, line: int, context: Context) -> str:
    _known(data, "text", line, context)
    return rich_text(data["text"])


def _check(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "text", line, context)
    return {"text": _text(data["text"]).strip()}


def _only_if(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "fact body", line, context)
    if context.fact is None:
        context.problem(line, "A passage can depend on a fact only in a scene of a case.")
        return {}
    inside = replace(context, key=uuid.UUID(id))
    return {"fact": context.fact(data["fact"]), "body": read_body(data["body"], line, inside)}


def _recording(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    context.problem(line, "Films and sound are not loaded from files yet; add them in the editor.")
    return {}


READERS: dict[str, Callable[[Any, str, int, Context], Any]] = {
    "text": _prose,
    "figure": _figure,
    "video": _recording,
    "audio": _recording,
    "callout": _callout,
    "content-note": _content_note,
    "key-fact": _key_fact,
    "role-card": _role_card,
    "two-views": _two_views,
    "table": _table,
    "steps": _steps,
    "references": _references,
    "only-if": _only_if,
    NOTE: _check,
}
