"""A survey from YAML: its own fields, and its items by their keys."""

from collections.abc import Collection
from typing import Any

from cms.portable.context import Context
from cms.portable.text import plain_value
from curriculum.content.surveys import AGREEMENT

KNOWN = {"key", "title", "slug", "required", "minutes", "summary", "review_by_months", "tags"} | {
    "outcomes",
    "introduction",
    "occasion",
    "measure",
    "about",
    "scale",
    "consent",
    "items",
}


def survey_fields(data: dict[str, Any], known: Collection[str], context: Context) -> dict[str, Any]:
    """The fields that are a survey's own. Items are named by their keys in survey-items.yaml."""
    for name in sorted(set(data) - KNOWN):
        context.problem(0, f"Unknown field “{name}”.")
    items = []
    for row in data.get("items") or []:
        # A block whose id no file would make keeps it beside the item's key.
        key = plain_value(row["item"] if isinstance(row, dict) else row)
        if key not in known:
            context.problem(0, f"survey-items.yaml has no item “{key}”.")
        made = context.id("items", f"item-{key}")
        items.append({"type": "item", "value": key, "id": context.own(row, made, 0)})
    scale = data.get("scale") or AGREEMENT
    return {
        "occasion": plain_value(data["occasion"]),
        "measure": plain_value(data.get("measure")).strip(),
        "about": " ".join(plain_value(data.get("about")).split()),
        "scale": "\n".join(plain_value(label) for label in scale),
        "consent": plain_value(data.get("consent")).strip(),
        "items": items,
    }
