"""The files of a report: CSV, XLSX and, where it has one, PDF. Small ones at once, large ones as a
job with progress. All of them read the rows that the screen shows.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from django.http import Http404

from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.exports.report_list import REPORTS
from curriculum.exports.reporting import Report
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.models import Job

JOB = "report"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
# Rows up to which a file is made while its reader waits; setting type takes longer than writing.
AT_ONCE = {"csv": 1000, "xlsx": 1000, "pdf": 100}

Counted = Callable[[Iterator[Any]], Iterator[Any]]


def is_large(report: Report, format: str) -> bool:
    """Whether this file is made in the background."""
    return report.count > AT_ONCE[format]


def csv_of(report: Report) -> Iterator[bytes]:
    """The report as CSV, chunk by chunk."""
    return csv_lines(report.columns, report.file_rows(), about_line(report))


def about_line(report: Report) -> str:
    """What is in the file, in one line."""
    return "; ".join(f"{label}: {value}" for label, value in report.about())


def file_of(report: Report, format: str, counted: Counted = iter) -> IO[bytes]:
    """The report as a file at its start. `counted` sees every row pass.

    Raises Refused where it does not go on paper.
    """
    rows = counted(report.file_rows())
    if format == "xlsx":
        return xlsx_file(
            report.columns,
            rows,
            report.about(),
            sheet_name=report.title[:31],
            definitions=report.definitions,
        )
    target = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    if format == "pdf":
        from curriculum.exports.report_pdf import MOST_ON_PAPER, report_pdf  # slow to import

        if report.count > MOST_ON_PAPER:
            raise Refused(
                f"A PDF holds at most {MOST_ON_PAPER:,} rows. Narrow the report, such as to one "
                "cohort, or take the XLSX."
            )
        target.write(report_pdf(report, list(rows)))
    else:
        target.writelines(csv_lines(report.columns, rows, about_line(report)))
    target.seek(0)
    return target


def ask_for(report: Report, format: str) -> Job:
    """The job that makes this file; one that is on its way already where there is one."""
    asked = {name: value for name, value in sorted(report.asked.items()) if value}
    kept = "&".join(f"{name}={value}" for name, value in asked.items())
    return jobs.ask(
        JOB,
        owner=report.user,
        title=f"{report.title} report ({format.upper()})",
        parameters={
            "report": report.key,
            "format": format,
            "asked": asked,
            "cohorts": report.cohort_keys,
        },
        key=hashlib.sha256(f"{report.user.pk}:{report.key}:{format}:{kept}".encode()).hexdigest(),
    )


@jobs.handles(JOB)
def make_report(running: jobs.Running) -> None:
    """Make the file that was asked for, of what its owner may see now. Raises Refused."""
    asked = running.parameters
    format = asked["format"]
    try:
        report = REPORTS[asked["report"]](running.job.owner, asked["asked"], only=asked["cohorts"])
    except Http404 as gone:
        raise Refused("You do not lead this cohort any more.") from gone
    total = report.count
    running.progress(0, total)

    def counted(rows: Iterable[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows, start=1):
            if number % 200 == 0 and number < total:
                running.progress(number, total)
            yield row

    with file_of(report, format, counted) as file:
        running.progress(total, total)  # before anything is kept: it may have been cancelled
        running.keep(file, f"{report.file_name}.{format}")
    running.tell(lines=[f"{label}: {value}" for label, value in (*report.chosen, *report.totals)])
