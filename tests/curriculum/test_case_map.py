"""The drawing of a case: everything is on it, nothing covers anything, and flaws are named."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from curriculum.content import Case
from curriculum.domain import cases
from curriculum.domain.case_graph import targets
from curriculum.exports.case_map import EDITOR, SMALL, Scale, draw
from tests import factories
from tests.curriculum.test_cases import graph, graphs, sound_graphs


@given(st.one_of(graphs(), sound_graphs()), st.sampled_from([EDITOR, SMALL]))
def test_every_scene_is_drawn_once_within_the_frame_and_none_covers_another(
    case: Case, scale: Scale
) -> None:
    drawn = draw(case, scale)
    assert [spot.scene for spot in drawn.spots] == list(case.scenes)
    for spot in drawn.spots:
        assert spot.left >= 0
        assert spot.left + scale.width <= drawn.width
        assert spot.top >= 0
        assert spot.bottom <= drawn.height
    for one, other in combinations(drawn.spots, 2):
        beside = abs(one.x - other.x) >= scale.width
        below = abs(one.y - other.y) >= scale.height
        assert beside or below


@given(graphs())
def test_every_choice_is_on_a_way_and_what_leads_nowhere_is_named(case: Case) -> None:
    drawn = draw(case, EDITOR)
    many = sum(len(way.letters) for way in drawn.ways)
    assert many == sum(len(targets(scene)) for scene in case.scenes)
    known = {scene.id for scene in case.scenes}
    lost = sum(target not in known for scene in case.scenes for target in targets(scene))
    assert sum(len(way.letters) for way in drawn.ways if way.is_lost) == lost
    assert sum(lead.to is None for _, leads in drawn.leads() for lead in leads) == lost


def test_a_scene_stands_below_every_scene_that_leads_to_it_on_the_way_on() -> None:
    drawn = draw(graph([[1, 2], [2, 2], [3, 0], []]), EDITOR)
    heights = [spot.y for spot in drawn.spots]
    assert heights == sorted(set(heights))


def test_what_cannot_be_reached_and_what_cannot_be_left_say_so() -> None:
    drawn = draw(graph([[1, 3], [1, 1], [3, 3], []]), EDITOR)
    assert [spot.flaw for spot in drawn.spots] == [
        "",
        "No way to an ending",
        "Nothing leads here",
        "",
    ]


def test_the_road_of_a_run_is_marked_with_the_order_of_its_steps() -> None:
    case = factories.case()
    *_, state = cases.walk(case, ["door-b", "sorry-b", "sorry-a", "table-a"])
    drawn = draw(case, SMALL, state)
    assert [spot.walked for spot in drawn.spots] == [(1,), (2, 3), (4,), (5,), ()]
    assert sum(way.is_walked for way in drawn.ways) == 4
    assert draw(case, SMALL).spots[0].walked == ()


def test_a_case_without_scenes_is_an_empty_drawing() -> None:
    assert draw(factories.case(scenes=()), EDITOR).spots == ()
