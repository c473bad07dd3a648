"""A service under fire: its students, what is done to it, and what is found afterwards."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

from tests.faults.database import Cluster
from tests.faults.students import Student, losses
from tests.service.__main__ import Browser
from tests.service.stack import ROOT, Stack, until

PATIENCE = 120.0


class Fire:
    """One run: the service, its students and what is done to it."""

    def __init__(self, stack: Stack, cluster: Cluster, *, short: bool) -> None:
        self.stack, self.cluster, self.short = stack, cluster, short
        self.students: list[Student] = []
        self.figures: list[tuple[str, str]] = []
        self.problems: list[str] = []
        self.chance = random.Random(2026)

    def note(self, what: str, figure: str) -> None:
        self.figures.append((what, figure))
        print(f"  {what}: {figure}", flush=True)

    # ── Students ──────────────────────────────────────────────────────────
    def records(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.records", *arguments],
            cwd=ROOT, env=self.stack.environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout

    def learners(self, many: int) -> list[dict[str, Any]]:
        """So many new ones, each with an open attempt."""
        return [json.loads(line) for line in self.records("make", str(many)).splitlines()]

    def enter(self, many: int, think: tuple[float, float]) -> None:
        self.students = [Student(self.stack, one, think) for one in self.learners(many)]

    def leave(self) -> None:
        """Everybody submits; then the record is held against the journals."""
        for student in self.students:
            student.finishing.set()
        for student in self.students:
            student.join(PATIENCE)
            if not student.journal.submitted:
                self.problems.append("a student could not finish")
        told = json.loads(self.records("told"))
        journals = [s.journal for s in self.students]
        lost = losses(self.students, told)
        self.problems += lost
        self.note("answers acknowledged", f"{sum(j.acknowledged for j in journals):,}")
        self.note("of them lost or changed", str(len(lost)))
        self.note("requests refused with an error page", str(sum(j.refused for j in journals)))
        self.note("connections broken off", str(sum(j.broken for j in journals)))
        waits = [j.longest_wait for j in journals]
        self.note("longest wait for an acknowledgement", f"{max(waits):.1f} s")

    # ── Faults ────────────────────────────────────────────────────────────
    def kill_web_workers(self, during: float, every: float) -> None:
        """`kill -9` for one worker of a web process after another; their masters start new ones."""
        end, killed = time.monotonic() + during, 0
        while time.monotonic() < end:
            master = self.stack.running[f"web{killed % 2}"].pid
            if workers := children(master):
                os.kill(self.chance.choice(workers), signal.SIGKILL)
                killed += 1
            time.sleep(every)
        self.note("web workers killed", str(killed))
        if not killed:
            self.problems.append("no web worker was found to be killed")
        self.recovered("web workers")

    def kill_a_web_process(self) -> None:
        """The whole of one; systemd would start it again after a second."""
        self.stack.stop("web0", signal.SIGKILL)
        time.sleep(1)
        self.stack.start_web(0)
        self.recovered("a whole web process")

    def restart_database(self, how: str) -> None:
        """Away for two seconds; `immediate` is a crash."""
        self.cluster.stop(how)
        time.sleep(2)
        self.cluster.start()
        self.recovered(f"PostgreSQL, stopped {how}")

    def kill_redis(self) -> None:
        """Killed, and away for some seconds."""
        self.stack.stop("redis", signal.SIGKILL)
        time.sleep(3 if self.short else 8)
        self.stack.start_redis()
        self.recovered("Redis")

    def recovered(self, what: str) -> None:
        began = time.monotonic()
        # Each process by itself: nginx would ask the other one.
        for port in self.stack.web_ports:
            until(lambda port=port: ready(port), f"port {port} ready after {what}", PATIENCE)  # type: ignore[misc]
        self.note(f"ready again after {what}", f"{time.monotonic() - began:.1f} s")

    # ── The task worker ───────────────────────────────────────────────────
    def kill_worker_while(self, what: str, begun: Any) -> None:
        """Kill it once `begun` says so, and start another, as systemd would."""
        until(begun, f"{what} has begun", PATIENCE)
        self.stack.stop("worker", signal.SIGKILL)
        self.note(f"task worker killed in the middle of {what}", "yes")
        time.sleep(1)
        self.stack.start_worker()

    def work(self, command: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.work", command, *arguments],
            cwd=ROOT, env=self.stack.environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout.strip()

    def mailing(self, many: int) -> None:
        """Invitations or reminders to many; the worker dies half-way; nobody gets two."""
        folder = self.stack.folder / "mail"
        job = self.work("remind", str(many))
        self.kill_worker_while("a mailing", lambda: len(list(folder.iterdir())) >= 5)
        before = received(folder).total()
        self.finish_job(job, "the mailing")
        got = received(folder)
        if twice := [to for to, n in got.items() if n > 1]:
            self.problems.append(f"{len(twice)} were mailed twice")
        if got.total() < many - 1:  # the one in the air as it died may be missing
            self.problems.append(f"{got.total()} mails of {many}")
        self.note("mails before it died, and in all", f"{before}, {got.total()} of {many}")

    def export(self, rows: int) -> None:
        """A large report; the worker dies while it is at it; the next makes it whole."""
        job = self.work("export", str(rows))
        self.kill_worker_while("an export", lambda: True)
        if (state := self.work("state", job)) != "running":
            self.problems.append(f"the export was {state} as the worker died")
        self.finish_job(job, "the export")
        lines = int(self.work("lines", job))
        self.note("lines of the file", f"{lines:,} of {rows:,} learners")
        if lines != rows:
            self.problems.append(f"the file has {lines} lines for {rows} learners")

    def finish_job(self, job: str, what: str) -> None:
        """The lease runs out by itself in five minutes; here the clock is turned on."""
        self.work("turn-on", job)
        began = time.monotonic()
        until(lambda: self.work("state", job) == "done", f"{what} is done", PATIENCE)
        self.note(f"{what} done after another worker came", f"{time.monotonic() - began:.0f} s")

    def verdict(self, what: str, seconds: float) -> int:
        """Say what was lost; 0 where nothing was."""
        for problem, times in Counter(self.problems).most_common(20):
            print(f"  LOST: {problem} ({times} ×)")
        print(f"{what} for {seconds:.0f} s; {len(self.problems)} problems.", flush=True)
        return 1 if self.problems else 0


def ready(port: int) -> bool:
    """Whether this web process says that it is ready."""
    inside = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    inside.request("GET", "/readyz", headers={"Host": "127.0.0.1"})
    return inside.getresponse().status == 200


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()]


def received(folder: Path) -> Counter[str]:
    """How many mails went to whom."""
    mails = (part for file in folder.iterdir() for part in file.read_bytes().split(b"-" * 79))
    found = (message_from_bytes(part.strip()) for part in mails if part.strip())
    return Counter(str(mail["To"]) for mail in found)


@contextmanager
def served(folder: Path, *, short: bool) -> Iterator[Fire]:
    """The whole service, with mail that goes into files; its logs are shown if it breaks."""
    stack = Stack(folder)
    stack.environment |= {"EMAIL_URL": f"filemail:///{folder}/mail"}
    try:
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("collectstatic", "--no-input", "--verbosity", "0")
        stack.start_all()
        until(lambda: Browser(stack).ask("/readyz")[0] == 200, "ready", PATIENCE)
        yield Fire(stack, Cluster(), short=short)
    except BaseException:
        for log in sorted((folder / "logs").glob("*.log")):
            print(f"── {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
        raise
    finally:
        stack.end()
