"""A list as it was brought: a row of headings and rows of text. No database."""

import json
from dataclasses import dataclass

MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 500  # in one cell


@dataclass(frozen=True)
class Table:
    """Headings, and under them rows of as many cells, each with its number as a spreadsheet
    counts them; the headings stand in `header_row`."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    header_row: int = 1

    def as_json(self) -> bytes:
        return json.dumps([self.header, self.rows, self.header_row]).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Table":
        header, rows, header_row = json.loads(data)
        return cls(tuple(header), tuple((n, tuple(cells)) for n, cells in rows), header_row)

    def samples(self, column: int, most: int = 3) -> list[str]:
        """What stands first in a column, without what is empty."""
        found = (cells[column] for _, cells in self.rows if cells[column])
        return [value for value, _ in zip(found, range(most), strict=False)]
