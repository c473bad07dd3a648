"""Rows from text in which a comma, a semicolon or a tab parts the cells, in whatever encoding
spreadsheets write."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from curriculum.imports.errors import NotReadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t"
_SAID = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)  # how Excel names it to itself
_NEVER_IN_A_LIST = re.compile(r"[\x00-\x08\x0e-\x1f]")


def separated_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, as a spreadsheet would count. Raises NotReadable."""
    text = _decoded(data)
    if _NEVER_IN_A_LIST.search(text):
        raise NotReadable("This is neither a CSV file nor a workbook (XLSX).")
    first = 1
    if said := _SAID.match(text):
        separator, text, first = said[1], text[said.end() :], 2
    else:
        separator = _separator(text)
    _refuse_open_quotes(text, separator)
    try:
        yield from enumerate(_reader(text, separator), start=first)
    except csv.Error as error:
        raise NotReadable(
            "A cell is too long to be read. A quotation mark may be missing."
        ) from error


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 where they can be told, otherwise what Windows has always written."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding and b"\x00" in data[:400]:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    for name in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise NotReadable(
        "The letters in this file cannot be read. Save it as “CSV UTF-8”, or as XLSX."
    )


def _reader(text: str, separator: str, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _separator(text: str) -> str:
    """What parts the most cells of the first row that has any."""

    def parted(separator: str) -> int:
        try:
            return next((len(row) for row in _reader(text, separator) if any(row)), 0)
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=parted)


def _refuse_open_quotes(text: str, separator: str) -> None:
    """A quotation mark that nobody closes swallows everybody below it."""
    number = 0
    try:
        for number, _ in enumerate(_reader(text, separator, strict=True), start=1):  # noqa: B007
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise NotReadable(
                f"A quotation mark that opens in row {number + 1} is never closed."
            ) from error
