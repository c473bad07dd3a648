"""Run within the service's own settings: asks for long work and says how it stands."""

import datetime as dt
import sys
import time

import django
import openpyxl

django.setup()

from django.core.files.storage import storages  # noqa: E402

from curriculum import clock  # noqa: E402
from curriculum.domain.enrolment import enrol  # noqa: E402
from curriculum.domain.reminders import ask_to_remind  # noqa: E402
from curriculum.exports.completion_report import CompletionReport  # noqa: E402
from curriculum.exports.report_files import ask_for  # noqa: E402
from curriculum.models import Cohort, DueDate, Job, User, WorkerBeat  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench.world import large_cohort  # noqa: E402

PATIENCE = 60  # seconds


def lead() -> User:
    """Who asks."""
    found = User.objects.filter(email="lead@fire.example").first()
    return found or User.objects.create_superuser("lead@fire.example", full_name="Cora")


def remind(many: str) -> str:
    """Reminders for so many learners who are behind."""
    programme = factories.programme([factories.reading("A")])
    cohort = Cohort.objects.create(name="Behind", programme=programme)
    module = programme.inclusions.get().module
    yesterday = clock.today() - dt.timedelta(days=1)
    DueDate.objects.create(cohort=cohort, module=module, due_on=yesterday)
    for number in range(int(many)):
        user = User.objects.create_user(f"behind{number}@demo.example", full_name=f"L {number}")
        enrol(cohort, user)
    cohort.leads.add(lead())
    return str(ask_to_remind(cohort, lead(), within=0).uuid)


def export(rows: str) -> str:
    """The completion report of so many learners, as XLSX; said as soon as a worker is at it."""
    cohort = large_cohort(int(rows))
    cohort.leads.add(lead())
    job = str(ask_for(CompletionReport(lead(), {"cohort": str(cohort.pk)}), "xlsx").uuid)
    began = time.monotonic()
    while state(job) == "waiting" and time.monotonic() - began < PATIENCE:
        time.sleep(0.01)
    return job


def state(job: str) -> str:
    return Job.objects.values_list("state", flat=True).get(uuid=job)


def lines(job: str) -> str:
    """Of the file, less the heading."""
    with storages["records"].open(Job.objects.get(uuid=job).file) as file:
        book = openpyxl.load_workbook(file, read_only=True)
        return str(sum(1 for row in book["Completion"].values if row[0]) - 1)


def turn_on(job: str) -> str:
    """Let the dead worker's lease and its last beat be over."""
    before = clock.now() - dt.timedelta(minutes=10)
    Job.objects.filter(uuid=job, state="running").update(lease_until=before)
    oldest = WorkerBeat.objects.order_by("seen_at").first()
    if oldest and WorkerBeat.objects.count() > 1:
        WorkerBeat.objects.filter(pk=oldest.pk).update(seen_at=before)
    return ""


if __name__ == "__main__":
    do = {"remind": remind, "export": export, "state": state, "lines": lines, "turn-on": turn_on}
    print(do[sys.argv[1]](*sys.argv[2:]))
