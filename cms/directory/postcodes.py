"""Which postcode lies where, from a table as the statistics office publishes it.

Columns are known by their beginnings, since their names carry the year: `pcds`, `oslaua` or
`lad25cd`, `osward` or `wd25cd`. Rows of councils that are not in the directory are passed over, so
the whole country's file will do.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from cms.models import Area, Postcode
from curriculum.imports.errors import NotReadable

MOST_BYTES = 20 * 1024 * 1024  # of an upload; the command reads files of any size
MOST_PROBLEMS = 50
CHUNK = 2000
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d)([A-Z]{2})?")
_COLUMNS = {
    "code": ("pcds", "pcd", "postcode"),
    "council": ("oslaua", "laua", "lad"),
    "ward": ("osward", "ward", "wd"),
    "ended": ("doterm",),
}


@dataclass
class Loaded:
    """What became of a table. With one problem nothing is kept."""

    added: int = 0
    changed: int = 0
    same: int = 0
    elsewhere: int = 0
    ended: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.added:,} postcodes added, {self.changed:,} changed, {self.same:,} as they "
            f"were; {self.elsewhere:,} of other councils and {self.ended:,} no longer in use left "
            "out."
        )


def load_postcodes(lines: Iterable[str]) -> Loaded:
    """Add and change postcodes by the rows of a CSV table; none is removed. All or nothing.
    Raises NotReadable where the headings are not there, or where it is no CSV."""
    rows = csv.reader(lines)
    try:
        return _load(rows)
    except csv.Error as error:
        raise NotReadable(
            f"Line {rows.line_num} cannot be read: a cell is too long, or a quotation mark is "
            "missing. Nothing was taken over."
        ) from error


def _load(rows: Iterator[list[str]]) -> Loaded:
    places = _places([cell.strip().lstrip("\ufeff").casefold() for cell in next(rows, [])])
    loaded = Loaded()
    with transaction.atomic():
        loader = _Loader(loaded)
        chunk: dict[str, tuple[Area, Area | None]] = {}
        for code, council, ward in _read(rows, places, loaded):
            if council not in loader.councils:
                loaded.elsewhere += 1
                continue
            chunk[code] = loader.councils[council], loader.wards.get(ward)
            if len(chunk) >= CHUNK:
                loader.write(chunk)
                chunk = {}
        loader.write(chunk)
        if loaded.problems:
            transaction.set_rollback(True)
    return loaded


def normal(text: str) -> str:
    """“wx14aa” as “WX1 4AA”, a sector as “WX1 4”; empty where it is neither."""
    match = _POSTCODE.fullmatch(text.strip().upper())
    return f"{match[1]} {match[2]}{match[3] or ''}" if match else ""


def _places(header: list[str]) -> dict[str, int]:
    """In which column each thing stands."""
    places = {}
    for name, beginnings in _COLUMNS.items():
        for beginning in beginnings:
            exact = [n for n, cell in enumerate(header) if cell == beginning]
            coded = [
                n for n, cell in enumerate(header) if re.fullmatch(rf"{beginning}\d\dcd", cell)
            ]
            if exact or coded:
                places[name] = (exact or coded)[0]
                break
    for name, said in (("code", "pcds"), ("council", "oslaua")):
        if name not in places:
            raise NotReadable(f"There is no column “{said}”. The first row must hold the headings.")
    return places


def _read(
    rows: Iterator[list[str]], places: dict[str, int], loaded: Loaded
) -> Iterator[tuple[str, str, str]]:
    def cell(row: list[str], name: str) -> str:
        place = places.get(name, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if cell(row, "ended"):
            loaded.ended += 1
            continue
        code = normal(cell(row, "code"))
        if code:
            yield code, cell(row, "council").upper(), cell(row, "ward").upper()
        elif len(loaded.problems) < MOST_PROBLEMS:
            # The row, and not what stands in it: it may be a list of something else.
            loaded.problems.append((number, "There is no postcode in this row."))


class _Loader:
    """Writes postcodes, a few thousand at a time."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        areas = list(Area.objects.all())
        self.councils = {a.code: a for a in areas if a.extent == Area.Extent.COUNCIL}
        self.wards = {a.code: a for a in areas if a.extent == Area.Extent.WARD}

    def write(self, chunk: dict[str, tuple[Area, Area | None]]) -> None:
        here = {p.code: p for p in Postcode.objects.filter(code__in=chunk)}
        new, changed = [], []
        for code, (council, ward) in chunk.items():
            found = here.get(code)
            if found is None:
                new.append(Postcode(code=code, council=council, ward=ward))
            elif (found.council_id, found.ward_id) != (council.pk, ward.pk if ward else None):
                found.council, found.ward = council, ward
                changed.append(found)
            else:
                self.loaded.same += 1
        Postcode.objects.bulk_create(new)
        Postcode.objects.bulk_update(changed, ["council", "ward"])
        self.loaded.added += len(new)
        self.loaded.changed += len(changed)
