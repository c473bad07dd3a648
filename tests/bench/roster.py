"""A list of 2,000 learners as XLSX: read, planned, brought in, and the same again."""

import io
from typing import Any

import openpyxl

from curriculum.domain import jobs, roster
from curriculum.enums import JobState
from curriculum.imports.lists import read_list
from curriculum.models import Cohort, Enrolment, Job, Profession, RosterImport, User
from tests import factories
from tests.bench.measure import Line, seconds

ROWS = 2000
AT_MOST = 20  # seconds, from the file to everybody enrolled


def measure(rounds: int) -> list[Line]:
    """Seconds of the whole way: for new people, for half of them here already, and again."""
    lead = User.objects.create_superuser("lead@roster.example")
    programme = factories.programme()
    new, half, again = [], [], []
    for number in range(rounds):
        cohort = Cohort.objects.create(name=f"Year {number}", programme=programme)
        cohort.leads.add(lead)
        book = _book(number)
        new.append(seconds(lambda book=book, cohort=cohort: _bring_in(book, cohort, lead)))
        again.append(seconds(lambda book=book, cohort=cohort: _bring_in(book, cohort, lead)))
        other = Cohort.objects.create(name=f"Other {number}", programme=programme)
        other.leads.add(lead)
        mixed = _book(number, ROWS // 2)
        half.append(seconds(lambda book=mixed, cohort=other: _bring_in(book, cohort, lead)))
    size = f"{ROWS} rows, XLSX"
    return [
        Line("roster: all new", tuple(new), at_most=AT_MOST, unit="s", note=size),
        Line("roster: half here already", tuple(half), at_most=AT_MOST, unit="s", note=size),
        Line("roster: the same list again", tuple(again), at_most=AT_MOST, unit="s", note=size),
    ]


def _book(number: int, first: int = 0) -> bytes:
    professions = list(Profession.objects.values_list("name", flat=True)[:3])
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Name", "E-mail", "Profession", "Student number", "Group"])
    for n in range(first, first + ROWS):
        email = f"Learner{number}.{n}@roster.example"
        group = f"Group {n % 40}"
        sheet.append([f"Siân Łukasz {n}", email, professions[n % 3], f"R {number}-{n}", group])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bring_in(book: bytes, cohort: Cohort, lead: User) -> None:
    """What the lead's way does: read, plan for the screen, confirm, and the work."""
    table = read_list(io.BytesIO(book))
    found: RosterImport = roster.keep_list(cohort, lead, table, name="list.xlsx")
    plan = roster.plan_for(found, roster.table_of(found))
    job = roster.confirm(found, plan.digest, invites=False)
    jobs.run(job.uuid)  # nothing, where the immediate queue has done it
    done = Job.objects.get(pk=job.pk)
    enrolled = Enrolment.objects.filter(cohort=cohort).count()
    if done.state != JobState.DONE or enrolled != ROWS:
        raise RuntimeError(f"The list ended as {done.state} with {enrolled} enrolled.")
