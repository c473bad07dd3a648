"""20 students write at once to the embedded database: nobody meets “database is locked”.

`python -m tests.faults.sqlite --seconds 60`; needs neither PostgreSQL nor Redis.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from statistics import median
from typing import Any

WRITERS = 20


class Writer(threading.Thread):
    """Saves one answer after another without a pause."""

    def __init__(self, visitor: Any, learner: dict[str, Any], until: float) -> None:
        super().__init__()
        self.visitor, self.learner, self.until = visitor, learner, until
        self.seconds: list[float] = []
        self.faults: list[str] = []
        self.number = 0

    def run(self) -> None:
        while time.monotonic() < self.until:
            asked = self.learner["questions"]
            self.number = self.number % len(asked) + 1
            path = f"/learn/attempts/{self.learner['attempt']}/questions/{self.number}/"
            began = time.monotonic()
            try:
                self.visitor.save(path, asked[self.number - 1])
            except (RuntimeError, OSError) as fault:
                self.faults.append(str(fault)[:200])
            self.seconds.append(time.monotonic() - began)


def here(seconds: float) -> int:
    """Within the settings of the benchmarks, on a database file of its own."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.bench.client import Visitor, gunicorn
    from tests.faults.records import make

    learners = list(make(WRITERS))
    with gunicorn() as port:
        end = time.monotonic() + seconds
        writers = [Writer(Visitor(port, one["session"]), one, end) for one in learners]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    taken = sorted(s for writer in writers for s in writer.seconds)
    faults = [fault for writer in writers for fault in writer.faults]
    print(
        f"SQLite, {WRITERS} writers for {seconds:.0f} s: {len(taken):,} answers, median "
        f"{1000 * median(taken):.0f} ms, 95% {1000 * taken[int(0.95 * len(taken))]:.0f} ms, the "
        f"longest {taken[-1]:.2f} s; {len(faults)} not acknowledged."
    )
    for fault in faults[:5]:
        print(f"  {fault}")
    return 1 if faults else 0


def main() -> int:
    """0 where every answer was acknowledged and no log speaks of a lock."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.sqlite", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        return here(asked.seconds)
    with tempfile.TemporaryDirectory(prefix="common-ground-sqlite-") as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "VAR_DIR": folder,
        }
        command = [sys.executable, "-m", "tests.faults.sqlite", "--here"]
        done = subprocess.run(
            [*command, "--seconds", str(asked.seconds)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
    if "database is locked" in done.stderr:
        print("  The log says: database is locked.")
        return 1
    if done.returncode and done.stderr:
        print(done.stderr[-2000:], file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
