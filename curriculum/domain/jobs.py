"""Long work: asked for once, done by a worker, seen while it goes on, and taken up again where a
worker died. The row in `Job` is the truth; a task queue only says when to look.

A kind of work is a function, made known with `handles`. It may run twice, so what it does must
bear that: change rows in one transaction, or claim them one by one.
"""

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import storages
from django.db import IntegrityError, models, transaction

from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.enums import JobState
from curriculum.models import Job, User
from curriculum.models.jobs import LIVE
from curriculum.signals import job_waits

LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 3
FILES_KEPT = dt.timedelta(days=7)
RENEWED_EVERY = dt.timedelta(seconds=1)

logger = logging.getLogger(__name__)

Handler = Callable[["Running"], None]
_handlers: dict[str, Handler] = {}
# Set where this process has been told to end: work stops at its next step, for another worker.
ending = threading.Event()


class Stopped(Exception):
    """The work shall not go on: its owner cancelled it, or another worker has taken it up."""


class HandedBack(Exception):
    """This worker ends; another shall go on."""


class Running:
    """A job in the hands of one worker: what it is asked for, and how it says how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.parameters: dict[str, Any] = job.parameters
        self._renewed = clock.now()

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is and keep the lease. Call it outside a transaction.

        Raises Stopped where the owner has cancelled or the job is in other hands, and HandedBack
        where this process ends.
        """
        if ending.is_set() and done < total:
            raise HandedBack
        now = clock.now()
        if done < total and self.job.total == total and now - self._renewed < RENEWED_EVERY:
            return
        self._renewed, self.job.done, self.job.total = now, done, total
        if not self._held().update(done=done, total=total, lease_until=now + LEASE):
            raise Stopped
        self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        """Raises Stopped where the owner has cancelled."""
        if self._held().filter(cancel_asked_at__isnull=False).exists():
            raise Stopped

    def tell(self, **result: Any) -> bool:
        """Keep plain data about what was done, for the job's page. False, and nothing is kept,
        where another worker has taken the job up."""
        self.job.result = {**self.job.result, **result}
        return bool(self._held().update(result=self.job.result))

    def keep(self, file: IO[bytes], name: str) -> None:
        """Keep a file for the owner, for seven days. `name` is what it is downloaded as."""
        stored = storages["records"].save(f"jobs/{self.job.uuid}", File(file))
        expires = clock.now() + FILES_KEPT
        if not self._held().update(file=stored, file_name=name, expires_at=expires):
            storages["records"].delete(stored)
            raise Stopped

    def _held(self) -> models.QuerySet[Job]:
        """The row as long as it is in these hands: who takes a job up counts its attempts."""
        return Job.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts
        )


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Make a function known as what does this kind of work."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def ask(kind: str, *, owner: User, title: str, parameters: dict[str, Any], key: str = "") -> Job:
    """A job that waits to be done; the live one with the same key where there is one already.

    `key` says what makes it the same work; without one it stands for itself.
    """
    key = f"{kind}:{key or uuid.uuid4()}"
    live = Job.objects.filter(key=key, state__in=LIVE)
    if found := live.first():
        return found
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, owner=owner, title=title, parameters=parameters, key=key
            )
            job_waits.send(sender=Job, job=job)
    except IntegrityError:  # somebody asked at the same instant
        return live.get()
    return job


def run(job_uuid: uuid.UUID) -> None:
    """Do a job that waits, or that a worker has dropped; nothing where neither is so."""
    job = _take(job_uuid)
    if job is None:
        return
    running = Running(job)
    try:
        running.stop_if_cancelled()
        _handlers[job.kind](running)
    except Stopped:
        _end(running, JobState.CANCELLED)
    except HandedBack:
        _hand_back(running)
    except Refused as refusal:
        _end(running, JobState.FAILED, str(refusal))
    except Exception:
        logger.exception("Job %s of kind %s broke off", job.uuid, job.kind)
        _give_back(running)
    else:
        _end(running, JobState.DONE)


def again(job: Job) -> None:
    """Try a job once more that has failed. Raises Refused where it hasn't, or where the same work
    was asked for anew meanwhile."""
    failed = Job.objects.filter(pk=job.pk, state=JobState.FAILED)
    try:
        with transaction.atomic():
            waits = failed.update(
                state=JobState.WAITING,
                ended_at=None,
                lease_until=None,
                problem="",
                handed_back=models.F("attempts"),
            )
            if not waits:
                raise Refused("This has not failed, or somebody has tried it again already.")
            job_waits.send(sender=Job, job=job)
    except IntegrityError:
        raise Refused("The same work was asked for again and goes on.") from None


def start_over(job: Job) -> None:
    """Have a live job done anew from what is there now: whoever is at it finds it in other hands
    and keeps nothing. The caller has locked it, and removes its file."""
    told = {name: value for name, value in job.result.items() if name != "lines"}
    Job.objects.filter(pk=job.pk, state__in=LIVE).update(
        state=JobState.WAITING,
        lease_until=None,
        # One attempt more puts it into other hands; handed back, it counts against nobody.
        attempts=models.F("attempts") + 1,
        handed_back=models.F("handed_back") + 1,
        done=0,
        result=told,
        file="",
        file_name="",
        expires_at=None,
    )
    job_waits.send(sender=Job, job=job)


def cancel(job: Job) -> None:
    """Ask the worker to stop; a job that nobody has taken up ends at once."""
    now = clock.now()
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    if not waiting.update(state=JobState.CANCELLED, ended_at=now, cancel_asked_at=now):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, cancel_asked_at=None).update(
            cancel_asked_at=now
        )


def sweep() -> tuple[int, int]:
    """Take up what was dropped and remove files past their time; how many of each.

    Safe to run twice at once: a job is taken up by one worker only.
    """
    now = clock.now()
    dropped = models.Q(state=JobState.RUNNING, lease_until__lt=now) | models.Q(
        state=JobState.WAITING, created_at__lt=now - RENEWED_EVERY * 30
    )
    taken_up = 0
    for job in Job.objects.filter(dropped).order_by("created_at"):
        if job.cancel_asked_at:
            _end(Running(job), JobState.CANCELLED)
        elif job.attempts - job.handed_back >= MOST_ATTEMPTS:
            _end(Running(job), JobState.FAILED, GAVE_UP)
        else:
            job_waits.send(sender=Job, job=job)
            taken_up += 1
    removed = 0
    for job in Job.objects.exclude(file="").filter(expires_at__lt=now):
        storages["records"].delete(job.file)
        # With the file goes what was told about it, which may name people.
        removed += Job.objects.filter(pk=job.pk, file=job.file).update(file="", result={})
    return taken_up, removed


GAVE_UP = "It broke off several times. An administrator finds the reason in the log."


def _take(job_uuid: uuid.UUID) -> Job | None:
    """The job, if it falls to this worker."""
    now = clock.now()
    spent = MOST_ATTEMPTS + models.F("handed_back")
    free = Job.objects.filter(uuid=job_uuid, attempts__lt=spent).filter(
        models.Q(state=JobState.WAITING) | models.Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    seen = free.first()
    if seen is None:
        return None
    taken = free.filter(attempts=seen.attempts).update(
        state=JobState.RUNNING,
        attempts=seen.attempts + 1,
        lease_until=now + LEASE,
        started_at=seen.started_at or now,
    )
    return Job.objects.get(pk=seen.pk) if taken else None


def _give_back(running: Running) -> None:
    """Let the sweeper try again, or give up."""
    if running.job.attempts - running.job.handed_back >= MOST_ATTEMPTS:
        _end(running, JobState.FAILED, GAVE_UP)
    else:
        running._held().update(state=JobState.WAITING, lease_until=None)


def _hand_back(running: Running) -> None:
    """Let another worker go on at once. It was nobody's fault, so the attempt doesn't count."""
    with transaction.atomic():
        waits = running._held().update(
            state=JobState.WAITING, lease_until=None, handed_back=models.F("handed_back") + 1
        )
        if waits:
            job_waits.send(sender=Job, job=running.job)


def _end(running: Running, state: JobState, problem: str = "") -> None:
    # Whoever has taken it up meanwhile counts one attempt more, and this changes nothing.
    Job.objects.filter(pk=running.job.pk, state__in=LIVE, attempts=running.job.attempts).update(
        state=state, ended_at=clock.now(), lease_until=None, problem=problem
    )
