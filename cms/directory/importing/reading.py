"""A file's bytes into rows. What it is, its bytes say and not its name."""

import json
from typing import Any

from cms.directory.importing.source import BadCell, Problem, Row, Source
from cms.directory.standard.facts import ServiceFacts
from cms.directory.standard.hsds_in import read_services
from cms.directory.standard.table import HEADINGS, from_text
from curriculum.imports.errors import NotReadable
from curriculum.imports.separated import separated_rows
from curriculum.imports.workbooks import workbook_rows

MOST_BYTES = 10 * 1024 * 1024
MOST_SERVICES = 5_000
MOST_CHARACTERS = 5_000  # in one cell
DEEPEST = 40
_ZIP = b"PK\x03\x04"


def read_services_file(data: bytes) -> Source:
    """The services of a file. Raises NotReadable for what is none; what is wrong with single rows
    stands in the answer."""
    if len(data) > MOST_BYTES:
        raise NotReadable(f"The file has more than {MOST_BYTES // 1024 // 1024} MB.")
    if not data.strip():
        raise NotReadable("The file is empty.")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    source = read_services(_json(data)) if start in b"{[" else _table(data)
    if len(source.rows) > MOST_SERVICES:
        raise NotReadable(f"The file has more than {MOST_SERVICES:,} services. Bring it in parts.")
    if not source.rows and not source.problems:
        raise NotReadable("There is no service in the file.")
    return source


def _json(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
        depth = deepest = 0
        for letter in text:
            depth += (letter in "{[") - (letter in "}]")
            deepest = max(deepest, depth)
        if deepest > DEEPEST:
            raise NotReadable("The file is nested too deeply to hold services.")
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise NotReadable("The letters in this file cannot be read. JSON is UTF-8.") from error
    except json.JSONDecodeError as error:
        raise NotReadable(
            f"This is not valid JSON: something is wrong in line {error.lineno}."
        ) from error


def _table(data: bytes) -> Source:
    rows = workbook_rows(data) if data.startswith(_ZIP) else separated_rows(data)
    source = Source()
    names: list[str] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            names = _names(cells)
        elif len(source.rows) > MOST_SERVICES:
            break
        else:
            _row(source, f"Row {number}", names, cells)
    return source


def _names(cells: list[str]) -> list[str]:
    """The fact that each column holds. Raises NotReadable where the headings are not known."""
    by_heading = {heading.casefold(): name for name, heading in HEADINGS.items()}
    by_heading |= {name: name for name in HEADINGS}
    names = [by_heading.get(cell.strip().casefold(), "") for cell in cells]
    unknown = [c for c, name in zip(cells, names, strict=True) if c.strip() and not name]
    if unknown:
        raise NotReadable(
            f"The heading “{unknown[0][:40]}” is not known. The file that you can download here "
            "has all headings."
        )
    twice = next((n for n in names if n and names.count(n) > 1), "")
    if twice:
        raise NotReadable(f"The heading “{HEADINGS[twice]}” stands there twice.")
    if "name" not in names:
        raise NotReadable("The first row must hold the headings, at least “Name”.")
    return names


def _row(source: Source, place: str, names: list[str], cells: list[str]) -> None:
    values: dict[str, Any] = {}
    if any(cell.strip() for cell in cells[len(names) :]):
        source.problems.append(Problem(place, "", "There are more cells than headings."))
    for name, cell in zip(names, [*cells, *[""] * len(names)], strict=False):
        if not name:
            continue
        try:
            if len(cell) > MOST_CHARACTERS:
                raise BadCell(f"This has more than {MOST_CHARACTERS:,} characters.")
            values[name] = from_text(name, cell)
        except BadCell as problem:
            source.problems.append(Problem(place, HEADINGS[name], str(problem)))
    source.rows.append(Row(place, ServiceFacts(**values), frozenset(values)))
