"""The frozen content of an activity, and of a module's own page."""

from typing import ClassVar

from curriculum.content.body import BodyNode
from curriculum.content.cases import Case
from curriculum.content.codec import kind
from curriculum.content.questions import Question
from curriculum.content.reflections import Reflection
from curriculum.content.sessions import Session
from curriculum.content.surveys import Survey
from curriculum.enums import ActivityKind, CompletesOn, FeedbackTiming


@kind(ActivityKind.READING)
class Reading:
    title: str
    minutes: int
    body: tuple[BodyNode, ...]

    activity_kind: ClassVar[ActivityKind] = ActivityKind.READING

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        """Every body node of the content, wherever it stands."""
        return self.body


@kind(ActivityKind.QUIZ)
class Quiz:
    title: str
    minutes: int
    questions: tuple[Question, ...]
    body: tuple[BodyNode, ...] = ()
    feedback: FeedbackTiming = FeedbackTiming.END
    completes_on: CompletesOn = CompletesOn.PASSED
    pass_mark: int = 60  # per cent of the graded questions
    attempts_allowed: int = 0  # 0: as many as they like
    draw: int = 0  # 0: all questions
    shuffle_questions: bool = False
    shuffle_options: bool = True

    activity_kind: ClassVar[ActivityKind] = ActivityKind.QUIZ

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        return self.body

    @property
    def asks(self) -> int:
        """How many questions one attempt holds."""
        return min(self.draw, len(self.questions)) if self.draw else len(self.questions)

    def question(self, key: str) -> Question:
        """The question with this id. Raises KeyError."""
        for question in self.questions:
            if question.id == key:
                return question
        raise KeyError(key)


@kind("module")
class ModuleOverview:
    """What a module's own page says."""

    title: str
    summary: str
    outcomes: tuple[str, ...]
    body: tuple[BodyNode, ...] = ()

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        return self.body


ActivityContent = Reading | Quiz | Case | Reflection | Session | Survey
