"""The graph of a case: what can be reached, and everything that could trap a learner. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curriculum.content import Case, CaseChoice, OnlyIf, Scene, View
from curriculum.enums import Voice

FEWEST, MOST = 2, 5  # choices of a decision
HEARD_FIRST = {Voice.PERSON, Voice.CARER}


@dataclass(frozen=True)
class Fault:
    """Why a case cannot be played. `path` leads there: scenes, scene id, choices, choice id …"""

    path: tuple[str, ...]
    message: str


def targets(scene: Scene) -> tuple[str, ...]:
    """The ids of the scenes that a scene's choices name."""
    return tuple(c.leads_to for c in scene.decision.choices) if scene.decision else ()


def reachable(case: Case) -> set[str]:
    """The ids of the scenes that some walk from the opening comes to."""
    return _come_to(case, [scene.id for scene in case.scenes[:1]])


def _come_to(case: Case, starts: Iterable[str]) -> set[str]:
    """The starts that are there, and every scene that some walk from them comes to."""
    by_id = {scene.id: scene for scene in case.scenes}
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here in by_id and here not in found:
            found.add(here)
            waiting.extend(targets(by_id[here]))
    return found


def steps_to_an_ending(case: Case) -> dict[str, int]:
    """For each scene from which an ending can be reached, the fewest decisions that lead there."""
    leading: dict[str, list[str]] = {}
    for scene in case.scenes:
        for target in targets(scene):
            leading.setdefault(target, []).append(scene.id)
    found = {scene.id: 0 for scene in case.scenes if scene.is_ending}
    waiting = deque(found)
    while waiting:
        here = waiting.popleft()
        for before in leading.get(here, ()):
            if before not in found:
                found[before] = found[here] + 1
                waiting.append(before)
    return found


def faults(case: Case) -> list[Fault]:
    """Everything that keeps a case from being published."""
    return [*_graph(case), *_decisions(case), *_finding(case), *_references(case)]


def _graph(case: Case) -> Iterator[Fault]:
    if not case.scenes:
        yield Fault(("scenes",), "A case needs at least one scene with a decision and an ending.")
        return
    ends, reached = steps_to_an_ending(case), reachable(case)
    if not any(scene.is_ending for scene in case.scenes):
        yield Fault(("scenes",), "The case has no ending. Let one scene end the story.")
    if case.scenes[0].is_ending:
        place = ("scenes", case.scenes[0].id, "then")
        yield Fault(place, "The first scene opens the story, so it cannot be an ending.")
    known = {scene.id for scene in case.scenes}
    for scene in case.scenes:
        here = ("scenes", scene.id)
        if scene.id not in reached:
            yield Fault(here, "Nothing leads to this scene, so no learner would ever see it.")
        elif scene.id not in ends and any(ends):
            yield Fault(here, "Whoever comes here can never reach an ending.")
        for choice, there in _choices(scene):
            if choice.leads_to not in known:
                gone = "The scene that this leads to is gone. Choose another."
                none = "Choose the scene that this leads to."
                yield Fault((*there, "leads_to"), gone if choice.leads_to else none)


def _choices(scene: Scene) -> Iterator[tuple[CaseChoice, tuple[str, ...]]]:
    for choice in scene.decision.choices if scene.decision else ():
        yield choice, ("scenes", scene.id, "choices", choice.id)


def _decisions(case: Case) -> Iterator[Fault]:
    voices = {member.id: member.voice for member in case.cast}
    for scene in case.scenes:
        if scene.decision is None:
            continue
        many = len(scene.decision.choices)
        if not FEWEST <= many <= MOST:
            said = f"A decision has {FEWEST} to {MOST} choices; this one has {many}."
            yield Fault(("scenes", scene.id, "choices"), said)
        for choice, place in _choices(scene):
            if not choice.happened:
                yield Fault((*place, "happened"), "Write what follows from this choice.")
            # A view that only some will see cannot stand for one that everybody sees.
            heard = {
                voices.get(v.who) for v in choice.views if v.text and v.only_if in ("", choice.sets)
            }
            if not heard & HEARD_FIRST and not choice.silent:
                yield Fault(
                    (*place, "views"),
                    "Give the view of the person or of a carer, or say below why neither speaks.",
                )
            if scene.decision.asks_prediction and not {Voice.GP, Voice.SOCIAL_WORKER} <= heard:
                yield Fault(
                    (*place, "views"),
                    "Learners are asked to foresee what the GP or the social worker will say, "
                    "so give both views here.",
                )


def _finding(case: Case) -> Iterator[Fault]:
    """What keeps a service that is found from being marked, or lets somebody look for ever."""
    for scene in case.scenes:
        if scene.decision is None or not scene.decision.finds:
            continue
        choices = scene.decision.choices
        place = ("scenes", scene.id, "choices")
        if sum(choice.otherwise for choice in choices) != 1:
            yield Fault(place, "Mark one choice, and no more, to which every other service leads.")
        if scene.id in _come_to(case, targets(scene)):
            said = "No choice may lead back to this scene: the service that is needed may be "
            yield Fault(("scenes", scene.id, "then"), f"{said}missing in the local directory.")
        taken: set[str] = set()
        for choice, there in _choices(scene):
            if bool(choice.found_by) == choice.otherwise:
                few = "Choose the kinds of service that lead to this choice."
                many = "Every other service leads here, so leave the kinds empty."
                yield Fault((*there, "found_by"), many if choice.otherwise else few)
            for twice in sorted(taken & set(choice.found_by)):
                yield Fault((*there, "found_by"), f"“{twice}” leads to an earlier choice already.")
            taken |= set(choice.found_by)


def _references(case: Case) -> Iterator[Fault]:
    """Members and facts that are named and not there."""
    facts = {fact.id for fact in case.facts}
    for scene in case.scenes:
        place = ("scenes", scene.id)
        yield from _views(case, scene.knows, (*place, "knows"))
        for node in scene.narrative:
            if isinstance(node, OnlyIf) and node.fact not in facts:
                where = (*place, "narrative", node.id, "fact")
                yield Fault(where, "Choose the fact on which this passage depends.")
        for choice, there in _choices(scene):
            yield from _views(case, choice.views, (*there, "views"))
            if choice.sets and choice.sets not in facts:
                yield Fault((*there, "sets"), "This fact is gone. Choose another, or none.")
    if case.closing:
        yield from _views(case, case.closing.views, ("closing_views",))


def _views(case: Case, views: Iterable[View], place: tuple[str, ...]) -> Iterator[Fault]:
    cast = {member.id for member in case.cast}
    facts = {fact.id for fact in case.facts}
    seen: set[tuple[str, str]] = set()
    for view in views:
        if view.who not in cast:
            yield Fault(place, "Choose whose view it is for each of these.")
        elif (view.who, view.only_if) in seen and place[-1] != "knows":
            yield Fault(place, f"{case.member(view.who).name} has two views here. Keep one.")
        if view.only_if and view.only_if not in facts:
            yield Fault(place, "A view depends on a fact that is gone. Choose another, or none.")
        seen.add((view.who, view.only_if))
