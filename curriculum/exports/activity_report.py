"""Activity detail: a row for each learner and each activity."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from curriculum.enums import ActivityKind, CompletionBasis, ProgressState
from curriculum.exports.reporting import AS_AT, BASIS, SHARED, TIMING, WHO, Filter, Report, values
from curriculum.exports.rows import Column
from curriculum.models import Enrolment
from curriculum.queries import activity_report as query
from curriculum.queries.report_timing import LATE, ON_TIME, OVERDUE, timing, timing_is

TIMINGS = (("on-time", ON_TIME), ("late", LATE), ("overdue", OVERDUE))
GIVEN = "given"


class Row(NamedTuple):
    """In the order of the query's fields."""

    full_name: str
    email: str
    student_number: str
    profession: str | None
    cohort: str
    group: str | None
    module: str
    activity: str
    kind: str
    is_required: bool
    state: str
    basis: str | None
    done_on: Any
    due_on: Any
    edition: int | None
    tries: int
    minutes: int


class ActivityReport(Report):
    """Learner by activity."""

    key = "activities"
    title = "Activity detail"
    nothing = "No learner is enrolled in a cohort of yours yet, or their programme is empty."
    search_label = "Name, e-mail address, student number or activity"
    search_in = ("learner__full_name", "learner__email", "learner__student_number")
    default_order = "learner__full_name"
    definitions = (
        WHO,
        (
            "Rows",
            "One for each learner and each activity that belongs to their programme, required or "
            "not.",
        ),
        BASIS,
        (
            "Edition",
            "The text on which it was completed, numbered as it was published. Empty for what was "
            "given without one.",
        ),
        ("Attempts", "How many were begun; readings and reflections have none."),
        ("Minutes", "What the activity is set to take, not what the learner took."),
        TIMING,
        AS_AT,
    )

    @cached_property
    def columns(self) -> Sequence[Column]:
        def shown_state(row: Row) -> str:
            return str(ProgressState(row.state).label)

        def basis(row: Row) -> str:
            return str(CompletionBasis(row.basis).label) if row.basis else ""

        def on_time(row: Row) -> str:
            return timing(row.done_on, row.due_on, self.ledger.today)

        return [
            Column("Name", lambda r: r.full_name or r.email, order="learner__full_name"),
            Column("E-mail", lambda r: r.email, order="learner__email"),
            Column("Student number", lambda r: r.student_number, order="learner__student_number"),
            Column("Profession", lambda r: r.profession or "", order="learner__profession__name"),
            Column("Cohort", lambda r: r.cohort, order="cohort__name"),
            Column("Group", lambda r: r.group or "", order="group__name"),
            Column("Module", lambda r: r.module, order="module_title"),
            Column("Activity", lambda r: r.activity, order="activity_title"),
            Column("Kind", lambda r: str(ActivityKind(r.kind).label), order="activity_kind"),
            Column("Required", lambda r: "Yes" if r.is_required else "No", order="is_required"),
            Column("State", shown_state, order="state"),
            Column("Basis", basis, order="basis"),
            Column("Done on", lambda r: r.done_on, "date", order="done_on"),
            Column("Due", lambda r: r.due_on, "date", order="due_on"),
            Column("On time", on_time),
            Column("Edition", lambda r: r.edition, "number", order="edition"),
            Column("Attempts", lambda r: r.tries, "number", order="tries"),
            Column("Minutes", lambda r: r.minutes, "number", order="minutes"),
        ]

    @cached_property
    def modules(self) -> list[query.ModuleSize]:
        return query.module_sizes(self.cohort_keys)

    def own_filters(self) -> Sequence[Filter]:
        bases = tuple((str(v), str(w)) for v, w in CompletionBasis.choices)
        return (
            Filter("module", "Module", tuple((str(m.pk), m.title) for m in self.modules)),
            Filter("kind", "Kind", tuple((str(v), str(w)) for v, w in ActivityKind.choices)),
            Filter("required", "Required", (("yes", "Required"), ("no", "Optional"))),
            Filter("state", "State", tuple((str(v), str(w)) for v, w in ProgressState.choices)),
            Filter("basis", "Basis", (*bases, (GIVEN, "Given, not earned")), "Any"),
            Filter("due", "Due dates", TIMINGS, "Any"),
        )

    def base(self) -> QuerySet[Enrolment]:
        return query.with_activities(self.learners(), self.ledger)

    def also_sought(self, words: Sequence[str]) -> Sequence[Q]:
        """Titles are looked through beforehand: a word that is in none is then sought among people
        alone, not in every row."""
        return [Q(activity__in=keys) if keys else Q() for keys in query.activities_called(words)]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for name, field in (
            ("module", "module"),
            ("kind", "activity_kind"),
            ("state", "state"),
        ):
            if value := self.value(name):
                rows = rows.filter(**{field: value})
        if required := self.value("required"):
            rows = rows.filter(is_required=required == "yes")
        if basis := self.value("basis"):
            given = Q(basis__isnull=False) & ~Q(basis=CompletionBasis.EARNED)
            rows = rows.filter(given if basis == GIVEN else Q(basis=basis))
        if due := self.value("due"):
            rows = rows.filter(timing_is(dict(TIMINGS)[due], self.ledger))
        return rows

    def order_within(self) -> Sequence[str]:
        return ["pk", "module_position", "activity_position", "activity"]

    def read(self, rows: QuerySet[Any], chunk: int = 0) -> Iterator[Row]:
        return map(Row._make, values(rows, query.FIELDS, chunk))

    def page(self, start: int, size: int) -> list[Row]:
        """Which rows they are first, from what orders them alone, and then what stands in them."""
        keys = list(self.rows.values_list(*query.KEY)[start : start + size]) if self.count else []
        few = self.rows.filter(
            pk__in={key[0] for key in keys}, activity__in={key[2] for key in keys}
        ).order_by()
        found = {row[:3]: Row._make(row[3:]) for row in values(few, (*query.KEY, *query.FIELDS))}
        return [found[key] for key in keys if key in found]  # else it went in between

    @property
    def has_every_row(self) -> bool:
        """Whether nothing is chosen but learners, and it is as of now."""
        own = (f.name for f in self.filters if f.name not in SHARED)
        return not (any(map(self.value, own)) or self.search or self.ledger.until)

    def count_up(self) -> Sequence[tuple[str, int]]:
        if self.has_every_row:
            sums = query.totals_of_everything(self.learners(), self.modules)
        else:
            sums = query.activity_totals(self.rows, self.ledger)
        return [
            ("Rows", sums["rows"]),
            ("Learners", sums["learners"]),
            ("Done", sums["done"]),
            ("Of these given", sums["given"]),
            ("On time", sums["on_time"]),
            ("Late", sums["late"]),
            ("Overdue", sums["overdue"]),
        ]
