"""A marked question, line by line: what was given, what was right, and why. Pure."""

from dataclasses import dataclass

from curriculum.content import Matching, Ordering, Question, Ranking, Revisit, Source
from curriculum.content.answers import Answer, Choice, Choices, Matches, Places
from curriculum.domain.marking import Mark, mark
from curriculum.enums import Confidence


@dataclass(frozen=True)
class OptionLine:
    """One option: whether it was chosen, whether it is right, and why."""

    text: str
    is_chosen: bool
    is_right: bool
    feedback: str


@dataclass(frozen=True)
class PairLine:
    """One pair: what was matched, and what belongs there."""

    left: str
    given: str
    right: str

    @property
    def is_right(self) -> bool:
        return self.given == self.right


@dataclass(frozen=True)
class PlaceLine:
    """One item: the place it was given, and its place in the key or in the two keys."""

    text: str
    given: int | None
    place: int = 0
    gp: int = 0
    social_worker: int = 0
    feedback: str = ""


@dataclass(frozen=True)
class Explanation:
    """Everything a learner sees of a question once they have committed."""

    kind: str
    stem: str
    mark: Mark
    options: tuple[OptionLine, ...] = ()
    pairs: tuple[PairLine, ...] = ()
    places: tuple[PlaceLine, ...] = ()
    feedback: str = ""
    confidence: Confidence | None = None
    explanation: str = ""
    reference: Source | None = None
    revisit: Revisit | None = None
    keys_agree: bool = True

    @property
    def is_graded(self) -> bool:
        return self.mark.out_of > 0

    @property
    def verdict(self) -> str:
        """In words: right, partly right or not right."""
        if not self.is_graded:
            chosen = [line for line in self.options if line.is_chosen]
            return "Right" if chosen and chosen[0].is_right else "Not right"
        if self.mark.is_full:
            return "Right"
        return "Partly right" if self.mark.score else "Not right"

    @property
    def calibration(self) -> str:
        """What the learner's confidence says, as advice and not as a grade."""
        if self.confidence is None:
            return ""
        return _CALIBRATION[self.confidence, self.verdict == "Right"]


_CALIBRATION = {
    (Confidence.SURE, True): "You were sure, and right. Others could rely on you here.",
    (Confidence.SURE, False): (
        "You were sure, and it is not so. This is the kind of thing worth looking up before acting."
    ),
    (
        Confidence.FAIRLY_SURE,
        True,
    ): "You were fairly sure, and right. You may trust what you know here.",
    (Confidence.FAIRLY_SURE, False): (
        "You were fairly sure, and it is not so. Your doubt was worth listening to."
    ),
    (Confidence.GUESSING, True): "You guessed, and right. Read why, so that next time you know.",
    (Confidence.GUESSING, False): (
        "You guessed, and said so. Knowing what one does not know is safe; now read why."
    ),
}


def explain(question: Question, answer: Answer | None, order: list[str]) -> Explanation:
    """The question with key, feedback and the learner's answer, in the order that they saw."""
    kind: str = question.KIND  # type: ignore[union-attr]
    options: tuple[OptionLine, ...] = ()
    pairs: tuple[PairLine, ...] = ()
    places: tuple[PlaceLine, ...] = ()
    if isinstance(question, Matching):
        pairs = _pairs(question, answer)
    elif isinstance(question, Ordering | Ranking):
        places = _places(question, answer)
    else:
        options = _options(question, answer, order)
    return Explanation(
        kind=kind,
        stem=question.stem,
        mark=mark(question, answer),
        options=options,
        pairs=pairs,
        places=places,
        feedback=question.feedback if isinstance(question, Matching | Ordering) else "",
        confidence=answer.confidence if isinstance(answer, Choice) else None,
        explanation=question.explanation,
        reference=question.reference,
        revisit=question.revisit,
        keys_agree=not isinstance(question, Ranking)
        or question.gp_key == question.social_worker_key,
    )


def _options(question: Question, answer: Answer | None, order: list[str]) -> tuple[OptionLine, ...]:
    chosen: set[str] = set()
    if isinstance(answer, Choice):
        chosen = {answer.choice}
    elif isinstance(answer, Choices):
        chosen = set(answer.choices)
    by_id = {option.id: option for option in question.options}  # type: ignore[union-attr]
    return tuple(
        OptionLine(
            text=by_id[id].text,
            is_chosen=id in chosen,
            is_right=by_id[id].correct,
            feedback=by_id[id].feedback,
        )
        for id in order
    )


def _pairs(question: Matching, answer: Answer | None) -> tuple[PairLine, ...]:
    given = dict(answer.matches) if isinstance(answer, Matches) else {}
    rights = {pair.id: pair.right for pair in question.pairs}
    return tuple(
        PairLine(left=p.left, given=rights.get(given.get(p.id, ""), ""), right=p.right)
        for p in question.pairs
    )


def _places(question: Ordering | Ranking, answer: Answer | None) -> tuple[PlaceLine, ...]:
    given = dict(answer.places) if isinstance(answer, Places) else {}
    if isinstance(question, Ordering):
        return tuple(
            PlaceLine(text=item.text, given=given.get(item.id), place=place)
            for place, item in enumerate(question.items, start=1)
        )
    by_id = {item.id: item for item in question.items}
    return tuple(
        PlaceLine(
            text=by_id[id].text,
            given=given.get(id),
            gp=rank,
            social_worker=question.social_worker_key.index(id) + 1,
            feedback=by_id[id].feedback,
        )
        for rank, id in enumerate(question.gp_key, start=1)
    )
