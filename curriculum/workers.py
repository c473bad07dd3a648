"""Workers: they do what waits, say that they are there, and take up what a dead one has left.

The queue is django-tasks-db's. It carries; it neither notices a worker's death nor tries again, so
both are done here: a task in the hands of a worker that has fallen silent goes to the next one. A
task may run twice and bears it (`curriculum.tasks`).
"""

import datetime as dt
import logging
import os
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.db import InterfaceError, OperationalError, connection, connections
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from curriculum import clock, outbox
from curriculum.domain import jobs
from curriculum.models import WorkerBeat

BEATS = dt.timedelta(seconds=10)
SILENT = dt.timedelta(seconds=60)  # six beats missed: dead, or cut off from the database
SWEEPS = dt.timedelta(seconds=30)
AFTER_LOSS = 2.0  # seconds before the database is asked again
MOST_STARTS = 3
FORGOTTEN = dt.timedelta(days=1)

logger = logging.getLogger(__name__)


class Lost(Exception):
    """Every worker that began a task died while it was at it."""


def beating() -> bool:
    """Whether any worker is there."""
    return WorkerBeat.objects.filter(seen_at__gt=clock.now() - SILENT).exists()


def take_up_lost() -> int:
    """Put back into the queue what a dead worker had in hand; how many. Safe twice at once."""
    now = clock.now()
    alive = set(WorkerBeat.objects.filter(seen_at__gt=now - SILENT).values_list("name", flat=True))
    taken_up = 0
    for task in DBTaskResult.objects.running().filter(started_at__lt=now - SILENT):
        if task.worker_ids and task.worker_ids[-1] in alive:
            continue
        # By who has it as well: of two who meet here, one finds nothing left to do.
        lost = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
        if len(task.worker_ids) >= MOST_STARTS:
            lost.update(
                status=TaskResultStatus.FAILED,
                finished_at=now,
                exception_class_path="curriculum.workers.Lost",
                traceback="Every worker that began this died while it was at it.",
            )
        else:
            taken_up += lost.update(status=TaskResultStatus.READY)
    WorkerBeat.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    return taken_up


def sweep() -> tuple[int, int]:
    """Take up what was left lying: tasks, long work, mail. How much was taken up, how many files
    past their time were removed."""
    lost = take_up_lost()
    taken_up, removed = jobs.sweep()
    return lost + taken_up + outbox.send_waiting(), removed


def a_name() -> str:
    """Of this process, and anew for each life with the database."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(8)}"


class BeatingWorker(Worker):
    """django-tasks-db's worker, which outlives a restart of the database, says that it is there,
    and hands long work back when it is told to end."""

    def __init__(self, *, interval: float, batch: bool) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=a_name(),
            excluded_queue_names=[],
        )
        self.task = ""

    def run(self) -> None:
        """Work until told to end, or in a batch until nothing waits."""
        while self.running:
            over = threading.Event()
            threads = [
                _every(BEATS, self.beat, over, "beat"),
                _every(SWEEPS, sweep, over, "sweep"),
            ]
            try:
                super().run()
                return
            except (OperationalError, InterfaceError):
                logger.warning("The database is gone. Trying again in %s s.", AFTER_LOSS)
                connections.close_all()
                over.wait(AFTER_LOSS)
            finally:
                over.set()
                for thread in threads:
                    thread.join(timeout=5)
                self._leave()
            # Under its old name it would seem to be still at what it had in hand.
            self.worker_id = a_name()

    def run_task(self, db_task_result: Any) -> None:
        """Note what is in hand while it is."""
        self.task = db_task_result.task_path
        try:
            super().run_task(db_task_result)
        finally:
            self.task = ""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End after the task in hand; long work is handed back at its next step."""
        jobs.ending.set()
        super().shutdown(signum, frame)

    def beat(self) -> None:
        """Say that this worker is there."""
        WorkerBeat.objects.update_or_create(
            name=self.worker_id, defaults={"seen_at": clock.now(), "task": self.task[:200]}
        )

    def _leave(self) -> None:
        """What it leaves unfinished is free from now on."""
        try:
            WorkerBeat.objects.filter(name=self.worker_id).delete()
        except (OperationalError, InterfaceError):
            connections.close_all()


def _every(
    pause: dt.timedelta, act: Callable[[], object], over: threading.Event, name: str
) -> threading.Thread:
    """A thread that acts at once and then after each pause, until it is over."""

    def repeat() -> None:
        while True:
            try:
                act()
            except Exception:
                logger.warning("A worker's %s failed", name, exc_info=True)
            finally:
                connection.close()
            if over.wait(pause.total_seconds()):
                return

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    return thread
