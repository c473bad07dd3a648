"""Pages for tests of `cms`: what an author would write, with explicit ids as programs must."""

import itertools
import uuid
from typing import Any

from cms.models import (
    HomePage,
    ModuleOutcome,
    ModulePage,
    Outcome,
    ProgrammePage,
    QuizPage,
    ReadingPage,
    SiteSettings,
    StandardPage,
    Tag,
)

_numbers = itertools.count(1)


def block(kind: str, value: Any, id: str | None = None) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": id or str(uuid.uuid4())}


def item(value: Any, id: str | None = None) -> dict[str, Any]:
    return block("item", value, id)


def text(html: str = "<p>Some words.</p>", id: str = "text-1") -> dict[str, Any]:
    return block("text", html, id)


def after(**fields: Any) -> dict[str, Any]:
    """The fields that every question has."""
    return {
        "explanation": "",
        "source": "",
        "source_url": "",
        "revisit": None,
        "outcomes": [],
        "tags": [],
        "check": "",
        **fields,
    }


def option(id: str, correct: bool = False, **fields: Any) -> dict[str, Any]:
    value = {"text": f"Option {id}", "feedback": f"Feedback {id}", "correct": correct}
    return item({**value, **fields}, id)


def single(id: str = "q1", *options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    chosen = list(options) or [option(f"{id}-a"), option(f"{id}-b", correct=True)]
    return block("single", after(stem=f"Stem {id}?", options=chosen, **fields), id)


def multiple(id: str = "q2", *options: dict[str, Any]) -> dict[str, Any]:
    chosen = list(options) or [
        option(f"{id}-a", correct=True),
        option(f"{id}-b", correct=True),
        option(f"{id}-c"),
    ]
    return block("multiple", after(stem=f"Stem {id}?", options=chosen), id)


def true_false(id: str = "q3", **fields: Any) -> dict[str, Any]:
    value = {"answer": "true", "feedback_true": "Yes.", "feedback_false": "No."}
    return block("true_false", after(stem=f"Stem {id}.", **{**value, **fields}), id)


def matching(id: str = "q4", *pairs: tuple[str, str], feedback: str = "Ask.") -> dict[str, Any]:
    rows = pairs or (("Left 1", "Right 1"), ("Left 2", "Right 2"))
    items = [
        item({"left": left, "right": right}, f"{id}-p{n}") for n, (left, right) in enumerate(rows)
    ]
    return block("matching", after(stem=f"Stem {id}?", pairs=items, feedback=feedback), id)


def ordering(id: str = "q5", *steps: str, feedback: str = "First need.") -> dict[str, Any]:
    items = [
        item({"text": step}, f"{id}-i{n}")
        for n, step in enumerate(steps or ("One", "Two", "Three"))
    ]
    return block("ordering", after(stem=f"Stem {id}?", items=items, feedback=feedback), id)


def ranking(id: str = "q6", *ranks: tuple[int, int]) -> dict[str, Any]:
    items = [
        item(
            {
                "text": f"Action {n}",
                "feedback": f"Why {n}",
                "gp_rank": gp,
                "social_worker_rank": social_worker,
            },
            f"{id}-r{n}",
        )
        for n, (gp, social_worker) in enumerate(ranks or ((1, 2), (2, 1), (3, 3)))
    ]
    return block("ranking", after(stem=f"Stem {id}?", items=items), id)


def allow_unreviewed(allowed: bool = True) -> None:
    settings = SiteSettings.load()
    settings.allow_unreviewed = allowed
    settings.save()


def stream(page: Any, name: str, value: list[dict[str, Any]]) -> Any:
    return page._meta.get_field(name).to_python(value)


def programme_page(**fields: Any) -> ProgrammePage:
    number = next(_numbers)
    page = ProgrammePage(
        **{"title": f"Programme {number}", "slug": f"programme-{number}", **fields}
    )
    HomePage.objects.get().add_child(instance=page)
    return page


def outcome(key: str = "M1.1", text: str = "know it") -> Outcome:
    return Outcome.objects.get_or_create(key=key, defaults={"text": text})[0]


def tag(slug: str = "care-act-2014", name: str = "Care Act 2014", **fields: Any) -> Tag:
    return Tag.objects.get_or_create(slug=slug, defaults={"name": name, **fields})[0]


def module_page(parent: Any = None, **fields: Any) -> ModulePage:
    number = next(_numbers)
    page = ModulePage(**{"title": f"Module {number}", "slug": f"module-{number}", **fields})
    page.module_outcomes = [ModuleOutcome(outcome=outcome())]
    (parent or programme_page()).add_child(instance=page)
    return page


def reading_page(
    parent: Any = None, body: list[dict[str, Any]] | None = None, **fields: Any
) -> ReadingPage:
    """A live reading, unless `live` says otherwise."""
    number = next(_numbers)
    page = ReadingPage(**{"title": f"Reading {number}", "slug": f"reading-{number}", **fields})
    page.body = stream(page, "body", [text()] if body is None else body)
    (parent or module_page()).add_child(instance=page)
    return page


def standard_page(body: list[dict[str, Any]] | None = None, **fields: Any) -> StandardPage:
    """A live page of text under the home page, unless `live` says otherwise."""
    number = next(_numbers)
    page = StandardPage(**{"title": f"Page {number}", "slug": f"page-{number}", **fields})
    page.body = stream(page, "body", [text()] if body is None else body)
    HomePage.objects.get().add_child(instance=page)
    return page


def quiz_page(
    parent: Any = None, questions: list[dict[str, Any]] | None = None, **fields: Any
) -> QuizPage:
    """A live quiz of one question, unless the arguments say otherwise."""
    number = next(_numbers)
    page = QuizPage(**{"title": f"Quiz {number}", "slug": f"quiz-{number}", **fields})
    page.questions = stream(page, "questions", [single()] if questions is None else questions)
    (parent or module_page()).add_child(instance=page)
    return page


def draft(page: Any, **fields: Any) -> Any:
    """A new draft revision of a page."""
    page = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        is_stream = name in {"body", "questions"} and isinstance(value, list)
        setattr(page, name, stream(page, name, value) if is_stream else value)
    return page.save_revision(clean=False)


def posted(page: Any, action: str = "save", **fields: Any) -> dict[str, Any]:
    """What the editor posts for a page as it stands, with changes in `fields`."""
    from wagtail.test.utils.form_data import inline_formset, nested_form_data

    form_class = type(page).get_edit_handler().get_form_class()
    latest = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    data: dict[str, Any] = {"comments": inline_formset([])}
    if isinstance(latest, ModulePage):
        rows = [{"id": row.pk, "outcome": row.outcome_id} for row in latest.module_outcomes.all()]
        data["module_outcomes"] = inline_formset(rows, initial=len(rows))
    for name in form_class.base_fields:
        value = fields.get(name, getattr(latest, name, None))
        if name in {"outcomes", "tags"}:
            chosen = value if isinstance(value, list) else value.all()
            data[name] = tuple(row.pk for row in chosen)  # a tuple is posted as several values
        elif name in {"body", "questions", "covers", "promises"}:
            raw = value if isinstance(value, list) else list(value.raw_data)
            data[name] = _stream_data(latest._meta.get_field(name).stream_block, raw)
        elif value is not None and value is not False:
            data[name] = value
    return (
        {**nested_form_data(data), f"action-{action}": "1"}
        if action != "save"
        else (nested_form_data(data))
    )


def _stream_data(stream_block: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"count": str(len(rows))}
    for number, row in enumerate(rows):
        found[str(number)] = {
            "type": row["type"],
            "value": _block_data(stream_block.child_blocks[row["type"]], row["value"]),
            "id": row.get("id", ""),
            "order": str(number),
            "deleted": "",
        }
    return found


def _block_data(block: Any, value: Any) -> Any:
    from wagtail import blocks
    from wagtail.test.utils.form_data import rich_text

    if isinstance(block, blocks.StructBlock):
        children = block.child_blocks
        return {name: _block_data(children[name], value.get(name)) for name in children}
    if isinstance(block, blocks.ListBlock):
        found: dict[str, Any] = {"count": str(len(value))}
        for number, row in enumerate(value):
            found[str(number)] = {
                "value": _block_data(block.child_block, row["value"]),
                "id": row.get("id", ""),
                "order": str(number),
                "deleted": "",
            }
        return found
    if isinstance(block, blocks.StreamBlock):
        return _stream_data(block, value)
    if isinstance(block, blocks.MultipleChoiceBlock):
        return tuple(value or ())
    if isinstance(block, blocks.RichTextBlock):
        return rich_text(value or "", features=block.features)
    if isinstance(block, blocks.BooleanBlock):
        return "on" if value else ""
    return "" if value is None else value
