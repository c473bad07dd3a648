"""What a report is: declared once, then shown on screen and written to files from one query.

A report is a class; an instance of it is that report drawn for one person, with what an address
asks. Who wants another writes a subclass (`completion_report.py` beside this shows how) and adds it
to `report_list.py`; the screen, the files and the work in the background follow.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q, QuerySet, Value
from django.http import Http404

from curriculum import clock
from curriculum.dates import day, moment
from curriculum.exports.rows import Column
from curriculum.models import Cohort, Group, Profession, User
from curriculum.queries import reports
from curriculum.queries.ledger import Ledger
from curriculum.text import clean_line

ROWS_AT_A_TIME = 2000
ALL_OF_MINE = "All of mine"
SHARED = ("cohort", "group", "profession", "at")  # the names of the filters that all may have

Options = tuple[tuple[str, str], ...]

WHO = (
    "Who is counted",
    "Everybody who is enrolled in these cohorts, with or without profession, group and student "
    "number. Nobody who works here or teaches the cohort, nobody who has left, and no preview.",
)
AS_AT = (
    "As at",
    "The records as they stood at the end of that day in the site’s time zone: who was enrolled, "
    "what was required, what was complete and which certificates stood. Names, professions, "
    "groups, cohorts and due dates are those of now.",
)
TIMING = (
    "On time, late, overdue",
    "Done by the end of the due date, done after it, and not done though it has passed. A learner "
    "who was given more time is held against their own date. Without a due date nothing is said.",
)
BASIS = (
    "Earned and given",
    "Earned: the learner did it. Given: somebody credited it, exempted the learner from it or "
    "carried it over from another cohort, with a reason on record. Both count; what was given is "
    "always told apart.",
)


@dataclass(frozen=True)
class Filter:
    """One way to narrow a report: a choice, or a day that is typed."""

    name: str
    label: str
    options: Options = ()
    everything: str = "All"
    kind: str = "choice"

    def words(self, value: str) -> str:
        """What the value is called."""
        return dict(self.options).get(value, value)


class Report:
    """A report, drawn for somebody with what the address asks.

    Raises Http404 for a cohort that the person does not lead, and for choices that no page of ours
    leads to. What was typed wrongly is in `errors`, and then there are no rows.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str] = "list-ul"
    nothing: ClassVar[str] = "Nothing matches."
    search_label: ClassVar[str] = "Name, e-mail address or student number"
    search_in: ClassVar[Sequence[str]] = ()
    default_order: ClassVar[str] = "pk"
    formats: ClassVar[tuple[str, ...]] = ("xlsx", "csv")
    about_people: ClassVar[bool] = True
    definitions: ClassVar[Sequence[tuple[str, str]]] = (WHO, AS_AT)

    def __init__(
        self, user: User, asked: Mapping[str, str], *, only: Iterable[int] | None = None
    ) -> None:
        self.user = user
        self.asked = {name: str(value).strip() for name, value in asked.items()}
        self.errors: dict[str, str] = {}
        self.made_at = clock.now()
        self._only = set(only) if only is not None else None
        self.ledger = Ledger(self._day())
        self.search = clean_line(self.asked.get("q", ""))[:100]
        self.chosen_cohort  # noqa: B018 - an outsider goes no further than this
        for narrowing in self.filters:
            self.value(narrowing.name)

    # ── Declared by each report ───────────────────────────────────────────
    def base(self) -> QuerySet[Any]:
        """Every row of these cohorts with what it shows, before filters."""
        raise NotImplementedError

    @property
    def columns(self) -> Sequence[Column]:
        raise NotImplementedError

    def own_filters(self) -> Sequence[Filter]:
        return ()

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """By the filters of its own."""
        return rows

    def read(self, rows: QuerySet[Any], chunk: int = 0) -> Iterator[Any]:
        """The rows as the columns take them, lazily where a chunk is named."""
        raise NotImplementedError

    def count_up(self) -> Sequence[tuple[str, int]]:
        """What the rows add up to; the first is how many rows there are."""
        raise NotImplementedError

    # ── What the address asks ─────────────────────────────────────────────
    def _day(self) -> dt.date | None:
        typed = self.asked.get("at", "")
        if not typed:
            return None
        try:
            found = dt.date.fromisoformat(typed)
        except ValueError:
            self.errors["at"] = "Type the day as year, month and day, such as 2026-12-04."
            return None
        if not dt.date(2000, 1, 1) <= found <= clock.today():
            self.errors["at"] = "Choose a day that is not still to come, after the year 2000."
            return None
        return found

    @cached_property
    def own_cohorts(self) -> list[Cohort]:
        """Those that the person leads, and no others."""
        own = Cohort.objects.led_by(self.user).order_by("name", "pk")
        return [c for c in own if self._only is None or c.pk in self._only]

    @cached_property
    def chosen_cohort(self) -> Cohort | None:
        wanted = self.asked.get("cohort", "")
        if not wanted:
            return None
        found = next((c for c in self.own_cohorts if str(c.pk) == wanted), None)
        if found is None:
            raise Http404("There is no such cohort for you.")
        return found

    @cached_property
    def cohort_keys(self) -> list[int]:
        """The primary keys of the cohorts whose rows are in it."""
        return [self.chosen_cohort.pk] if self.chosen_cohort else [c.pk for c in self.own_cohorts]

    @property
    def cohorts(self) -> QuerySet[Cohort]:
        return Cohort.objects.filter(pk__in=self.cohort_keys).order_by()

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """In the order of the form."""
        cohorts = tuple((str(c.pk), c.name) for c in self.own_cohorts)
        shared = [Filter("cohort", "Cohort", cohorts, ALL_OF_MINE)]
        if self.about_people:
            groups, professions = self._people()
            shared += [
                Filter("group", "Group", (*groups, ("none", "In no group"))),
                Filter("profession", "Profession", professions),
            ]
        return (*shared, *self.own_filters(), Filter("at", "As at the end of", kind="day"))

    def _people(self) -> tuple[Options, Options]:
        """The groups of the cohorts, and the professions that there are. One query."""
        groups = Group.objects.filter(cohort__in=self.cohort_keys).order_by()
        rows = groups.values_list("cohort", "position", "pk", "name").union(
            Profession.objects.order_by().values_list(Value(0), "position", "pk", "name"), all=True
        )
        names = {c.pk: "" if self.chosen_cohort else f"{c.name}: " for c in self.own_cohorts}
        place = {key: number for number, key in enumerate(names)}
        found: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
        for cohort, _, pk, name in sorted(rows, key=lambda r: (place.get(r[0], 0), *r[1:])):
            found[not cohort].append((str(pk), f"{names.get(cohort, '')}{name}"))
        return tuple(found[0]), tuple(found[1])

    def value(self, name: str) -> str:
        """What was chosen, empty where nothing was. Raises Http404 for no choice of ours."""
        chosen = self.asked.get(name, "")
        narrowing = next(f for f in self.filters if f.name == name)
        if chosen and narrowing.kind == "choice" and chosen not in dict(narrowing.options):
            raise Http404("There is no such report.")
        return chosen

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen and searched for, in words; it stands in every file."""
        found = [
            (f.label, f.words(self.value(f.name)))
            for f in self.filters
            if f.kind == "choice" and self.value(f.name)
        ]
        if self.ledger.day:
            found.insert(0, ("As at the end of", day(self.ledger.day)))
        return [*found, ("Search", self.search)] if self.search else found

    # ── One query ─────────────────────────────────────────────────────────
    def learners(self) -> QuerySet[Any]:
        """The learners that it counts, narrowed by group and profession."""
        found = reports.reported(self.cohort_keys, self.ledger)
        if group := self.value("group"):
            found = found.filter(group=None if group == "none" else int(group))
        if profession := self.value("profession"):
            found = found.filter(learner__profession=int(profession))
        return found

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """All rows, narrowed, searched and in order: what screen and files read."""
        if self.errors:
            return self.base().none()
        return self.in_order(self.narrow(self.sought(self.base())))

    def sought(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        words = self.search.split()
        for word, found in zip(words, self.also_sought(words), strict=True):
            for field in self.search_in:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows

    def also_sought(self, words: Sequence[str]) -> Sequence[Q]:
        """For each word what else finds a row besides the fields of `search_in`."""
        return [Q() for _ in words]

    @cached_property
    def order(self) -> str:
        """The field that rows are ordered by, with a minus for downwards."""
        wanted = self.asked.get("ordering", "")
        known = {column.order for column in self.columns if column.order}
        return wanted if wanted.removeprefix("-") in known else self.default_order

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.order_by(self.order, *self.order_within())

    def order_within(self) -> Sequence[str]:
        """What orders rows that the chosen column does not tell apart."""
        return ["pk"]

    @cached_property
    def totals(self) -> list[tuple[str, int]]:
        return [] if self.errors else list(self.count_up())

    @property
    def count(self) -> int:
        return self.totals[0][1] if self.totals else 0

    def page(self, start: int, size: int) -> list[Any]:
        return list(self.read(self.rows[start : start + size])) if self.count else []

    def file_rows(self) -> Iterator[Any]:
        """Every row, a chunk at a time."""
        return self.read(self.rows, ROWS_AT_A_TIME)

    # ── Files ─────────────────────────────────────────────────────────────
    @property
    def file_name(self) -> str:
        at = f"-as-at-{self.ledger.day:%Y-%m-%d}" if self.ledger.day else ""
        return f"{self.key}-{clock.today():%Y-%m-%d}{at}"

    @property
    def cohort_names(self) -> str:
        keys = set(self.cohort_keys)
        return ", ".join(c.name for c in self.own_cohorts if c.pk in keys)

    def about(self) -> list[tuple[str, Any]]:
        """What is in the file: cohorts, when it was made, what was chosen, its totals."""
        return [
            (f"{self.title} report", self.cohort_names),
            ("Made", moment(self.made_at)),
            *(pair for pair in self.chosen if pair[0] != "Cohort"),
            *self.totals,
        ]


def values(rows: QuerySet[Any], fields: Sequence[str], chunk: int = 0) -> Iterable[tuple[Any, ...]]:
    """Tuples of these fields, a chunk at a time where one is named."""
    found = rows.values_list(*fields)
    return found.iterator(chunk_size=chunk) if chunk else found
