"""The columns of an item analysis as a file; the screen shows the same figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from curriculum.exports.item_parts import Item, Line
from curriculum.exports.items import Figures
from curriculum.exports.rows import Column


@dataclass(frozen=True)
class Sheet:
    """A row of the file: an item with its figures, and how many reports on it are open."""

    figures: Figures
    problems: int

    def shown(self, value: Any) -> Any:
        """A figure, or nothing where too few people answered."""
        return value if self.figures.is_shown else None


def item_columns(*, of_case: bool) -> list[Column]:
    """The columns for the questions of a quiz, or for the decisions of a case."""
    columns = [
        Column("Number", lambda r: r.figures.item.number, "number"),
        Column("Scene" if of_case else "Kind", lambda r: _head(r.figures.item)),
        Column("Question", lambda r: r.figures.item.text),
        Column("People", lambda r: r.shown(r.figures.people), "number"),
        Column(
            "Strong choice" if of_case else "Facility",
            lambda r: r.shown(r.figures.facility_per_cent),
            "per cent",
        ),
        Column("Sure and wrong", lambda r: r.shown(_sure(r.figures)), "number"),
        Column("Unused options", lambda r: r.shown(_texts(r.figures.unused)) or ""),
        Column("To look at", lambda r: r.shown("; ".join(r.figures.flags)) or ""),
        Column("Open reports", lambda r: r.problems, "number"),
    ]
    if of_case:
        return columns
    marks = [
        Column("Left empty", lambda r: r.shown(r.figures.empty), "number"),
        Column("Discrimination", lambda r: r.shown(_two(r.figures.tally.discrimination)), "number"),
        Column("Upper-lower index", lambda r: r.shown(_two(_index(r.figures))), "number"),
    ]
    return [*columns[:5], *marks, *columns[5:]]


def _head(item: Item) -> str:
    return item.title or item.kind


def _sure(figures: Figures) -> int | None:
    return figures.sure_and_wrong if figures.item.asks_confidence else None


def _index(figures: Figures) -> float | None:
    tails = figures.tally.tails
    return tails.index if tails else None


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _texts(lines: Iterable[Line]) -> str:
    return "; ".join(line.text for line in lines)
