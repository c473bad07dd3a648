"""`make bench`: prints the table of docs/performance.md for this machine.

Each part runs in a process of its own, on PostgreSQL (where DATABASE_URL names one) and on
SQLite. `python -m tests.bench pages --rounds 3` measures one part.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.bench.measure import Line, table

PARTS = ("pages", "certificates", "reports", "roster", "scale", "directory")


def main() -> int:
    arguments = _arguments()
    if arguments.here:
        return _measure_here(arguments)
    met = True
    print(f"{_machine()}\n")
    for database, url in _databases():
        for part in arguments.parts or PARTS:
            if part in {"certificates", "scale"} and database == "SQLite":
                continue  # no database in it, or more than it is meant for
            lines = _measure(part, url, arguments)
            met = met and all(line.is_met for line in lines)
            print(f"### {part.capitalize()}, {database}\n\n{table(lines)}\n", flush=True)
    return 0 if met else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=" or ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=60, help="requests for one latency")
    parser.add_argument("--during", type=float, default=3, help="seconds for one throughput")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    return arguments


def _databases() -> list[tuple[str, str]]:
    given = os.environ.get("DATABASE_URL", "")
    postgres = [("PostgreSQL", given)] if given.startswith("postgres") else []
    return [*postgres, ("SQLite", "")]


def _measure(part: str, url: str, arguments: argparse.Namespace) -> list[Line]:
    """One part in a process of its own, with an empty database and folder."""
    with (
        tempfile.TemporaryDirectory(prefix="common-ground-bench-") as folder,
        _database(url, folder) as database,
    ):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "VAR_DIR": folder,
            "DATABASE_URL": database,
        }
        command = [sys.executable, "-m", "tests.bench", "--here", part]
        for name in ("rounds", "times", "during"):
            command += [f"--{name}", str(getattr(arguments, name))]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"Measuring {part} failed.")
    return [Line.from_json(text) for text in done.stdout.splitlines() if text.startswith("{")]


def _measure_here(arguments: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.bench import certificates, directory, pages, reports, roster, scale

    rounds = arguments.rounds
    parts: dict[str, Callable[[], list[Line]]] = {
        "pages": lambda: pages.measure(rounds, arguments.times, arguments.during),
        "certificates": lambda: certificates.measure(rounds),
        "reports": lambda: reports.measure(rounds),
        "roster": lambda: roster.measure(rounds),
        "scale": lambda: scale.measure(rounds),
        "directory": lambda: directory.measure(rounds, arguments.times, arguments.during),
    }
    for part in arguments.parts:
        for line in parts[part]():
            print(line.as_json())
    return 0


@contextmanager
def _database(url: str, folder: str) -> Iterator[str]:
    """The address of an empty database; on PostgreSQL one beside the given, dropped afterwards."""
    if not url:
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _machine() -> str:
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


sys.exit(main())
