"""Quiz questions as plain data. Keys and feedback live here and leave the server only after the
learner has committed.
"""

from typing import ClassVar

from curriculum.content.body import Source
from curriculum.content.codec import kind, part
from curriculum.enums import QuestionKind


@part
class Option:
    id: str
    text: str
    feedback: str
    correct: bool = False


@part
class Pair:
    id: str
    left: str
    right: str


@part
class Item:
    id: str
    text: str
    feedback: str = ""


@part
class Revisit:
    """A page to look at again, by its key."""

    key: str
    title: str


@part
class _Question:
    id: str
    stem: str
    explanation: str = ""
    reference: Source | None = None
    revisit: Revisit | None = None
    outcomes: tuple[str, ...] = ()

    is_graded: ClassVar[bool] = True


@kind(QuestionKind.SINGLE)
class Single(_Question):
    options: tuple[Option, ...]


@kind(QuestionKind.MULTIPLE)
class Multiple(_Question):
    options: tuple[Option, ...]


@kind(QuestionKind.TRUE_FALSE)
class TrueFalse(_Question):
    is_true: bool
    feedback_true: str
    feedback_false: str

    @property
    def options(self) -> tuple[Option, ...]:
        return (
            self._option("true", self.feedback_true, self.is_true),
            self._option("false", self.feedback_false, not self.is_true),
        )

    def _option(self, id: str, feedback: str, correct: bool) -> Option:
        return Option(id=id, text=id.capitalize(), feedback=feedback, correct=correct)


@kind(QuestionKind.CONFIDENCE)
class ConfidenceRated(_Question):
    """A single best answer with "how sure are you?"; shows calibration, never a grade."""

    options: tuple[Option, ...]

    is_graded: ClassVar[bool] = False


@kind(QuestionKind.MATCHING)
class Matching(_Question):
    pairs: tuple[Pair, ...]
    feedback: str


@kind(QuestionKind.ORDERING)
class Ordering(_Question):
    """`items` stand in the right order."""

    items: tuple[Item, ...]
    feedback: str


@kind(QuestionKind.RANKING)
class Ranking(_Question):
    """Situational judgement: the GP's and the social worker's order, best first, as item ids."""

    items: tuple[Item, ...]
    gp_key: tuple[str, ...]
    social_worker_key: tuple[str, ...]


ChoiceQuestion = Single | Multiple | TrueFalse | ConfidenceRated
Question = Single | Multiple | TrueFalse | ConfidenceRated | Matching | Ordering | Ranking
