"""Which key counts for a question that was asked with a wrong one. Pure.

A question keeps the words it was asked in; a later edition lends it its key, its feedback and its
explanation, provided that it is the same question with the same options. Of questions whose options
came or went nobody can say what an answer would have been.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum.content import (
    ChoiceQuestion,
    Matching,
    Ordering,
    Question,
    Quiz,
    Ranking,
    TrueFalse,
)
from curriculum.content.answers import Answer, Matches
from curriculum.domain.marking import Mark, Total, add_up, mark
from curriculum.domain.review import Explanation, explain


@dataclass(frozen=True)
class Key:
    """A question in the words it was asked in, with what counts as right for it.

    `source` is the place, in the row of later quizzes, of the one that lent the key; None where
    the key is the question's own.
    """

    question: Question
    source: int | None = None
    sides: tuple[tuple[str, str], ...] = ()  # matching: a right side as asked → under this key

    def mark(self, answer: Answer | None) -> Mark:
        return mark(self.question, self._read(answer))

    def explain(self, answer: Answer | None, order: list[str]) -> Explanation:
        return explain(self.question, self._read(answer), order)

    def _read(self, answer: Answer | None) -> Answer | None:
        if not isinstance(answer, Matches) or not self.sides:
            return answer
        sides = dict(self.sides)
        return Matches(tuple((left, sides[right]) for left, right in answer.matches))


def keys_in_force(quiz: Quiz, later: Sequence[Quiz] = ()) -> dict[str, Key]:
    """The key that counts for each question of `quiz`: of the quizzes by which it was corrected,
    newest first, the first that has the same question decides."""
    found = {}
    for question in quiz.questions:
        found[question.id] = Key(question)
        for source, other in enumerate(later):
            now = _find(other, question.id)
            if now is not None and is_same_question(question, now):
                if key_of(question) != key_of(now):
                    found[question.id] = _lent(question, now, source)
                break
    return found


def total_by(keys: Mapping[str, Key], answers: Mapping[str, Answer | None]) -> Total:
    """The marks together, for the questions named in `answers`."""
    return add_up(keys[id].mark(answer) for id, answer in answers.items())


def without_counterpart(quiz: Quiz, other: Quiz) -> tuple[Question, ...]:
    """The questions that `other` has in another kind or with other options, or not at all."""
    return tuple(
        question
        for question in quiz.questions
        if (now := _find(other, question.id)) is None or not is_same_question(question, now)
    )


def is_same_question(asked: Question, now: Question) -> bool:
    """Whether an answer to one can be marked by the other's key: the same kind and options. Of
    pairs to match the words on the right are the options."""
    if type(asked) is not type(now) or _options(asked) != _options(now):
        return False
    if isinstance(asked, Matching) and isinstance(now, Matching):
        return sorted(p.right for p in asked.pairs) == sorted(p.right for p in now.pairs)
    return True


def key_of(question: Question) -> Any:
    """What decides whether an answer is right, to be compared."""
    match question:
        case Matching(pairs=pairs):
            return {pair.id: pair.right for pair in pairs}
        case Ordering(items=items):
            return [item.id for item in items]
        case Ranking():
            return (question.gp_key, question.social_worker_key)
    return {option.id for option in question.options if option.correct}


def _options(question: Question) -> set[str]:
    match question:
        case Matching(pairs=pairs):
            return {pair.id for pair in pairs}
        case Ordering(items=items) | Ranking(items=items):
            return {item.id for item in items}
    return {option.id for option in question.options}


def _find(quiz: Quiz, id: str) -> Question | None:
    return next((question for question in quiz.questions if question.id == id), None)


def _lent(asked: Any, now: Any, source: int) -> Key:
    """The question as asked, with the key, feedback and explanation that it has now."""
    told = {name: getattr(now, name) for name in ("explanation", "reference", "revisit")}
    sides: tuple[tuple[str, str], ...] = ()
    if isinstance(asked, TrueFalse):
        told |= {n: getattr(now, n) for n in ("is_true", "feedback_true", "feedback_false")}
    elif isinstance(asked, Matching):
        sides = tuple(_sides(asked, now))
        rights = {pair.id: pair.right for pair in now.pairs}
        pairs = tuple(dataclasses.replace(pair, right=rights[pair.id]) for pair in asked.pairs)
        told |= {"pairs": pairs, "feedback": now.feedback}
    elif isinstance(asked, Ordering):
        items = {item.id: item for item in asked.items}
        told |= {"items": tuple(items[i.id] for i in now.items), "feedback": now.feedback}
    elif isinstance(asked, Ranking):
        told |= {"items": _with(asked.items, now.items, "feedback")}
        told |= {"gp_key": now.gp_key, "social_worker_key": now.social_worker_key}
    else:
        told["options"] = _choices(asked, now)
    return Key(dataclasses.replace(asked, **told), source, sides)


def _choices(asked: ChoiceQuestion, now: ChoiceQuestion) -> tuple[Any, ...]:
    return _with(asked.options, now.options, "feedback", "correct")


def _with(asked: Iterable[Any], now: Iterable[Any], *names: str) -> tuple[Any, ...]:
    """The parts as asked, with what these fields hold in the same parts now."""
    other = {part.id: part for part in now}
    return tuple(
        dataclasses.replace(part, **{name: getattr(other[part.id], name) for name in names})
        for part in asked
    )


def _sides(asked: Matching, now: Matching) -> Iterable[tuple[str, str]]:
    """For each right side as it was shown, the pair that has these words now. Of two with the same
    words each keeps its own where it can."""
    words = {pair.id: pair.right for pair in now.pairs}
    for pair in asked.pairs:
        same = [id for id, right in words.items() if right == pair.right]
        yield pair.id, pair.id if pair.id in same else same[0]
