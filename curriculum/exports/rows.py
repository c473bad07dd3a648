"""The columns of a report, declared once; screen, CSV and XLSX follow."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum.dates import short_day
from curriculum.queries.reports import CompletionRow, ModuleColumn


@dataclass(frozen=True)
class Column:
    """One column: how it is headed, what it takes from a row, and what it can be ordered by."""

    heading: str
    value: Callable[[Any], Any]
    kind: str = "text"  # text, date, number or per cent
    order: str = ""  # a field of the query
    on_screen: bool = True  # false: only in files, where dates have columns of their own
    shown: Callable[[Any], str] | None = None  # what the screen shows instead of the value


def completion_columns(modules: Sequence[ModuleColumn]) -> list[Column]:
    """The columns of the completion report: fixed ones, and two or three for each module."""
    columns = [
        Column("Name", lambda r: r.name, order="learner__full_name"),
        Column("E-mail", lambda r: r.email, order="learner__email"),
        Column("Student number", lambda r: r.student_number, order="learner__student_number"),
        Column("Profession", lambda r: r.profession, order="learner__profession__name"),
        Column("Cohort", lambda r: r.cohort, order="cohort__name"),
        Column("Enrolled", lambda r: r.enrolled_on, "date", order="enrolled_at"),
    ]
    for number, module in enumerate(modules):
        columns.append(
            Column(
                module.title,
                _state(number),
                order=f"completed_{number}",
                shown=_state_with_date(number),
            )
        )
        columns.append(
            Column(f"{module.title}: done on", _done_on(number), "date", on_screen=False)
        )
        if module.certifies:
            columns.append(Column(f"{module.title}: certificate", _code(number)))
    return [
        *columns,
        Column("Per cent", lambda r: r.per_cent, "per cent", order="progress"),
        Column("Last active", lambda r: r.active_on, "date", order="last_active_at"),
        Column("Completed", lambda r: r.completed_on, "date", order="completed_on"),
        Column("Certificate", lambda r: r.certificate_code),
        Column("Certificate issued", lambda r: r.certificate_on, "date", order="certificate_on"),
    ]


def _state(number: int) -> Callable[[CompletionRow], str]:
    return lambda row: row.modules[number].state


def _state_with_date(number: int) -> Callable[[CompletionRow], str]:
    def shown(row: CompletionRow) -> str:
        cell = row.modules[number]
        return f"{cell.state} {short_day(cell.completed_on)}".strip()

    return shown


def _done_on(number: int) -> Callable[[CompletionRow], dt.date | None]:
    return lambda row: row.modules[number].completed_on


def _code(number: int) -> Callable[[CompletionRow], str]:
    return lambda row: row.modules[number].certificate_code
