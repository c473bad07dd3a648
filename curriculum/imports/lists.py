"""A list of people from a CSV file or a workbook. What it is, its bytes say and not its name."""

from collections.abc import Iterable, Sequence
from typing import IO

from curriculum.domain.roster_table import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, Table
from curriculum.imports.errors import NotReadable
from curriculum.imports.separated import separated_rows
from curriculum.imports.workbooks import workbook_rows
from curriculum.text import clean_line

MOST_BYTES = 5 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "Save it as XLSX or CSV and choose it again."
_NOT_LISTS = (
    (b"%PDF", "This is a PDF."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"{\\rtf", "This is a text document."),
)


def read_list(file: IO[bytes]) -> Table:
    """The list in a file, with empty rows left out. Raises NotReadable and says why."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotReadable(f"The file has more than {MOST_BYTES // 1024 // 1024} MB.")
    if not data.strip():
        raise NotReadable("The file is empty.")
    if data.startswith(_OLD_OFFICE):
        raise NotReadable(
            f"This is a workbook with a password, or one in the old format XLS. {_SAVE_AS}"
        )
    for beginning, what in _NOT_LISTS:
        if data.startswith(beginning):
            raise NotReadable(f"{what} {_SAVE_AS}")
    return _table(workbook_rows(data) if data.startswith(_ZIP) else separated_rows(data))


def _table(rows: Iterable[tuple[int, Sequence[str]]]) -> Table:
    header: tuple[str, ...] = ()
    header_row = 1
    found: list[tuple[int, tuple[str, ...]]] = []
    for number, raw in rows:
        cells = _cells(number, raw)
        if not cells:
            continue
        if not header:
            header, header_row = cells, number
        elif len(cells) > len(header):
            raise NotReadable(
                f"Row {number} has more cells than there are headings. A comma inside a name needs "
                "quotation marks around it."
            )
        else:
            found.append((number, cells + ("",) * (len(header) - len(cells))))
        if len(found) > MOST_ROWS:
            raise NotReadable(f"The list has more than {MOST_ROWS:,} rows. Bring it in parts.")
    if not header:
        raise NotReadable("There is nothing in the file.")
    if any("@" in cell for cell in header):
        raise NotReadable(
            "The first row must hold the headings, such as E-mail and Name; here it holds a person."
        )
    if not found:
        raise NotReadable("The file has headings and no rows below them.")
    return Table(header, tuple(found), header_row)


def _cells(number: int, raw: Sequence[str]) -> tuple[str, ...]:
    """The cells as single lines, without the empty ones at the end."""
    cells = [clean_line(cell) for cell in raw]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise NotReadable(f"Row {number} has more than {MOST_COLUMNS} columns.")
    for cell in cells:
        if len(cell) > MOST_CHARACTERS:
            raise NotReadable(
                f"A cell in row {number} has more than {MOST_CHARACTERS} characters. If quotation "
                "marks stand around it, one of them may be missing."
            )
    return tuple(cells)
