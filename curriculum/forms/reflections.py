"""A prompt's steps as fields, with what was written in them. Knows nothing that comes later."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from curriculum.anonymity import Hint, hints
from curriculum.content import Prompt, Stage

PREFIX = "step-"


@dataclass(frozen=True)
class StageField:
    """One step: its question, its field's name, and the text in it."""

    stage: Stage
    text: str

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.stage.key}"


def stage_fields(prompt: Prompt, text: Mapping[str, str]) -> tuple[StageField, ...]:
    """The steps in order."""
    return tuple(StageField(stage, text.get(stage.key, "")) for stage in prompt.stages)


def posted_text(post: QueryDict) -> dict[str, str]:
    """What was typed, by step."""
    return {
        name.removeprefix(PREFIX): post.get(name, "") for name in post if name.startswith(PREFIX)
    }


def hints_in(text: Mapping[str, str]) -> list[Hint]:
    """What may identify somebody, each wording once. Found afresh each time, kept nowhere."""
    found: dict[tuple[str, str], Hint] = {}
    for words in text.values():
        for hint in hints(words):
            found.setdefault((hint.kind, hint.text), hint)
    return list(found.values())
