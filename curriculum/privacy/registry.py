"""The register of personal data: every model and every field of the project, the libraries' too.

It is data, and everything else about privacy reads it: a person's copy of their data, the erasure
of an account, the record of processing. A test walks all models and fails for what is missing here.
Models are named by label, so that this package needs none of the applications above it; each
registers its own (`curriculum.privacy.*`, `cms.privacy`, `elearn.privacy`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from curriculum.models import User

FORMER = "A former member"
REMOVED = "Removed when the account was closed."
UNTIL_CLOSED = "Until the account is closed"
DECIDED = f"What was decided stays; who decided is shown as “{FORMER}”"
WORK = f"The work stays; who did it is shown as “{FORMER}”"


class Sort(StrEnum):
    """What kind of thing a field holds."""

    NAME = "says who somebody is"
    WORDS = "what a person wrote"
    DEED = "what somebody did, when, and with which result"
    PERSON = "points at a person"
    CLOSED = "opens something; in no copy"
    PLAIN = "nothing about a person"


@dataclass(frozen=True)
class Purpose:
    """Why something is held, and the lawful basis that is proposed (UK GDPR, article 6)."""

    name: str
    why: str
    basis: str


TASK = "Public task (art. 6(1)(e)): teaching, as a university’s charter sets it"
INTEREST = "Legitimate interests (art. 6(1)(f))"
ACCOUNT = Purpose("Accounts", "To sign people in, and to keep accounts safe", TASK)
LEARNING = Purpose("Learning", "To give feedback, to keep one’s place, to show progress", TASK)
REFLECTING = Purpose("Reflections", "To think in writing; to get feedback where it is shared", TASK)
TEACHING = Purpose("Cohorts", "To run cohorts: who takes part, what is due, who was there", TASK)
EVALUATING = Purpose(
    "Evaluation", "To see whether the teaching does what it should", "Consent (art. 6(1)(a))"
)
AWARDING = Purpose(
    "Awards",
    "To prove an award, also years later, to whoever is shown its code",
    f"{TASK}; kept after erasure under art. 17(3)(b) and (e)",
)
WRITING = Purpose("Authors", "To write and correct the teaching together", TASK)
REVIEWING = Purpose(
    "Sign-off",
    "To answer for content: which professional approved which exact words",
    f"{TASK}; kept after erasure under art. 17(3)(b) and (e)",
)
REPORTING = Purpose("Reports", "To make files that were asked for, and say who took them", TASK)
WATCHING = Purpose(
    "Who saw what", "To find out who looked at others’ data", f"{INTEREST}: security (art. 32)"
)
DIRECTORY = Purpose(
    "Directory", "To tell learners whom to contact", f"{INTEREST}: professional contact details"
)


# ── What becomes of rows when a person's account is erased ────────────────
@dataclass(frozen=True)
class Delete:
    """The rows go."""


@dataclass(frozen=True)
class Overwrite:
    """The rows stay with these values in place of what was there; empty fields stay empty."""

    values: Mapping[str, Any]
    because: str


@dataclass(frozen=True)
class Keep:
    """The rows stay as they are. `fields` with words or names in them stay readable, and
    `because` says why."""

    because: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Do:
    """A function of the domain does it; `says` tells what."""

    says: str
    function: Callable[[User], None]


Treatment = Delete | Overwrite | Keep | Do


@dataclass(frozen=True)
class About:
    """One way in which rows are about somebody: the path from the row to the person, and what
    becomes of them. Without a path they only name the person, and a function finds them.
    `in_copy`: part of that person's copy of their data, narrowed by `only`."""

    path: str
    then: tuple[Treatment, ...]
    in_copy: bool = True
    only: Mapping[str, Any] = field(default_factory=dict)


def about(path: str, *then: Treatment, in_copy: bool = True, **only: Any) -> About:
    """Shorthand for `About`."""
    return About(path, then, in_copy, only)


@dataclass(frozen=True)
class Held:
    """One model. `purpose` is None where it holds nothing about anybody."""

    model: str
    sorts: Mapping[str, Sort]
    title: str = ""
    purpose: Purpose | None = None
    kept: str = ""
    abouts: tuple[About, ...] = ()
    strangers: str = ""  # how people without an account are in it, and how they get out

    def fields(self, *sorts: Sort) -> list[str]:
        """Its fields of these sorts, in the order in which they were registered."""
        return [name for name, sort in self.sorts.items() if sort in sorts]


HELD: dict[str, Held] = {}


def holds(
    model: str,
    title: str,
    purpose: Purpose,
    *abouts: About,
    kept: str,
    strangers: str = "",
    **fields: str,
) -> None:
    """Register a model that holds something about people. Its fields are named by their sort:
    `words="text reply"`; `id` is understood. Doing so twice is a mistake."""
    sorts = {n: Sort[s.upper()] for s, names in fields.items() for n in names.split()}
    _add(Held(model, _with_id(sorts), title, purpose, kept, abouts, strangers))


def holds_nobody(*lines: str) -> None:
    """Register models that hold nothing about anybody: the label and its fields, in one line."""
    for line in lines:
        model, *names = line.split()
        _add(Held(model, _with_id(dict.fromkeys(names, Sort.PLAIN))))


def _with_id(sorts: dict[str, Sort]) -> dict[str, Sort]:
    return {"id": Sort.PLAIN, **sorts}


def _add(held: Held) -> None:
    if held.model in HELD:
        raise ValueError(f"{held.model} is registered twice.")
    HELD[held.model] = held


def personal() -> list[Held]:
    """The models that hold something about people."""
    return [held for held in HELD.values() if held.purpose]
