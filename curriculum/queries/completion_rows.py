"""The rows of the completion report, from what the query gives."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum.queries.report_timing import Dues, timing

FIXED = (
    "pk",
    "learner__full_name",
    "learner__email",
    "learner__student_number",
    "learner__profession__name",
    "cohort_id",
    "cohort__name",
    "cohort__programme_id",
    "group__name",
    "enrolled_on",
    "active_on",
    "completed_on",
    "certificate_code",
    "certificate_on",
    "given",
    "ends_on",
)


@dataclass(frozen=True)
class ModuleColumn:
    """One module of the report: what it requires, whether it counts, whether it earns a
    certificate of its own, and whether it is due in any of the cohorts."""

    pk: int
    programme_id: int
    title: str
    required: tuple[int, ...]  # primary keys of the activities
    counts: bool
    certifies: bool
    is_due: bool = False

    @property
    def total(self) -> int:
        return len(self.required)


@dataclass(frozen=True)
class ModuleCell:
    """How one learner stands with one module; `total` is 0 where it is not in their programme."""

    done: int
    total: int
    completed_on: dt.date | None
    certificate_code: str = ""
    due_on: dt.date | None = None
    timing: str = ""  # On time, Late, Overdue

    @property
    def state(self) -> str:
        """In words: Done, 2 of 5, Not started; empty where the module is not theirs."""
        if self.completed_on:
            return "Done"
        if not self.total:
            return ""
        return f"{self.done} of {self.total}" if self.done else "Not started"


@dataclass(frozen=True)
class CompletionRow:
    """One learner in the completion report. Dates are days in the site's time zone. `given` says
    how many of the activities done were not earned but credited, exempt or carried over."""

    pk: int
    name: str
    email: str
    student_number: str
    profession: str
    cohort: str
    group: str
    enrolled_on: dt.date
    modules: tuple[ModuleCell, ...]
    done: int
    given: int
    required: int
    per_cent: int
    active_on: dt.date | None
    completed_on: dt.date | None
    certificate_code: str
    certificate_on: dt.date | None


def field_names(columns: Sequence[ModuleColumn]) -> list[str]:
    """The values that `rows` reads, in order."""
    names = list(FIXED)
    for number in range(len(columns)):
        names += [f"done_{number}", f"completed_{number}", f"code_{number}"]
    return names


def rows(
    values: Iterable[tuple[Any, ...]],
    columns: Sequence[ModuleColumn],
    dues: Dues | None = None,
    today: dt.date | None = None,
) -> Iterator[CompletionRow]:
    """Report rows from tuples in the order of `field_names`. Lazy: memory stays flat."""
    dues, today = dues or Dues(), today or dt.date.min
    for value in values:
        yield _row(value, columns, dues, today)


def _row(
    value: tuple[Any, ...], columns: Sequence[ModuleColumn], dues: Dues, today: dt.date
) -> CompletionRow:
    fixed = dict(zip(FIXED, value, strict=False))
    pk, programme, cohort = fixed["pk"], fixed["cohort__programme_id"], fixed["cohort_id"]
    cells = []
    done = total = 0
    found = iter(value[len(FIXED) :])
    for column, count, finished, award in zip(columns, found, found, found, strict=True):
        if column.programme_id != programme:
            cells.append(ModuleCell(0, 0, None))
            continue
        # A module once completed counts as wholly done, whatever was required of it later.
        here = column.total if finished else count
        due_on = None
        if column.is_due and column.total:
            due_on = dues.of(cohort, pk, column.pk, fixed["ends_on"])
        when = timing(finished, due_on, today)
        cells.append(ModuleCell(here, column.total, finished, award or "", due_on, when))
        if column.counts:
            done += here
            total += column.total
    completed = fixed["completed_on"]
    return CompletionRow(
        pk=pk,
        name=fixed["learner__full_name"] or fixed["learner__email"],
        email=fixed["learner__email"],
        student_number=fixed["learner__student_number"],
        profession=fixed["learner__profession__name"] or "",
        cohort=fixed["cohort__name"],
        group=fixed["group__name"] or "",
        enrolled_on=fixed["enrolled_on"],
        modules=tuple(cells),
        done=done,
        given=fixed["given"],
        required=total,
        per_cent=100 if completed else 100 * done // total if total else 0,
        active_on=fixed["active_on"],
        completed_on=completed,
        certificate_code=fixed["certificate_code"] or "",
        certificate_on=fixed["certificate_on"],
    )
