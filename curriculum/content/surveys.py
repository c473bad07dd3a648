"""Surveys as plain data: statements to rate, a look back, an open box, and what is consented to.

A survey has no right answers and no score for whoever answers it. An item is known by its key in
every survey that asks it; its words may differ by profession, and the wording shown is stored with
each answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from curriculum.content.answers import AnswerError
from curriculum.content.body import BodyNode
from curriculum.content.codec import kind, part
from curriculum.enums import ActivityKind, Hindsight, SurveyItemKind, SurveyOccasion
from curriculum.text import clean_text

AGREEMENT = (
    "Strongly disagree",
    "Disagree",
    "Neither agree nor disagree",
    "Agree",
    "Strongly agree",
)
PREFER_NOT = "prefer-not"  # an answer, and a missing score
CONSENT = "~consent"  # where the answer on consent is stored; no item can have this key
YES, NO = "yes", "no"
LONGEST_TEXT = 2000  # characters


@part
class ItemWording:
    """A statement worded for one profession, by its name, or for a side of health and social
    care."""

    who: str
    text: str


@part
class SurveyItem:
    """One thing asked. `key` is the same wherever the item is asked."""

    id: str
    key: str
    statement: str
    kind: SurveyItemKind = SurveyItemKind.LIKERT
    domain: str = ""
    reverse: bool = False
    wordings: tuple[ItemWording, ...] = ()

    def wording_for(self, profession: str, side: str) -> str:
        """Whose wording somebody reads: their profession's, else their side's, else nobody's own,
        which is empty and stands for the statement."""
        known = {wording.who for wording in self.wordings}
        return next((who for who in (profession, side) if who in known), "")

    def words(self, who: str) -> str:
        """The words of a wording; the statement where there is none of that name."""
        own = {wording.who: wording.text for wording in self.wordings}
        return own.get(who, self.statement)


@kind(ActivityKind.SURVEY)
class Survey:
    """Complete once it is handed in, whatever was answered and whether or not there is consent."""

    title: str
    minutes: int
    items: tuple[SurveyItem, ...]
    body: tuple[BodyNode, ...] = ()
    occasion: SurveyOccasion = SurveyOccasion.OTHER
    measure: str = ""  # what reports call it; surveys of one measure are compared
    about: str = ""  # where the measure comes from, and whether it was validated
    scale: tuple[str, ...] = AGREEMENT
    consent: str = ""  # what is asked for, apart from the answers

    activity_kind: ClassVar[ActivityKind] = ActivityKind.SURVEY
    attempts_allowed: ClassVar[int] = 1

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        return self.body

    @property
    def rated(self) -> tuple[SurveyItem, ...]:
        """The items that have a score."""
        return tuple(item for item in self.items if item.kind == SurveyItemKind.LIKERT)

    def item(self, key: str) -> SurveyItem:
        """The item with this key. Raises KeyError."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def options(self, item: SurveyItem) -> tuple[tuple[str, str], ...]:
        """What can be chosen for an item, as value and label; nothing for free text."""
        if item.kind == SurveyItemKind.TEXT:
            return ()
        if item.kind == SurveyItemKind.RETROSPECTIVE:
            offered = tuple((h.value, h.label) for h in Hindsight)
        else:
            offered = tuple((str(n), label) for n, label in enumerate(self.scale, start=1))
        return (*offered, (PREFER_NOT, "Prefer not to say"))


@dataclass(frozen=True)
class Told:
    """What somebody answered to one item: an option's value or a text."""

    value: str
    is_text: bool = False

    def as_json(self, wording: str = "") -> dict[str, str]:
        """As it is stored, with the wording that was shown."""
        return {"text" if self.is_text else "choice": self.value, "wording": wording}


def read_told(survey: Survey, key: str, value: Any) -> Told | None:
    """The answer in `value`, or None where nothing was answered.

    Raises AnswerError for what the item does not offer, KeyError for an item that is not there.
    """
    if not isinstance(value, str):
        raise AnswerError("This answer could not be read. Please give it again.")
    if key == CONSENT:
        return _one_of(value, {YES, NO})
    item = survey.item(key)
    if item.kind != SurveyItemKind.TEXT:
        return _one_of(value, {option for option, _ in survey.options(item)})
    text = clean_text(value)
    if len(text) > LONGEST_TEXT:
        raise AnswerError(
            f"Keep this to {LONGEST_TEXT:,} characters; what you wrote has {len(text):,}."
        )
    return Told(text, is_text=True) if text else None


def _one_of(value: str, offered: set[str]) -> Told | None:
    if not value:
        return None
    if value not in offered:
        raise AnswerError("Choose one of the answers shown.")
    return Told(value)


def told_in(stored: Mapping[str, Any] | None) -> str:
    """The value of a stored answer; empty where there is none."""
    stored = stored or {}
    return str(stored.get("choice") or stored.get("text") or "")
