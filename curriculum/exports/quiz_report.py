"""Quiz results: a row for each submitted attempt. For leads, since it carries names."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from curriculum.enums import ActivityKind
from curriculum.exports.reporting import AS_AT, WHO, Filter, Report, values
from curriculum.exports.rows import Column
from curriculum.models import Activity, Attempt
from curriculum.queries import quiz_report as query


class Row(NamedTuple):
    """In the order of the query's fields."""

    full_name: str
    email: str
    student_number: str
    profession: str | None
    cohort: str
    group: str | None
    quiz: str
    edition: int
    number: int
    submitted_on: Any
    points: Decimal | None
    out_of: Decimal | None
    has_passed: bool | None
    is_best: bool
    is_last: bool

    @property
    def per_cent(self) -> int | None:
        """Rounded down, so that nobody seems to have passed who has not."""
        if self.points is None or not self.out_of:
            return None
        return int(100 * self.points / self.out_of)


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


class QuizReport(Report):
    """Who got how many marks in which quiz."""

    key = "quizzes"
    title = "Quiz results"
    icon = "help"
    nothing = "Nobody in a cohort of yours has submitted a quiz yet."
    search_label = "Name, e-mail address, student number or quiz"
    search_in = (
        "enrolment__learner__full_name",
        "enrolment__learner__email",
        "enrolment__learner__student_number",
        "activity__title",
    )
    default_order = "enrolment__learner__full_name"
    definitions = (
        WHO,
        ("Rows", "One for each submitted attempt. Attempts still open or given up are left out."),
        (
            "Score",
            "As it counts now; where a key was corrected later, the score before that stands in a "
            "report as at an earlier day.",
        ),
        ("Per cent", "The score out of what could be had, rounded down."),
        (
            "Best and last",
            "Of one learner’s submitted attempts at one quiz: the one with the highest share of "
            "the marks, the earliest of equals; and the one with the highest number.",
        ),
        AS_AT,
    )

    @cached_property
    def columns(self) -> Sequence[Column]:
        who = "enrolment__learner__"
        return [
            Column("Name", lambda r: r.full_name or r.email, order=f"{who}full_name"),
            Column("E-mail", lambda r: r.email, order=f"{who}email"),
            Column("Student number", lambda r: r.student_number, order=f"{who}student_number"),
            Column("Profession", lambda r: r.profession or "", order=f"{who}profession__name"),
            Column("Cohort", lambda r: r.cohort, order="enrolment__cohort__name"),
            Column("Group", lambda r: r.group or "", order="enrolment__group__name"),
            Column("Quiz", lambda r: r.quiz, order="activity__title"),
            Column("Edition", lambda r: r.edition, "number", order="edition__number"),
            Column("Attempt", lambda r: r.number, "number", order="number"),
            Column("Submitted", lambda r: r.submitted_on, "date", order="ended_at"),
            Column("Score", lambda r: _number(r.points), "number", order="points"),
            Column("Out of", lambda r: _number(r.out_of), "number", order="out_of"),
            Column("Per cent", lambda r: r.per_cent, "per cent"),
            Column("Passed", lambda r: _yes_or_no(r.has_passed), order="has_passed"),
            Column("Best", lambda r: _yes_or_no(r.is_best)),
            Column("Last", lambda r: _yes_or_no(r.is_last)),
        ]

    def own_filters(self) -> Sequence[Filter]:
        quizzes = (
            Activity.objects.filter(
                kind=ActivityKind.QUIZ, attempts__enrolment__cohort__in=self.cohort_keys
            )
            .distinct()
            .order_by("title", "pk")
            .values_list("key", "title")
        )
        return (
            Filter("quiz", "Quiz", tuple((str(key), title) for key, title in quizzes)),
            Filter("passed", "Passed", (("yes", "Passed"), ("no", "Not passed"))),
            Filter("which", "Attempts", (("best", "Best of each"), ("last", "Last of each"))),
        )

    def base(self) -> QuerySet[Attempt]:
        return query.quiz_attempts(self.learners(), self.ledger)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if quiz := self.value("quiz"):
            rows = rows.filter(activity__key=quiz)
        if passed := self.value("passed"):
            rows = rows.filter(has_passed=passed == "yes")
        if which := self.value("which"):
            rows = rows.filter(**{f"is_{which}": True})
        return rows

    def order_within(self) -> Sequence[str]:
        return ["enrolment", "activity__title", "activity", "number"]

    def read(self, rows: QuerySet[Any], chunk: int = 0) -> Iterator[Row]:
        return map(Row._make, values(rows, query.FIELDS, chunk))

    def count_up(self) -> Sequence[tuple[str, int]]:
        sums = query.quiz_totals(self.rows)
        return [
            ("Attempts", sums["attempts"]),
            ("Learners", sums["learners"]),
            ("Attempts passed", sums["passed"]),
            ("Learners who passed", sums["learners_passed"]),
        ]


def _number(value: Decimal | None) -> float | None:
    """Without the zeros that the database keeps behind the point."""
    return None if value is None else float(value)
