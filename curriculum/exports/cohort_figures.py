"""Figures about chosen cohorts of one programme, for those who lead them: what the screen shows,
and its files. Few people's files come at once; many people's as a job with progress.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import IO, Any, ClassVar

from django.http import Http404

from curriculum import clock
from curriculum.dates import moment
from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.exports import evaluation, survey_counts
from curriculum.exports.evaluation_rows import about, evaluation_columns, listing_of, said_of
from curriculum.exports.listing import Listing
from curriculum.exports.rows import Column
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.models import Cohort, Job, Programme, User
from curriculum.queries.surveys import Asked, surveys_of, with_learners

JOB = "cohort-figures"
AT_ONCE = 1000  # learners up to whom a file is made while its reader waits
ON_SCREEN = 5000  # learners up to whom the figures stand on the page
STEPS = 2  # of making a file: counting, writing

Said = list[tuple[str, Any]]


class CohortFigures:
    """One report, drawn for somebody with what an address asks.

    `cohorts` are the uuids that were chosen as text; without any it is the newest. Raises Http404
    where one of them is not led by this person.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    formats: ClassVar[tuple[str, ...]] = ("xlsx", "csv")

    def __init__(self, user: User, asked: Mapping[str, str], cohorts: Sequence[str] = ()) -> None:
        self.user, self.asked = user, asked
        found = with_learners(Cohort.objects.led_by(user)).select_related("programme")
        self.led = list(found.order_by("-created_at", "-pk"))
        by_key = {str(cohort.uuid): cohort for cohort in self.led}
        if set(cohorts) - set(by_key):
            raise Http404("There is no such cohort for you.")
        self.chosen = [by_key[key] for key in dict.fromkeys(cohorts)] or self.led[:1]

    # ── Of whom ───────────────────────────────────────────────────────────
    @property
    def chosen_keys(self) -> list[int]:
        return [cohort.pk for cohort in self.chosen]

    @property
    def is_mixed(self) -> bool:
        """Whether cohorts of several programmes were chosen, which cannot be put together."""
        return len({cohort.programme_id for cohort in self.chosen}) > 1

    @property
    def programme(self) -> Programme:
        programme: Programme = self.chosen[0].programme
        return programme

    @property
    def beside(self) -> list[Cohort]:
        """All the cohorts of the same programme that could be chosen."""
        return [c for c in self.led if c.programme_id == self.programme.pk]

    @property
    def learners(self) -> int:
        """How many the chosen cohorts have."""
        return sum(cohort.learners for cohort in self.chosen)

    # ── What is told ──────────────────────────────────────────────────────
    @property
    def is_there(self) -> bool:
        """Whether the programme has what this is about."""
        raise NotImplementedError

    @cached_property
    def figures(self) -> Any:
        """What screen and files show; only where `is_there`."""
        raise NotImplementedError

    @cached_property
    def listing(self) -> Listing:
        """The rows that are asked for."""
        raise NotImplementedError

    def said(self) -> Said:
        """What the file is about: of whom, when it was made, what was chosen."""
        raise NotImplementedError

    def about(self) -> Said:
        """The same, with all that a workbook has room for."""
        return self.said()

    def columns(self) -> Sequence[Column]:
        """The columns of its files."""
        raise NotImplementedError

    def rows(self) -> Sequence[Any]:
        """The rows of its files."""
        return self.listing.rows

    def pdf(self) -> bytes:
        """On paper; only where `formats` has it."""
        raise NotImplementedError

    # ── Files ─────────────────────────────────────────────────────────────
    @property
    def is_large(self) -> bool:
        """Whether its files are made in the background."""
        return self.learners > AT_ONCE

    @property
    def is_for_screen(self) -> bool:
        """Whether there are few enough people to count them while somebody waits for a page."""
        return self.learners <= ON_SCREEN

    def file_name(self, format: str) -> str:
        return f"{self.key}-{clock.today():%Y-%m-%d}.{format}"

    def file(self, format: str) -> IO[bytes]:
        """The file at its start."""
        if format == "pdf":
            return io.BytesIO(self.pdf())
        columns, rows = self.columns(), self.rows()
        if format == "xlsx":
            return xlsx_file(columns, rows, self.about(), sheet_name=self.title)
        line = "; ".join(f"{label}: {value}" for label, value in self.said())
        return io.BytesIO(b"".join(csv_lines(columns, rows, line)))

    def ask_for(self, format: str) -> Job:
        """The job that makes this file; one that is on its way already where there is one."""
        asked = {name: value for name, value in sorted(self.asked.items()) if value}
        chosen = [str(cohort.uuid) for cohort in self.chosen]
        same = f"{self.user.pk}:{self.key}:{format}:{sorted(chosen)}:{asked}"
        return jobs.ask(
            JOB,
            owner=self.user,
            title=f"{self.title} ({format.upper()})",
            parameters={
                "report": self.key,
                "format": format,
                "asked": asked,
                "chosen": chosen,
                "cohorts": self.chosen_keys,
            },
            key=hashlib.sha256(same.encode()).hexdigest(),
        )


class EvaluationFigures(CohortFigures):
    """What changed between the survey before and the one after."""

    key, title, formats = "evaluation", "Evaluation", ("pdf", "xlsx", "csv")

    @cached_property
    def pairs(self) -> list[evaluation.Pair]:
        return evaluation.pairs_of(self.programme) if self.chosen else []

    @cached_property
    def pair(self) -> evaluation.Pair | None:
        """The measure that is asked for, else the programme's first."""
        wanted = self.asked.get("measure", "")
        first = self.pairs[0] if self.pairs else None
        return next((pair for pair in self.pairs if pair.measure == wanted), first)

    @property
    def is_there(self) -> bool:
        return self.pair is not None and not self.is_mixed

    @cached_property
    def figures(self) -> evaluation.Evaluation:
        assert self.pair is not None
        return evaluation.evaluate(self.programme, self.pair, self.beside, self.chosen_keys)

    @cached_property
    def listing(self) -> Listing:
        return listing_of(self.figures, self.asked)

    def said(self) -> Said:
        return said_of(self.figures, self.listing)

    def about(self) -> Said:
        return about(self.figures, self.listing)

    def columns(self) -> Sequence[Column]:
        return evaluation_columns()

    def pdf(self) -> bytes:
        from curriculum.exports.evaluation_pdf import evaluation_pdf  # slow to import

        return evaluation_pdf(self.figures, self.listing)


class SurveyFigures(CohortFigures):
    """What was answered to one survey, item by item."""

    key, title = "survey", "Survey"

    @cached_property
    def surveys(self) -> list[Asked]:
        return surveys_of(self.programme.pk) if self.chosen else []

    @cached_property
    def survey(self) -> Asked | None:
        """The survey that is asked for, else the programme's first."""
        wanted = self.asked.get("survey", "")
        first = self.surveys[0] if self.surveys else None
        return next((asked for asked in self.surveys if str(asked.key) == wanted), first)

    @property
    def is_there(self) -> bool:
        return self.survey is not None and not self.is_mixed

    @cached_property
    def figures(self) -> survey_counts.SurveyCounts:
        assert self.survey is not None
        return survey_counts.count_answers(self.survey, self.beside, self.chosen_keys)

    @cached_property
    def listing(self) -> Listing:
        return survey_counts.listing_of(self.figures, self.asked)

    def said(self) -> Said:
        figures = self.figures
        return [
            ("Survey", figures.asked.title),
            ("Where it comes from", figures.asked.content.about),
            ("Cohorts", ", ".join(figures.cohorts)),
            ("Left out, too small", ", ".join(figures.left_out)),
            ("Made", moment(clock.now())),
            ("Invited", figures.invited),
            ("Handed in and may be used", figures.people or "not shown"),
            *self.listing.chosen,
            ("Counts are shown", "from ten people on"),
        ]

    def columns(self) -> Sequence[Column]:
        return survey_counts.count_columns()

    def rows(self) -> Sequence[Any]:
        return survey_counts.count_rows(self.listing.rows)


REPORTS: dict[str, type[CohortFigures]] = {
    report.key: report for report in (EvaluationFigures, SurveyFigures)
}


@jobs.handles(JOB)
def make_figures(running: jobs.Running) -> None:
    """Make the file that was asked for, of what its owner leads now. Raises Refused."""
    asked = running.parameters
    try:
        report = REPORTS[asked["report"]](running.job.owner, asked["asked"], asked["chosen"])
    except Http404 as gone:
        raise Refused("You do not lead all of these cohorts any more.") from gone
    if not report.is_there:
        raise Refused("The programme has no such survey any more.")
    running.progress(0, STEPS)
    report.figures  # noqa: B018 - counted here, the longest part
    running.progress(1, STEPS)
    with report.file(asked["format"]) as file:
        running.progress(STEPS, STEPS)  # before anything is kept: it may have been cancelled
        running.keep(file, report.file_name(asked["format"]))
    running.tell(lines=[f"{label}: {value}" for label, value in report.said()])
