"""How answers are marked. Pure: content and an answer in, a mark out; nothing is read or saved.

The rules are section 5 of the curriculum brief. Every graded question is worth one mark.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from curriculum.content import (
    ConfidenceRated,
    Matching,
    Multiple,
    Ordering,
    Question,
    Quiz,
    Ranking,
    Single,
    TrueFalse,
)
from curriculum.content.answers import Answer, Choice, Choices, Matches, Places
from curriculum.enums import Confidence

# Right and wrong by confidence. "Sure" pays only for those more than about 75% likely to be
# right, "fairly sure" above 50%; so an honest rating is the best one.
CALIBRATION = {
    Confidence.SURE: (Fraction(2), Fraction(-2)),
    Confidence.FAIRLY_SURE: (Fraction(3, 2), Fraction(-1, 2)),
    Confidence.GUESSING: (Fraction(1), Fraction(0)),
}
RANK_POINTS = 4  # for the same rank as the key; one fewer for each place away, never below nothing


@dataclass(frozen=True)
class Mark:
    """`score` of `out_of`, both exact; a confidence-rated question is out of nothing."""

    score: Fraction
    out_of: Fraction
    calibration: Fraction | None = None  # -2 to 2

    @property
    def is_full(self) -> bool:
        return self.score == self.out_of


@dataclass(frozen=True)
class Total:
    """The marks of an attempt together."""

    score: Fraction
    out_of: Fraction

    def passes(self, pass_mark: int) -> bool:
        """Whether the share of marks reaches `pass_mark` per cent; with nothing graded, always."""
        return self.out_of == 0 or self.score * 100 >= self.out_of * pass_mark

    @property
    def per_cent(self) -> int:
        """Whole per cent, rounded down, so that 59.9 is not shown as a pass of 60."""
        return int(self.score * 100 / self.out_of) if self.out_of else 100


def mark(question: Question, answer: Answer | None) -> Mark:
    """The mark for one question. No answer earns nothing."""
    if isinstance(question, ConfidenceRated):
        return Mark(Fraction(0), Fraction(0), _calibration(question, answer))
    return Mark(_share(question, answer), Fraction(1))


def total(quiz: Quiz, answers: dict[str, Answer | None]) -> Total:
    """The marks for the questions named in `answers`, which are those that the attempt asked."""
    return add_up(mark(quiz.question(key), answer) for key, answer in answers.items())


def add_up(given: Iterable[Mark]) -> Total:
    """These marks together."""
    marks = list(given)
    return Total(
        score=sum((m.score for m in marks), Fraction(0)),
        out_of=sum((m.out_of for m in marks), Fraction(0)),
    )


def _share(question: Question, answer: Answer | None) -> Fraction:
    match question, answer:
        case Single() | TrueFalse(), Choice(choice=choice):
            return Fraction(any(o.correct and o.id == choice for o in question.options))
        case Multiple(options=options), Choices(choices=choices):
            key = {option.id for option in options if option.correct}
            ticked = set(choices)
            return Fraction(max(0, len(ticked & key) - len(ticked - key)), len(key))
        case Matching(pairs=pairs), Matches(matches=matches):
            return Fraction(sum(left == right for left, right in matches), len(pairs))
        case Ordering(items=items), Places(places=given):
            place = dict(given)
            steps = list(itertools.pairwise(items))
            kept = sum(
                a.id in place and b.id in place and place[a.id] < place[b.id] for a, b in steps
            )
            return Fraction(kept, len(steps))
        case Ranking(), Places(places=given):
            return max(
                _closeness(dict(given), question.gp_key),
                _closeness(dict(given), question.social_worker_key),
            )
    return Fraction(0)


def _closeness(place: dict[str, int], key: tuple[str, ...]) -> Fraction:
    taken = list(place.values())
    points = sum(
        max(0, RANK_POINTS - abs(place[item] - rank))
        for rank, item in enumerate(key, start=1)
        # A shared place is no ranking, or putting everything in the middle would pay.
        if item in place and taken.count(place[item]) == 1
    )
    return Fraction(points, RANK_POINTS * len(key))


def _calibration(question: ConfidenceRated, answer: Answer | None) -> Fraction | None:
    if not isinstance(answer, Choice) or answer.confidence is None:
        return None
    right = any(o.correct and o.id == answer.choice for o in question.options)
    if_right, if_wrong = CALIBRATION[answer.confidence]
    return if_right if right else if_wrong
