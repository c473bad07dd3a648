"""What a file of questions holds: what maps, what doesn't, and what is left behind."""

from dataclasses import dataclass

from curriculum.content import Question

MOST_QUESTIONS = 300  # in one file
MOST_PARTS = 50  # options, pairs or steps of one question


class Unreadable(ValueError):
    """The file as a whole cannot be read. The message is fit for its author; `line` may be 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(f"Line {line}: {message}" if line else message)


class DoesNotMap(ValueError):
    """One question has no kind of ours. The message says why."""


@dataclass(frozen=True)
class Mapped:
    """A question in our form. Its ids are stand-ins; `notes` says what was left behind."""

    name: str
    kind: str  # as the file calls it
    line: int
    question: Question
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unmapped:
    """A question that is not taken over, and why."""

    name: str
    kind: str
    line: int
    reason: str


@dataclass(frozen=True)
class Found:
    """Everything in a file, in its order. `notes` is about the file as a whole."""

    entries: tuple[Mapped | Unmapped, ...]
    notes: tuple[str, ...] = ()

    @property
    def mapped(self) -> tuple[Mapped, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, Mapped))

    @property
    def unmapped(self) -> tuple[Unmapped, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, Unmapped))


REASONS = {
    "shortanswer": "Learners would type the answer. Here answers are chosen, matched or ordered.",
    "numerical": "Learners would type a number. Here answers are chosen, matched or ordered.",
    "essay": "Learners would write. Use a reflection for that.",
    "description": "It is text without a question. Put it into the introduction or a reading.",
    "cloze": "It has several gaps inside one text. There is no such kind of question here.",
    "calculated": "Its numbers are worked out anew each time. There is no such kind here.",
    "gapselect": "Words are chosen for gaps in a text. There is no such kind of question here.",
    "ddwtos": "Words are dragged into a text. There is no such kind of question here.",
    "ddimageortext": "Things are dragged onto a picture. There is no such kind of question here.",
    "ddmarker": "Markers are dragged onto a picture. There is no such kind of question here.",
    "random": "It stands for a random question. Here a quiz draws from all of its own questions.",
    "randomsamatch": "It is made of random short answers. There is no such kind here.",
}
REASONS["multianswer"] = REASONS["cloze"]
REASONS["calculatedmulti"] = REASONS["calculatedsimple"] = REASONS["calculated"]


def why_not(kind: str) -> str:
    """Why questions of this kind are not taken over."""
    return REASONS.get(kind, "There is no such kind of question here.")


def categories_note(names: list[str]) -> str:
    """That the file's categories are not kept; nothing where it has none."""
    if not names:
        return ""
    listed = "; ".join(dict.fromkeys(names))
    return f"The file sorts its questions into categories, which are not kept: {listed}."
