"""CSV and XLSX of any report, made row by row so that memory does not grow with the cohort."""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

import xlsxwriter

from curriculum.exports.rows import Column

BOM = "\ufeff"  # tells Excel that the file is UTF-8
CHUNK = 500  # rows written to the network at a time

# What a spreadsheet would take for the beginning of a formula (OWASP, "CSV injection").
_FORMULA = frozenset("=+-@\t\r\n")


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: a leading apostrophe shows it as it is."""
    return f"'{text}" if text and text[0] in _FORMULA else text


def csv_lines(columns: Sequence[Column], rows: Iterable[Any], about: str = "") -> Iterator[bytes]:
    """The report as CSV in chunks of bytes: UTF-8 with a mark, dates as 2026-12-04.

    `about` (what was chosen, when it was made) stands as one more heading behind the last column,
    where it is in nobody's way: every row stays a row of the report.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    out.write(BOM)
    headings = [harmless(column.heading) for column in columns]
    writer.writerow([*headings, harmless(about)] if about else headings)
    cells = [_csv_cell(column) for column in columns]
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        writer.writerows([[cell(row) for cell in cells] for row in chunk])
        yield _taken(out)
    if rest := _taken(out):
        yield rest


def _taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data


def _csv_cell(column: Column) -> Any:
    value = column.value
    if column.kind == "text":
        return lambda row: harmless(value(row))
    return value  # dates and numbers write themselves; the csv module leaves None empty


def xlsx_file(
    columns: Sequence[Column],
    rows: Iterable[Any],
    about: Sequence[tuple[str, Any]],
    *,
    sheet_name: str = "Completion",
    definitions: Sequence[tuple[str, str]] = (),
) -> IO[bytes]:
    """The report as a typed workbook, in a temporary file at its start; `about` makes the second
    sheet (what is in it, when it was made, its totals), with what the words mean below."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    workbook = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        "head": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "date": workbook.add_format({"num_format": "d mmm yyyy"}),
        "per cent": workbook.add_format({"num_format": "0%"}),
    }
    sheet = workbook.add_worksheet(sheet_name)
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, 30 if number < 2 else 16)
        sheet.write_string(0, number, column.heading, formats["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            _write(sheet, last, number, column.value(row), column.kind, formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    _write_about(workbook, about, definitions)
    workbook.close()
    target.seek(0)
    return target


def _write(sheet: Any, row: int, number: int, value: Any, kind: str, formats: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        sheet.write_datetime(row, number, value, formats["date"])
    elif kind == "per cent":
        sheet.write_number(row, number, value / 100, formats["per cent"])
    elif kind == "number":
        sheet.write_number(row, number, value)
    else:
        sheet.write_string(row, number, str(value))


def _write_about(
    workbook: Any, about: Sequence[tuple[str, Any]], definitions: Sequence[tuple[str, str]]
) -> None:
    sheet = workbook.add_worksheet("About this file")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90 if definitions else 34)
    left = workbook.add_format({"align": "left"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for number, (label, value) in enumerate(about):
        sheet.write_string(number, 0, label)
        if isinstance(value, int):
            sheet.write_number(number, 1, value, left)
        else:
            sheet.write_string(number, 1, str(value))
    for number, (word, meaning) in enumerate(definitions, start=len(about) + 1):
        sheet.write_string(number, 0, word, wrapped)
        sheet.write_string(number, 1, meaning, wrapped)
