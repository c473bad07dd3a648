"""The register of certificates: each that was issued, with what became of it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from curriculum.enums import CertificateState
from curriculum.exports.reporting import AS_AT, WHO, Filter, Report, values
from curriculum.exports.rows import Column
from curriculum.models import Certificate
from curriculum.queries import certificate_report as query

STATES = ((CertificateState.ISSUED.value, "Stands"), *CertificateState.choices[1:])


class Row(NamedTuple):
    """In the order of the query's fields."""

    code: str
    award: str
    name: str
    email: str
    student_number: str
    cohort: str
    group: str | None
    issued_on: Any
    stands: str
    ended_on: Any
    replacement: str | None


class CertificateReport(Report):
    """Who was issued what, and whether it stands."""

    key = "certificates"
    title = "Certificates"
    icon = "doc-full"
    nothing = "No certificate has been issued in a cohort of yours yet."
    search_label = "Code, name, e-mail address or student number"
    search_in = (
        "code",
        "name",
        "enrolment__learner__full_name",
        "enrolment__learner__email",
        "enrolment__learner__student_number",
    )
    default_order = "-issued_at"
    definitions = (
        WHO,
        ("Name", "As it stands on the certificate, which never changes."),
        (
            "State",
            "Stands: genuine, and neither replaced nor withdrawn. Replaced: another was issued in "
            "its place, such as with the name put right. Withdrawn: the award was taken back.",
        ),
        AS_AT,
    )

    @cached_property
    def columns(self) -> Sequence[Column]:
        states = dict(STATES)
        return [
            Column("Code", lambda r: r.code, order="code"),
            Column("Award", lambda r: r.award, order="award"),
            Column("Name", lambda r: r.name, order="name"),
            Column("E-mail", lambda r: r.email, order="enrolment__learner__email"),
            Column(
                "Student number",
                lambda r: r.student_number,
                order="enrolment__learner__student_number",
            ),
            Column("Cohort", lambda r: r.cohort, order="enrolment__cohort__name"),
            Column("Group", lambda r: r.group or "", order="enrolment__group__name"),
            Column("Issued", lambda r: r.issued_on, "date", order="issued_at"),
            Column("State", lambda r: str(states[r.stands]), order="stands"),
            Column("Replaced or withdrawn", lambda r: r.ended_on, "date", order="ended_on"),
            Column("Replaced by", lambda r: r.replacement or ""),
        ]

    def own_filters(self) -> Sequence[Filter]:
        return (Filter("state", "State", tuple((str(v), str(w)) for v, w in STATES)),)

    def base(self) -> QuerySet[Certificate]:
        return query.certificates(self.learners(), self.ledger)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value("state")
        return rows.filter(stands=state) if state else rows

    def read(self, rows: QuerySet[Any], chunk: int = 0) -> Iterator[Row]:
        return map(Row._make, values(rows, query.FIELDS, chunk))

    def count_up(self) -> Sequence[tuple[str, int]]:
        sums = query.certificate_totals(self.rows)
        return [
            ("Issued", sums["certificates"]),
            ("Stand", sums["issued"]),
            ("Replaced", sums["superseded"]),
            ("Withdrawn", sums["revoked"]),
        ]
