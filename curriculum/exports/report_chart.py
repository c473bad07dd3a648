"""Bars for a report on paper: where they stand is worked out here, the template only draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, LABELS, STEP, THICK = 760, 220, 26, 18
LEGEND = 30
NARROWEST = 22  # a part below this has no room for its number
MOST_LETTERS = 36

# Told apart without colour too: from dark to light, with the number in each part.
COLOURS = (
    ("#0b5a57", "#ffffff"),
    ("#8a4b08", "#ffffff"),
    ("#a9d0cd", "#16232f"),
    ("#e8e4d8", "#16232f"),
)


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, and how many stand in each of its parts."""

    label: str
    parts: tuple[int, ...]


def bars(rows: Sequence[Bar], series: Sequence[str]) -> dict[str, Any]:
    """Where everything stands, for `curriculum/report/chart.html`: each bar as wide as all others,
    parted by shares."""
    lines = []
    for number, row in enumerate(rows):
        total, start, parts = sum(row.parts) or 1, float(LABELS), []
        for (fill, ink), count in zip(COLOURS, row.parts, strict=False):
            width = (WIDTH - LABELS) * count / total
            if count:
                parts.append(
                    {
                        "x": f"{start:.1f}",
                        "width": f"{width:.1f}",
                        "middle": f"{start + width / 2:.1f}",
                        "fill": fill,
                        "ink": ink,
                        "count": count if width >= NARROWEST else "",
                    }
                )
            start += width
        top = LEGEND + number * STEP
        lines.append(
            {
                "label": _short(row.label),
                "y": top,
                "text_y": top + THICK - 5,
                "parts": parts,
            }
        )
    keys = [
        {"x": LABELS + n * 130, "text_x": LABELS + n * 130 + 18, "fill": fill, "word": word}
        for n, ((fill, _), word) in enumerate(zip(COLOURS, series, strict=False))
    ]
    return {
        "width": WIDTH,
        "height": LEGEND + len(rows) * STEP,
        "thick": THICK,
        "lines": lines,
        "keys": keys,
    }


def _short(label: str) -> str:
    return label if len(label) <= MOST_LETTERS else f"{label[: MOST_LETTERS - 1].rstrip()}…"
