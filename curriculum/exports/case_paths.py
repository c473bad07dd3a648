"""What a tutor sees of a case: decision after decision, where professions part and who was sure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curriculum.content import Case, CaseChoice
from curriculum.enums import ChoiceQuality
from curriculum.exports.rows import Column
from curriculum.queries.paths import Group

APART = 25  # percentage points between two professions from which the page points to a decision


@dataclass(frozen=True)
class Cell:
    """How many of one profession made a choice, and how many of these were sure of it."""

    people: int
    per_cent: int
    sure: int


@dataclass(frozen=True)
class Row:
    """One choice; `choice` is None for those that the case no longer offers."""

    choice: CaseChoice | None
    cells: tuple[Cell, ...]

    @property
    def sure(self) -> int:
        return sum(cell.sure for cell in self.cells)

    @property
    def is_sure_and_poor(self) -> bool:
        return bool(self.choice and self.choice.quality == ChoiceQuality.POOR and self.sure)


@dataclass(frozen=True)
class Parting:
    """One decision: its choices by profession."""

    number: int  # of the scene in the case
    title: str
    question: str
    asks_confidence: bool
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    @property
    def apart(self) -> int:
        """The largest difference between two professions on one choice, in percentage points."""
        shares = [[cell.per_cent for cell in row.cells] for row in self.rows]
        return max((max(line) - min(line) for line in shares if line), default=0)

    @property
    def parts(self) -> bool:
        return self.apart >= APART

    @property
    def sure_and_poor(self) -> int:
        """How many were sure of a poor choice."""
        return sum(row.sure for row in self.rows if row.is_sure_and_poor)


@dataclass(frozen=True)
class Line:
    """One choice by one profession, for a file."""

    decision: Parting
    row: Row
    group: Group
    cell: Cell


def lines(decisions: Sequence[Parting]) -> Iterator[Line]:
    """Every figure of the page, a line each."""
    for decision in decisions:
        for row in decision.rows:
            for group, cell in zip(decision.groups, row.cells, strict=True):
                yield Line(decision, row, group, cell)


def path_columns() -> list[Column]:
    return [
        Column("Scene", lambda r: r.decision.number, "number"),
        Column("Title", lambda r: r.decision.title),
        Column("Question", lambda r: r.decision.question),
        Column("Choice", lambda r: r.row.choice.text if r.row.choice else "No longer offered"),
        Column("Quality", lambda r: r.row.choice.quality.label if r.row.choice else ""),
        Column("Profession", lambda r: r.group.profession),
        Column("People who decided", lambda r: r.group.many, "number"),
        Column("Chose this", lambda r: r.cell.people, "number"),
        Column("Per cent", lambda r: r.cell.per_cent, "number"),
        Column("Of these sure", lambda r: _sure(r), "number"),
    ]


def _sure(line: Line) -> int | None:
    return line.cell.sure if line.decision.asks_confidence else None


def partings(case: Case, counted: Mapping[str, Sequence[Group]]) -> tuple[Parting, ...]:
    """Every decision of the case in the order of its scenes."""
    found = []
    for number, scene in enumerate(case.scenes, start=1):
        decision = scene.decision
        if decision is None:
            continue
        groups = tuple(counted.get(scene.id, ()))
        known = {choice.id for choice in decision.choices}
        gone = any(id not in known for group in groups for id in group.chosen)
        rows = [_row(choice, groups, {choice.id}) for choice in decision.choices]
        if gone:
            ids = {id for group in groups for id in group.chosen} - known
            rows.append(_row(None, groups, ids))
        found.append(
            Parting(
                number=number,
                title=scene.title,
                question=decision.question,
                asks_confidence=decision.asks_confidence,
                groups=groups,
                rows=tuple(rows),
            )
        )
    return tuple(found)


def _row(choice: CaseChoice | None, groups: Sequence[Group], ids: set[str]) -> Row:
    cells = []
    for group in groups:
        people = sum(group.chosen.get(id, 0) for id in ids)
        sure = sum(group.sure.get(id, 0) for id in ids)
        cells.append(Cell(people, round(100 * people / group.many), sure))
    return Row(choice, tuple(cells))
