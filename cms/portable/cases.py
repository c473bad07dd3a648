"""Cases from YAML: the stored form of a case page's streams."""

import dataclasses
import uuid
from typing import Any

from cms.portable.blocks import read_body
from cms.portable.context import Context
from cms.portable.fields import as_list
from cms.portable.text import plain_value, rich_text

SCENE = {"id", "key", "title", "narrative", "knows", "decision", "ending", "tags", "check"}
DECISION = {"question", "confidence", "prediction", "finds", "choices"}
CHOICE = {
    "id",
    "key",
    "text",
    "quality",
    "happened",
    "views",
    "silent",
    "leads_to",
    "sets",
    "services",
    "found_by",
    "otherwise",
}


class CaseFile:
    """Reads one case. Every reference in it is an id of the same file."""

    def __init__(self, data: dict[str, Any], lines: dict[str, int], context: Context) -> None:
        self.data, self.lines, self.context = data, lines, context
        self.line = 0
        self.known = {
            kind: {str(row["id"]): self._own(kind, row) for row in data.get(rows) or []}
            for kind, rows in (("cast", "cast"), ("fact", "facts"), ("scene", "scenes"))
        }

    def fields(self) -> dict[str, Any]:
        """The page's fields."""
        data, closing = self.data, self.data.get("closing") or {}
        note = data.get("content_note") or {}
        return {
            "body": self._body(data.get("introduction"), "introduction"),
            "cast": [self._member(row) for row in data.get("cast") or []],
            "content_note": _flat(note.get("coming")),
            "content_instead": rich_text(note.get("instead")),
            "role": plain_value(data.get("role")).strip(),
            "roles": [
                self._block("role", {"profession": name, "text": plain_value(text).strip()}, name)
                for name, text in (data.get("roles") or {}).items()
            ],
            "facts": [
                {
                    "type": "fact",
                    "value": {"name": _flat(row["name"])},
                    "id": self._to("fact", row["id"]),
                }
                for row in data.get("facts") or []
            ],
            "scenes": [self._scene(row) for row in data["scenes"]],
            "debrief": self._body(data.get("debrief"), "debrief"),
            "closing_moment": _flat(closing.get("moment")),
            "closing_views": [
                self._block("view", self._view(view), f"closing-{n}")
                for n, view in enumerate(closing.get("views") or [], start=1)
            ],
        }

    def _member(self, row: dict[str, Any]) -> dict[str, Any]:
        value = {name: _flat(row[name]) for name in ("name", "voice", "description", "portrait")}
        return {"type": "member", "value": value, "id": self._to("cast", row["id"])}

    def _block(self, kind: str, value: dict[str, Any], name: str) -> dict[str, Any]:
        return {"type": kind, "value": value, "id": self.context.id(kind, name)}

    def _scene(self, row: dict[str, Any]) -> dict[str, Any]:
        id = self._to("scene", row["id"])
        self.line = self.lines.get(str(row["id"]), 0)
        self.context.lines[id] = self.line
        self._only(row, SCENE)
        decision = row.get("decision") or {}
        self._only(decision, DECISION)
        if bool(decision) == bool(row.get("ending")):
            self.problem(f"The scene “{row['id']}” has either a decision or “ending: true”.")
        value = {
            "title": _flat(row["title"]),
            "narrative": self._body(row["narrative"], id),
            "knows": self._views(row.get("knows"), id, "knows"),
            "then": "decision" if decision else "ending",
            "question": plain_value(decision.get("question")).strip(),
            "answered": "found" if decision.get("finds") else "chosen",
            "asks_confidence": bool(decision.get("confidence")),
            "asks_prediction": bool(decision.get("prediction")),
            "choices": [self._choice(choice, id) for choice in decision.get("choices") or []],
            **self.context.upkeep(row, self.line),
        }
        return {"type": "scene", "value": value, "id": id}

    def _choice(self, row: dict[str, Any], scene: str) -> dict[str, Any]:
        self._only(row, CHOICE)
        id = self._own(scene, row)
        self.context.lines[id] = self.line
        value = {
            "text": plain_value(row["text"]).strip(),
            "quality": plain_value(row["quality"]),
            "happened": rich_text(row["happened"]),
            "views": self._views(row.get("views"), id, "view"),
            "silent": _flat(row.get("silent")),
            "leads_to": self._to("scene", row["leads_to"]),
            "sets": self._to("fact", row.get("sets")),
            "services": [
                {"type": "item", "value": _flat(name), "id": self.context.id(id, f"service-{n}")}
                for n, name in enumerate(row.get("services") or [], start=1)
            ],
            "found_by": [plain_value(kind) for kind in as_list(row.get("found_by") or [])],
            "otherwise": bool(row.get("otherwise")),
        }
        return {"type": "item", "value": value, "id": id}

    def _views(self, rows: Any, id: str, name: str) -> list[dict[str, Any]]:
        return [
            {"type": "item", "value": self._view(row), "id": self.context.id(id, f"{name}-{n}")}
            for n, row in enumerate(rows or [], start=1)
        ]

    def _view(self, row: dict[str, Any]) -> dict[str, str]:
        self._only(row, {"who", "text", "only_if"})
        return {
            "who": self._to("cast", row["who"]),
            "text": plain_value(row["text"]).strip(),
            "only_if": self._to("fact", row.get("only_if")),
        }

    def _to(self, kind: str, name: Any) -> str:
        """The id of what is named; nothing where nothing is."""
        if not name:
            return ""
        if str(name) not in self.known[kind]:
            self.problem(f"There is no “{name}” in this file.")
        return self.known[kind].get(str(name), "")

    def _own(self, kind: str, row: dict[str, Any]) -> str:
        return self.context.own(row, self.context.id(kind, str(row["id"])), self.line)

    def _body(self, source: Any, place: str) -> list[dict[str, Any]]:
        """The blocks of a body. Each place has ids of its own."""
        if not source:
            return []
        key = uuid.uuid5(self.context.key, place)
        context = dataclasses.replace(self.context, key=key, fact=lambda n: self._to("fact", n))
        return read_body(plain_value(source), max(1, self.line), context)

    def _only(self, row: dict[str, Any], names: set[str]) -> None:
        for name in set(row) - names:
            self.problem(f"Unknown field “{name}”.")

    def problem(self, message: str) -> None:
        self.context.problem(self.line, message)


def _flat(value: Any) -> str:
    return " ".join(plain_value(value).split())
