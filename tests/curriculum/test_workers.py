"""Workers do what waits, say that they are there, and lose nothing when they end or die."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from curriculum import clock, tasks, workers
from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.enums import JobState
from curriculum.models import Job, WorkerBeat

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
WORKER = """
import sys, time
import django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[1]
from curriculum.domain import jobs
def slow(running):
    for n in range(200):
        running.progress(n, 200)
        time.sleep(float(sys.argv[2]))
    running.tell(lines=["to the end"])
jobs._handlers["slow"] = slow
from curriculum.workers import BeatingWorker
worker = BeatingWorker(interval=0.1, batch="batch" in sys.argv)
worker.configure_signals()
worker.run()
"""


@pytest.fixture(autouse=True)
def _queued() -> Any:
    with override_settings(TASKS=QUEUED):
        yield


def ask(owner: Any) -> Job:
    return jobs.ask("slow", owner=owner, title="Slow work", parameters={})


def a_task(worker: str, *, starts: int = 1, ago: int = 300) -> DBTaskResult:
    """A task that a worker has in hand."""
    tasks.run_job.enqueue("11111111-1111-4111-8111-111111111111")
    made = DBTaskResult.objects.latest("enqueued_at")
    made.status, made.worker_ids = TaskResultStatus.RUNNING, [worker] * starts
    made.started_at = clock.now() - dt.timedelta(seconds=ago)
    made.save()
    return made


@pytest.mark.django_db
def test_a_task_in_the_hands_of_a_dead_worker_goes_to_the_next_one() -> None:
    lost, kept, fresh = a_task("dead"), a_task("alive"), a_task("just started", ago=5)
    WorkerBeat.objects.create(name="alive")
    WorkerBeat.objects.create(name="dead", seen_at=clock.now() - 2 * workers.SILENT)
    assert workers.take_up_lost() == 1
    states = {t.pk: t.status for t in DBTaskResult.objects.all()}
    running = TaskResultStatus.RUNNING
    assert states == {lost.pk: TaskResultStatus.READY, kept.pk: running, fresh.pk: running}
    assert workers.take_up_lost() == 0


@pytest.mark.django_db
def test_a_task_at_which_three_workers_died_is_not_given_to_a_fourth() -> None:
    lost = a_task("dead", starts=workers.MOST_STARTS)
    assert workers.take_up_lost() == 0
    lost.refresh_from_db()
    assert lost.status == TaskResultStatus.FAILED


@pytest.mark.django_db
def test_only_a_worker_seen_within_the_minute_counts_as_there() -> None:
    assert not workers.beating()
    beat = WorkerBeat.objects.create(name="one", seen_at=clock.now() - workers.SILENT)
    assert not workers.beating()
    beat.seen_at = clock.now()
    beat.save()
    assert workers.beating()


@pytest.mark.django_db
def test_the_queue_is_written_in_the_transaction_of_what_it_tells_of(
    django_capture_on_commit_callbacks: Any,
) -> None:
    def queue_and_fail() -> None:
        with transaction.atomic():
            tasks.soon(tasks.mail_feedback, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        queue_and_fail()
    assert not DBTaskResult.objects.exists()
    # A process that is killed right after the commit has nothing left to tell.
    with django_capture_on_commit_callbacks() as left, transaction.atomic():
        tasks.soon(tasks.mail_feedback, 2)
    assert left == []
    assert DBTaskResult.objects.get().args_kwargs["args"] == [2]


@pytest.mark.django_db
def test_sweeping_again_and_again_queues_waiting_work_once(
    cora: Any, django_capture_on_commit_callbacks: Any
) -> None:
    job = ask(cora)
    with clock.at(clock.now() + dt.timedelta(minutes=10)):
        for _ in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                jobs.sweep()
    found = DBTaskResult.objects.filter(task_path=tasks.run_job.module_path)
    assert [task.args_kwargs["args"] for task in found] == [[str(job.uuid)]]


@pytest.mark.django_db
def test_a_failed_job_is_tried_again_with_all_its_attempts(cora: Any, monkeypatch: Any) -> None:
    done: list[int] = []

    def fail_four_times(running: jobs.Running) -> None:
        done.append(1)
        if len(done) < 5:
            raise RuntimeError

    monkeypatch.setitem(jobs._handlers, "slow", fail_four_times)
    job = ask(cora)
    with pytest.raises(Refused):
        jobs.again(job)
    for _ in range(5):
        jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, len(done)) == (JobState.FAILED, jobs.MOST_ATTEMPTS)
    jobs.again(job)
    for _ in range(3):
        jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, len(done)) == (JobState.DONE, 5)


@pytest.mark.django_db
def test_a_failed_job_is_not_tried_again_beside_the_same_work(cora: Any) -> None:
    job = jobs.ask("slow", owner=cora, title="Slow work", parameters={}, key="same")
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, ended_at=clock.now())
    jobs.ask("slow", owner=cora, title="Slow work", parameters={}, key="same")
    with pytest.raises(Refused, match="asked for again"):
        jobs.again(job)


# ── Whole processes ───────────────────────────────────────────────────────
races = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


def worker(pause: float, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(pause), *more],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "elearn.settings.test",
             "TASKS_BACKEND": "database"},
        stderr=subprocess.PIPE,
    )  # fmt: skip


def until(holds: Any, seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


class TestProcesses:
    pytestmark = races

    def test_a_worker_told_to_end_hands_long_work_back_and_another_finishes_it(
        self, cora: Any
    ) -> None:
        job = ask(cora)
        first = worker(0.5)
        until(lambda: Job.objects.get(pk=job.pk).state == JobState.RUNNING)
        started = time.monotonic()
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=15) == 0
        assert time.monotonic() - started < 10
        job.refresh_from_db()
        assert (job.state, job.attempts, job.handed_back) == (JobState.WAITING, 1, 1)
        assert not WorkerBeat.objects.exists(), "it took its leave"
        assert worker(0.0, "batch").wait(timeout=60) == 0
        job.refresh_from_db()
        assert (job.state, job.result) == (JobState.DONE, {"lines": ["to the end"]})

    def test_what_a_killed_worker_had_in_hand_is_finished_by_another(self, cora: Any) -> None:
        job = ask(cora)
        first = worker(0.5)
        until(lambda: Job.objects.get(pk=job.pk).state == JobState.RUNNING)
        first.kill()
        first.wait()
        with clock.at(clock.now() + jobs.LEASE + dt.timedelta(minutes=1)):
            assert workers.sweep()[0] >= 1
            jobs_left = Job.objects.get(pk=job.pk)
            assert jobs_left.state == JobState.RUNNING
        # The lease runs out by the clock of whoever takes it up.
        Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - dt.timedelta(seconds=1))
        assert worker(0.0, "batch").wait(timeout=60) == 0
        job.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.DONE, 2)
