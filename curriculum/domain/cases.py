"""Walking a case: state and choice to state, and what is told on the way. Pure."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from curriculum.content import BodyNode, Case, CaseChoice, Decision, Member, OnlyIf, Scene, View
from curriculum.domain.case_graph import steps_to_an_ending
from curriculum.enums import Side, Voice

AGAIN = "~"  # between a scene's id and the number of the visit, from the second visit on


class NotOffered(ValueError):
    """This choice cannot be made where the learner stands."""


@dataclass(frozen=True)
class Step:
    """A decision that was made. `visit` counts how often its scene was come to by then."""

    scene: str
    choice: str
    visit: int = 1

    @property
    def key(self) -> str:
        """Under which the decision is stored; a scene's own id at the first visit."""
        return visit_key(self.scene, self.visit)


@dataclass(frozen=True)
class State:
    """Where a run stands: in which scene, what has been set, and how it came here."""

    scene: str
    facts: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()

    @property
    def visit(self) -> int:
        return 1 + sum(step.scene == self.scene for step in self.steps)

    @property
    def key(self) -> str:
        """Under which the decision to make here is stored."""
        return visit_key(self.scene, self.visit)


def visit_key(scene: str, visit: int) -> str:
    return scene if visit == 1 else f"{scene}{AGAIN}{visit}"


def decision_at(case: Case, key: str) -> Decision:
    """The decision that is stored under `key`. Raises KeyError where there is none."""
    decision = case.scene(key.partition(AGAIN)[0]).decision
    if decision is None:
        raise KeyError(key)
    return decision


# ── Walking ───────────────────────────────────────────────────────────────
def begin(case: Case) -> State:
    """The run before its first decision."""
    return State(case.scenes[0].id)


def offered(case: Case, state: State) -> tuple[CaseChoice, ...]:
    """The choices that can be made here: those not made before in this run.

    Somebody who comes back to a decision finds what they have not tried, and once all were tried,
    all of them again. So every way out of a loop is taken sooner or later, and where each scene
    can reach an ending every walk ends.
    """
    decision = case.scene(state.scene).decision
    if decision is None or not decision.choices:
        return ()
    made = [step.choice for step in state.steps if step.scene == state.scene]
    this_round = set(made[len(made) - len(made) % len(decision.choices) :])
    return tuple(choice for choice in decision.choices if choice.id not in this_round)


def choose(case: Case, state: State, choice: str) -> State:
    """The state after committing to a choice. Raises NotOffered."""
    made = next((c for c in offered(case, state) if c.id == choice), None)
    if made is None:
        raise NotOffered(choice)
    return State(
        scene=made.leads_to,
        facts=state.facts | {made.sets} if made.sets else state.facts,
        steps=(*state.steps, Step(state.scene, choice, state.visit)),
    )


def choice_for(decision: Decision, kinds: Collection[str]) -> CaseChoice:
    """The choice to which a service of these kinds leads: the first in the order of the choices
    that names one of them, else the one to which every other service leads.

    Raises NotOffered where neither is there, which no published case has.
    """
    otherwise = (choice for choice in decision.choices if choice.otherwise)
    naming = (
        c for c in decision.choices if not c.otherwise and not set(kinds).isdisjoint(c.found_by)
    )
    found = next(naming, None) or next(otherwise, None)
    if found is None:
        raise NotOffered(", ".join(sorted(kinds)))
    return found


def walk(case: Case, choices: Iterable[str], start: State | None = None) -> tuple[State, ...]:
    """Every state from the start through these choices. Raises NotOffered."""
    states = [start or begin(case)]
    for choice in choices:
        states.append(choose(case, states[-1], choice))
    return tuple(states)


def resume(case: Case, made_at: Callable[[str], str | None]) -> tuple[State, ...]:
    """Every state of a stored run. `made_at` gives the choice committed to under a key, or None."""
    states = [begin(case)]
    while not is_over(case, states[-1]) and (choice := made_at(states[-1].key)) is not None:
        states.append(choose(case, states[-1], choice))
    return tuple(states)


def is_over(case: Case, state: State) -> bool:
    """Whether the story has come to an ending."""
    return case.scene(state.scene).is_ending


def progress(case: Case, states: Iterable[State]) -> Fraction:
    """How far a run has come, from 0 to 1 at an ending; a detour never takes anything back."""
    left = steps_to_an_ending(case)
    come = [(len(state.steps), left.get(state.scene, 1)) for state in states]
    return max((Fraction(made, made + ahead) for made, ahead in come if made), default=Fraction(0))


# ── What is told ──────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Seat:
    """A moment from one seat: what its holder says, and what only they knew."""

    member: Member
    says: str = ""
    knew: tuple[str, ...] = ()


def narrative(scene: Scene, facts: frozenset[str]) -> tuple[BodyNode, ...]:
    """What a scene tells those who have set these facts."""
    told: list[BodyNode] = []
    for node in scene.narrative:
        if not isinstance(node, OnlyIf):
            told.append(node)
        elif node.fact in facts:
            told.extend(node.body)
    return tuple(told)


def seats(
    case: Case, views: Iterable[View], facts: frozenset[str], *, knows: Iterable[View] = ()
) -> tuple[Seat, ...]:
    """The seats from which something is said or known, the person first."""
    # What depends on a fact takes the place of what is said otherwise.
    said = {v.who: v.text for v in sorted(views, key=lambda v: v.only_if != "") if _holds(v, facts)}
    known = [view for view in knows if _holds(view, facts)]
    found = [
        Seat(
            member,
            said.get(member.id, ""),
            tuple(view.text for view in known if view.who == member.id),
        )
        for member in case.cast
    ]
    order = list(Voice)
    return tuple(
        sorted((s for s in found if s.says or s.knew), key=lambda s: order.index(s.member.voice))
    )


def _holds(view: View, facts: frozenset[str]) -> bool:
    return not view.only_if or view.only_if in facts


def counterpart(side: Side) -> Voice:
    """Whose view somebody of this side is asked to foresee."""
    return Voice.GP if side == Side.SOCIAL_CARE else Voice.SOCIAL_WORKER
