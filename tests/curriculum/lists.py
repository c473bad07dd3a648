"""Lists of learners as bytes, in every form that spreadsheets write them."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

HEADER = ("Name", "E-mail", "Course", "Student number", "Group")
SIAN = ("Siân Łukasz", "Sian@Example.org", "Medicine", "CG 101", "Blue")
OMAR = ("Omar Haddad", "omar@example.org", "Social work", "CG 102", "Red")


def csv_bytes(
    *rows: Sequence[Any],
    header: Sequence[str] = HEADER,
    separator: str = ",",
    encoding: str = "utf-8",
    mark: bytes = b"",
) -> bytes:
    """A list in which every cell that needs it is quoted."""

    def cell(value: Any) -> str:
        text = str(value)
        if any(c in text for c in f'{separator}"\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [separator.join(cell(value) for value in row) for row in (header, *rows)]
    return mark + ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx_bytes(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    """The same as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (header, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()
