"""The records of processing (UK GDPR, article 30) and the table of retention, as Markdown, from the
register. `manage.py records_of_processing` writes them into docs/privacy.md."""

from collections.abc import Iterator

from curriculum.privacy.registry import (
    Delete,
    Do,
    Held,
    Keep,
    Overwrite,
    Purpose,
    Sort,
    Treatment,
    personal,
)
from curriculum.privacy.retention import RULES

BEGIN, END = "<!-- {}: made by manage.py records_of_processing -->", "<!-- end of {} -->"


def records() -> str:
    """One table for each purpose, in the order in which purposes first occur."""
    purposes: dict[Purpose, list[Held]] = {}
    for held in sorted(personal(), key=lambda each: each.model):
        assert held.purpose
        purposes.setdefault(held.purpose, []).append(held)
    parts = []
    for purpose in sorted(purposes, key=lambda each: each.name):
        lines = [
            f"### {purpose.name}",
            "",
            f"{purpose.why}. Proposed basis: {purpose.basis}.",
            "",
            "| What | Model | Names, words and deeds in it | Kept | When an account is closed |",
            "|---|---|---|---|---|",
            *(_row(held) for held in purposes[purpose]),
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def retention() -> str:
    """What `manage.py retention` does, with the project's own days."""
    rules = sorted(RULES, key=lambda each: each.name)
    rows = (f"| `{rule.name}` | {rule.says} | {rule.days} days |" for rule in rules)
    return "\n".join(["| Rule | What goes | After |", "|---|---|---|", *rows])


def put(text: str) -> str:
    """The document with both tables in their places. Raises ValueError where a place is missing."""
    for name, made in (("records", records()), ("retention", retention())):
        begin, end = BEGIN.format(name), END.format(name)
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"There is no place for {name}.")
        text = f"{before}{begin}\n\n{made}\n\n{end}{after}"
    return text


def _row(held: Held) -> str:
    fields = held.fields(Sort.NAME, Sort.WORDS, Sort.DEED)
    said = ", ".join(f"`{name}`" for name in fields) or "who it points at"
    fate = "; ".join(dict.fromkeys(_fates(held)))
    return f"| {held.title} | `{held.model}` | {said} | {held.kept} | {fate} |"


def _fates(held: Held) -> Iterator[str]:
    for way in held.abouts:
        for then in way.then:
            yield f"{_whose(way.path)}{_fate(then)}"
    if held.strangers:
        yield f"People without an account: {held.strangers}"


def _whose(path: str) -> str:
    return f"`{path.replace('__', '.')}`: " if path and path != "pk" else ""


def _fate(then: Treatment) -> str:
    match then:
        case Delete():
            return "deleted"
        case Overwrite(values=values, because=because):
            names = ", ".join(f"`{name}`" for name in values)
            return f"{names} overwritten ({because})"
        case Keep(because=because, fields=fields):
            names = ", ".join(f"`{name}`" for name in fields)
            return f"stays{f' with {names}' if names else ''} ({because})"
        case Do(says=says):
            return says
