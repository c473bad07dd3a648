"""300 students at once over the real pages: no errors, 95% of the answers within five times what
one student alone waits in the median, and memory that stays where it was.

`.ci/load` runs it for ten minutes against a PostgreSQL of its own, then the stampede. With
`--short` it is a stampede of 40 and nothing else.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.faults.fire import Fire, children, served
from tests.faults.stampede import stampede
from tests.service.stack import ROOT, Stack

TIMES = 5.0  # p95 under load to the median of one student alone
GROWTH = 0.15  # of the memory of the web processes, from when everybody is there to the end
MEGABYTE = 1024 * 1024


class Watch(threading.Thread):
    """The memory of the web processes, once a second."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self.stack, self.seen, self.over = stack, [], threading.Event()

    seen: list[float]

    def run(self) -> None:
        while not self.over.wait(1):
            self.seen.append(memory(self.stack))


def memory(stack: Stack) -> float:
    """Megabytes that the web processes hold for themselves."""
    masters = [stack.running[name].pid for name in stack.running if name.startswith("web")]
    pids = [pid for master in masters for pid in (master, *children(master))]
    return sum(private(pid) for pid in pids) / MEGABYTE


def private(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def locust(
    fire: Fire, folder: Path, users: int, seconds: float, think: tuple[float, float], first: int
) -> Any:
    """One run, of so many learners from the `first` on; its figures by name of the page,
    `Aggregated` among them."""
    target = folder / f"load-{first}"
    done = subprocess.run(
        [
            sys.executable, "-m", "locust", "-f", str(ROOT / "tests/faults/locustfile.py"),
            "--headless", "--only-summary", "--host", f"https://127.0.0.1:{fire.stack.https}",
            "--users", str(users), "--spawn-rate", str(max(1, users / 20)),
            "--run-time", f"{seconds:.0f}s", "--csv", str(target),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "LEARNERS": str(folder / "learners.jsonl"),
            "LEARNERS_FROM": str(first),
            "THINK_FROM": str(think[0]),
            "THINK_TO": str(think[1]),
        },
        capture_output=True,
        text=True,
    )  # fmt: skip
    rows = {row["Name"]: row for row in table(f"{target}_stats.csv")}
    if "Aggregated" not in rows:
        raise RuntimeError(done.stderr[-3000:])
    for row in table(f"{target}_exceptions.csv"):
        fire.problems.append(f"a student broke off: {row['Message']}")
    for row in table(f"{target}_failures.csv"):
        fire.problems.append(f"{row['Name']}: {row['Error']} ({row['Occurrences']} ×)")
    return rows


def table(path: str) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def load(fire: Fire, folder: Path, users: int, seconds: float) -> None:
    """One student alone, then everybody."""
    learners = fire.records("school", str(2 + users))
    (folder / "learners.jsonl").write_text(learners)
    locust(fire, folder, 1, 5, (0, 0.1), 0)  # both processes have seen every page
    alone = locust(fire, folder, 1, 20 if seconds > 60 else 8, (0, 0.1), 1)
    watch = Watch(fire.stack)
    watch.start()
    everybody = locust(fire, folder, users, seconds, (8, 24), 2)
    watch.over.set()
    for name, row in everybody.items():
        one = float(alone[name]["50%"]) if name in alone else 0.0
        times = float(row["95%"]) / one if one else 0.0
        fire.note(
            f"{name}: one alone, and 95% of {users}",
            f"{one:.0f} ms, {row['95%']} ms ({times:.1f} ×), {row['Request Count']} requests",
        )
        if name == "Aggregated" and times > TIMES:
            fire.problems.append(f"95% waited {times:.1f} × as long as one alone")
    full = watch.seen[min(len(watch.seen) - 1, 30) :]
    settled = sum(full[:10]) / len(full[:10])
    last = sum(full[-10:]) / len(full[-10:])
    fire.note("memory of the web processes, first and last", f"{settled:.0f} MB, {last:.0f} MB")
    if last > settled * (1 + GROWTH):
        fire.problems.append(f"memory grew from {settled:.0f} to {last:.0f} MB")


def main() -> int:
    """0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.load", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10)
    asked, began = parser.parse_args(), time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="common-ground-load-") as name,
        served(Path(name), short=asked.short) as fire,
    ):
        if asked.short:
            stampede(fire, 40)
        else:
            load(fire, Path(name), asked.users, asked.minutes * 60)
            stampede(fire, asked.users)
    return fire.verdict("Under load", time.monotonic() - began)


if __name__ == "__main__":
    raise SystemExit(main())
