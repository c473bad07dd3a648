"""The completion report on paper: what a committee reads, with everything it needs to judge it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from curriculum.dates import short_day
from curriculum.exports.charts import PRINT, About, Part, Stack, stacked
from curriculum.exports.pdf import render_pdf
from curriculum.exports.rows import Column
from curriculum.identity import site_identity
from curriculum.queries.completion_rows import CompletionRow, ModuleColumn
from curriculum.queries.report_timing import LATE

MOST_ON_PAPER = 2000  # rows; some 80 pages
MOST_TITLES = 8  # modules whose titles stand over their columns; more are numbered
SERIES = (
    Part(name="Done", tone="one"),
    Part(name="Done late", tone="warn"),
    Part(name="Begun", tone="two"),
    Part(name="Not started", tone="track"),
)


@dataclass(frozen=True)
class ModuleFigures:
    """How many learners stand where with one module; `done` leaves out those who were late."""

    title: str
    done: int
    late: int
    begun: int
    not_started: int

    @property
    def series(self) -> tuple[int, ...]:
        return (self.done, self.late, self.begun, self.not_started)


def module_figures(
    modules: Sequence[ModuleColumn], rows: Sequence[CompletionRow]
) -> list[ModuleFigures]:
    """The rows counted up, module by module; those that require nothing are left out."""
    found = []
    for number, module in enumerate(modules):
        cells = [row.modules[number] for row in rows if row.modules[number].total]
        done = [cell for cell in cells if cell.completed_on]
        late = sum(cell.timing == LATE for cell in done)
        begun = sum(not cell.completed_on and cell.done > 0 for cell in cells)
        rest = len(cells) - len(done) - begun
        if cells:
            found.append(ModuleFigures(module.title, len(done) - late, late, begun, rest))
    return found


def report_pdf(report: Any, rows: Sequence[CompletionRow]) -> bytes:
    """The PDF/UA document of a completion report and these rows of it."""
    identity = site_identity()
    figures = module_figures(report.modules, rows)
    markup = render_to_string(
        "curriculum/report/sheet.html",
        {
            "report": report,
            "identity": identity,
            "about": [pair for pair in report.about() if pair not in report.totals][1:],
            "chart": chart_of(figures) if figures else "",
            **_table(report, rows),
        },
    )
    pdf, _ = render_pdf(markup, "curriculum/report/sheet.css", identity.accent)
    return pdf


def chart_of(figures: Sequence[ModuleFigures]) -> SafeString:
    """One bar for each module, parted by where learners stand, with the same numbers as a table."""
    about = About(
        key="modules",
        title="Where learners stand, module by module",
        description="A bar for each module, parted by how many learners are done, were late, have "
        "begun or have not. The table below has the numbers.",
    )
    rows = [Stack(label=row.title, values=row.series) for row in figures]
    return stacked(about, SERIES, rows, heading="Module", palette=PRINT)


def _table(report: Any, rows: Sequence[CompletionRow]) -> dict[str, Any]:
    """The table as text: its heads, its rows, and the modules by number where they are many."""
    modules = report.modules
    numbered = len(modules) > MOST_TITLES
    heads = [str(n) if numbered else m.title for n, m in enumerate(modules, start=1)]
    columns = _who(report, rows)
    columns += [Column(head, _cell(number)) for number, head in enumerate(heads)]
    columns += [
        Column("Done", lambda r: f"{r.done} of {r.required}"),
        Column("Of these given", lambda r: r.given or ""),
        Column("Per cent", lambda r: r.per_cent, "per cent"),
        Column("Completed", lambda r: r.completed_on, "date"),
        Column("Certificate", lambda r: r.certificate_code),
    ]
    return {
        "heads": [column.heading for column in columns],
        "lines": ([column.text(row) for column in columns] for row in rows),
        "legend": [(n, m.title) for n, m in enumerate(modules, start=1)] if numbered else [],
    }


def _who(report: Any, rows: Sequence[CompletionRow]) -> list[Column]:
    """What says who somebody is; what would be the same or empty on every line is left out."""
    columns = [
        Column("Name", lambda r: r.name),
        Column("Student number", lambda r: r.student_number),
        Column("Profession", lambda r: r.profession),
    ]
    if len(report.cohort_keys) > 1:
        columns.append(Column("Cohort", lambda r: r.cohort))
    if any(row.group for row in rows):
        columns.append(Column("Group", lambda r: r.group))
    return columns


def _cell(number: int) -> Any:
    def shown(row: CompletionRow) -> str:
        cell = row.modules[number]
        when = short_day(cell.completed_on) if cell.completed_on else cell.state
        return f"{when}, {cell.timing.lower()}" if cell.timing else when

    return shown
