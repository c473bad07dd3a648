"""Ends and starts the throwaway PostgreSQL that `DATABASE_URL` names, as an operator would."""

import glob
import os
import subprocess
from pathlib import Path

import psycopg


class Cluster:
    """The cluster of `.ci/postgres`."""

    def __init__(self) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        self.folder = Path(row[0])
        (self.program, *_) = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"), reverse=True)

    def stop(self, how: str) -> None:
        """`fast` ends politely, `immediate` is a crash: the next start recovers from the log."""
        self._run("-m", how, "-w", "stop")

    def start(self) -> None:
        """With the options that it had."""
        options = (self.folder / "postmaster.opts").read_text().split(" ", 1)
        given = options[1].replace('"', "").split() if len(options) > 1 else []
        kept = [part for part in given if part not in ("-D", str(self.folder))]
        self._run("-w", "-l", str(self.folder.parent / "log"), "-o", " ".join(kept), "start")

    def _run(self, *arguments: str) -> None:
        # PostgreSQL does not run as root.
        as_its_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run(
            [*as_its_user, self.program, "-D", str(self.folder), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )
