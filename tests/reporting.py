"""Reading reports back: what the screen, the CSV, the workbook and the PDF say."""

import csv
import io
import subprocess
from itertools import takewhile
from typing import Any

import openpyxl
from django.test import Client

from curriculum.exports.report_files import csv_of, file_of
from curriculum.exports.reporting import Report


def csv_rows(report: Report) -> list[list[str]]:
    """The cells as text, without the headings and without the mark of what is in the file."""
    text = b"".join(csv_of(report)).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert all(len(row) == len(head) - 1 for row in rows)
    return rows


def csv_about(report: Report) -> str:
    text = b"".join(csv_of(report)).decode("utf-8-sig")
    return next(csv.reader(io.StringIO(text)))[-1]


def book(report: Report) -> Any:
    with file_of(report, "xlsx") as file:
        return openpyxl.load_workbook(io.BytesIO(file.read()))


def xlsx_rows(report: Report) -> list[tuple[Any, ...]]:
    """The cells as typed values, without the headings."""
    sheet = book(report)[report.title[:31]]
    return [*sheet.iter_rows(values_only=True)][1:]


def xlsx_about(report: Report) -> dict[str, Any]:
    sheet = book(report)["About this file"]
    rows = takewhile(lambda row: row[0], sheet.iter_rows(values_only=True))
    return {row[0]: row[1] for row in rows}


def pdf_text(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def as_text(report: Report) -> list[list[str]]:
    """What the CSV should hold, from the rows themselves."""
    cells = ([column.value(row) for column in report.columns] for row in report.file_rows())
    return [["" if cell is None else str(cell) for cell in row] for row in cells]


def screen(client: Client, url: str, **query: Any) -> list[list[str]]:
    """The cells of the page that is shown."""
    return [[text for text, _ in line] for line in client.get(url, query).context["lines"]]
