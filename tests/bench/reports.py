"""The completion report of a large cohort: CSV against COPY, XLSX against XlsxWriter."""

import io
import subprocess
import sys
from typing import Any

import xlsxwriter
from django.db import connection

from curriculum.exports.completion_report import CompletionReport
from curriculum.exports.report_files import csv_of, file_of
from curriculum.models import User
from curriculum.queries.completion_rows import field_names
from tests.bench import world
from tests.bench.measure import Line, ratios, seconds

LEARNERS = 5000


def measure(rounds: int) -> list[Line]:
    """Seconds for the files, and how much memory the CSV takes beyond an idle process."""
    cohort = world.large_cohort(LEARNERS)
    lead = User.objects.create_superuser("lead@demo.example")
    cohort.leads.add(lead)
    analyse()
    return file_lines(lead, LEARNERS, rounds)


def file_lines(lead: User, learners: int, rounds: int) -> list[Line]:
    """The whole completion report as CSV and as XLSX, against their floors."""
    report = report_of(lead)
    with connection.cursor() as cursor:
        compiled = report.rows.values_list(*field_names(report.modules)).query
        sql, parameters = compiled.sql_with_params()
        query = cursor.mogrify(sql, parameters) if _is_postgres() else ""
    cells = [[column.value(row) for column in report.columns] for row in report.file_rows()]
    if len(cells) != learners:
        raise RuntimeError(f"The report has {len(cells)} rows for {learners} learners.")
    csv, copy, xlsx, plain = [], [], [], []
    for _ in range(rounds):
        csv.append(seconds(lambda: drain(report_of(lead), "csv")))
        if query:
            copy.append(seconds(lambda: _copy(query)))
        else:
            copy.append(seconds(lambda: _fetch(sql, parameters)))
        xlsx.append(seconds(lambda: drain(report_of(lead), "xlsx")))
        plain.append(seconds(lambda: _write_plainly(cells)))
    floor = "COPY of the same query" if query else "fetching the same query"
    size = f"{learners} learners × {world.MODULES} modules"
    return [
        Line("completion CSV", tuple(1000 * s for s in csv), unit="ms", note=size),
        Line(floor, tuple(1000 * s for s in copy), unit="ms"),
        Line(f"completion CSV / {floor}", ratios(csv, copy), at_most=5 if query else None),
        Line("completion CSV: memory above idle", (_memory(lead),), at_most=60, unit="MB"),
        Line("completion XLSX", tuple(1000 * s for s in xlsx), unit="ms", note=size),
        Line("XlsxWriter with the same cells", tuple(1000 * s for s in plain), unit="ms"),
        Line("completion XLSX / XlsxWriter", ratios(xlsx, plain), at_most=1.5),
    ]


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def analyse() -> None:
    """Let the planner know what is there, and have it tidied."""
    # What autovacuum does within a minute of a large import, and else would do meanwhile.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if _is_postgres() else "ANALYZE")


def report_of(lead: User) -> CompletionReport:
    return CompletionReport(lead, {})


def drain(report: CompletionReport, format: str) -> int:
    """The whole file, as the server sends it: chunk by chunk, kept nowhere."""
    if format == "csv":
        return sum(len(chunk) for chunk in csv_of(report))
    with file_of(report, format) as file:
        return sum(len(chunk) for chunk in file)


def _copy(query: str) -> int:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as out,
    ):
        return sum(len(chunk) for chunk in out)


def _fetch(sql: str, parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return sum(1 for _ in iter(cursor.fetchone, None))


def _write_plainly(cells: list[list[Any]]) -> None:
    workbook = xlsxwriter.Workbook(
        io.BytesIO(), {"constant_memory": True, "default_date_format": "d mmm yyyy"}
    )
    sheet = workbook.add_worksheet()
    for number, row in enumerate(cells):
        for place, cell in enumerate(row):
            if cell is not None and cell != "":
                sheet.write(number, place, cell)
    workbook.close()


def _memory(lead: User) -> float:
    """Megabytes that one CSV adds to the peak of a process of its own."""
    command = [sys.executable, "-m", "tests.bench.memory", str(lead.pk)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
