"""The columns of a report, declared once; screen, CSV and XLSX follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum.dates import short_day
from curriculum.queries.completion_rows import CompletionRow, ModuleColumn


@dataclass(frozen=True)
class Column:
    """One column: how it is headed, what it takes from a row, and what it can be ordered by."""

    heading: str
    value: Callable[[Any], Any]
    kind: str = "text"  # text, date, number or per cent
    order: str = ""  # a field of the query
    on_screen: bool = True  # false: only in files, where dates have columns of their own
    shown: Callable[[Any], str] | None = None  # what the screen shows instead of the value

    def text(self, row: Any) -> str:
        """What a page shows of this row."""
        if self.shown:
            return self.shown(row)
        value = self.value(row)
        if value is None:
            return ""
        if self.kind == "date":
            return short_day(value)
        if self.kind == "number" and isinstance(value, float):
            return f"{value:g}"
        return f"{value}%" if self.kind == "per cent" else str(value)


def completion_columns(modules: Sequence[ModuleColumn]) -> list[Column]:
    """The columns of the completion report: fixed ones, and some for each module."""
    columns = [
        Column("Name", lambda r: r.name, order="learner__full_name"),
        Column("E-mail", lambda r: r.email, order="learner__email"),
        Column("Student number", lambda r: r.student_number, order="learner__student_number"),
        Column("Profession", lambda r: r.profession, order="learner__profession__name"),
        Column("Cohort", lambda r: r.cohort, order="cohort__name"),
        Column("Group", lambda r: r.group, order="group__name"),
        Column("Enrolled", lambda r: r.enrolled_on, "date", order="enrolled_at"),
    ]
    for number, module in enumerate(modules):
        columns += _module_columns(number, module)
    return [
        *columns,
        Column("Activities done", lambda r: r.done, "number"),
        Column("Of these given", lambda r: r.given, "number", order="given"),
        Column("Activities required", lambda r: r.required, "number", on_screen=False),
        Column("Per cent", lambda r: r.per_cent, "per cent", order="progress"),
        Column("Last active", lambda r: r.active_on, "date", order="active_on"),
        Column("Completed", lambda r: r.completed_on, "date", order="completed_on"),
        Column("Certificate", lambda r: r.certificate_code),
        Column("Certificate issued", lambda r: r.certificate_on, "date", order="certificate_on"),
    ]


def _module_columns(number: int, module: ModuleColumn) -> list[Column]:
    """How learners stand with one module, and what only files say of it in columns of its own."""

    def cell(field: str) -> Callable[[CompletionRow], Any]:
        return lambda row: getattr(row.modules[number], field)

    def shown(row: CompletionRow) -> str:
        here = row.modules[number]
        words = f"{here.state} {short_day(here.completed_on)}".strip()
        return f"{words}, {here.timing.lower()}" if here.timing else words

    title = module.title
    columns = [
        Column(title, cell("state"), order=f"completed_{number}", shown=shown),
        Column(f"{title}: done on", cell("completed_on"), "date", on_screen=False),
    ]
    if module.is_due:
        columns += [
            Column(f"{title}: due", cell("due_on"), "date", on_screen=False),
            Column(f"{title}: on time", cell("timing"), on_screen=False),
        ]
    if module.certifies:
        columns.append(Column(f"{title}: certificate", cell("certificate_code")))
    return columns
