"""What the parts of frozen content are called, and how their values read to an author. Pure.

Tables by class and field; `changes` walks the content and knows none of them by name.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any

from curriculum import content as c
from curriculum.domain.change_names import CALLED, CALLED_IN
from curriculum.enums import Portrait
from curriculum.text import plain

Names = Mapping[tuple[type, str], str]
Field = tuple[type, str]

NAMED_WITH = 60  # characters of a text by which a part is named

# Fields that hold the id of something else, and what they point at.
POINTS_AT: dict[Field, type] = {
    (c.CaseChoice, "leads_to"): c.Scene,
    (c.CaseChoice, "sets"): c.Fact,
    (c.OnlyIf, "fact"): c.Fact,
    (c.View, "only_if"): c.Fact,
    (c.View, "who"): c.Member,
    (c.ContentNote, "skip_to"): c.Heading,
    (c.Ranking, "gp_key"): c.Item,
    (c.Ranking, "social_worker_key"): c.Item,
}

RICH: frozenset[Field] = frozenset(
    [
        (c.Text, "html"),
        (c.Callout, "html"),
        (c.KeyFact, "html"),
        (c.Step, "html"),
        (c.Video, "transcript"),
        (c.Audio, "transcript"),
        (c.ContentNote, "instead"),
        (c.TwoViews, "gp"),
        (c.TwoViews, "social_worker"),
        (c.Figure, "svg"),
        (c.CaseChoice, "happened"),
        (c.Prompt, "guidance"),
        (c.Prompt, "gp"),
        (c.Prompt, "social_worker"),
        *((cls, "explanation") for cls in (c.Single, c.Multiple, c.TrueFalse, c.ConfidenceRated)),
        *((cls, "explanation") for cls in (c.Matching, c.Ordering, c.Ranking)),
    ]
)

# The order of the parts is what is asked, not only how it is set out.
ORDER_MATTERS: frozenset[Field] = frozenset([(c.Ordering, "items"), (c.Case, "scenes")])

_QUESTIONS = (
    c.Single,
    c.Multiple,
    c.TrueFalse,
    c.ConfidenceRated,
    c.Matching,
    c.Ordering,
    c.Ranking,
)
_BESIDE = (
    c.Reference,
    c.Service,
    c.ServiceRef,
    c.Source,
    c.Revisit,
)  # may come and go without consequence
_FILES: frozenset[Field] = frozenset([(c.MediaFile, "sha256"), (c.Figure, "svg")])
_SETTING_OUT = {"minutes", "level"}
# Other words here make it another thing that is asked, whose answers are never pooled with these.
_ASKED: frozenset[Field] = frozenset(
    [
        (c.SurveyItem, "key"),
        (c.SurveyItem, "statement"),
        (c.SurveyItem, "domain"),
        (c.ItemWording, "text"),
        (c.Survey, "scale"),
        (c.Survey, "consent"),
        (c.Survey, "measure"),
    ]
)
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)


def called(cls: type, name: str) -> str:
    """What a field is called; empty where naming it would only say what stands there anyway."""
    own = CALLED_IN.get((cls, name))
    return CALLED.get(name, name.replace("_", " ")) if own is None else own


def name_of(part: Any, number: int, field: str, names: Names) -> str:
    """What a part of a list is called, in words for people."""
    match part:
        case c.Option(text=text):
            return f"option {_quoted(text)}"
        case c.Pair(left=left):
            return f"pair {_quoted(left)}"
        case c.Item(text=text):
            return f"item {_quoted(text)}"
        case c.Scene(title=title):
            return f"Scene {_quoted(title)}"
        case c.CaseChoice():
            return f"choice {number}"
        case c.View(who=who):
            seen_by = names.get((c.Member, who), "somebody")
            return f"what {seen_by} knows" if field == "knows" else f"view of {seen_by}"
        case c.Member(name=name):
            return f"cast, {name}"
        case c.Role(profession=profession):
            return f"role for {_quoted(profession)}"
        case c.Fact(name=name) | c.Service(name=name):
            return f"{type(part).__name__.lower()} {_quoted(name)}"
        case c.ServiceRef(kind=kind):
            return f"kind of service {_quoted(kind)}"
        case c.Prompt():
            return f"Prompt {number}"
        case c.SurveyItem(key=key):
            return f"Item {key}"
        case c.ItemWording(who=who):
            return f"wording for {_quoted(who)}"
        case c.Reference(key=key):
            return f"reference {key}"
        case c.Step(title=title):
            return f"step {_quoted(title)}"
        case c.OnlyIf(fact=fact):
            return f"passage only if {_quoted(names.get((c.Fact, fact), fact))}"
    if isinstance(part, _QUESTIONS):
        return f"Question {number}"
    return f"{_kind(part)} {_quoted(_first_words(part, names))}".strip()


def names_in(content: Any) -> Names:
    """What everything that has an id is called, for those who point at it."""
    found: dict[tuple[type, str], str] = {}
    for part in _walk(content):
        if isinstance(part, c.Member | c.Fact):
            found[type(part), part.id] = part.name
        elif isinstance(part, c.Scene):
            found[c.Scene, part.id] = part.title
        elif isinstance(part, c.Heading | c.Item):
            found[type(part), part.id] = part.text
    return found


def shown(cls: type, name: str, value: Any, names: Names) -> str:
    """A value as plain text. Empty for what is empty."""
    text = _shown((cls, name), value, names)
    # Empty means that nothing is there: a drawing without a word in it is something.
    return text or ("" if value in ("", None, ()) else "(without words)")


def described(part: Any, names: Names) -> str:
    """Everything that a part says, in one line."""
    texts = []
    for field in fields(part):
        value = getattr(part, field.name)
        if (
            field.name == "id"
            or not field.compare
            or (field.default is not MISSING and value == field.default)
        ):
            continue
        parts = value if isinstance(value, tuple) else (value,)
        if any(is_dataclass(item) for item in parts):
            texts += [described(item, names) for item in parts]
            continue
        text = shown(type(part), field.name, value, names)
        is_plain = isinstance(value, str) and (type(part), field.name) not in POINTS_AT
        texts.append(text if is_plain else f"{called(type(part), field.name)}: {text}")
    return " · ".join(text for text in texts if text) or _kind(part)


def is_wording(cls: type, name: str, *values: Any) -> bool:
    """Whether a change of this field changes words and nothing that follows from them."""
    if name in _SETTING_OUT or any(isinstance(value, Portrait) for value in values):
        return True
    if (cls, name) in POINTS_AT or (cls, name) in _FILES or (cls, name) in _ASKED:
        return False
    if (cls, name) == (c.CaseChoice, "found_by"):
        return False
    return all(isinstance(value, str | tuple) and not isinstance(value, Enum) for value in values)


def is_beside(*parts: Any) -> bool:
    """Whether these may be added and taken away without changing what is asked or told."""
    return all(part is None or isinstance(part, _BESIDE) for part in parts)


def _walk(value: Any) -> Any:
    if isinstance(value, tuple):
        for item in value:
            yield from _walk(item)
    elif is_dataclass(value):
        yield value
        for field in fields(value):
            yield from _walk(getattr(value, field.name))


def _shown(field: Field, value: Any, names: Names) -> str:
    target = POINTS_AT.get(field)
    if target and isinstance(value, tuple):
        places = enumerate((names.get((target, id), id) for id in value), start=1)
        return "  ".join(f"{place}. {text}" for place, text in places)
    if target:
        return names.get((target, value), value)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(getattr(value, "label", value.value))
        case tuple():
            between = "\n" if any(isinstance(item, tuple) for item in value) else "; "
            return between.join(
                " | ".join(item) if isinstance(item, tuple) else str(item) for item in value
            )
    if field in RICH:
        # Where a link leads counts as much as its words.
        return plain(_LINK.sub(r"\2 (\1)", value))
    return str(value)[:8] if field == (c.MediaFile, "sha256") else str(value)


def _kind(part: Any) -> str:
    return str(getattr(part, "KIND", type(part).__name__)).replace("-", " ").lower()


def _first_words(part: Any, names: Names) -> str:
    """The first text in a block, by which an author knows it again."""
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name not in {"id", "tone", "svg"} and isinstance(value, str) and value:
            return shown(type(part), field.name, value, names)
    return ""


def _quoted(text: str) -> str:
    if not text:
        return ""
    short = text if len(text) <= NAMED_WITH else f"{text[:NAMED_WITH].rstrip()}…"
    return f"“{short}”"
