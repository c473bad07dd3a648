"""What a learner answers: read from hostile data, kept as JSON, pure.

An answer may be unfinished (two of four pairs matched): it is saved as it stands and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from curriculum.content.cases import Decision
from curriculum.content.questions import (
    ChoiceQuestion,
    ConfidenceRated,
    Matching,
    Multiple,
    Ordering,
    Question,
    Ranking,
)
from curriculum.enums import Confidence
from curriculum.text import clean_text

LONGEST_PREDICTION = 1000  # characters


class AnswerError(ValueError):
    """The answer does not belong to the question. The message is fit for the learner to read."""


@dataclass(frozen=True)
class Choice:
    """One option, and how sure the learner is where the question asks."""

    choice: str
    confidence: Confidence | None = None

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"choice": self.choice}
        if self.confidence:
            data["confidence"] = self.confidence.value
        return data


@dataclass(frozen=True)
class Choices:
    """Any number of options."""

    choices: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"choices": list(self.choices)}


@dataclass(frozen=True)
class Matches:
    """For each pair's id on the left, the id of the pair whose right side was chosen."""

    matches: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        return {"matches": dict(self.matches)}


@dataclass(frozen=True)
class Places:
    """For each item's id, its place counted from 1. Unfinished, two may share one."""

    places: tuple[tuple[str, int], ...]

    def as_json(self) -> dict[str, Any]:
        return {"places": dict(self.places)}


@dataclass(frozen=True)
class Decided:
    """A decision in a case: the choice, how sure, and what the other profession may say of it.

    Where a service was to be found, `service` is the name of the one that was, and the choice is
    where its kinds lead; `service_uuid` is empty for somebody who found none.
    """

    choice: str = ""
    confidence: Confidence | None = None
    prediction: str = ""
    service: str = ""
    service_uuid: str = ""

    def as_json(self) -> dict[str, Any]:
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in data.items() if value}


Answer = Choice | Choices | Matches | Places | Decided


def read_answer(question: Question | Decision, data: Any) -> Answer | None:
    """The answer in `data`, or None where nothing was answered.

    Raises AnswerError where the data names what the question does not hold.
    """
    if not isinstance(data, Mapping):
        raise AnswerError("This answer could not be read. Please answer the question again.")
    if isinstance(question, Decision):
        return _read_decided(question, data)
    if isinstance(question, Multiple):
        return _read_choices(question, data)
    if isinstance(question, Matching):
        ids = {pair.id for pair in question.pairs}
        matches = _read_mapping(data.get("matches"), keys=ids, values=ids)
        order = [pair.id for pair in question.pairs if pair.id in matches]
        return Matches(tuple((key, matches[key]) for key in order)) if matches else None
    if isinstance(question, Ordering | Ranking):
        items = [item.id for item in question.items]
        places = _read_mapping(
            data.get("places"), keys=set(items), values=set(range(1, len(items) + 1))
        )
        return Places(tuple((i, places[i]) for i in items if i in places)) if places else None
    return _read_choice(question, data)


def _read_choice(question: ChoiceQuestion, data: Mapping[str, Any]) -> Choice | None:
    choice = data.get("choice")
    if choice in (None, ""):
        return None
    if not isinstance(choice, str) or choice not in {o.id for o in question.options}:
        raise AnswerError("Choose one of the options shown.")
    if not isinstance(question, ConfidenceRated):
        return Choice(choice)
    return Choice(choice, _read_confidence(data))


def _read_confidence(data: Mapping[str, Any]) -> Confidence | None:
    confidence = data.get("confidence") or None
    if confidence is not None and confidence not in Confidence.values:
        raise AnswerError("Say how sure you are with one of the options shown.")
    return Confidence(confidence) if confidence else None


def _read_decided(decision: Decision, data: Mapping[str, Any]) -> Decided | None:
    choice, prediction = data.get("choice") or "", data.get("prediction") or ""
    if not isinstance(choice, str) or (choice and choice not in {c.id for c in decision.choices}):
        raise AnswerError("Choose one of the options shown.")
    if not isinstance(prediction, str):
        raise AnswerError("This answer could not be read. Please give it again.")
    prediction = clean_text(prediction)
    if len(prediction) > LONGEST_PREDICTION:
        raise AnswerError(f"Keep what you expect to {LONGEST_PREDICTION} characters.")
    service, service_uuid = data.get("service") or "", data.get("service_uuid") or ""
    if not isinstance(service, str) or not isinstance(service_uuid, str):
        raise AnswerError("This answer could not be read. Please give it again.")
    if decision.finds and bool(service) != bool(choice):
        raise AnswerError("Find a service in the directory, and contact it from there.")
    decided = Decided(
        choice,
        _read_confidence(data) if decision.asks_confidence else None,
        prediction if decision.asks_prediction else "",
        service if decision.finds else "",
        service_uuid if decision.finds else "",
    )
    return decided if decided != Decided() else None


def _read_choices(question: Multiple, data: Mapping[str, Any]) -> Choices | None:
    chosen = data.get("choices") or []
    if not isinstance(chosen, list) or not all(isinstance(choice, str) for choice in chosen):
        raise AnswerError("Choose from the options shown.")
    known = [option.id for option in question.options]
    if set(chosen) - set(known):
        raise AnswerError("Choose from the options shown.")
    kept = tuple(choice for choice in known if choice in set(chosen))
    return Choices(kept) if kept else None


def _read_mapping(data: Any, keys: set[str], values: set[Any]) -> dict[str, Any]:
    if data in (None, ""):
        return {}
    if not isinstance(data, Mapping):
        raise AnswerError("This answer could not be read. Please answer the question again.")
    given = {key: value for key, value in data.items() if value not in (None, "")}
    for key, value in given.items():
        if key not in keys or isinstance(value, bool) or not isinstance(value, str | int):
            raise AnswerError("This answer does not fit the question. Please answer it again.")
        if value not in values:
            raise AnswerError("Choose from the places or words shown.")
    return given


def is_finished(question: Question | Decision, answer: Answer | None) -> bool:
    """Whether nothing is left to answer in this question."""
    match answer:
        case None:
            return False
        case Choice(confidence=confidence):
            return confidence is not None or not isinstance(question, ConfidenceRated)
        case Choices():
            return True
        case Decided(choice=choice, confidence=confidence):
            asks = isinstance(question, Decision) and question.asks_confidence
            return bool(choice) and (confidence is not None or not asks)
        case Matches(matches=matches):
            return isinstance(question, Matching) and len(matches) == len(question.pairs)
        case Places(places=places):
            size = len(question.items) if isinstance(question, Ordering | Ranking) else 0
            return sorted(place for _, place in places) == list(range(1, size + 1))


def what_is_missing(question: Question | Decision, answer: Answer | None) -> str:
    """What a begun answer still lacks, as a sentence for the learner; nothing where it is
    finished or was not begun."""
    if answer is None or is_finished(question, answer):
        return ""
    match question, answer:
        case Decision(finds=True), Decided(choice=""):
            return "Find a service in the directory, and contact it from there."
        case Decision(), Decided(choice=""):
            return "Choose one of the ways to decide."
        case (ConfidenceRated(), Choice()) | (Decision(), Decided()):
            return "Choose how sure you are."
        case Matching(pairs=pairs), Matches(matches=matches):
            left = len(pairs) - len(matches)
            return f"{_count(left)} {'is' if left == 1 else 'are'} not matched yet."
        case ((Ordering() | Ranking()), Places(places=places)):
            return _unplaced(question, [place for _, place in places])
    return ""


def _unplaced(question: Ordering | Ranking, taken: list[int]) -> str:
    thing, place = ("step", "place") if isinstance(question, Ordering) else ("action", "rank")
    said = [
        f"{_count(taken.count(shared))} {thing}s share {place} {shared}."
        for shared in sorted(set(taken))
        if taken.count(shared) > 1
    ]
    if left := len(question.items) - len(taken):
        said.append(f"{_count(left)} {thing}{' has' if left == 1 else 's have'} no {place} yet.")
    return " ".join(said)


def _count(number: int) -> str:
    words = "No One Two Three Four Five Six Seven Eight Nine".split()
    return words[number] if number < len(words) else str(number)
