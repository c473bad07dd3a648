"""How the content that learners are given stands with its two approvals."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from curriculum.enums import ActivityKind
from curriculum.exports.reporting import Filter, Report, values
from curriculum.exports.rows import Column
from curriculum.models import Programme, Requirement
from curriculum.queries import signoff_report as query


class Row(NamedTuple):
    """In the order of the query's fields."""

    programme: str
    module: str
    activity: str
    kind: str
    is_required: bool
    edition: int | None
    published_on: Any
    state: str
    gp_name: str | None
    gp_on: Any
    gp_until: Any
    sw_name: str | None
    sw_on: Any
    sw_until: Any
    withdrawn_on: Any


class SignoffReport(Report):
    """Activity by approval."""

    key = "sign-off"
    title = "Sign-off of the content"
    icon = "check"
    nothing = "The programmes of your cohorts hold no activities yet."
    search_label = "Activity, module or reviewer"
    search_in = ("activity__title", "module__title", "gp_name", "sw_name")
    default_order = "programme_title"
    about_people = False
    definitions = (
        (
            "Rows",
            "One for each activity in the programmes of your cohorts, in the edition that learners "
            "are given.",
        ),
        (
            "Signed off",
            "A GP and a social worker, two people, approved exactly this edition, and neither "
            "approval has expired. An approval of an earlier text does not count.",
        ),
        (
            "Other states",
            "Expired: both approved it, and an approval has run out since. Withdrawn: somebody "
            "took an approval of this edition back. One approval: the other profession has not "
            "signed. Unreviewed: nobody has.",
        ),
        (
            "As at",
            "The content and its approvals as they stood at the end of that day in the site’s "
            "time zone. Titles are those of now.",
        ),
    )

    @cached_property
    def columns(self) -> Sequence[Column]:
        states = dict(query.STATES)
        return [
            Column("Activity", lambda r: r.activity, order="activity__title"),
            Column("Module", lambda r: r.module, order="module__title"),
            Column("Programme", lambda r: r.programme, order="programme_title"),
            Column("Kind", lambda r: str(ActivityKind(r.kind).label), order="activity__kind"),
            Column("Required", lambda r: "Yes" if r.is_required else "No", order="is_required"),
            Column("Edition", lambda r: r.edition, "number", order="edition"),
            Column("Published", lambda r: r.published_on, "date", order="published_on"),
            Column("State", lambda r: states[r.state], order="state"),
            Column("GP", lambda r: r.gp_name or "", order="gp_name"),
            Column("GP signed", lambda r: r.gp_on, "date", order="gp_on"),
            Column("GP approval until", lambda r: r.gp_until, "date", order="gp_until"),
            Column("Social worker", lambda r: r.sw_name or "", order="sw_name"),
            Column("Social worker signed", lambda r: r.sw_on, "date", order="sw_on"),
            Column("Social worker approval until", lambda r: r.sw_until, "date", order="sw_until"),
            Column("Withdrawn", lambda r: r.withdrawn_on, "date", order="withdrawn_on"),
        ]

    def own_filters(self) -> Sequence[Filter]:
        programmes = (
            Programme.objects.filter(cohorts__in=self.cohort_keys)
            .distinct()
            .order_by("title", "pk")
            .values_list("pk", "title")
        )
        return (
            Filter("programme", "Programme", tuple((str(pk), title) for pk, title in programmes)),
            Filter("state", "State", query.STATES),
        )

    def base(self) -> QuerySet[Requirement]:
        return query.reviewed_content(self.cohorts, self.ledger)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for name in ("programme", "state"):
            if value := self.value(name):
                rows = rows.filter(**{name: value})
        return rows

    def order_within(self) -> Sequence[str]:
        return ["programme_title", "programme", "module_position", "position", "pk"]

    def read(self, rows: QuerySet[Any], chunk: int = 0) -> Iterator[Row]:
        return map(Row._make, values(rows, query.FIELDS, chunk))

    def count_up(self) -> Sequence[tuple[str, int]]:
        sums = query.signoff_totals(self.rows)
        words = ((words, sums[state]) for state, words in query.STATES)
        return [("Activities", sums["activities"]), *words]
