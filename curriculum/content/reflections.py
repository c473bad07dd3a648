"""Reflective writing as plain data: what is asked, and how the writing is built.

What reviewers look for and the exemplar leave the server only after the learner has written and
saved. The models are described in our own words after Borton (Reach, Touch and Teach, 1970),
Rolfe, Freshwater and Jasper (Critical Reflection, 2001) and Gibbs (Learning by Doing, 1988).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from curriculum.content.body import BodyNode
from curriculum.content.codec import kind, part
from curriculum.enums import ActivityKind, ReflectionModel
from curriculum.text import count_words


@dataclass(frozen=True)
class Stage:
    """One step of a model. `key` is stored with what was written, so it is never reused."""

    key: str
    question: str
    hint: str = ""


STAGES: Mapping[ReflectionModel, tuple[Stage, ...]] = {
    ReflectionModel.THREE_QUESTIONS: (
        Stage("what", "What?", "What happened, and what was your part in it?"),
        Stage("so-what", "So what?", "What did it mean, for the person and for you?"),
        Stage("now-what", "Now what?", "What will you do, or do differently?"),
    ),
    ReflectionModel.GIBBS: (
        Stage("description", "What happened?", "Only what is needed to follow you."),
        Stage("feelings", "What did you think and feel?", "At the time, and now."),
        Stage("evaluation", "What went well, and what did not?"),
        Stage("analysis", "Why did it go that way?", "What do you know that explains it?"),
        Stage("conclusion", "What else could have been done?"),
        Stage("plan", "What will you do next time?", "One thing, small enough to be done."),
    ),
    ReflectionModel.FREE: (Stage("text", "Your reflection"),),
}


@part
class Prompt:
    """One thing to reflect on."""

    id: str
    question: str
    model: ReflectionModel
    guidance: str = ""  # html
    words_from: int = 0  # the suggested length; 0: none is suggested
    words_to: int = 0
    least: int = 30  # words from which it counts as answered
    gp: str = ""  # html; what a GP would look for
    social_worker: str = ""  # html
    exemplar: str = ""  # plain text; a sample
    instead: str = ""  # another question for those who would rather not write on this one
    is_required: bool = True
    outcomes: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        return STAGES[self.model]

    def is_answered_by(self, words: int) -> bool:
        """Whether so many words are substance enough."""
        return words >= self.least


@kind(ActivityKind.REFLECTION)
class Reflection:
    """Complete once every required prompt has been answered; never graded."""

    title: str
    minutes: int
    prompts: tuple[Prompt, ...]
    body: tuple[BodyNode, ...] = ()

    activity_kind: ClassVar[ActivityKind] = ActivityKind.REFLECTION

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        return self.body

    @property
    def required(self) -> tuple[Prompt, ...]:
        return tuple(prompt for prompt in self.prompts if prompt.is_required)

    def prompt(self, key: str) -> Prompt:
        """The prompt with this id. Raises KeyError."""
        for prompt in self.prompts:
            if prompt.id == key:
                return prompt
        raise KeyError(key)


def words_written(text: Mapping[str, str]) -> int:
    """Words in all steps of a piece of writing."""
    return count_words(text.values())
