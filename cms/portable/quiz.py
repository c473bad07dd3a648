"""Questions from YAML: the stored form of a quiz's StreamField."""

from typing import Any

from cms.portable.context import Context
from cms.portable.fields import source_of
from cms.portable.text import plain_value, rich_text

KINDS = {
    "single-best-answer": "single",
    "multiple-response": "multiple",
    "true-false": "true_false",
    "confidence-rated": "confidence",
    "matching": "matching",
    "ordering": "ordering",
    "situational-judgement": "ranking",
}
COMMON = {"id", "kind", "stem", "explanation", "reference", "revisit", "outcomes"} | {
    "tags",
    "check",
}
OWN = {
    "single": {"options"},
    "multiple": {"options"},
    "confidence": {"options"},
    "true_false": {"answer", "feedback_true", "feedback_false"},
    "matching": {"pairs", "feedback"},
    "ordering": {"items", "feedback"},
    "ranking": {"items", "gp", "social_worker"},
}


def read_questions(
    questions: list[dict[str, Any]], lines: list[int], context: Context
) -> list[dict[str, Any]]:
    """The questions as a StreamField stores them. `lines` says where each begins."""
    stream = []
    for question, line in zip(questions, lines, strict=True):
        kind = KINDS.get(plain_value(question.get("kind")))
        if kind is None or not question.get("id"):
            context.problem(line, "A question needs an id and one of the kinds of question.")
            continue
        id = context.id(plain_value(question["id"]))
        if id in context.lines:
            context.problem(line, f"The id {question['id']} is used twice in this quiz.")
        context.lines[id] = line
        for name in set(question) - COMMON - OWN[kind]:
            context.problem(line, f"Unknown field “{name}”.")
        try:
            value = _value(kind, question, id, line, context)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            context.problem(line, f"The question lacks or misplaces {error}.")
            continue
        stream.append({"type": kind, "value": value, "id": id})
    return stream


def _value(
    kind: str, question: dict[str, Any], id: str, line: int, context: Context
) -> dict[str, Any]:
    reference = question.get("reference")
    value: dict[str, Any] = {
        "stem": plain_value(question["stem"]).strip(),
        "explanation": rich_text(question.get("explanation")),
        **(source_of(reference, line, context) if reference else {"source": "", "source_url": ""}),
        # The page may not be loaded yet, so its key stands in for it.
        "revisit": context.page_key(plain_value(question["revisit"]), line)
        if question.get("revisit")
        else None,
        "outcomes": [
            {"type": "item", "value": tag, "id": context.id(id, f"outcome-{tag}")}
            for tag in tags_of(question)
        ],
        **context.upkeep(question, line),
    }
    match kind:
        case "true_false":
            value["answer"] = "true" if question["answer"] is True else "false"
            value["feedback_true"] = plain_value(question["feedback_true"]).strip()
            value["feedback_false"] = plain_value(question["feedback_false"]).strip()
        case "matching":
            value["pairs"] = _listed(question["pairs"], id, line, context, ("left", "right"))
            value["feedback"] = plain_value(question["feedback"]).strip()
        case "ordering":
            value["items"] = _listed(question["items"], id, line, context, ("text",))
            value["feedback"] = plain_value(question["feedback"]).strip()
        case "ranking":
            value["items"] = _ranked(question, id, line, context)
        case _:
            value["options"] = _listed(
                question["options"], id, line, context, ("text", "feedback"), ("correct",)
            )
    return value


def tags_of(row: dict[str, Any]) -> list[str]:
    """The outcomes that a question or a prompt is about."""
    tags = row.get("outcomes") or []
    if not isinstance(tags, list):
        raise TypeError("a list of outcomes")
    return [plain_value(tag) for tag in tags]


def _listed(
    rows: list[dict[str, Any]],
    id: str,
    line: int,
    context: Context,
    texts: tuple[str, ...],
    flags: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        for name in set(row) - {"id", *texts, *flags}:
            context.problem(line, f"Unknown field “{name}” in “{row.get('id')}”.")
        value: dict[str, Any] = {name: plain_value(row[name]).strip() for name in texts}
        value |= {name: bool(row.get(name)) for name in flags}
        found.append({"type": "item", "value": value, "id": _part(id, row, line, context)})
    return found


def _part(id: str, row: dict[str, Any], line: int, context: Context) -> str:
    part = context.id(id, plain_value(row["id"]))
    if part in context.lines:
        context.problem(line, f"The id {row['id']} is used twice in one question.")
    context.lines[part] = line
    return part


def _ranked(question: dict[str, Any], id: str, line: int, context: Context) -> list[dict[str, Any]]:
    rows = _listed(question["items"], id, line, context, ("text", "feedback"))
    for name in ("gp", "social_worker"):
        order = [plain_value(key) for key in question[name]]
        if sorted(order) != sorted(plain_value(row["id"]) for row in question["items"]):
            context.problem(line, f"“{name}” must name every item once, best first.")
        for row, item in zip(rows, question["items"], strict=True):
            key = plain_value(item["id"])
            row["value"][f"{name}_rank"] = order.index(key) + 1 if key in order else 0
    return rows


def quiz_settings(data: dict[str, Any]) -> dict[str, Any]:
    """How a quiz runs."""
    return {
        "feedback": data.get("feedback", "end"),
        "completes_on": data.get("completes_on", "passed"),
        "pass_mark": data.get("pass_mark", 60),
        "attempts_allowed": data.get("attempts", 0),
        "draw": data.get("draw", 0),
        "shuffle_questions": data.get("shuffle_questions", False),
        "shuffle_options": data.get("shuffle_options", True),
    }
