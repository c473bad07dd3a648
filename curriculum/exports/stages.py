"""What the pages of a case show, for learners, for authors who try it and for visitors alike."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.http import QueryDict
from django.utils.html import strip_tags
from django.utils.http import urlencode

from curriculum.content import (
    BodyNode,
    Case,
    CaseChoice,
    Decision,
    Member,
    OnlyIf,
    Scene,
    Text,
    View,
)
from curriculum.content.answers import Decided
from curriculum.domain import cases
from curriculum.enums import Voice
from curriculum.exports.case_map import SMALL, CaseMap, draw
from curriculum.forms import DecisionForm, decision_form

TITLES = {"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr"}


@dataclass(frozen=True)
class SceneStage:
    """A scene as it is told to somebody on this road."""

    title: str
    nodes: tuple[BodyNode, ...]
    portrait: Member | None
    visit: int
    id: str


@dataclass(frozen=True)
class Reveal:
    """What followed from a decision. Made only for a decision that was committed to."""

    decision: Decision
    choice: CaseChoice
    seats: tuple[cases.Seat, ...]
    decided: Decided
    foreseen: cases.Seat | None  # whose view the prediction is laid beside
    lesson: str

    @property
    def others(self) -> tuple[CaseChoice, ...]:
        return tuple(c for c in self.decision.choices if c.id != self.choice.id)


@dataclass(frozen=True)
class Passed:
    """One decision of the road that was taken."""

    number: int
    title: str
    chosen: CaseChoice


@dataclass(frozen=True)
class Ending:
    """Where a road ended, and how it came there."""

    scene: SceneStage
    road: tuple[Passed, ...]
    closing: tuple[cases.Seat, ...]
    map: CaseMap


@dataclass(frozen=True)
class Road:
    """A choice that was not made, and the address that walks it."""

    number: int
    title: str
    choice: CaseChoice
    query: str


@dataclass(frozen=True)
class Moment:
    """Where a walk that is not recorded stands: a decision to make, a reveal, or an ending."""

    scene: SceneStage
    choices: tuple[str, ...]
    start: str
    form: DecisionForm | None = None
    reveal: Reveal | None = None
    ending: Ending | None = None
    onward: str = ""  # the query that goes on


def scene_of(case: Case, state: cases.State) -> SceneStage:
    """The scene in which a run stands."""
    scene: Scene = case.scene(state.scene)
    nodes = cases.narrative(scene, state.facts)
    return SceneStage(scene.title, nodes, _named_first(case, nodes), state.visit, scene.id)


def _named_first(case: Case, nodes: Sequence[Any]) -> Member | None:
    """Whose face stands beside the narrative: the one of the cast whom it names first, if any."""
    told = " ".join(strip_tags(node.html) for node in nodes if isinstance(node, Text))
    found = [(at, m) for m in case.cast if (at := told.find(_called(m))) >= 0]
    return min(found, key=itemgetter(0))[1] if found else None


def _called(member: Member) -> str:
    """As a story calls somebody: with title and surname, or else by the first name."""
    first, *rest = member.name.split()
    return f"{first} {rest[-1]}" if rest and first in TITLES else first


_LESSONS = {
    "strong": "This was a strong choice.",
    "partly": "This was partly right.",
    "poor": "This was a poor choice. The story goes on, and so can you.",
}


def reveal_of(
    case: Case, before: cases.State, after: cases.State, decided: Decided | None, foresee: Voice
) -> Reveal:
    """What the step from `before` to `after` brought."""
    scene = case.scene(before.scene)
    decision = cases.decision_at(case, before.key)
    choice = decision.choice(after.steps[-1].choice)
    seats = cases.seats(case, choice.views, after.facts, knows=scene.knows)
    foreseen = next((s for s in seats if s.member.voice == foresee and s.says), None)
    return Reveal(
        decision=decision,
        choice=choice,
        seats=seats,
        decided=decided or Decided(choice.id),
        foreseen=foreseen if decided and decided.prediction else None,
        lesson=_LESSONS[choice.quality],
    )


def ending_of(case: Case, states: Sequence[cases.State]) -> Ending:
    """The ending that the last of these states is in."""
    now = states[-1]
    closing = case.closing
    return Ending(
        scene=scene_of(case, now),
        road=tuple(
            Passed(n, case.scene(s.scene).title, cases.decision_at(case, s.key).choice(s.choice))
            for n, s in enumerate(now.steps, start=1)
        ),
        closing=cases.seats(case, closing.views, now.facts) if closing else (),
        map=draw(case, SMALL, now),
    )


def roads_not_taken(case: Case, states: Sequence[cases.State]) -> tuple[Road, ...]:
    """Every choice of the scenes that were come to which was never made, each once."""
    steps = states[-1].steps
    made = {(step.scene, step.choice) for step in steps}
    return tuple(
        Road(n + 1, case.scene(state.scene).title, choice, walk_query([*before, choice.id]))
        for n, state in enumerate(states[:-1])
        if state.visit == 1
        for before in [[step.choice for step in steps[:n]]]
        for choice in cases.offered(case, state)
        if (state.scene, choice.id) not in made
    )


def walk_query(choices: Sequence[str], start: str = "", **more: str) -> str:
    """The address of a walk that is not recorded."""
    pairs: list[tuple[str, Any]] = [("from", start)] if start else []
    return urlencode([*pairs, *(("chose", choice) for choice in choices), *more.items()])


def moment_of(
    case: Case, get: QueryDict, *, counterpart: Voice, orders: dict[str, list[str]] | None = None
) -> Moment:
    """Where a walk stands that an address describes: `from` a scene, `chose` choices, and `on` to
    go on from the last one's reveal. Raises NotOffered and KeyError for a road that is not there.
    """
    chosen, start = get.getlist("chose"), get.get("from", "")
    first = cases.State(case.scene(start).id) if start else None
    states = cases.walk(case, chosen, first)
    now = states[-1]
    shared: dict[str, Any] = {"choices": tuple(chosen), "start": start}
    if chosen and "on" not in get:
        before = states[-2]
        return Moment(
            scene_of(case, before),
            reveal=reveal_of(case, before, now, None, counterpart),
            onward=walk_query(chosen, start, on="1"),
            **shared,
        )
    if cases.is_over(case, now):
        return Moment(scene_of(case, now), ending=ending_of(case, states), **shared)
    decision = cases.decision_at(case, now.key)
    order = (orders or {}).get(now.scene) or [choice.id for choice in decision.choices]
    offered = cases.offered(case, now)
    form = decision_form(decision, offered, order, None, counterpart, shows_all=True)
    return Moment(scene_of(case, now), form=form, **shared)


# ── Everything open, for authors and reviewers ────────────────────────────
@dataclass(frozen=True)
class OpenView:
    """What one seat says or knows; `only_if` names the fact on which that depends."""

    member: Member
    text: str
    only_if: str


@dataclass(frozen=True)
class OpenChoice:
    """A choice with everything that follows from it."""

    choice: CaseChoice
    views: tuple[OpenView, ...]
    leads_to: str  # the scene's title
    sets: str  # the fact's name


@dataclass(frozen=True)
class OpenScene:
    """A scene with nothing withheld; each passage with the name of the fact it depends on."""

    scene: Scene
    told: tuple[tuple[str, tuple[BodyNode, ...]], ...]
    knows: tuple[OpenView, ...]
    choices: tuple[OpenChoice, ...]


@dataclass(frozen=True)
class OpenCase:
    """All that learners see of a case only after committing."""

    scenes: tuple[OpenScene, ...]
    closing: tuple[OpenView, ...]


def opened(case: Case) -> OpenCase:
    """Every scene of a case, sound or not, with nothing withheld."""
    titles = {scene.id: scene.title for scene in case.scenes}
    facts = {fact.id: fact.name for fact in case.facts}
    cast = {member.id: member for member in case.cast}

    def told(node: BodyNode | OnlyIf) -> tuple[str, tuple[BodyNode, ...]]:
        return (facts.get(node.fact, "?"), node.body) if isinstance(node, OnlyIf) else ("", (node,))

    def views(given: Iterable[View]) -> tuple[OpenView, ...]:
        known = (view for view in given if view.who in cast)
        return tuple(OpenView(cast[v.who], v.text, facts.get(v.only_if, "")) for v in known)

    def choices(scene: Scene) -> Iterator[OpenChoice]:
        for c in scene.decision.choices if scene.decision else ():
            yield OpenChoice(c, views(c.views), titles.get(c.leads_to, ""), facts.get(c.sets, ""))

    scenes = tuple(
        OpenScene(s, tuple(map(told, s.narrative)), views(s.knows), tuple(choices(s)))
        for s in case.scenes
    )
    return OpenCase(scenes, views(case.closing.views) if case.closing else ())
