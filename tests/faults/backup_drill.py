"""Back up under load, destroy, restore, compare.

    .ci/postgres .venv/bin/python -m tests.faults.backup_drill

Writers go on all the while, as the service does: the file first, then the row that names it, and
then a line in their journal, which stands for what a learner was told is saved.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WRITERS = 3

WRITER = """
import hashlib, io, json, os, sys, time
import django
django.setup()
from django.core.files.storage import default_storage, storages
from django.db import transaction
from curriculum import clock
from curriculum.models import FrozenFile, Job, User
journal, number = open(sys.argv[1], "a"), 0
owner = User.objects.create_user(f"writer-{os.getpid()}@example.org", None, full_name="Ŵriter")
while not os.path.exists(sys.argv[2]):
    number += 1
    content = os.urandom(20_000)
    digest = hashlib.sha256(content).hexdigest()
    name = f"frozen/{digest[:2]}/{digest}.bin"
    default_storage.save(name, io.BytesIO(content))
    kept = storages["records"].save(f"jobs/{digest}", io.BytesIO(content))
    with transaction.atomic():
        FrozenFile.objects.create(sha256=digest, name=name, mime="a/b", size=len(content))
        Job.objects.create(kind="drill", key=digest, title="ŵ 王", owner=owner, file=kept,
                           state="done", ended_at=clock.now())
    print(json.dumps([time.time(), digest]), file=journal, flush=True)
"""

LOOK = """
import hashlib, json
import django
django.setup()
from django.core.files.storage import default_storage, storages
from curriculum.models import FrozenFile, Job
bad = []
for row in FrozenFile.objects.filter(mime="a/b"):
    with default_storage.open(row.name) as file:
        if hashlib.sha256(file.read()).hexdigest() != row.sha256:
            bad.append(row.name)
for job in Job.objects.filter(kind="drill"):
    with storages["records"].open(job.file) as file:
        if hashlib.sha256(file.read()).hexdigest() != job.key:
            bad.append(job.file)
print(json.dumps({
    "bad": bad,
    "frozen": sorted(FrozenFile.objects.filter(mime="a/b").values_list("sha256", flat=True)),
    "jobs": sorted(Job.objects.filter(kind="drill").values_list("key", flat=True)),
}))
"""

DESTROY = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    if connection.vendor == "postgresql":
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        connection.close()
        open(connection.settings_dict["NAME"], "w").close()
"""


@dataclass(frozen=True)
class Figures:
    """What came of it."""

    written_before: int
    written_in_all: int
    restored: int
    backup_seconds: float
    restore_seconds: float
    files: int
    tables: int


def drill(environment: dict[str, str], folder: Path, *, seconds: float) -> Figures:
    """Raises AssertionError where anything is not as it was at the instant of the backup."""
    environment = {**os.environ, **environment, "VAR_DIR": str(folder / "var")}
    stop, journals = folder / "stop", [folder / f"journal-{n}" for n in range(WRITERS)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(journal), str(stop)], cwd=ROOT, env=environment
        )
        for journal in journals
    ]
    try:
        _until_all_write(journals)
        time.sleep(seconds)
        began = time.time()
        _manage(environment, "backup", str(folder / "backup"))
        took = time.time() - began
        time.sleep(min(seconds, 2.0))
    finally:
        stop.touch()
        codes = [writer.wait(timeout=120) for writer in writers]
    assert codes == [0] * WRITERS, f"a writer failed: {codes}"
    written = [json.loads(line) for path in journals for line in path.read_text().splitlines()]
    before = {digest for at, digest in written if at < began}

    _run(environment, DESTROY)
    shutil.rmtree(folder / "var")
    restoring = time.time()
    _manage(environment, "restore", str(folder / "backup"))
    restored_in = time.time() - restoring

    found = json.loads(_run(environment, LOOK))
    assert found["bad"] == [], "files are not what the database says"
    assert found["frozen"] == found["jobs"], "one transaction was torn in two"
    there = set(found["frozen"])
    assert before <= there, f"{len(before - there)} rows that were acknowledged are gone"
    assert there <= {digest for _, digest in written}
    manifest = json.loads((folder / "backup" / "manifest.json").read_text("utf-8"))
    return Figures(
        written_before=len(before),
        written_in_all=len(written),
        restored=len(there),
        backup_seconds=round(took, 1),
        restore_seconds=round(restored_in, 1),
        files=len(manifest["files"]),
        tables=len(manifest["tables"]),
    )


def _until_all_write(journals: list[Path]) -> None:
    end = time.monotonic() + 120
    while not all(path.exists() and path.stat().st_size for path in journals):
        assert time.monotonic() < end, "the writers did not begin"
        time.sleep(0.1)


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _run(environment: dict[str, str], code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def main() -> None:
    """Against the database in DATABASE_URL, which is emptied."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="Writing before the backup.")
    wanted = parser.parse_args()
    environment = {
        "DJANGO_SETTINGS_MODULE": "elearn.settings.test",
        "DATABASE_URL": os.environ["DATABASE_URL"],
    }
    with tempfile.TemporaryDirectory(prefix="common-ground-backup-") as name:
        folder = Path(name)
        _manage({**os.environ, **environment, "VAR_DIR": str(folder / "var")}, "migrate")
        print(drill(environment, folder, seconds=wanted.seconds))


if __name__ == "__main__":
    main()
