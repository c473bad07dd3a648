"""Rows from a workbook (XLSX). It comes from outside: it is weighed before it is opened, and
nothing that it points at is followed."""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl

from curriculum.domain.roster_table import MOST_COLUMNS
from curriculum.imports.errors import NotReadable

MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 300
LAST_ROW = 1_048_576  # of any workbook; one that names a later row would be padded for hours
_BROKEN = "The workbook is damaged or was not made by a spreadsheet program. Save it anew as XLSX."


def workbook_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet with its number. Raises NotReadable."""
    _weigh(data)
    try:
        yield from _rows(data)
    except NotReadable:
        raise
    except Exception as error:
        # openpyxl meets a damaged file with whatever error lies nearest: KeyError, ValueError,
        # ParseError, zlib.error and a dozen more. What they say may hold cells, so it is dropped.
        raise NotReadable(_BROKEN) from error


def _weigh(data: bytes) -> None:
    """Refuse a bomb, a document that declares entities, and what is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise NotReadable("The workbook is too large when unpacked. Save the list alone.")
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
                raise NotReadable("This is neither a CSV file nor a workbook (XLSX).")
            for part in parts:
                _refuse_declarations(archive, part)
    except NotReadable:
        raise
    except Exception as error:  # as above: zipfile's are as many
        raise NotReadable(_BROKEN) from error


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    # defusedxml, which openpyxl uses, refuses entities; no workbook needs a document type at all.
    if part.filename.lower().endswith((".xml", ".rels")):
        content = archive.read(part)
        if any("<!DOCTYPE".encode(name) in content for name in ("ascii", "utf-16-le", "utf-16-be")):
            raise NotReadable("The workbook declares things that no list needs, so it is not read.")


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it cannot keep, nobody asks it to keep
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        try:
            if not book.worksheets:
                raise NotReadable("The workbook has no sheet with rows.")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a workbook says of its own size may be wrong
            rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS + 1, values_only=True)
            for number, values in enumerate(rows, start=1):
                if any(values):
                    yield number, [_text(value) for value in values]
        finally:
            book.close()


def _text(value: Any) -> str:
    """A cell as it reads: numbers without a needless point, days as 2026-12-04."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)
