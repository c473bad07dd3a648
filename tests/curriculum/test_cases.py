"""No valid case can trap a learner: properties of the walk and of the validator."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum import content as frozen
from curriculum.content import Case, CaseChoice, Decision, Scene, Text
from curriculum.domain import cases
from curriculum.domain.case_graph import faults, reachable, steps_to_an_ending
from curriculum.enums import ChoiceQuality, Side, Voice
from tests import factories

LONGEST = 400


def graph(targets: list[list[int]]) -> Case:
    """A case whose scene n has a choice for each of the scenes that `targets[n]` names."""
    scenes = []
    for n, named in enumerate(targets):
        choices = tuple(
            CaseChoice(
                id=f"{n}-{place}",
                text=f"Do {place}",
                quality=ChoiceQuality.PARTLY,
                happened="<p>It happened.</p>",
                leads_to=str(target),
                silent="Nobody else was there.",
            )
            for place, target in enumerate(named)
        )
        decision = Decision(question="What now?", choices=choices) if len(choices) > 1 else None
        told = (Text(id=f"t{n}", html="<p>Words.</p>"),)
        scenes.append(Scene(id=str(n), title=f"Scene {n}", narrative=told, decision=decision))
    return factories.case(scenes=tuple(scenes), facts=())


@st.composite
def graphs(draw: st.DrawFn) -> Case:
    """Scenes with choices that lead anywhere, be it nowhere."""
    many = draw(st.integers(2, 6))
    anywhere = st.lists(st.integers(0, many), max_size=4)
    return graph([[1, many - 1], *(draw(anywhere) for _ in range(1, many))])


@st.composite
def sound_graphs(draw: st.DrawFn) -> Case:
    """Graphs that trap nobody, loops among them, each made sound rather than picked out: a scene
    hangs on an earlier one, and what nothing hangs on leads further, back to the opening or ends.
    """
    many = draw(st.integers(2, 6))
    endings = {n for n in range(1, many - 1) if draw(st.booleans())} | {many - 1}
    deciding = [n for n in range(many) if n not in endings]
    targets: list[list[int]] = [[] for _ in range(many)]
    for n in range(1, many):
        targets[draw(st.sampled_from([d for d in deciding if d < n]))].append(n)
    for n in deciding:
        out = targets[n] or [draw(st.sampled_from([0, *range(n + 1, many)]))]
        also = st.lists(
            st.integers(0, many - 1), min_size=max(0, 2 - len(out)), max_size=5 - len(out)
        )
        targets[n] = draw(st.permutations([*out, *draw(also)]))
    return graph(targets)


def can_trap(case: Case) -> bool:
    """Independently of the code: some scene that a learner can come to has no way to an ending, a
    choice leads nowhere, or a scene is never come to."""
    ways = {
        s.id: {c.leads_to for c in s.decision.choices} if s.decision else set() for s in case.scenes
    }
    reach = {id: {id} for id in ways}
    for _ in ways:
        for id in ways:
            reach[id] |= {far for near in reach[id] for far in ways.get(near, ())}
    ends = {s.id for s in case.scenes if s.is_ending}
    first = case.scenes[0].id
    dangling = any(target not in ways for targets in ways.values() for target in targets)
    unseen = set(ways) - reach[first]
    stuck = [id for id in reach[first] & set(ways) if not reach[id] & ends]
    return dangling or bool(unseen) or bool(stuck)


@given(graphs())
def test_the_validator_refuses_exactly_the_graphs_that_can_trap_a_learner(case: Case) -> None:
    assert bool(faults(case)) == can_trap(case)


@given(sound_graphs())
def test_the_validator_passes_every_graph_that_was_made_sound(case: Case) -> None:
    assert faults(case) == []
    assert not can_trap(case)


def walks(case: Case, pick: st.DataObject) -> Iterator[cases.State]:
    state = cases.begin(case)
    yield state
    for _ in range(LONGEST):
        if cases.is_over(case, state):
            return
        choice = pick.draw(st.sampled_from(cases.offered(case, state)))
        state = cases.choose(case, state, choice.id)
        yield state
    raise AssertionError("This walk does not end.")


@given(sound_graphs(), st.data())
def test_every_walk_ends_progress_never_goes_back_and_a_stored_path_gives_the_same(
    case: Case, data: st.DataObject
) -> None:
    states = tuple(walks(case, data))
    come = [cases.progress(case, states[:n]) for n in range(1, len(states) + 1)]
    assert come == sorted(come)
    assert come[-1] == Fraction(1)
    assert all(c < 1 for c in come[:-1])
    stored = {step.key: step.choice for step in states[-1].steps}
    assert len(stored) == len(states) - 1
    assert cases.resume(case, stored.get) == states
    assert cases.walk(case, [step.choice for step in states[-1].steps]) == states


@given(sound_graphs())
def test_who_avoids_every_ending_comes_to_one_all_the_same(case: Case) -> None:
    state, left = cases.begin(case), steps_to_an_ending(case)
    for _ in range(LONGEST):
        if cases.is_over(case, state):
            return
        away = max(cases.offered(case, state), key=lambda choice: left[choice.leads_to])
        state = cases.choose(case, state, away.id)
    raise AssertionError("This walk does not end.")


@given(st.one_of(graphs(), sound_graphs()))
def test_writing_and_reading_a_case_are_inverse(case: Case) -> None:
    again = frozen.load(frozen.dump(case))
    assert again == case
    assert frozen.digest(again) == frozen.digest(case)


def test_a_whole_case_reads_back_too() -> None:
    case = factories.case()
    assert frozen.load(frozen.dump(case)) == case
    assert faults(case) == []
    assert reachable(case) == {"door", "sorry", "table", "home", "late"}


def test_once_every_choice_was_made_all_are_offered_again() -> None:
    case = factories.case()
    *_, state = cases.walk(case, ["door-b", "sorry-b"])
    assert [choice.id for choice in cases.offered(case, state)] == ["sorry-a"]
    with pytest.raises(cases.NotOffered):
        cases.choose(case, state, "sorry-b")


def test_what_was_set_is_told_and_the_person_sits_first() -> None:
    case = factories.case()
    table = case.scene("table")
    assert len(cases.narrative(table, frozenset())) == 1
    assert len(cases.narrative(table, frozenset({"pushed"}))) == 2
    door = case.scene("door")
    assert door.decision is not None
    seats = cases.seats(case, door.decision.choices[0].views, frozenset(), knows=door.knows)
    assert [seat.member.voice for seat in seats] == [Voice.PERSON, Voice.GP, Voice.SOCIAL_WORKER]
    assert seats[1].knew == ("She lost six kilograms.",)
    assert cases.counterpart(Side.HEALTH) == Voice.SOCIAL_WORKER
    assert cases.counterpart(Side.SOCIAL_CARE) == Voice.GP
