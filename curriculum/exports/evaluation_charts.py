"""Intervals of a change as a drawing made on the server, the same on screen and in the PDF.

Colours stand as attributes, which a stylesheet overrides where there is one; a PDF has none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curriculum.domain.evaluation import Change
from curriculum.exports.evaluation import Evaluation

WIDTH, RIGHT, ROW, TOP = 720, 24, 30, 14
LEAST_LABEL, MOST_LABEL, LETTER = 120, 340, 7.8  # room for labels


@dataclass(frozen=True)
class Bar:
    """One interval with its label."""

    label: str
    change: Change


def charts(report: Evaluation) -> list[tuple[str, SafeString]]:
    """The drawings of a report, each with its title: everybody, and domains by profession."""
    everybody = [
        Bar(named.label, named.row.everybody.change)
        for named in report.rows
        if named.row.everybody.change
    ]
    by_profession = [
        Bar(f"{named.label}: {line.group}", line.change)
        for named in report.rows
        if named.row.measured.kind != "item"
        for line in named.row.professions
        if line.change
    ]
    found = []
    for number, (title, bars) in enumerate(
        (("Change, everybody", everybody), ("Change, by profession", by_profession)), start=1
    ):
        if bars:
            found.append((title, intervals(title, bars, f"chart-{number}")))
    return found


def intervals(title: str, bars: Sequence[Bar], id: str) -> SafeString:
    """Mean differences with their 95% intervals around a line at nothing changed."""
    reach = max(abs(edge) for bar in bars for edge in (bar.change.low, bar.change.high))
    reach = max(0.5, math.ceil(reach * 2) / 2)
    step = 0.5 if reach <= 1.5 else 1.0 if reach <= 4 else math.ceil(reach / 4)
    height = TOP + ROW * len(bars) + 46
    room = min(MOST_LABEL, max(LEAST_LABEL, LETTER * max(len(bar.label) for bar in bars) + 16))
    floor = TOP + ROW * len(bars)

    def x(value: float) -> str:
        span = WIDTH - room - RIGHT
        return f"{room + span * (value + reach) / (2 * reach):.1f}"

    ticks = [n * step for n in range(-int(reach / step), int(reach / step) + 1)]
    lines = format_html_join(
        "\n",
        '<line class="ev-grid{}" x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>'
        '<text class="ev-text" x="{}" y="{}" text-anchor="middle" font-size="13" '
        'fill="#4c5762">{}</text>',
        (
            (
                "" if tick else " ev-zero",
                x(tick),
                x(tick),
                TOP - 6,
                floor,
                "#d9d4c7" if tick else "#16232f",
                1 if tick else 1.5,
                x(tick),
                floor + 18,
                signed(tick, 1),
            )
            for tick in ticks
        ),
    )
    drawn = format_html_join("\n", "{}", ((_bar(bar, n, x),) for n, bar in enumerate(bars)))
    said = "; ".join(
        f"{bar.label} {signed(bar.change.mean)} "
        f"({signed(bar.change.low)} to {signed(bar.change.high)})"
        for bar in bars
    )
    return format_html(
        '<svg class="ev-chart" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-labelledby="{}-t {}-d" font-family="Noto Sans, DejaVu Sans, sans-serif">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}{}'
        '<text class="ev-text" x="{}" y="{}" text-anchor="middle" font-size="13" '
        'fill="#4c5762">Points of the scale, after less before</text></svg>',
        WIDTH,
        height,
        WIDTH,
        height,
        id,
        id,
        id,
        title,
        id,
        f"Mean difference with 95% interval, in points of the scale. {said}.",
        lines,
        drawn,
        x(0),
        floor + 38,
    )


def _bar(bar: Bar, number: int, x: object) -> SafeString:
    assert callable(x)
    y = TOP + ROW * number + ROW / 2
    return format_html(
        '<text class="ev-label" x="0" y="{}" font-size="14" fill="#16232f">{}</text>'
        '<line class="ev-interval" x1="{}" x2="{}" y1="{}" y2="{}" stroke="#0b5a57" '
        'stroke-width="3"/><circle class="ev-point" cx="{}" cy="{}" r="6" fill="#0b5a57"/>',
        y + 5,
        bar.label if len(bar.label) <= 42 else f"{bar.label[:41]}…",
        x(bar.change.low),
        x(bar.change.high),
        y,
        y,
        x(bar.change.mean),
        y,
    )


def signed(value: float, places: int = 2) -> str:
    """A difference with its sign, as people write it."""
    text = f"{abs(value):.{places}f}"
    if not float(text):
        return "0"
    return f"{'−' if value < 0 else '+'}{text}"
