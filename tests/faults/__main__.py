"""While 50 students answer, web workers, PostgreSQL, Redis and the task worker are killed.

`.ci/faults` runs it against a PostgreSQL of its own; `.ci/faults --short` in about a minute.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.faults.fire import Fire, served


def run(fire: Fire) -> None:
    """Everything, one after the other, with the same students answering throughout."""
    many, think = (20, (0.1, 0.5)) if fire.short else (50, (0.2, 1.0))
    fire.enter(many, think)
    for student in fire.students:
        student.start()
    fire.kill_web_workers(during=6 if fire.short else 60, every=2 if fire.short else 3)
    fire.kill_a_web_process()
    for how in ("immediate",) if fire.short else ("fast", "immediate"):
        fire.restart_database(how)
    fire.kill_redis()
    fire.leave()
    fire.mailing(30 if fire.short else 200)
    if not fire.short:
        fire.export(10_000)
    times = sorted(s for student in fire.students for s in student.journal.seconds)
    fire.note("an answer acknowledged, median", f"{1000 * median(times):.0f} ms")


def main() -> int:
    """0 where nothing was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--short", action="store_true")
    short, began = parser.parse_args().short, time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="common-ground-fire-") as name,
        served(Path(name), short=short) as fire,
    ):
        run(fire)
    return fire.verdict("Under fire", time.monotonic() - began)


if __name__ == "__main__":
    raise SystemExit(main())
