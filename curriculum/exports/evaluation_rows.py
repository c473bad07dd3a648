"""The evaluation report as rows of a table and a spreadsheet, and what stands about it in every
file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from curriculum.dates import moment
from curriculum.domain.evaluation import Change, Line
from curriculum.exports.evaluation import CAVEATS, DEFINITIONS, Evaluation, Named
from curriculum.exports.listing import Listing, Narrowing
from curriculum.exports.reporting import Filter
from curriculum.exports.rows import Column

KINDS = {"item": "Item", "domain": "Domain", "total": "Total"}


@dataclass(frozen=True)
class Entry:
    """One line of the report: a thing that is measured, in one group."""

    named: Named
    line: Line

    @property
    def group(self) -> str:
        return self.line.group or "Everybody"

    @property
    def change(self) -> Change | None:
        return self.line.change

    @property
    def note(self) -> str:
        """Why there are no figures."""
        if self.line.change is not None:
            return ""
        if self.line.pairs is None:
            return "Not shown"
        return "Too few, or would give others away: counts only"


def entries(report: Evaluation) -> Iterator[Entry]:
    """Every line, everybody first."""
    for named in report.rows:
        yield Entry(named, named.row.everybody)
        for line in named.row.professions:
            yield Entry(named, line)


def listing_of(report: Evaluation, asked: Mapping[str, str]) -> Listing:
    """The lines that an address asks for."""
    every = list(entries(report))
    groups = tuple((name, name) for name in dict.fromkeys(entry.group for entry in every))
    return Listing(
        every,
        evaluation_columns(),
        (
            Narrowing(
                Filter("measured", "Measured", tuple(KINDS.items())),
                lambda e: e.named.row.measured.kind,
            ),
            Narrowing(Filter("group", "Group", groups), lambda e: e.group),
        ),
        lambda e: f"{e.named.label} {e.named.words}",
        asked,
    )


def _number(name: str, places: int = 2) -> Any:
    def value(entry: Entry) -> float | int | None:
        found = getattr(entry.change, name, None)
        return round(found, places) if isinstance(found, float) else found

    return value


def evaluation_columns() -> list[Column]:
    """The columns of the report."""
    return [
        Column("Measured", lambda e: KINDS[e.named.row.measured.kind]),
        Column("Name", lambda e: e.named.name, order="name"),
        Column("Words", lambda e: e.named.words),
        Column("Group", lambda e: e.group, order="group"),
        Column("Pairs", lambda e: e.line.pairs, "number", order="pairs"),
        Column("Mean before", _number("before"), "number", order="before"),
        Column("Mean after", _number("after"), "number", order="after"),
        Column("Mean difference", _number("mean"), "number", order="difference"),
        Column("95% interval from", _number("low"), "number"),
        Column("95% interval to", _number("high"), "number"),
        Column("Median difference", _number("median"), "number", order="median"),
        Column("Rose", _number("rose"), "number", order="rose"),
        Column("Same", _number("same"), "number"),
        Column("Fell", _number("fell"), "number"),
        Column("dz", _number("dz"), "number", order="dz"),
        Column(
            "Small-sample correction",
            lambda e: "" if e.change is None else "yes" if e.change.is_corrected else "no",
        ),
        Column("Note", lambda e: e.note),
    ]


def about(report: Evaluation, listing: Listing) -> list[tuple[str, Any]]:
    """What this is, of whom, what was chosen, when it was made, how to read it, and how not to."""
    rows = said_of(report, listing)
    for counted in report.counts:
        rows += [
            (f"{counted.group}: invited", counted.invited),
            (f"{counted.group}: answered before", told(counted.before)),
            (f"{counted.group}: answered after", told(counted.after)),
            (f"{counted.group}: both", told(counted.paired)),
        ]
    rows += [(f"{report.looking_back_asked} {label}", n) for label, n in report.looking_back]
    for module in report.modules:
        share = "not shown" if module.per_cent is None else f"{module.per_cent}%"
        rows.append((f"Quizzes, first attempts, share of the marks: {module.title}", share))
    rows += [("Definition", text) for text in DEFINITIONS]
    rows += [("Caveat", text) for text in CAVEATS]
    return rows


def said_of(report: Evaluation, listing: Listing) -> list[tuple[str, Any]]:
    """What this is, of whom, when it was made, and what was chosen."""
    return [
        ("Evaluation", report.programme),
        ("Measure", report.pair.measure),
        ("Where it comes from", report.pair.content.about),
        ("Cohorts", ", ".join(report.cohorts)),
        ("Left out, too small", ", ".join(report.left_out)),
        ("Made", moment(report.made_at)),
        *listing.chosen,
    ]


def told(count: int | None) -> int | str:
    """A count, or that it is not shown."""
    return "not shown" if count is None else count
