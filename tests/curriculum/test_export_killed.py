"""A worker killed in the middle of an export: nothing half is given out, and none stays stuck."""

import csv
import datetime as dt
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.urls import reverse

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol
from curriculum.enums import JobState
from curriculum.exports.completion_report import CompletionReport
from curriculum.exports.report_files import ask_for, csv_of
from curriculum.models import Job
from tests import people
from tests.factories import programme, reading

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]
LEARNERS = 12
WORKER = """
import os, sys, time
import django
from django.conf import settings
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = os.environ["TEST_NAME"]
settings.STORAGES["records"]["OPTIONS"] = {"location": os.environ["RECORDS"], "base_url": None}
from curriculum.exports.completion_report import CompletionReport
rows = CompletionReport.file_rows
def slowly(self):
    for number, row in enumerate(rows(self), start=1):
        yield row
        with open(os.environ["SEEN"], "a") as seen:
            seen.write("row\\n")
        time.sleep(float(os.environ["PAUSE"]))
CompletionReport.file_rows = slowly
from curriculum.domain import jobs
jobs.run(sys.argv[1])
"""


@pytest.fixture
def job(cora: Any, monkeypatch: Any) -> Job:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    cohort = people.cohort(programme([reading("A")]), cora)
    for number in range(LEARNERS):
        enrol(cohort, people.person(f"l{number:02}", f"Łukasz {number}"))
    return ask_for(CompletionReport(cora, {}), "csv")


def worker(job: Job, folder: Path, pause: float) -> subprocess.Popen[bytes]:
    """A worker process of its own on the tests' database."""
    found = {
        "DJANGO_SETTINGS_MODULE": "elearn.settings.test",
        "TEST_NAME": str(connection.settings_dict["NAME"]),
        "RECORDS": str(storages["records"].location),
        "SEEN": str(folder / "seen"),
        "PAUSE": str(pause),
    }
    command = [sys.executable, "-c", WORKER, str(job.uuid)]
    return subprocess.Popen(command, env={**os.environ, **found})


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_worker_killed_in_an_export_leaves_nothing_half_and_the_next_makes_the_whole(
    job: Job, cora: Any, client: Client, tmp_path: Path
) -> None:
    """Known failure 23; and no export stays stuck."""
    first = worker(job, tmp_path, pause=0.3)
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        if (tmp_path / "seen").exists() and len((tmp_path / "seen").read_text()) > len("row\n"):
            break
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    assert first.wait(timeout=30) == -signal.SIGKILL
    assert (tmp_path / "seen").read_text().count("row") < LEARNERS, "it was to be killed half-way"
    assert (again(job).state, again(job).file) == (JobState.RUNNING, "")
    client.force_login(cora)
    assert client.get(reverse("job_file", args=[job.uuid])).status_code == 404

    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - dt.timedelta(seconds=1))
    assert jobs.sweep()[0] == 1
    second = worker(job, tmp_path, pause=0)
    assert second.wait(timeout=120) == 0
    done = again(job)
    assert done.state == JobState.DONE
    with storages["records"].open(done.file) as file:
        made = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))
    shown = b"".join(csv_of(CompletionReport(cora, {}))).decode("utf-8-sig")
    want = list(csv.reader(io.StringIO(shown)))
    assert [row for row in made if len(row) > 2] == [row for row in want if len(row) > 2]
    assert sum("Łukasz" in "".join(row) for row in made) == LEARNERS
