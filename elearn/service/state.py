"""How the service stands, for the operator's page; every part costs the same whatever there is."""

import datetime as dt
import platform
import sqlite3
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Min
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from curriculum import clock
from curriculum.enums import JobState, MailState
from curriculum.models import Certificate, Job, ScheduledRun, UnsentMail, WorkerBeat
from curriculum.models.jobs import LIVE
from curriculum.tasks import has_queue
from curriculum.workers import SILENT
from elearn.service.backup.actions import versions
from elearn.service.readiness import Check, checks
from elearn.service.schedule import SCHEDULE, Scheduled

SHOWN = 20  # of each list; the numbers above it count all


@dataclass(frozen=True)
class Glyphs:
    """Certificates on which characters stand as boxes, and which characters."""

    certificates: int
    points: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """How many there are in each state, and the newest of those that need somebody."""

    numbers: dict[str, int]
    failed: list[Any]
    oldest: dt.datetime | None = None


@dataclass(frozen=True)
class State:
    """Everything that the page shows."""

    checks: list[Check]
    has_queue: bool
    workers: list[WorkerBeat]
    jobs: Counted
    tasks: Counted
    mail: Counted
    glyphs: Glyphs
    schedule: list[tuple[str, Scheduled, ScheduledRun | None]]
    backup: ScheduledRun | None
    versions: dict[str, str]


def state() -> State:
    """As it is now."""
    runs = {run.name: run for run in ScheduledRun.objects.all()}
    return State(
        checks=checks(),
        has_queue=has_queue(),
        workers=list(WorkerBeat.objects.filter(seen_at__gt=clock.now() - SILENT)),
        jobs=_jobs(),
        tasks=_tasks(),
        mail=_mail(),
        glyphs=_glyphs(),
        schedule=[(name, job, runs.get(name)) for name, job in SCHEDULE.items()],
        backup=runs.get("backup"),
        versions={**versions(), "python": platform.python_version(), connection.vendor: _server()},
    )


def _jobs() -> Counted:
    numbers = dict(
        Job.objects.order_by()
        .filter(state__in=[*LIVE, JobState.FAILED])
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    oldest = Job.objects.filter(state__in=LIVE).aggregate(at=Min("created_at"))["at"]
    failed = Job.objects.filter(state=JobState.FAILED).order_by("-ended_at")[:SHOWN]
    return Counted(numbers, list(failed), oldest)


def _tasks() -> Counted:
    unfinished = [TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED]
    numbers = dict(
        DBTaskResult.objects.order_by()
        .filter(status__in=unfinished)
        .values_list("status")
        .annotate(n=Count("pk"))
    )
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    failed = DBTaskResult.objects.failed().order_by("-finished_at")[:SHOWN]
    return Counted(
        {key.lower(): n for key, n in numbers.items()},
        list(failed),
        ready.aggregate(at=Min("enqueued_at"))["at"],
    )


def _mail() -> Counted:
    rows = UnsentMail.objects.order_by()
    numbers = dict(rows.values_list("state").annotate(n=Count("pk")))
    oldest = rows.filter(state=MailState.WAITING).aggregate(at=Min("created_at"))["at"]
    return Counted(numbers, list(UnsentMail.objects.all()[:SHOWN]), oldest)


def _glyphs() -> Glyphs:
    found = Certificate.objects.exclude(missing_glyphs="").values_list("missing_glyphs", flat=True)
    sheets = list(found)
    points = sorted(f"U+{ord(c):04X}" for c in set("".join(sheets)))
    return Glyphs(len(sheets), tuple(points))


def _server() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0]).split(" ", 1)[0]
    return sqlite3.sqlite_version
