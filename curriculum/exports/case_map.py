"""The graph of a case as a drawing: where its scenes stand and how its choices run.

Scenes stand in layers, each below those that lead to it; a choice that passes a layer keeps a
place of its own there (after Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11(2), 1981).
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_uppercase

from curriculum.content import Case, CaseChoice, Scene
from curriculum.domain.case_graph import reachable, steps_to_an_ending, targets
from curriculum.domain.cases import State

SWEEPS = 4  # down and up again, to lay what belongs together near each other
PASSING = 14  # room that a choice takes in a layer that it passes


@dataclass(frozen=True)
class Scale:
    """How large a drawing is, in its own units: a scene's box, and the room between boxes."""

    width: int
    height: int
    across: int
    down: int
    letters: int = 0  # of a title on one line; without any, no titles are drawn

    @property
    def margin(self) -> int:
        return self.across + 2

    @property
    def radius(self) -> int:
        return self.height // 2


EDITOR = Scale(width=164, height=46, across=28, down=46, letters=22)
SMALL = Scale(width=30, height=30, across=24, down=18)


@dataclass(frozen=True)
class Line:
    """A line of a title, and where its middle stands."""

    text: str
    y: int


@dataclass(frozen=True)
class Spot:
    """A scene in the drawing; `x` and `y` are its middle."""

    scene: Scene
    number: int
    x: int
    y: int
    scale: Scale
    lines: tuple[Line, ...]
    is_reached: bool
    is_stuck: bool  # no ending can be reached from here
    walked: tuple[int, ...]  # which steps of a run stood here, from 1

    @property
    def left(self) -> int:
        return self.x - self.scale.width // 2

    @property
    def top(self) -> int:
        return self.y - self.scale.height // 2

    @property
    def bottom(self) -> int:
        return self.y + self.scale.height // 2

    @property
    def kind(self) -> str:
        if self.scene.is_ending:
            return "ending"
        return "opening" if self.number == 1 else "scene"

    @property
    def flaw(self) -> str:
        """What is wrong with this scene's place in the story, in a word or two."""
        if not self.is_reached:
            return "Nothing leads here"
        return "No way to an ending" if self.is_stuck else ""


@dataclass(frozen=True)
class Way:
    """One or more choices of a scene that lead to the same place, as a curve."""

    curve: str  # path data
    x: int  # of its letters
    y: int
    letters: str
    is_lost: bool  # it leads to no scene
    is_walked: bool


@dataclass(frozen=True)
class Leads:
    """A choice in words: its letter, what it says, and the scene it leads to, if there is one."""

    letter: str
    choice: CaseChoice
    to: Spot | None


@dataclass(frozen=True)
class CaseMap:
    """The drawing, and the same in words."""

    width: int
    height: int
    scale: Scale
    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]

    def leads(self) -> list[tuple[Spot, list[Leads]]]:
        """For each scene where its choices lead."""
        by_id = {spot.scene.id: spot for spot in self.spots}
        return [
            (
                spot,
                [
                    Leads(letter, choice, by_id.get(choice.leads_to))
                    for letter, choice in zip(ascii_uppercase, _choices(spot.scene), strict=False)
                ],
            )
            for spot in self.spots
        ]


def _choices(scene: Scene) -> tuple[CaseChoice, ...]:
    return scene.decision.choices if scene.decision else ()


def draw(case: Case, scale: Scale, run: State | None = None) -> CaseMap:
    """The drawing of a case, sound or not; with the road of `run` where there is one."""
    layers = _layers(case)
    places, width = _places(layers, scale)
    ends, reached = steps_to_an_ending(case), reachable(case)
    stood = [step.scene for step in run.steps] + [run.scene] if run else []
    spots = {}
    for number, scene in enumerate(case.scenes, start=1):
        x, y = places[scene.id]
        spots[scene.id] = Spot(
            scene=scene,
            number=number,
            x=x,
            y=y,
            scale=scale,
            lines=_lines(f"{number}. {scene.title}", y, scale),
            is_reached=scene.id in reached,
            is_stuck=scene.id not in ends,
            walked=tuple(at for at, id in enumerate(stood, start=1) if id == scene.id),
        )
    return CaseMap(
        width=width,
        height=len(layers) * (scale.height + scale.down) - scale.down // 2 + 4,
        scale=scale,
        spots=tuple(spots.values()),
        ways=tuple(_ways(spots, places, set(pairwise(stood)))),
    )


def _lines(title: str, y: int, scale: Scale) -> tuple[Line, ...]:
    if not scale.letters:
        return ()
    lines = textwrap.wrap(title, scale.letters, max_lines=2, placeholder=" …")
    return tuple(
        Line(text, round(y + 17 * (n - (len(lines) - 1) / 2))) for n, text in enumerate(lines)
    )


# ── Where everything stands ───────────────────────────────────────────────
Item = str | tuple[str, str, int]  # a scene's id, or a choice (from, to) in a layer that it passes


def _layers(case: Case) -> list[list[Item]]:
    """The scenes layer by layer with the choices that pass; what nothing leads to comes last."""
    ways = {scene.id: dict.fromkeys(targets(scene)) for scene in case.scenes}
    onward = _onward(ways)
    reached = reachable(case)
    depth = dict.fromkeys(ways, 0)
    for here, there in onward:
        if here in reached:
            depth[there] = max(depth[there], depth[here] + 1)
    last = max((depth[id] for id in reached), default=-1) + 1
    depth |= dict.fromkeys(set(ways) - reached, last)
    layers: list[list[Item]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for id in ways:
        layers[depth[id]].append(id)
    near: dict[Item, list[Item]] = defaultdict(list)
    for here, there in onward:
        passing: list[Item] = [(here, there, n) for n in range(depth[here] + 1, depth[there])]
        for n, item in enumerate(passing, start=depth[here] + 1):
            layers[n].append(item)
        for one, other in pairwise([here, *passing, there]):
            near[one].append(other)
            near[other].append(one)
    for sweep in range(SWEEPS):
        order = layers if sweep % 2 == 0 else layers[::-1]
        for before, row in pairwise(order):
            stands = {item: (n + 0.5) / len(before) for n, item in enumerate(before)}
            row.sort(key=lambda item: _middle([stands[i] for i in near[item] if i in stands]))
    return layers


def _middle(stands: list[float]) -> float:
    return sum(stands) / len(stands) if stands else 0.5


def _onward(ways: dict[str, dict[str, None]]) -> list[tuple[str, str]]:
    """The pairs of scenes of which one leads to the other, less those that lead back, in an order
    in which whatever leads to a scene comes before what the scene leads to."""
    finished: list[str] = []
    back: set[tuple[str, str]] = set()
    state: dict[str, int] = {}  # 1: on the road that is being followed, 2: done with
    for first in ways:
        waiting = [(first, False)]
        while waiting:
            here, is_left = waiting.pop()
            if is_left:
                state[here] = 2
                finished.append(here)
            elif here not in state:
                state[here] = 1
                waiting.append((here, True))
                waiting.extend((there, False) for there in ways[here] if there in ways)
                back |= {(here, there) for there in ways[here] if state.get(there) == 1}
    return [
        (here, there)
        for here in reversed(finished)
        for there in ways[here]
        if there in ways and (here, there) not in back
    ]


Point = tuple[int, int]


def _places(layers: list[list[Item]], scale: Scale) -> tuple[dict[Item, Point], int]:
    """The middle of everything, and how wide all of it is."""

    def room(item: Item) -> int:
        return scale.width if isinstance(item, str) else PASSING

    widths = [sum(map(room, row)) + scale.across * (len(row) - 1) for row in layers]
    widest = max(widths, default=0)
    places: dict[Item, Point] = {}
    for n, (row, width) in enumerate(zip(layers, widths, strict=True)):
        x = scale.margin + (widest - width) // 2
        y = 2 + n * (scale.height + scale.down) + scale.height // 2
        for item in row:
            places[item] = (x + room(item) // 2, y)
            x += room(item) + scale.across
    return places, widest + 2 * scale.margin


# ── How the choices run ───────────────────────────────────────────────────
def _ways(
    spots: dict[str, Spot], places: dict[Item, Point], walked: set[tuple[str, str]]
) -> Iterator[Way]:
    for id, spot in spots.items():
        together: dict[str, str] = {}
        for letter, target in zip(ascii_uppercase, targets(spot.scene), strict=False):
            known = target if target in spots else ""
            together[known] = together.get(known, "") + letter
        for target, letters in together.items():
            passing = [p for item, p in places.items() if item[:2] == (id, target)]
            points = _points(spot, spots.get(target), sorted(passing, key=lambda point: point[1]))
            head, *rest = [f"{x} {y}" for x, y in points]
            x, y = _early(points)
            yield Way(
                f"M{head}C{' '.join(rest)}", x, y, letters, not target, (id, target) in walked
            )


def _points(start: Spot, end: Spot | None, passing: list[Point]) -> list[Point]:
    """The start of a path and the points of its cubic Bézier curves, three for each."""
    scale = start.scale
    low, bend, half = start.bottom, scale.down // 2, scale.height // 2
    if end is None:
        return [(start.x, low), (start.x, low), (start.x, low + bend), (start.x, low + bend)]
    if end.y <= start.y:  # back up, or round to itself: out at the side
        way = 1 if end.x >= start.x else -1
        side, out = way * scale.width // 2, way * scale.across * 5 // 4
        return [
            (start.x + side, start.y + half // 2),
            (start.x + side + out, start.y + half),
            (end.x + side + out, end.y - half),
            (end.x + side, end.y - half // 2),
        ]
    points = [(start.x, low)]
    for x, y in [*passing, (end.x, end.y)]:
        above, top = points[-1], y - half
        points += [(above[0], above[1] + bend), (x, top - bend), (x, top)]
        if (x, y) != (end.x, end.y):
            points += [(x, y), (x, y), (x, y + half)]
    return points


def _early(points: Sequence[Point]) -> Point:
    """The point at a third of the first curve, where its letters stand."""
    weights = (8 / 27, 12 / 27, 6 / 27, 1 / 27)
    x = sum(w * p[0] for w, p in zip(weights, points[:4], strict=True))
    y = sum(w * p[1] for w, p in zip(weights, points[:4], strict=True))
    return round(x), round(y)
