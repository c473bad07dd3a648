"""Prompts from YAML: the stored form of a reflection's StreamField."""

from typing import Any

from cms.portable.context import Context
from cms.portable.quiz import tags_of
from cms.portable.text import plain_value, rich_text

KNOWN = {"id", "question", "model", "required", "guidance", "words", "least", "instead", "gp"} | {
    "social_worker",
    "exemplar",
    "outcomes",
    "tags",
    "check",
}


def read_prompts(
    prompts: list[dict[str, Any]], lines: dict[str, int], context: Context
) -> list[dict[str, Any]]:
    """The prompts as a StreamField stores them. `lines` says where each begins, by its id."""
    stream = []
    for row in prompts:
        line = lines.get(plain_value(row.get("id")), 0)
        if not row.get("id"):
            context.problem(line, "A prompt needs an id.")
            continue
        id = context.id(plain_value(row["id"]))
        if id in context.lines:
            context.problem(line, f"The id {row['id']} is used twice in this reflection.")
        context.lines[id] = line
        for name in sorted(set(row) - KNOWN):
            context.problem(line, f"Unknown field “{name}”.")
        try:
            stream.append({"type": "prompt", "value": _value(row, id, line, context), "id": id})
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            context.problem(line, f"The prompt lacks or misplaces {error}.")
    return stream


def _value(row: dict[str, Any], id: str, line: int, context: Context) -> dict[str, Any]:
    words_from, words_to = row.get("words") or (0, 0)
    return {
        "question": plain_value(row["question"]).strip(),
        "model": plain_value(row["model"]),
        "is_required": bool(row.get("required", True)),
        "guidance": rich_text(row.get("guidance")),
        "words_from": int(words_from),
        "words_to": int(words_to),
        "least": int(row.get("least", 30)),
        "instead": plain_value(row.get("instead")).strip(),
        "gp": rich_text(row["gp"]),
        "social_worker": rich_text(row["social_worker"]),
        "exemplar": plain_value(row.get("exemplar")).strip(),
        "outcomes": [
            {"type": "item", "value": tag, "id": context.id(id, f"outcome-{tag}")}
            for tag in tags_of(row)
        ],
        **context.upkeep(row, line),
    }
