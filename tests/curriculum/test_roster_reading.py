"""A list is read, whatever program wrote it, or refused with a reason.

Known failures 22, 26 and 33.
"""

import codecs
import datetime as dt
import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curriculum.domain.roster_columns import problems_with, recognise
from curriculum.domain.roster_table import MOST_ROWS, Table
from curriculum.imports.errors import NotReadable
from curriculum.imports.lists import MOST_BYTES, read_list
from tests.curriculum.lists import HEADER, OMAR, SIAN, csv_bytes, repacked, xlsx_bytes

PLAIN = ("Siân Façade", *SIAN[1:])  # what Windows-1252 can write


def read(data: bytes) -> Table:
    return read_list(io.BytesIO(data))


VARIETIES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "UTF-8": (csv_bytes(SIAN, OMAR), SIAN),
    "UTF-8 with a byte-order mark": (csv_bytes(SIAN, OMAR, mark=codecs.BOM_UTF8), SIAN),
    "CP1252": (csv_bytes(PLAIN, OMAR, encoding="cp1252"), PLAIN),
    "UTF-16 as Excel's Unicode text, with tabs": (
        csv_bytes(SIAN, OMAR, separator="\t", encoding="utf-16-le", mark=codecs.BOM_UTF16_LE),
        SIAN,
    ),
    "UTF-16, the other way round": (
        csv_bytes(SIAN, OMAR, encoding="utf-16-be", mark=codecs.BOM_UTF16_BE),
        SIAN,
    ),
    "UTF-16 without a mark": (csv_bytes(SIAN, OMAR, encoding="utf-16-le"), SIAN),
    "semicolons": (csv_bytes(SIAN, OMAR, separator=";"), SIAN),
    "semicolons in CP1252": (csv_bytes(PLAIN, OMAR, separator=";", encoding="cp1252"), PLAIN),
    "a line that names the separator": (b"sep=;\r\n" + csv_bytes(SIAN, OMAR, separator=";"), SIAN),
    "line feeds alone": (csv_bytes(SIAN, OMAR).replace(b"\r\n", b"\n"), SIAN),
    "XLSX": (xlsx_bytes(SIAN, OMAR), SIAN),
}


@pytest.mark.parametrize("variety", VARIETIES)
def test_every_variety_gives_the_same_rows(variety: str) -> None:
    data, first = VARIETIES[variety]
    table = read(data)
    assert table.header == HEADER
    assert [cells for _, cells in table.rows] == [first, OMAR]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    text = b"Name,E-mail\r\n\r\nSian,s@example.org\r\n,\r\nOmar,o@example.org\r\n"
    assert [number for number, _ in read(text).rows] == [3, 5]
    sheet = xlsx_bytes(("Sian", "s@example.org"), (None, None), ("Omar", "o"), header=HEADER[:2])
    assert [number for number, _ in read(sheet).rows] == [2, 4]


def test_a_line_break_and_a_separator_within_quotation_marks_stay_in_their_cell() -> None:
    table = read(csv_bytes(("Lovelace, Ada\nCountess", "a@example.org"), header=HEADER[:2]))
    assert table.rows == ((2, ("Lovelace, Ada Countess", "a@example.org")),)


def test_numbers_and_days_in_a_workbook_become_text_as_it_reads() -> None:
    row = ("Ada", "a@example.org", 1203.0, dt.datetime(2026, 12, 4))  # noqa: DTZ001 - as openpyxl gives it
    sheet = xlsx_bytes(row, header=HEADER[:4])
    assert read(sheet).rows[0][1] == ("Ada", "a@example.org", "1203", "2026-12-04")


def test_a_formula_in_a_workbook_is_never_run_and_in_a_csv_file_it_is_text() -> None:
    assert read(csv_bytes(("=1+1", "a@example.org"), header=HEADER[:2])).rows[0][1][0] == "=1+1"
    sheet = xlsx_bytes(('=HYPERLINK("http://x")', "a@example.org"), header=HEADER[:2])
    assert read(sheet).rows[0][1][0] == ""  # nobody has calculated it


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \r\n \r\n", "is empty"),
        (b"Name,E-mail\r\n", "no rows below"),
        (b"Sian,sian@example.org\r\n" * 2, "must hold the headings"),
        (b"Name,E-mail\r\na,b,c\r\n", "Row 2 has more cells"),
        (b'Name,E-mail\r\n"Ada,a@example.org\r\nOmar,o@example.org\r\n', "opens in row 2"),
        (b"Name\r\n" + b"a\r\n" * (MOST_ROWS + 1), "more than 5,000 rows"),
        (b"Name\r\n" + b"a" * 501, "more than 500 characters"),
        (b"," * 80 + b"x\r\n", "more than 60 columns"),
        (b"x" * (MOST_BYTES + 1), "more than 5 MB"),
        (b"%PDF-1.7 names.xlsx", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "password"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"Name,E-mail\r\nAda\x01,a@example.org\r\n", "neither"),
        (b"Name,E-mail\r\n\x81\x8d,a@example.org\r\n", "cannot be read. Save it"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(NotReadable, match=said):
        read(data)


def test_a_zip_bomb_is_weighed_before_it_is_opened() -> None:
    bomb = repacked(xlsx_bytes(SIAN), {"xl/sharedStrings.xml": b"0" * (60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    with pytest.raises(NotReadable, match="too large when unpacked"):
        read(bomb)


def test_a_workbook_that_declares_entities_is_refused() -> None:
    sheet = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
    with pytest.raises(NotReadable, match="declares things"):
        read(repacked(xlsx_bytes(SIAN), {"xl/worksheets/sheet1.xml": sheet}))


def test_what_a_workbook_points_at_elsewhere_is_not_followed(monkeypatch: Any) -> None:
    import socket

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a workbook has led out")

    monkeypatch.setattr(socket, "socket", refuse)
    link = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006'
        b'/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/office'
        b'Document/2006/relationships/externalLinkPath" Target="http://169.254.169.254/x.xlsx"'
        b' TargetMode="External"/></Relationships>'
    )
    changed = {"xl/externalLinks/_rels/externalLink1.xml.rels": link}
    assert read(repacked(xlsx_bytes(SIAN), changed)).rows[0][1] == SIAN


def test_a_row_far_below_costs_no_hours(monkeypatch: Any) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
        b'<row r="999999999"><c r="A999999999" t="inlineStr"><is><t>Ada</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    with pytest.raises(NotReadable, match="no rows below"):
        read(repacked(xlsx_bytes(SIAN), {"xl/worksheets/sheet1.xml": sheet}))


BOOK = xlsx_bytes(SIAN, OMAR)


@given(st.binary(max_size=400))
@example(b"sep=\n\r\n")
@example(b"\xff\xfe\x00")
@example(b'"')
def test_whatever_the_bytes_it_is_a_list_or_refused(data: bytes) -> None:
    assert is_a_table_or_refused(data)


@given(
    st.text(alphabet='aé@,;\t\r\n"=\x00\ufeff 1', max_size=200),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
)
def test_whatever_the_text_it_is_a_list_or_refused(text: str, encoding: str) -> None:
    assert is_a_table_or_refused(text.encode(encoding, "replace"))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1))
def test_a_workbook_with_changed_bytes_is_a_list_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(BOOK)
    for place, byte in changes:
        data[place] = byte
    assert is_a_table_or_refused(bytes(data))


@settings(max_examples=30)
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]),
    st.binary(max_size=60),
)
def test_a_workbook_with_a_strange_part_is_a_list_or_refused(part: str, data: bytes) -> None:
    assert is_a_table_or_refused(repacked(BOOK, {part: data}))


def is_a_table_or_refused(data: bytes) -> bool:
    """Whether these bytes are refused in words, or read to rows that are whole and can be kept."""
    try:
        table = read(data)
    except NotReadable as refusal:
        return bool(str(refusal))
    widths = {len(cells) for _, cells in table.rows}
    return widths == {len(table.header)} and Table.from_json(table.as_json()) == table


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (HEADER, {"full_name": 0, "email": 1, "profession": 2, "student_number": 3, "group": 4}),
        (
            ("Surname", "First name(s)", "E-mail address", "CID", "Tutor Group"),
            {"last_name": 0, "first_name": 1, "email": 2, "student_number": 3, "group": 4},
        ),
        (("UPN", "Display Name", "Notes"), {"email": 0, "full_name": 1}),
        (("Email", "E-Mail"), {"email": 0}),
        (("Username", "Login", "Student No.", "Email"), {"student_number": 2, "email": 3}),
        (
            ("Name", "Forename", "Surname", "Email"),
            {"first_name": 1, "last_name": 2, "email": 3},
        ),
        (("Full name", "Known as", "Email"), {"full_name": 0, "email": 2}),
    ],
)
def test_columns_are_recognised_by_their_usual_headings(header: Any, found: Any) -> None:
    assert recognise(header) == found


def test_columns_without_an_address_or_with_two_kinds_of_name_are_refused() -> None:
    assert "e-mail" in problems_with({"full_name": 0})[0]
    assert "either" in problems_with({"email": 0, "full_name": 1, "last_name": 2})[0]
    assert problems_with({"email": 0, "last_name": 2}) == []
