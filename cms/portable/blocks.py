"""Body blocks from Markdown with `:::` sections: the stored form of a StreamField, with lines."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cms.portable.context import Context
from cms.portable.library import MediaRefused
from cms.portable.plain_yaml import BadYaml, load_yaml
from cms.portable.text import plain_value, rich_text

_HEADING = re.compile(r"^(#{2,3}) +(.+?)(?: +\{#([\w-]+)\})? *$")
LONGEST_HEADING = 400  # characters of the line; looking for one in a long line takes long
_OPENING = re.compile(r"^::: *([a-z-]+)(?: +\{#([\w-]+)\})? *$")
_CLOSING = re.compile(r"^::: *$")
NOTE = "check"  # the block that freezes to nothing


def read_body(source: str, first_line: int, context: Context) -> list[dict[str, Any]]:
    """The blocks of a body as a StreamField stores them."""
    return _Body(source, first_line, context).read()


class _Body:
    """One body on its way from lines to blocks. Ids count from the last heading on."""

    def __init__(self, source: str, first_line: int, context: Context) -> None:
        self.lines, self.first_line, self.context = source.split("\n"), first_line, context
        self.stream: list[dict[str, Any]] = []
        self.section, self.counted, self.noted = "top", 0, 0
        self.prose: list[str] = []
        self.prose_line = first_line
        self.notes: list[dict[str, Any]] = []  # those that stand within prose

    def read(self) -> list[dict[str, Any]]:
        n: int | None = 0
        while n is not None and n < len(self.lines):
            n = self._line(n)
        if n is not None:
            self._flush()
        return self.stream

    def _line(self, n: int) -> int | None:
        """Read what begins on a line; the line that comes after it, None where reading stops."""
        line, number = self.lines[n], self.first_line + n
        heading = _HEADING.match(line) if len(line) <= LONGEST_HEADING else None
        if heading:
            self._heading(heading, number)
        elif opening := _OPENING.match(line):
            return self._block(opening, n)
        elif _CLOSING.match(line):
            self.context.problem(number, "A ::: closes nothing here.")
        else:
            if not self.prose:
                self.prose_line = number
            self.prose.append(line)
        return n + 1

    def _heading(self, heading: re.Match[str], number: int) -> None:
        self._flush()
        level, text, given = str(len(heading[1])), heading[2], heading[3]
        self.section, self.counted, self.noted = given or text, 0, 0
        id = self._place("heading", given or f"heading-{text}", number)
        self.stream.append({"type": "heading", "value": {"text": text, "level": level}, "id": id})

    def _block(self, opening: re.Match[str], n: int) -> int | None:
        number = self.first_line + n
        if opening[1] != NOTE or not any(self.prose):
            self._flush()  # prose goes on around a note, as it would without one
        rest = range(n + 1, len(self.lines))
        end = next((m for m in rest if _CLOSING.match(self.lines[m])), None)
        if end is None:
            self.context.problem(number, f"The block “{opening[1]}” is not closed with :::.")
            return None
        id = self._place(opening[1], opening[2], number)
        source = "\n".join(self.lines[n + 1 : end])
        block = _read_block(opening[1], source, id, number, self.context)
        if block and any(self.prose):
            self.notes.append(block)
            self.prose.append("")
        elif block:
            self.stream.append(block)
        return end + 1

    def _place(self, kind: str, given: str | None, line: int) -> str:
        if kind == NOTE:  # not counted, since what learners see must not hang on notes
            self.noted += 1
            made = f"{kind}-{self.noted}"
        else:
            self.counted += 1
            made = f"{kind}-{self.counted}"
        id = self.context.id(given) if given else self.context.id(self.section, made)
        if id in self.context.lines:
            self.context.problem(line, f"The id {given or id} is used twice on this page.")
        self.context.lines[id] = line
        return id

    def _flush(self) -> None:
        text = "\n".join(self.prose).strip()
        if text:
            id = self._place("text", None, self.prose_line)
            self.stream.append({"type": "text", "value": rich_text(text), "id": id})
        self.prose.clear()
        self.stream.extend(self.notes)
        self.notes.clear()


def _read_block(
    kind: str, source: str, id: str, line: int, context: Context
) -> dict[str, Any] | None:
    reader = READERS.get(kind)
    if reader is None:
        context.problem(line, f"There is no block called “{kind}”.")
        return None
    try:
        data = load_yaml(source)
    except BadYaml as error:
        context.problem(line + error.line, str(error))
        return None
    if not isinstance(data, list if kind == "references" else dict):
        context.problem(line, f"The block “{kind}” has no fields.")
        return None
    try:
        value = reader(data, id, line, context)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        context.problem(line, f"The block “{kind}” lacks or misplaces {error}.")
        return None
    return {"type": kind.replace("-", "_"), "value": value, "id": id}


def _known(data: dict[str, Any], names: str, line: int, context: Context) -> None:
    for name in set(data) - set(names.split()):
        context.problem(line, f"Unknown field “{name}”.")


_text = plain_value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list")
    return value


def _items(values: list[Any], id: str, name: str, context: Context) -> list[dict[str, Any]]:
    return [
        {"type": "item", "value": value, "id": context.id(id, f"{name}-{n}")}
        for n, value in enumerate(values, start=1)
    ]


def _texts(values: Any, id: str, name: str, context: Context) -> list[dict[str, Any]]:
    return _items([_text(value) for value in _list(values)], id, name, context)


def _source(key: Any, line: int, context: Context) -> dict[str, str]:
    found = context.references.get(_text(key))
    if found is None:
        context.problem(line, f"references.yaml has no source “{key}”.")
        return {"source": "", "source_url": ""}
    return {"source": _text(found.get("text")), "source_url": _text(found.get("url"))}


def _media(kind: str, name: Any, line: int, context: Context) -> int | None:
    """The library's row for a file beside the page; None, and a problem, where it cannot be."""
    path = context.file.parent / _text(name)
    if not context.report.has(path):
        context.problem(line, f"There is no file {name}.")
        return None
    try:
        return context.media(kind, path.resolve())
    except MediaRefused as refusal:
        context.problem(line, str(refusal))
        return None


def _figure(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "file alternative decorative caption source source_url", line, context)
    return {
        "image": _media("picture", data["file"], line, context),
        "alternative": _text(data.get("alternative")),
        "decorative": bool(data.get("decorative")),
        "caption": _text(data.get("caption")),
        "source": _text(data.get("source")),
        "source_url": _text(data.get("source_url")),
    }


def _video(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "file title captions transcript", line, context)
    captions = data.get("captions")
    return {
        "video": _media("video", data["file"], line, context),
        "title": _text(data["title"]),
        "captions": _media("captions", captions, line, context) if captions else None,
        "transcript": rich_text(data.get("transcript")),
    }


def _audio(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "file title transcript", line, context)
    return {
        "audio": _media("audio", data["file"], line, context),
        "title": _text(data["title"]),
        "transcript": rich_text(data.get("transcript")),
    }


def _callout(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "tone title text", line, context)
    return {
        "tone": _text(data["tone"]),
        "title": _text(data["title"]),
        "text": rich_text(data["text"]),
    }


def _content_note(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "coming instead covers", line, context)
    return {
        "coming": _text(data["coming"]),
        "instead": rich_text(data["instead"]),
        "covers": _text(data.get("covers", "section")),
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
        "role": _text(data["role"]),
        "employer": _text(data["employer"]),
        "does": _texts(data["does"], id, "does", context),
        "does_not": _texts(data["does_not"], id, "does-not", context),
        "registration": _text(data.get("registration")),
        "call_when": _text(data.get("call_when")),
    }


def _two_views(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "matter gp social_worker", line, context)
    return {
        "matter": _text(data["matter"]),
        "gp": rich_text(data["gp"]),
        "social_worker": rich_text(data["social_worker"]),
    }


def _table(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "caption headers rows", line, context)
    return {
        "caption": _text(data["caption"]),
        "columns": [
            {"type": "text", "heading": _text(header)} for header in _list(data["headers"])
        ],
        "rows": [{"values": [_text(cell) for cell in _list(row)]} for row in _list(data["rows"])],
    }


def _steps(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    _known(data, "title steps", line, context)
    steps = _items(
        [
            {"title": _text(step["title"]), "text": rich_text(step.get("text"))}
            for step in _list(data["steps"])
        ],
        id,
        "step",
        context,
    )
    for item, step in zip(steps, data["steps"], strict=True):
        item["id"] = context.own(step, item["id"], line)
    return {"title": _text(data["title"]), "steps": steps}


def _references(keys: list[Any], id: str, line: int, context: Context) -> dict[str, Any]:
    found = []
    for row in keys:
        key = _text(row["source"] if isinstance(row, dict) else row)
        if isinstance(row, dict) and "text" in row:  # elsewhere the key means another source
            source = {"source": _text(row["text"]), "source_url": _text(row.get("url"))}
        else:
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


READERS: dict[str, Callable[[Any, str, int, Context], Any]] = {
    "text": _prose,
    "figure": _figure,
    "video": _video,
    "audio": _audio,
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
