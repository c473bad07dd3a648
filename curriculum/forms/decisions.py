"""A decision of a case as a learner meets it: without quality, consequence or view."""

from collections.abc import Iterable
from dataclasses import dataclass

from curriculum.content import CaseChoice, Decision
from curriculum.content.answers import LONGEST_PREDICTION, Decided
from curriculum.enums import Voice
from curriculum.forms.questions import Selectable, confidence_choices


@dataclass(frozen=True)
class DecisionForm:
    """A decision laid out for one run, filled with what was given so far."""

    question: str
    options: tuple[Selectable, ...]
    made_before: tuple[str, ...] = ()  # on an earlier visit; not offered again
    confidence: tuple[Selectable, ...] = ()
    asks_prediction: bool = False
    of_whom: str = ""  # whose view is to be foreseen
    prediction: str = ""
    longest: int = LONGEST_PREDICTION
    finds: bool = False  # answered with a service from the directory
    service: str = ""  # the one that was found
    service_uuid: str = ""

    @property
    def is_searching(self) -> bool:
        """Whether a service is still to be found, so that there is nothing to commit to."""
        return self.finds and not self.service

    @property
    def chosen(self) -> str:
        """The text of the choice that is selected, or the service that was found, if one is."""
        if self.service:
            return self.service
        return next((option.text for option in self.options if option.is_selected), "")


def decision_form(
    decision: Decision,
    offered: Iterable[CaseChoice],
    order: list[str],
    decided: Decided | None,
    foresee: Voice,
    *,
    shows_all: bool = False,
) -> DecisionForm:
    """The form for a decision with its choices in `order`, of which some are `offered`.

    `foresee` is the voice whose view this learner is asked to foresee. Where a service is to be
    found, the choices are withheld, unless `shows_all`.
    """
    if decision.finds and not shows_all:
        offered, order = (), []
    now = {choice.id for choice in offered}
    texts = {choice.id: choice.text for choice in decision.choices}
    given = decided or Decided()
    return DecisionForm(
        question=decision.question,
        options=tuple(Selectable(id, texts[id], id == given.choice) for id in order if id in now),
        made_before=tuple(texts[id] for id in order if id not in now),
        confidence=confidence_choices(given.confidence) if decision.asks_confidence else (),
        asks_prediction=decision.asks_prediction,
        of_whom="the GP" if foresee == Voice.GP else "the social worker",
        prediction=given.prediction,
        finds=decision.finds,
        service=given.service,
        service_uuid=given.service_uuid,
    )
