"""Some rows of a report that is computed as a whole: searched, narrowed and in order, the same on
screen and in files. Nothing is counted anew, so what is kept back stays so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from curriculum.exports.reporting import Filter
from curriculum.exports.rows import Column
from curriculum.text import clean_line


@dataclass(frozen=True)
class Narrowing:
    """A filter, and what a row has of it."""

    filter: Filter
    of: Callable[[Any], str]


class Listing:
    """The rows of a report that an address asks for.

    A choice or an order that is not offered is as none: the address may be that of another cohort
    or survey, which has it.
    """

    def __init__(
        self,
        every: Sequence[Any],
        columns: Sequence[Column],
        narrowings: Sequence[Narrowing],
        search_in: Callable[[Any], str],
        asked: Mapping[str, str],
    ) -> None:
        self.every, self.columns, self.narrowings = every, columns, narrowings
        self._search_in = search_in
        self.search = clean_line(str(asked.get("q", "")))[:100]
        self.values = {
            narrowing.filter.name: value
            for narrowing in narrowings
            if (value := asked.get(narrowing.filter.name, "")) in dict(narrowing.filter.options)
        }
        self.order = str(asked.get("ordering", ""))
        if self.order.removeprefix("-") not in {c.order for c in columns if c.order}:
            self.order = ""

    @cached_property
    def rows(self) -> list[Any]:
        """Without an order that is asked for in that of the report; with one, what has no value
        comes last, upwards and downwards."""
        found = [row for row in self.every if self._takes(row)]
        if not self.order:
            return found
        value = next(c.value for c in self.columns if c.order == self.order.removeprefix("-"))
        known = [row for row in found if value(row) not in (None, "")]
        unknown = [row for row in found if value(row) in (None, "")]
        known.sort(key=lambda row: _comparable(value(row)), reverse=self.order.startswith("-"))
        return [*known, *unknown]

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen and searched for, in words; it stands in every file."""
        found = [
            (each.filter.label, each.filter.words(self.values[each.filter.name]))
            for each in self.narrowings
            if each.filter.name in self.values
        ]
        return [*found, ("Search", self.search)] if self.search else found

    def _takes(self, row: Any) -> bool:
        if any(
            self.values.get(each.filter.name, each.of(row)) != each.of(row)
            for each in self.narrowings
        ):
            return False
        text = self._search_in(row).casefold()
        return all(word in text for word in self.search.casefold().split())


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
