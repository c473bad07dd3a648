"""Clocks, ratios within one run, and the table that they make."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Line:
    """One measurement: a figure for each round, and the bound that their median must keep."""

    what: str
    figures: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "×"
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.figures)

    @property
    def is_met(self) -> bool:
        above = self.at_most is not None and self.median > self.at_most
        below = self.at_least is not None and self.median < self.at_least
        return not (above or below)

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Line":
        data = json.loads(text)
        return cls(**{**data, "figures": tuple(data["figures"])})


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def ratios(ours: Sequence[float], floor: Sequence[float]) -> tuple[float, ...]:
    """Round by round, so that a slow minute of the machine counts for both."""
    return tuple(a / b for a, b in zip(ours, floor, strict=True))


def table(lines: Sequence[Line]) -> str:
    """Markdown: what, median, spread, bound, whether it is met."""
    rows = [
        "| what | median | spread | bound | met |",
        "|---|---:|---:|---:|---|",
    ]
    for line in lines:
        low, high = min(line.figures), max(line.figures)
        spread = "" if low == high else f"{low:.3g}–{high:.3g}"
        bound = ""
        if line.at_most is not None:
            bound = f"≤ {line.at_most:g}"
        elif line.at_least is not None:
            bound = f"≥ {line.at_least:.3g}"
        met = "" if not bound else "yes" if line.is_met else "**no**"
        what = f"{line.what} ({line.note})" if line.note else line.what
        rows.append(f"| {what} | {line.median:.3g} {line.unit} | {spread} | {bound} | {met} |")
    return "\n".join(rows)
