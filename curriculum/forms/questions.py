"""A question as a learner meets it: laid out as their attempt shows it, without its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django.http import QueryDict

from curriculum.content import ConfidenceRated, Matching, Multiple, Ordering, Question, Ranking
from curriculum.content.answers import Answer, Choice, Choices, Matches, Places
from curriculum.enums import Confidence
from curriculum.models import Attempt

FITS = 26  # characters that a closed list shows on the narrowest screen


@dataclass(frozen=True)
class Selectable:
    """One thing that can be chosen. `value` never tells whether it is right; a `letter` stands for
    a text that is too long for a closed list."""

    value: str
    text: str
    is_selected: bool
    letter: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a matching or ordering question, with a list to choose from."""

    name: str
    text: str
    choices: tuple[Selectable, ...]


@dataclass(frozen=True)
class QuestionForm:
    """A question laid out as this attempt shows it, filled with an answer. Holds no key."""

    kind: str
    stem: str
    options: tuple[Selectable, ...] = ()
    confidence: tuple[Selectable, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def lettered(self) -> tuple[Selectable, ...]:
        """What letters stand for, where they do."""
        return tuple(choice for row in self.rows[:1] for choice in row.choices if choice.letter)


def question_form(question: Question, order: list[str], answer: Answer | None) -> QuestionForm:
    """The form for `question` with its parts in `order`, the layout of the attempt."""
    kind: str = question.KIND  # type: ignore[union-attr]
    if isinstance(question, Matching):
        return QuestionForm(kind, question.stem, rows=_matching_rows(question, order, answer))
    if isinstance(question, Ordering | Ranking):
        return QuestionForm(kind, question.stem, rows=_place_rows(question, order, answer))
    chosen = set()
    if isinstance(answer, Choice):
        chosen = {answer.choice}
    elif isinstance(answer, Choices):
        chosen = set(answer.choices)
    texts = {option.id: option.text for option in question.options}
    return QuestionForm(
        kind,
        question.stem,
        options=tuple(Selectable(id, texts[id], id in chosen) for id in order),
        confidence=confidence_choices(answer.confidence if isinstance(answer, Choice) else None)
        if isinstance(question, ConfidenceRated)
        else (),
    )


def in_short(form: QuestionForm) -> str:
    """The answer that fills `form`, in one line."""
    chosen = [option.text for option in (*form.options, *form.confidence) if option.is_selected]
    rows = [(row.text, c) for row in form.rows for c in row.choices if c.is_selected]
    if form.kind == "matching":
        chosen += [f"{text}: {choice.text}" for text, choice in rows]
    else:
        rows.sort(key=lambda row: int(row[1].value))
        chosen += [f"{choice.text}. {text}" for text, choice in rows]
    return "; ".join(chosen)


def confidence_choices(given: Confidence | None) -> tuple[Selectable, ...]:
    """How sure one can be."""
    return tuple(Selectable(c.value, c.label, c == given) for c in Confidence)


def _matching_rows(question: Matching, order: list[str], answer: Answer | None) -> tuple[Row, ...]:
    # The right sides are known by their place in the shuffled list: their ids are the pairs' ids
    # and would say which belongs where.
    rights = {pair.id: pair.right for pair in question.pairs}
    given = dict(answer.matches) if isinstance(answer, Matches) else {}
    is_long = any(len(text) > FITS for text in rights.values())
    letters = ascii_uppercase if is_long and len(order) <= len(ascii_uppercase) else ""
    return tuple(
        Row(
            name=f"match-{number}",
            text=pair.left,
            choices=tuple(
                Selectable(
                    str(place),
                    rights[id],
                    given.get(pair.id) == id,
                    letters[place : place + 1],
                )
                for place, id in enumerate(order)
            ),
        )
        for number, pair in enumerate(question.pairs)
    )


def _place_rows(
    question: Ordering | Ranking, order: list[str], answer: Answer | None
) -> tuple[Row, ...]:
    texts = {item.id: item.text for item in question.items}
    given = dict(answer.places) if isinstance(answer, Places) else {}
    return tuple(
        Row(
            name=f"place-{number}",
            text=texts[id],
            choices=tuple(
                Selectable(str(place), str(place), given.get(id) == place)
                for place in range(1, len(order) + 1)
            ),
        )
        for number, id in enumerate(order)
    )


def posted_answer(question: Question, order: list[str], post: QueryDict) -> Mapping[str, Any]:
    """What was posted for `question`, as `read_answer` takes it. Hostile until read by that."""
    if isinstance(question, Matching):
        chosen = {
            pair.id: _at(order, post.get(f"match-{number}"))
            for number, pair in enumerate(question.pairs)
        }
        return {"matches": {key: value for key, value in chosen.items() if value is not None}}
    if isinstance(question, Ordering | Ranking):
        places = {id: post.get(f"place-{n}", "") for n, id in enumerate(order)}
        return {"places": {id: _number(place) for id, place in places.items() if place}}
    if isinstance(question, Multiple):
        return {"choices": post.getlist("choices")}
    return {"choice": post.get("choice"), "confidence": post.get("confidence")}


def _number(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else value


def _at(order: list[str], posted: str | None) -> str | None:
    if not posted:
        return None
    place = _number(posted)
    return order[place] if isinstance(place, int) and place < len(order) else posted


def layout_of(attempt: Attempt, key: str) -> list[str]:
    """The order in which this attempt shows the parts of a question."""
    order: list[str] = attempt.layout["options"][key]
    return order
