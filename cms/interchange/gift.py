"""Questions from GIFT, as its documentation describes the format. Pure.

Questions are parted by blank lines. `::name::` and `[format]` may stand before the question, the
answers stand in braces, `//` begins a comment line, and a backslash takes its meaning from
`~ = # { } :`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cms.interchange.found import (
    MOST_QUESTIONS,
    DoesNotMap,
    Found,
    Mapped,
    Unmapped,
    Unreadable,
    categories_note,
    why_not,
)
from cms.interchange.gift_answers import read_answers
from cms.interchange.gift_text import hidden, shown, text_format, words
from cms.interchange.mapping import Draft
from cms.interchange.markup import Words
from curriculum.text import clean_line

_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_TAG = re.compile(r"\[tag:([^\]]+)\]")
CATEGORY = "$CATEGORY:"
BLANK = "_____"


@dataclass
class Passage:
    """The lines of one question."""

    line: int
    lines: list[str]
    tags: list[str]


def read_gift(text: str) -> Found:
    """Everything in the file. Raises Unreadable for an empty one or one with too many questions."""
    categories: list[str] = []
    passages = list(_passages(text, categories))
    if not passages:
        raise Unreadable("There is no question in it.")
    if len(passages) > MOST_QUESTIONS:
        message = f"The file holds {len(passages)} questions; {MOST_QUESTIONS} are the most."
        raise Unreadable(message)
    notes = tuple(filter(None, [categories_note(categories)]))
    return Found(tuple(map(_entry, passages)), notes)


def _passages(text: str, categories: list[str]) -> Iterator[Passage]:
    """The questions' lines. Comments go; categories go into `categories`."""
    passage, tags = Passage(0, [], []), list[str]()
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        bare = line.strip()
        if bare.startswith("//"):
            tags += map(clean_line, _TAG.findall(bare))
        elif bare.startswith(CATEGORY) and not passage.lines:
            categories.append(clean_line(bare.removeprefix(CATEGORY)))
        elif bare:
            if not passage.lines:
                passage.line = number
            passage.lines.append(line)
        elif passage.lines:
            passage.tags = tags
            yield passage
            passage, tags = Passage(0, [], []), []


def _entry(passage: Passage) -> Mapped | Unmapped:
    text = hidden("\n".join(passage.lines))
    named = _NAME.match(text)
    name = clean_line(shown(named[1])) if named else ""
    text = text[named.end() :] if named else text
    kind, line = "unknown", passage.line
    try:
        before, inside, after = _parted(text)
        kind = kind_of(inside)
        if why := _unmapped_kind(kind):
            return Unmapped(name or _begin(before), kind, line, why)
        body, _, general = (inside or "").partition("####")
        format_, before = text_format(before, "moodle")
        stem = f"{before.rstrip()} {BLANK}{_joined(after)}" if after.strip() else before
        draft = Draft(Words(shown(stem).strip(), format_), words(general, format_))
        if passage.tags:
            draft.notes.append(f"Its tags are not taken over: {', '.join(passage.tags)}.")
        question = read_answers(kind, body, format_, draft)
    except DoesNotMap as reason:
        return Unmapped(name or _begin(text), kind, line, str(reason))
    return Mapped(name, kind, line, question, draft.noted())


def _parted(text: str) -> tuple[str, str | None, str]:
    """Before, inside and after the braces; inside is None where there are none."""
    before, opened, rest = text.partition("{")
    if not opened:
        if "}" in before:
            raise DoesNotMap("It has a closing brace and no opening one before it.")
        return before, None, ""
    inside, closed, after = rest.partition("}")
    if not closed:
        raise DoesNotMap(
            "Its opening brace is never closed. A blank line ends a question: is one inside it?"
        )
    if "{" in after or "}" in after:
        raise DoesNotMap(
            "It has more than one pair of braces. Escape those that belong to the text."
        )
    if "{" in inside:
        raise DoesNotMap("It has a brace inside its answers. Escape it if it belongs to the text.")
    return before, inside, after


def kind_of(inside: str | None) -> str:
    """Which kind of question the answers make."""
    if inside is None:
        return "description"
    body = inside.partition("####")[0].strip()
    if not body:
        return "essay"
    if body.startswith("#"):
        return "numerical"
    if "~" in body:
        return "multichoice"
    if "=" in body:
        return "matching" if "->" in body else "shortanswer"
    if body.partition("#")[0].strip().upper() in {"T", "F", "TRUE", "FALSE"}:
        return "truefalse"
    return "shortanswer"


def _unmapped_kind(kind: str) -> str:
    return "" if kind in {"multichoice", "matching", "truefalse"} else why_not(kind)


def _joined(after: str) -> str:
    """What follows the gap, with a space unless it is a mark that belongs to the word before."""
    after = after.strip()
    return after if after[0] in ".,;:!?)”’" else f" {after}"


def _begin(text: str) -> str:
    begun = clean_line(shown(text_format(text, "")[1]).partition("{")[0])
    return begun if len(begun) <= 60 else f"{begun[:59]}…"
