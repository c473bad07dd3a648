"""The completion report: a row a learner, a column a module."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from curriculum.enums import ProgressState
from curriculum.exports.reporting import AS_AT, BASIS, TIMING, WHO, Filter, Report, values
from curriculum.exports.rows import Column, completion_columns
from curriculum.models import Enrolment
from curriculum.queries import reports
from curriculum.queries.completion_rows import CompletionRow, ModuleColumn, field_names, rows
from curriculum.queries.report_timing import LATE, ON_TIME, OVERDUE, Dues, dues

TIMINGS = (
    ("on-time", "Something done on time"),
    ("late", "Something done late"),
    ("overdue", "Something overdue"),
)
WORDS = {"on-time": ON_TIME, "late": LATE, "overdue": OVERDUE}


class CompletionReport(Report):
    """Learner by module."""

    key = "completion"
    title = "Completion"
    nothing = (
        "No learner is enrolled in a cohort of yours yet. Make a cohort and send its join link."
    )
    search_in = ("learner__full_name", "learner__email", "learner__student_number")
    default_order = "learner__full_name"
    formats = ("xlsx", "csv", "pdf")
    definitions = (
        WHO,
        (
            "A module",
            "Done: everything was complete that the module required at the time; it stays done, "
            "whatever is required later. 2 of 5: so many of the activities that are required. "
            "Empty: no part of the learner’s programme, or nothing is required in it.",
        ),
        BASIS,
        (
            "Per cent",
            "Of the required activities, rounded down. 100 means that the programme is complete "
            "and nothing less.",
        ),
        (
            "States",
            "Done: the programme is complete. Started: not complete, and active at least once. Not "
            "started: never active.",
        ),
        TIMING,
        AS_AT,
        ("What it does not say", "Completed means completed, not competent."),
    )

    @cached_property
    def modules(self) -> list[ModuleColumn]:
        return reports.report_columns(self.cohorts, self.ledger)

    @cached_property
    def dues(self) -> Dues:
        due = any(module.is_due for module in self.modules)
        return dues(self.cohorts) if due else Dues()

    @cached_property
    def columns(self) -> Sequence[Column]:
        return completion_columns(self.modules)

    def own_filters(self) -> Sequence[Filter]:
        return (
            Filter("state", "State", tuple((str(v), str(w)) for v, w in ProgressState.choices)),
            Filter("due", "Due dates", TIMINGS, "Any"),
        )

    def base(self) -> QuerySet[Enrolment]:
        return reports.with_report_columns(self._counted(), self.modules, self.ledger)

    def _counted(self) -> QuerySet[Enrolment]:
        """Who is in it, without what their rows show."""
        found: QuerySet[Enrolment] = self.learners()
        if state := self.value("state"):
            found = reports.in_state(found, state, self.ledger)
        if due := self.value("due"):
            found = reports.with_timing(found, WORDS[due], self.modules, self.ledger)
        return found

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.order.removeprefix("-") == "progress":
            rows = reports.with_progress(rows, self.modules, self.ledger)
        return super().in_order(rows)

    def read(self, rows_: QuerySet[Any], chunk: int = 0) -> Iterator[CompletionRow]:
        found = values(rows_, field_names(self.modules), chunk)
        return rows(found, self.modules, self.dues, self.ledger.today)

    @cached_property
    def summed(self) -> reports.Totals:
        return reports.totals(self.sought(self._counted()), self.ledger, self.modules)

    def count_up(self) -> Sequence[tuple[str, int]]:
        sums = self.summed
        found = [
            ("Learners", sums.learners),
            ("Done", sums.done),
            ("Started", sums.started),
            ("Not started", sums.not_started),
            ("Certificates", sums.certificates),
            ("Activities given", sums.given),
        ]
        if reports.due_modules(self.modules):
            found += [
                ("Modules on time", sums.on_time),
                ("Modules late", sums.late),
                ("Modules overdue", sums.overdue),
            ]
        return found
