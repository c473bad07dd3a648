"""What people answered to the items of a quiz or a case, counted and ready to be shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curriculum.domain.items import Tally, flags, standing
from curriculum.exports.item_filters import Selection
from curriculum.exports.item_parts import Item, Line, signature
from curriculum.queries.items import Asked, Cell, Row
from curriculum.queries.paths import TOGETHER


@dataclass
class Figures:
    """What people answered to one item in the editions that ask just the same."""

    item: Item
    pool: frozenset[int]
    selection: Selection
    cells: Counter[Cell] = field(default_factory=Counter)  # all people, narrowed or not
    tally: Tally = field(default_factory=Tally)
    picks: Counter[tuple[str, str]] = field(default_factory=Counter)
    answered: int = 0
    sure_and_wrong: int = 0

    def add(self, row: Row) -> None:
        """People of one kind of answer; a negative number takes them away."""
        if row.cell.edition not in self.pool:
            return
        self.cells[row.cell] += row.people
        if not self.selection.takes(row.cell):
            return
        picks = self.item.picks(row.answer)
        self.tally.add(row.people, self._score(row, picks), self._rest(row))
        if row.answer is None:
            return
        self.answered += row.people
        for pick in picks:
            self.picks[pick] += row.people
        if self.item.is_sure_and_wrong(row.answer):
            self.sure_and_wrong += row.people

    def absorb(self, other: "Figures") -> None:
        """Count the people of another group of the same item as well."""
        self.cells.update(other.cells)
        self.picks.update(other.picks)
        self.tally.absorb(other.tally)
        self.answered += other.answered
        self.sure_and_wrong += other.sure_and_wrong

    def _score(self, row: Row, picks: Sequence[tuple[str, str]]) -> float:
        if self.item.is_graded:
            return row.score
        right = {line.id for line in self.item.lines if line.is_right}
        return float(any(line in right for line, _ in picks))

    def _rest(self, row: Row) -> float | None:
        """The share of marks in the rest of the quiz; None where there is no rest."""
        if row.total is None or row.out_of is None:
            return None
        own, most = (row.score, 1) if self.item.is_graded else (0, 0)
        rest = row.out_of - most
        return round((row.total - own) / rest, 9) if rest > 0 else None

    @property
    def people(self) -> int:
        return self.tally.people

    @property
    def is_shown(self) -> bool:
        return self.selection.may_show(self.cells)

    @property
    def empty(self) -> int:
        """People who were asked and left it empty."""
        return self.people - self.answered

    @property
    def unused(self) -> list[Line]:
        """Wrong options that nobody chose."""
        if self.item.columns:
            return []
        return [line for line in self.item.wrong if not self.picks[line.id, ""]]

    @property
    def flags(self) -> list[str]:
        """What it should be looked at for. A decision has no marks, so it is not judged by them."""
        if self.item.is_decision:
            return flags(self.people, None, None, len(self.unused))
        return flags(self.people, self.tally.facility, self.tally.discrimination, len(self.unused))

    def per_cent(self, people: int) -> int:
        return round(100 * people / self.people) if self.people else 0

    @property
    def facility_per_cent(self) -> int | None:
        found = self.tally.facility
        return None if found is None else round(100 * found)

    @property
    def sure_and_wrong_per_cent(self) -> int:
        return self.per_cent(self.sure_and_wrong)

    @property
    def lines(self) -> list[tuple[Line, int, int]]:
        """Each option with how many chose it, and in per cent of all who were asked."""
        counts = [(line, self.picks[line.id, ""]) for line in self.item.lines]
        return [(line, people, self.per_cent(people)) for line, people in counts]

    @property
    def grid(self) -> list[tuple[Line, list[tuple[int, bool]]]]:
        """Each line with, for each column, how many put it there and whether it belongs there."""
        return [
            (
                line,
                [
                    (self.picks[line.id, c.id], (line.id, c.id) in self.item.right)
                    for c in self.item.columns
                ],
            )
            for line in self.item.lines
        ]


# ── All items of an activity ──────────────────────────────────────────────
def pool_of(editions: Mapping[int, Any], content: Any, key: str) -> frozenset[int]:
    """The editions (by their rows) in which this item is the same as in `content`."""
    wanted = signature(content, key)
    return frozenset(pk for pk, other in editions.items() if signature(other, key) == wanted)


def blank(
    items: Iterable[Item], editions: Mapping[int, Any], content: Any, selection: Selection
) -> dict[str, Figures]:
    """Figures without people for each of the items, by key."""
    return {
        item.key: Figures(item, pool_of(editions, content, item.key), selection) for item in items
    }


def fill(found: Mapping[str, Figures], asked: Iterable[Asked], given: Iterable[Row]) -> None:
    """Count everybody: first as if all had left empty what they were asked, then each answer."""
    for row in asked:
        for key in row.keys:
            if key in found:
                found[key].add(_empty(key, row, row.people))
    for answer in given:
        if answer.key not in found:
            continue
        figures = found[answer.key]
        if not figures.item.is_decision:
            figures.add(_empty(answer.key, answer, -answer.people))
        figures.add(answer)


def _empty(key: str, row: Asked | Row, people: int) -> Row:
    return Row(key, row.cell, "", row.out_of, row.total, 0.0, None, people)


# ── Beside one another ────────────────────────────────────────────────────
class Groups:
    """Figures of one item by group, as rows come in."""

    def __init__(self, whole: Figures) -> None:
        self.whole = whole
        self.by_name: dict[str, Figures] = {}

    def add(self, name: str, row: Row) -> None:
        if name not in self.by_name:
            self.by_name[name] = self._blank()
        self.by_name[name].add(row)

    def _blank(self) -> Figures:
        return Figures(self.whole.item, self.whole.pool, self.whole.selection)

    def side_by_side(self) -> list[tuple[str, Figures]]:
        """Each group with its figures. Groups that may not stand alone stand together; where that
        leaves one group only, there is nothing to compare."""
        counts = {name: f.people for name, f in self.by_name.items() if f.people}
        barred = {name for name, figures in self.by_name.items() if not figures.is_shown}
        alone = standing(counts, barred)
        if not alone:
            return []
        rest = self._blank()
        for name in counts.keys() - alone:
            rest.absorb(self.by_name[name])
        found = [(name, self.by_name[name]) for name in sorted(alone)]
        return [*found, (TOGETHER, rest)] if rest.people else found
