"""Body blocks from Markdown with `:::` sections: the stored form of a StreamField, with lines."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cms.portable.context import Context
from cms.portable.fields import as_list, items, medium, refuse_unknown, source_of, texts
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


def _figure(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "file alternative decorative caption source source_url", line, context)
    return {
        "image": medium("picture", data["file"], line, context),
        "alternative": plain_value(data.get("alternative")),
        "decorative": bool(data.get("decorative")),
        "caption": plain_value(data.get("caption")),
        "source": plain_value(data.get("source")),
        "source_url": plain_value(data.get("source_url")),
    }


def _video(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "file title captions transcript", line, context)
    captions = data.get("captions")
    return {
        "video": medium("video", data["file"], line, context),
        "title": plain_value(data["title"]),
        "captions": medium("captions", captions, line, context) if captions else None,
        "transcript": rich_text(data.get("transcript")),
    }


def _audio(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "file title transcript", line, context)
    return {
        "audio": medium("audio", data["file"], line, context),
        "title": plain_value(data["title"]),
        "transcript": rich_text(data.get("transcript")),
    }


def _callout(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "tone title text", line, context)
    return {
        "tone": plain_value(data["tone"]),
        "title": plain_value(data["title"]),
        "text": rich_text(data["text"]),
    }


def _content_note(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "coming instead covers", line, context)
    return {
        "coming": plain_value(data["coming"]),
        "instead": rich_text(data["instead"]),
        "covers": plain_value(data.get("covers", "section")),
    }


def _key_fact(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "figure text source", line, context)
    return {
        "figure": plain_value(data["figure"]),
        "text": rich_text(data["text"]),
        **source_of(data["source"], line, context),
    }


def _role_card(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "role employer does does_not registration call_when", line, context)
    return {
        "role": plain_value(data["role"]),
        "employer": plain_value(data["employer"]),
        "does": texts(data["does"], id, "does", context),
        "does_not": texts(data["does_not"], id, "does-not", context),
        "registration": plain_value(data.get("registration")),
        "call_when": plain_value(data.get("call_when")),
    }


def _two_views(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "matter gp social_worker", line, context)
    return {
        "matter": plain_value(data["matter"]),
        "gp": rich_text(data["gp"]),
        "social_worker": rich_text(data["social_worker"]),
    }


def _table(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "caption headers rows", line, context)
    return {
        "caption": plain_value(data["caption"]),
        "columns": [
            {"type": "text", "heading": plain_value(header)} for header in as_list(data["headers"])
        ],
        "rows": [
            {"values": [plain_value(cell) for cell in as_list(row)]}
            for row in as_list(data["rows"])
        ],
    }


def _steps(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "title steps", line, context)
    steps = items(
        [
            {"title": plain_value(step["title"]), "text": rich_text(step.get("text"))}
            for step in as_list(data["steps"])
        ],
        id,
        "step",
        context,
    )
    for item, step in zip(steps, data["steps"], strict=True):
        item["id"] = context.own(step, item["id"], line)
    return {"title": plain_value(data["title"]), "steps": steps}


def _references(keys: list[Any], id: str, line: int, context: Context) -> dict[str, Any]:
    found = []
    for row in keys:
        key = plain_value(row["source"] if isinstance(row, dict) else row)
        if isinstance(row, dict) and "text" in row:  # elsewhere the key means another source
            source = {"source": plain_value(row["text"]), "source_url": plain_value(row.get("url"))}
        else:
            source = source_of(key, line, context)
        value = {"key": key, "text": source["source"], "url": source["source_url"]}
        own = context.own(row, context.id(id, key), line)
        found.append({"type": "item", "value": value, "id": own})
    return {"references": found}


def _services_here(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "heading kinds", line, context)
    return {
        "heading": plain_value(data["heading"]),
        "kinds": texts(data["kinds"], id, "kind", context),
    }


def _prose(data: dict[str, Any], id: str, line: int, context: Context) -> str:
    refuse_unknown(data, "text", line, context)
    return rich_text(data["text"])


def _check(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "text", line, context)
    return {"text": plain_value(data["text"]).strip()}


def _only_if(data: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    refuse_unknown(data, "fact body", line, context)
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
    "services-here": _services_here,
    "only-if": _only_if,
    NOTE: _check,
}
