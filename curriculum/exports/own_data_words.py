"""A person's copy of their data in words: questions and answers instead of their ids."""

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

from curriculum.dates import day, moment
from curriculum.domain.reflections import prompt_of
from curriculum.models import Edition, Exemplar, Response, Version, Writing
from curriculum.privacy.copying import Part, plain
from curriculum.privacy.registry import Sort

NAMING = ("stem", "statement", "question", "text", "title", "left", "name")

ORDER = (Sort.PLAIN, Sort.NAME, Sort.WORDS, Sort.DEED)

Line = tuple[str, list[str]]


@cache
def style() -> SafeString:
    """The site's own stylesheets as one element, so that the page needs no other file."""
    sheets = [finders.find(f"elearn/{name}.css") for name in ("tokens", "site")]
    css = "\n".join(Path(str(path)).read_text("utf-8") for path in sheets)
    return mark_safe(f"<style>\n{css}\n</style>")  # noqa: S308 - our own stylesheets


def shown(part: Part, row: Any) -> list[Line]:
    """The fields of one row that say something, each with its name and its lines."""
    words = _words_for(row)
    found = []
    # First what it is about, then what was said, then when.
    for field in sorted(part.fields(), key=lambda f: ORDER.index(part.held.sorts[f.name])):
        sort = part.held.sorts[field.name]
        if sort == Sort.PLAIN and not field.is_relation and field.name != "key":
            continue
        if lines := list(_lines(field, row, words)):
            name = "Question" if field.name == "key" else str(field.verbose_name).capitalize()
            found.append((name, lines))
    return found


def _lines(field: Any, row: Any, words: dict[str, str]) -> Any:
    value = plain(field, row) if field.is_relation else getattr(row, field.name)
    if value is False or value in (None, "", [], {}):
        return
    if value is True:
        yield "Yes"
    elif isinstance(value, dt.datetime):
        yield moment(value)
    elif isinstance(value, dt.date):
        yield day(value)
    elif isinstance(value, list):
        yield from (words.get(str(each), str(each)) for each in value)
    elif isinstance(value, dict):
        yield from _pairs(value, words)
    elif isinstance(value, Decimal):
        yield f"{value.normalize():f}"
    elif field.choices and not field.is_relation:
        yield str(getattr(row, f"get_{field.name}_display")())
    else:
        yield words.get(str(value), str(value))


def _pairs(value: dict[str, Any], words: dict[str, str]) -> Any:
    for key, told in value.items():
        if isinstance(told, dict):
            yield from _pairs(told, words)
            continue
        many = told if isinstance(told, list) else [told]
        if told in ("", [], None):
            continue
        said = ", ".join(words.get(str(each), str(each)) for each in many)
        yield f"{words.get(key, key)}: {said}"


def _words_for(row: Any) -> dict[str, str]:
    """What the ids in this row stand for."""
    if isinstance(row, Response):
        return _named(row.attempt.edition)
    match row:
        case Writing():
            writing = row
        case Version():
            writing = row.writing
        case Exemplar():
            writing = row.version.writing
        case _:
            return {}
    return {stage.key: stage.question for stage in prompt_of(writing).stages}


def _named(edition: Edition) -> dict[str, str]:
    """Ids of an edition's questions, options and scenes, and what stands there."""
    found: dict[str, str] = {}

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                walk(each)
        if isinstance(node, dict):
            name = next((str(node[n]) for n in NAMING if node.get(n)), "")
            for key in (node.get("id"), node.get("key")):
                if isinstance(key, str) and name:
                    found.setdefault(key, name)
            for each in node.values():
                walk(each)

    walk(edition.source)
    return found
