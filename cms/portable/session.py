"""Sessions from YAML: the fields of a session's page."""

import dataclasses
import re
import uuid
from typing import Any

from cms.portable.blocks import read_body
from cms.portable.context import Context
from cms.portable.text import plain_value

BODIES = {"introduction": "body", "prepare": "prepare", "plan": "plan"}  # in files, on the page


def session_fields(data: dict[str, Any], source: str, context: Context) -> dict[str, Any]:
    """The page's fields. Raises TypeError for ground rules that are no list."""
    fields: dict[str, Any] = {
        name: _body(said, data, source, context) for said, name in BODIES.items()
    }
    rules = data.get("ground_rules") or []
    if not isinstance(rules, list):
        raise TypeError("ground_rules: a list of sentences")
    fields["ground_rules"] = "\n".join(" ".join(plain_value(rule).split()) for rule in rules)
    return fields


def part_key(key: uuid.UUID, name: str) -> uuid.UUID:
    """What ids within this part of the page are made from, so that no two parts share one."""
    return key if name == "body" else uuid.uuid5(key, name)


def _body(said: str, data: dict[str, Any], source: str, context: Context) -> list[dict[str, Any]]:
    text = plain_value(data.get(said))
    if not text:
        return []
    found = re.search(rf"^{said}:", source, re.MULTILINE)
    first = source[: found.start()].count("\n") + 2 if found else 1  # the text begins below
    inside = dataclasses.replace(context, key=part_key(context.key, BODIES[said]))
    return read_body(text, first, inside)
