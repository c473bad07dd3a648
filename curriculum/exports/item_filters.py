"""What figures may be narrowed to, so that no filter gives a small group away."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from curriculum.domain.items import may_be_chosen
from curriculum.queries.choices import FEWEST
from curriculum.queries.items import Cell


@dataclass(frozen=True)
class Period:
    """Whole months, so many that at least five people began in them."""

    first: dt.date
    last: dt.date

    def __contains__(self, month: dt.date) -> bool:
        return self.first <= month <= self.last

    def __str__(self) -> str:
        ends = dict.fromkeys(date_format(month, "F Y") for month in (self.first, self.last))
        return " to ".join(ends)


def periods(months: Mapping[dt.date, int]) -> tuple[Period, ...]:
    """The months in which people began, joined until each stretch holds five or more."""
    found: list[Period] = []
    waiting, people = [], 0
    for month in sorted(months):
        waiting.append(month)
        people += months[month]
        if people >= FEWEST:
            found.append(Period(waiting[0], month))
            waiting, people = [], 0
    if waiting and found:
        found.append(Period(found.pop().first, waiting[-1]))
    return tuple(found)


@dataclass(frozen=True)
class Selection:
    """What figures are narrowed to; None: not narrowed."""

    cohort: int | None = None
    edition: int | None = None
    period: Period | None = None

    def _wants(self, cell: Cell) -> tuple[bool, bool, bool]:
        return (
            self.cohort in (None, cell.cohort),
            self.edition in (None, cell.edition),
            self.period is None or cell.month in self.period,
        )

    def takes(self, cell: Cell) -> bool:
        """Whether people of this cell are counted."""
        return all(self._wants(cell))

    def may_show(self, cells: Mapping[Cell, int]) -> bool:
        """Whether figures of just these people may be shown: they are at least five, and what each
        of the filters leaves out gives nobody away either."""
        if sum(people for cell, people in cells.items() if self.takes(cell)) < FEWEST:
            return False
        for number, active in enumerate((self.cohort, self.edition, self.period)):
            if active is None:
                continue
            parts: Counter[Any] = Counter()
            for cell, people in cells.items():
                wants = self._wants(cell)
                if all(wants[:number] + wants[number + 1 :]):
                    parts[self._part(number, cell)] += people
            if not may_be_chosen(parts, active):
                return False
        return True

    def _part(self, number: int, cell: Cell) -> Any:
        if number == 2 and self.period and cell.month in self.period:
            return self.period
        return (cell.cohort, cell.edition, cell.month)[number]
