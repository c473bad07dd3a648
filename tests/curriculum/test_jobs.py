"""Long work is done once, seen while it goes on, cancelled, and taken up again after a death."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import storages

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.enums import JobState
from curriculum.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch: Any) -> Any:
    """A kind of work whose handler a test sets; nothing runs until the test says so."""
    known: dict[str, Any] = {}
    monkeypatch.setattr(jobs, "_handlers", known)
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])

    def ask(owner: Any, handler: Any, key: str = "") -> Job:
        known["work"] = handler
        return jobs.ask("work", owner=owner, title="Some work", parameters={"n": 3}, key=key)

    return ask


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_work_is_done_and_tells_how_far_it_is(work: Any, cora: Any) -> None:
    seen = []

    def handler(running: jobs.Running) -> None:
        for n in range(1, running.parameters["n"] + 1):
            running.progress(n, 3)
            seen.append(again(running.job).per_cent)
        running.tell(made=3)

    job = work(cora, handler)
    jobs.run(job.uuid)
    job = again(job)
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 3, 3, {"made": 3})
    assert seen[0] == 33
    assert seen[-1] == 100


def test_the_same_work_asked_for_twice_is_one_job(work: Any, cora: Any) -> None:
    first = work(cora, lambda running: None, key="cohort-1")
    assert work(cora, lambda running: None, key="cohort-1") == first
    jobs.run(first.uuid)
    assert work(cora, lambda running: None, key="cohort-1") != first


def test_a_job_that_is_done_is_not_done_again(work: Any, cora: Any) -> None:
    times = []
    job = work(cora, lambda running: times.append(1))
    jobs.run(job.uuid)
    jobs.run(job.uuid)
    assert times == [1]


def test_a_refusal_is_told_to_the_owner_and_a_fault_is_not(work: Any, cora: Any) -> None:
    def refuse(running: jobs.Running) -> None:
        raise Refused("Row 3 has no e-mail address.")

    def break_off(running: jobs.Running) -> None:
        raise RuntimeError("lena@example.org")

    job = work(cora, refuse)
    jobs.run(job.uuid)
    assert (again(job).state, again(job).problem) == (
        JobState.FAILED,
        "Row 3 has no e-mail address.",
    )
    job = work(cora, break_off)
    for _ in range(jobs.MOST_ATTEMPTS):
        assert again(job).is_live
        jobs.run(job.uuid)
    assert (again(job).state, again(job).problem) == (JobState.FAILED, jobs.GAVE_UP)


def test_cancelling_stops_work_at_its_next_step(work: Any, cora: Any) -> None:
    steps = []

    def handler(running: jobs.Running) -> None:
        for n in range(10):
            steps.append(n)
            if n == 2:
                jobs.cancel(running.job)
            running.progress(n, 3)

    job = work(cora, handler)
    jobs.run(job.uuid)
    assert again(job).state == JobState.CANCELLED
    assert len(steps) == 4  # progress is written once a second, and at the end


def test_work_that_nobody_has_taken_up_is_cancelled_at_once(work: Any, cora: Any) -> None:
    job = work(cora, lambda running: pytest.fail("cancelled work was done"))
    jobs.cancel(job)
    jobs.run(job.uuid)
    assert again(job).state == JobState.CANCELLED


def test_what_a_dead_worker_dropped_is_taken_up_when_its_lease_is_out(work: Any, cora: Any) -> None:
    class Killed(BaseException):
        pass

    def die(running: jobs.Running) -> None:
        raise Killed

    job = work(cora, die)
    with pytest.raises(Killed):
        jobs.run(job.uuid)
    done = []
    work(cora, lambda running: done.append(1))
    jobs.run(job.uuid)
    assert not done, "its lease still runs"
    with clock.at(clock.now() + jobs.LEASE + dt.timedelta(seconds=1)):
        assert jobs.sweep()[0] >= 1
        jobs.run(job.uuid)
    assert done == [1]
    assert again(job).state == JobState.DONE


def test_a_worker_that_was_overtaken_changes_nothing_any_more(work: Any, cora: Any) -> None:
    def slow(running: jobs.Running) -> None:
        Job.objects.filter(pk=running.job.pk).update(attempts=2)  # another has taken it up
        with pytest.raises(jobs.Stopped):
            running.keep(io.BytesIO(b"late"), "late.csv")
        raise jobs.Stopped

    job = work(cora, slow)
    jobs.run(job.uuid)
    assert again(job).state == JobState.RUNNING
    assert again(job).file == ""


def test_a_file_is_kept_for_seven_days(work: Any, cora: Any) -> None:
    job = work(cora, lambda running: running.keep(io.BytesIO(b"rows"), "completion.csv"))
    jobs.run(job.uuid)
    kept = again(job).file
    assert storages["records"].open(kept).read() == b"rows"
    with clock.at(clock.now() + dt.timedelta(days=6, hours=23)):
        assert jobs.sweep()[1] == 0
    with clock.at(clock.now() + dt.timedelta(days=7, minutes=1)):
        assert jobs.sweep()[1] == 1
    assert not storages["records"].exists(kept)
    assert again(job).file == ""
