"""Charts as SVG drawn on the server: for a page in either scheme, and for a PDF.

Every function takes plain data and returns a whole figure: title, drawing, and the same numbers as
a table. For a PDF hand `PRINT` over, and include `curriculum/charts.css` in its stylesheet.
"""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curriculum.dates import short_day
from curriculum.exports.drawing import (
    BAR,
    LINE_HEIGHT,
    PRINT,
    SCREEN,
    TEXT,
    About,
    Drawing,
    Numbers,
    Palette,
    figure,
    label_above,
    legend_of,
    number,
)

__all__ = [
    "PRINT",
    "SCREEN",
    "About",
    "Bar",
    "Line",
    "Mark",
    "Numbers",
    "Palette",
    "Part",
    "Stack",
    "bars",
    "figure",
    "lines",
    "stacked",
]

GAP = 14  # px
PLOT, FOOT, HEAD = 180, 24, 24  # px: where lines run, below them and above


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar. `shown` is its number as people read it; a paler bar runs on to `ghost`."""

    label: str
    value: float
    shown: str = ""
    ghost: float = 0
    remark: str = ""
    tone: str = "one"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one colour of a stacked bar stands for."""

    name: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stacked bar: a number for each part, in the order of the parts.

    `note` stands in place of the bar where its numbers are withheld.
    """

    label: str
    values: Sequence[float] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line over days. A dashed one is what is planned rather than what happened: it stays as it
    is until a day that changes it."""

    name: str
    points: Sequence[tuple[dt.date, float]]
    tone: str = "one"
    is_dashed: bool = False

    @property
    def corners(self) -> list[tuple[dt.date, float]]:
        """The points that the line runs through."""
        if not self.is_dashed:
            return list(self.points)
        found = list(self.points[:1])
        for day, value in self.points[1:]:
            if value != found[-1][1]:
                found += [(day, found[-1][1]), (day, value)]
        return [*found, *self.points[-1:]]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A day that counts, such as one on which something is due."""

    day: dt.date
    label: str


def bars(
    about: About,
    rows: Sequence[Bar],
    *,
    headings: Sequence[str],
    full: float = 0,
    palette: Palette = SCREEN,
) -> SafeString:
    """Bars below one another, each with its label above and its number at the end.

    `full` is what the whole width stands for: the longest bar where it is not given. `headings`
    are those of the table: of the labels, the numbers and, where there are any, the remarks.
    """
    whole = full or max((max(row.value, row.ghost) for row in rows), default=0) or 1
    drawing = Drawing(palette)
    for row in rows:
        label_above(drawing, row.label, row.shown or number(row.value))
        y = drawing.height
        drawing.rect(0, y, 100, "track")
        if row.ghost > row.value:
            drawing.rect(0, y, 100 * row.ghost / whole, "quiet")
        if row.value > 0:
            drawing.rect(0, y, 100 * row.value / whole, row.tone)
        drawing.height += BAR
        if row.remark:
            drawing.text(0, drawing.height + LINE_HEIGHT - 3, row.remark, kind="remark")
            drawing.height += LINE_HEIGHT
        drawing.height += GAP
    remarks = any(row.remark for row in rows)
    cells = [(r.label, r.shown or number(r.value), *((r.remark,) if remarks else ())) for r in rows]
    return figure(about, drawing.svg(about), Numbers(headings[: 2 + remarks], cells))


def stacked(
    about: About,
    parts: Sequence[Part],
    rows: Sequence[Stack],
    *,
    heading: str,
    palette: Palette = SCREEN,
) -> SafeString:
    """Bars of one length that show shares, part after part; a legend says which colour is what.

    `heading` is that of the labels in the table.
    """
    drawing = Drawing(palette)
    for row in rows:
        total = sum(row.values)
        label_above(drawing, row.label, row.note or number(total))
        if row.note:
            drawing.height += GAP - 6
            continue
        drawing.rect(0, drawing.height, 100, "track", height=BAR + 8)
        x = 0.0
        for part, value in zip(parts, row.values, strict=True):
            width = 100 * value / total if total else 0
            if width:
                drawing.rect(x, drawing.height, width, part.tone, height=BAR + 8)
            if width >= 9:  # room for three digits at 320 px
                middle = drawing.height + (BAR + 8) / 2 + TEXT * 0.36
                drawing.text(x + width / 2, middle, number(value), anchor="middle", upon=part.tone)
            x += width
        drawing.height += BAR + 8 + GAP
    cells = [
        (
            row.label,
            *((row.note,) + ("",) * (len(parts) - 1) if row.note else map(number, row.values)),
        )
        for row in rows
    ]
    table = Numbers([heading, *(part.name for part in parts)], cells)
    legend = legend_of([(part.name, part.tone, "bar") for part in parts], palette)
    return figure(about, drawing.svg(about), table, legend=legend)


def lines(
    about: About,
    series: Sequence[Line],
    *,
    marks: Sequence[Mark] = (),
    full: float = 0,
    palette: Palette = SCREEN,
) -> SafeString:
    """Lines over days from zero up to `full`, or to the highest point; marks are numbered and told
    below. A day on which a line has no point takes the one before in the table."""
    days = sorted({day for line in series for day, _ in line.points} | {m.day for m in marks})
    highest = full or max((value for line in series for _, value in line.points), default=0) or 1
    drawing = Drawing(palette, height=HEAD + PLOT + FOOT)

    def x(day: dt.date) -> float:
        span = (days[-1] - days[0]).days
        return 1 + 98 * (day - days[0]).days / span if span else 50

    def y(value: float) -> float:
        return HEAD + PLOT - PLOT * value / highest

    for value in _ticks(highest):
        drawing.line((0, y(value)), (100, y(value)), "rule")
        drawing.text(0, y(value) - 4, number(value), kind="axis")
    for at, numbers in _numbered(marks).items():
        drawing.line((x(at), HEAD), (x(at), HEAD + PLOT), "mark", dashed=True)
        drawing.text(x(at), HEAD - 6, numbers, anchor=_anchor(x(at)), kind="text")
    for line in series:
        points = [(x(day), y(value)) for day, value in line.corners]
        for start, end in pairwise(points):
            drawing.line(start, end, line.tone, dashed=line.is_dashed)
    for day in _few(days):
        words, anchor = f"{day:%-d %b}", _anchor(x(day))
        drawing.text(x(day), HEAD + PLOT + FOOT - 6, words, anchor=anchor, kind="axis")
    cells = [(short_day(day), *(number(_value_on(line, day)) for line in series)) for day in days]
    named = [(f"{n} {mark.label}, {short_day(mark.day)}",) for n, mark in enumerate(marks, start=1)]
    kinds = [(row.name, row.tone, "dashed" if row.is_dashed else "line") for row in series]
    legend = legend_of(kinds, palette)
    if named:
        legend += format_html(
            '<ul class="chart-marks">{}</ul>', format_html_join("", "<li>{}</li>", named)
        )
    table = Numbers(["Day", *(line.name for line in series)], cells)
    return figure(about, drawing.svg(about), table, legend=legend)


def _numbered(marks: Sequence[Mark]) -> dict[dt.date, str]:
    """The numbers of the marks on each day."""
    found: dict[dt.date, list[str]] = {}
    for place, mark in enumerate(marks, start=1):
        found.setdefault(mark.day, []).append(str(place))
    return {day: ", ".join(numbers) for day, numbers in found.items()}


def _value_on(line: Line, day: dt.date) -> float:
    """The last value up to this day; 0 before the first."""
    return next((value for at, value in reversed(line.points) if at <= day), 0)


def _few(days: Sequence[dt.date]) -> list[dt.date]:
    """The first and the last day and one between, as far as they keep apart."""
    if len(days) < 2:
        return list(days)
    span = (days[-1] - days[0]).days
    return [days[0], *([days[0] + dt.timedelta(days=span // 2)] if span > 3 else []), days[-1]]


def _ticks(highest: float) -> Iterator[float]:
    """Zero and round numbers up to the highest, five at most."""
    power = 10.0 ** math.floor(math.log10(highest / 4))
    finer = (2.5,) if power >= 10 else ()  # what is counted has no halves
    step = next(power * n for n in (1, 2, *finer, 5, 10) if highest <= 4 * power * n)
    for n in range(int(highest / step + 1e-9) + 1):
        yield n * step


def _anchor(x: float) -> str:
    return "start" if x < 8 else "end" if x > 92 else "middle"
