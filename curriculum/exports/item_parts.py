"""What an answer to a question or a decision is made of: the lines that are counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from curriculum.content import (
    Case,
    ConfidenceRated,
    Decision,
    Matching,
    Ordering,
    Question,
    Ranking,
    Scene,
    dump,
    kind_of,
)
from curriculum.content.answers import (
    Answer,
    AnswerError,
    Choice,
    Choices,
    Decided,
    Matches,
    Places,
    read_answer,
)
from curriculum.enums import ChoiceQuality, Confidence

# What is shown only after answering: a change of it does not make another question.
AFTERWARDS = {
    "explanation",
    "reference",
    "revisit",
    "outcomes",
    "feedback",
    "feedback_true",
    "feedback_false",
    "happened",
    "views",
    "leads_to",
    "silent",
    "sets",
    "services",
    "knows",
}


@dataclass(frozen=True)
class Line:
    """One option, half of a pair, or item; `mark` says what it is in the key."""

    id: str
    text: str
    mark: str = ""
    is_right: bool = False


@dataclass(frozen=True)
class Item:
    """A question of a quiz, or the decision of a scene, as one edition has it."""

    key: str
    number: int
    title: str  # the scene's; a question has none
    text: str
    kind: str
    lines: tuple[Line, ...]
    columns: tuple[Line, ...] = ()  # what a line can be matched with, or the places it can have
    right: frozenset[tuple[str, str]] = frozenset()  # line and column that belong together
    is_graded: bool = True
    asks_confidence: bool = False
    is_decision: bool = False
    question: Any = None  # the content's own

    @property
    def wrong(self) -> tuple[Line, ...]:
        """The options that are not right."""
        return tuple(line for line in self.lines if not line.is_right)

    def picks(self, answer: dict[str, Any] | None) -> list[tuple[str, str]]:
        """The lines (and columns) that an answer chose; nothing where it does not fit."""
        try:
            found = read_answer(self.question, answer) if answer else None
        except AnswerError:
            return []
        return list(_picks(found))

    def is_sure_and_wrong(self, answer: dict[str, Any] | None) -> bool:
        """Whether somebody was sure of a wrong option, or of a poor choice."""
        if not answer or answer.get("confidence") != Confidence.SURE:
            return False
        bad = {line.id for line in self.wrong if not self.is_decision or line.mark == POOR}
        return answer.get("choice") in bad


POOR = ChoiceQuality.POOR.label


def items_of(content: Any) -> tuple[Item, ...]:
    """The questions of a quiz or the decisions of a case, numbered as authors see them."""
    if isinstance(content, Case):
        scenes = enumerate(content.scenes, start=1)
        return tuple(_of_scene(n, scene) for n, scene in scenes if scene.decision)
    return tuple(_of_question(n, q) for n, q in enumerate(content.questions, start=1))


def signature(content: Any, key: str) -> Any:
    """What makes it the same question in another edition: everything that is before people when
    they answer, and the key. None where the edition does not have it."""
    parts = content.scenes if isinstance(content, Case) else content.questions
    return next((_before(dump(part)) for part in parts if part.id == key), None)


def _before(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _before(value) for name, value in data.items() if name not in AFTERWARDS}
    if isinstance(data, list):
        return [_before(value) for value in data]
    return data


def _of_scene(number: int, scene: Scene) -> Item:
    decision: Decision = scene.decision  # type: ignore[assignment]
    lines = tuple(
        Line(c.id, c.text, c.quality.label, c.quality == ChoiceQuality.STRONG)
        for c in decision.choices
    )
    return Item(
        scene.id,
        number,
        scene.title,
        decision.question,
        "decision",
        lines,
        is_graded=False,
        asks_confidence=decision.asks_confidence,
        is_decision=True,
        question=decision,
    )


def _of_question(number: int, question: Question) -> Item:
    lines, columns, right = _parts(question)
    return Item(
        question.id,
        number,
        "",
        question.stem,
        kind_of(question).replace("-", " "),
        lines,
        columns,
        right,
        is_graded=question.is_graded,
        asks_confidence=isinstance(question, ConfidenceRated),
        question=question,
    )


Parts = tuple[tuple[Line, ...], tuple[Line, ...], frozenset[tuple[str, str]]]


def _parts(question: Question) -> Parts:
    if isinstance(question, Matching):
        pairs = question.pairs
        lefts = tuple(Line(pair.id, pair.left) for pair in pairs)
        rights = tuple(Line(pair.id, pair.right) for pair in pairs)
        return lefts, rights, frozenset((pair.id, pair.id) for pair in pairs)
    if isinstance(question, Ordering | Ranking):
        places = tuple(Line(str(n), f"Place {n}") for n in range(1, len(question.items) + 1))
        lines = tuple(Line(item.id, item.text) for item in question.items)
        return lines, places, frozenset(_places_in_key(question))
    lines = tuple(
        Line(o.id, o.text, "Right" if o.correct else "", o.correct) for o in question.options
    )
    return lines, (), frozenset()


def _places_in_key(question: Ordering | Ranking) -> Iterator[tuple[str, str]]:
    keys: tuple[tuple[str, ...], ...]
    if isinstance(question, Ranking):
        keys = (question.gp_key, question.social_worker_key)
    else:
        keys = (tuple(item.id for item in question.items),)
    for key in keys:
        yield from ((id, str(place)) for place, id in enumerate(key, start=1))


def _picks(answer: Answer | None) -> Iterator[tuple[str, str]]:
    match answer:
        case Choice(choice=choice) | Decided(choice=choice):
            yield choice, ""
        case Choices(choices=choices):
            yield from ((choice, "") for choice in choices)
        case Matches(matches=matches):
            yield from matches
        case Places(places=places):
            yield from ((item, str(place)) for item, place in places)
