"""A worker that is killed half-way through a mailing, of reminders or about a meeting that has
moved: nobody gets two, and the rest get theirs."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol
from curriculum.domain.meetings import Plan, change_meeting
from curriculum.domain.reminders import ask_to_remind
from curriculum.enums import JobState
from curriculum.models import DueDate, Job, Reminder
from tests import people
from tests.curriculum.meetings import cohort_that_meets, planned
from tests.factories import activities, complete, programme, reading

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]
LEARNERS = 12
WORKER = """
import os, time, sys
import django
from django.conf import settings
django.setup()
from django.db import connections
from django.core.mail.backends import filebased
connections.databases["default"]["NAME"] = os.environ["TEST_NAME"]
settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
settings.EMAIL_FILE_PATH = os.environ["MAIL_DIR"]
sends = filebased.EmailBackend.send_messages
def slowly(self, messages):
    sent = sends(self, messages)
    time.sleep(0.15)
    return sent
filebased.EmailBackend.send_messages = slowly
from curriculum.domain import jobs
jobs.run(sys.argv[1])
"""


@pytest.fixture
def job(cora: Any, monkeypatch: Any) -> Job:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    made = programme([reading("A")])
    cohort = people.cohort(made, cora)
    module = made.inclusions.get().module
    DueDate.objects.create(
        cohort=cohort, module=module, due_on=clock.today() - dt.timedelta(days=1)
    )
    for number in range(LEARNERS):
        enrol(cohort, people.person(f"l{number:02}", f"Learner {number}"))
    return ask_to_remind(cohort, cora, within=0)


def worker(job: Job, folder: Path) -> subprocess.Popen[bytes]:
    """A worker process of its own on the tests' database."""
    found = {
        "DJANGO_SETTINGS_MODULE": "elearn.settings.test",
        "TEST_NAME": str(connection.settings_dict["NAME"]),
        "MAIL_DIR": str(folder),
    }
    command = [sys.executable, "-c", WORKER, str(job.uuid)]
    return subprocess.Popen(command, env={**os.environ, **found})


def received(folder: Path) -> Counter[str]:
    """How many mails went to whom."""
    mails = (part for file in folder.iterdir() for part in file.read_bytes().split(b"-" * 79))
    found = (message_from_bytes(part.strip()) for part in mails if part.strip())
    return Counter(str(mail["To"]) for mail in found)


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def kill_half_way(job: Job, folder: Path) -> None:
    first = worker(job, folder)
    patience = time.monotonic() + 120
    while sum(1 for _ in folder.iterdir()) < LEARNERS // 3 and time.monotonic() < patience:
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    assert first.wait(timeout=30) == -signal.SIGKILL
    before = received(folder)
    assert 0 < before.total() < LEARNERS, "it was to be killed half-way"
    assert again(job).state == JobState.RUNNING, "nobody has noticed its death yet"


def taken_up(job: Job, folder: Path) -> Counter[str]:
    """What everybody has received once the lease has run out and the next worker is through."""
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - dt.timedelta(seconds=1))
    assert jobs.sweep()[0] == 1
    second = worker(job, folder)
    assert second.wait(timeout=120) == 0
    found = received(folder)
    assert again(job).state == JobState.DONE
    assert set(found.values()) == {1}, "somebody was mailed twice"
    return found


def test_a_worker_killed_half_way_mails_nobody_twice_and_the_next_mails_the_rest(
    job: Job, tmp_path: Path
) -> None:
    kill_half_way(job, tmp_path)

    # Meanwhile somebody whose turn has not come finishes; the lease runs out.
    last = Reminder.objects.filter(claimed_at=None).latest("enrolment").enrolment
    complete(last, activities(last.cohort.programme)[0])
    after = taken_up(job, tmp_path)
    assert last.learner.email not in after
    unsure = Reminder.objects.filter(mailed_at=None, skipped="").count()
    assert unsure <= 1, "at most the one that was in the air as the worker died"
    assert LEARNERS - 1 - unsure <= after.total() <= LEARNERS - 1
    assert again(job).result["lines"][0].endswith("reminded.")


def test_so_it_is_with_a_meeting_that_has_moved(
    cora: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    cohort = cohort_that_meets(cora)
    for number in range(LEARNERS):
        enrol(cohort, people.person(f"l{number:02}", f"Learner {number}"))
    meeting = planned(cohort, after=dt.timedelta(days=1))
    moved = Plan(starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="Room 9")
    job = change_meeting(meeting, moved, None, teller=cora).mailing
    assert job is not None
    kill_half_way(job, tmp_path)
    after = taken_up(job, tmp_path)
    assert LEARNERS - 1 <= after.total() <= LEARNERS, "but the one that was in the air"
    told = again(job).result
    assert told["begun"] == LEARNERS
    assert LEARNERS - 1 <= told["mailed"] <= LEARNERS
