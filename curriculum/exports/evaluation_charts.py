"""Intervals of a change as a drawing: what moved, by how much, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from curriculum.domain.evaluation import Change
from curriculum.exports.drawing import (
    BAR,
    LINE_HEIGHT,
    SCREEN,
    About,
    Drawing,
    Numbers,
    Palette,
    figure,
    label_above,
)
from curriculum.exports.evaluation import Evaluation

GAP = 12  # px
EDGE = 4  # per cent of the width left free on either side, for what stands under the outer ticks
LEAST_REACH = 0.5  # points of the scale to either side of nothing changed


@dataclass(frozen=True)
class Interval:
    """One change with its label."""

    label: str
    change: Change


def charts(report: Evaluation, palette: Palette = SCREEN) -> list[SafeString]:
    """The drawings of a report: of everybody, and of domains by profession."""
    everybody = [
        Interval(named.label, named.row.everybody.change)
        for named in report.rows
        if named.row.everybody.change
    ]
    by_profession = [
        Interval(f"{named.label}: {line.group}", line.change)
        for named in report.rows
        if named.row.measured.kind != "item"
        for line in named.row.professions
        if line.change
    ]
    found = (
        ("change-everybody", "Change, everybody", everybody),
        ("change-professions", "Change, by profession", by_profession),
    )
    return [intervals(key, title, rows, palette) for key, title, rows in found if rows]


def intervals(
    key: str, title: str, rows: Sequence[Interval], palette: Palette = SCREEN
) -> SafeString:
    """Mean differences with their 95% intervals around a line at nothing changed."""
    reach = max(abs(edge) for row in rows for edge in (row.change.low, row.change.high))
    reach = max(LEAST_REACH, math.ceil(reach * 2) / 2)

    def x(value: float) -> float:
        return EDGE + (100 - 2 * EDGE) * (value + reach) / (2 * reach)

    drawing, ticks = Drawing(palette), _ticks(reach)
    for row in rows:
        label_above(drawing, row.label, signed(row.change.mean))
        top, bottom = drawing.height, drawing.height + BAR
        for value in ticks:
            drawing.line((x(value), top), (x(value), bottom), "rule" if value else "mark")
        middle = (top + bottom) / 2
        drawing.line((x(row.change.low), middle), (x(row.change.high), middle), "one")
        drawing.dot(x(row.change.mean), middle, "one")
        drawing.height = bottom + GAP
    drawing.height += LINE_HEIGHT - GAP
    for value in ticks:
        words = signed(value, 1)
        drawing.text(x(value), drawing.height, words, anchor="middle", kind="axis")
    drawing.height += 6
    said = "; ".join(
        f"{row.label} {signed(row.change.mean)} "
        f"({signed(row.change.low)} to {signed(row.change.high)})"
        for row in rows
    )
    about = About(
        key=key,
        title=title,
        description=f"Mean difference with 95% interval, in points of the scale. {said}.",
        note="Points of the scale, after less before. The line is the 95% interval.",
    )
    cells = [
        (row.label, *map(signed, (row.change.mean, row.change.low, row.change.high)))
        for row in rows
    ]
    headings = ["Measured", "Mean difference", "95% from", "95% to"]
    return figure(about, drawing.svg(about), Numbers(headings, cells))


def _ticks(reach: float) -> list[float]:
    step = 0.5 if reach <= 1.5 else 1.0 if reach <= 4 else math.ceil(reach / 4)
    return [n * step for n in range(-int(reach / step), int(reach / step) + 1)]


def signed(value: float, places: int = 2) -> str:
    """A difference with its sign, as people write it."""
    text = f"{abs(value):.{places}f}"
    if not float(text):
        return "0"
    return f"{'−' if value < 0 else '+'}{text}"
