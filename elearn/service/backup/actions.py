"""Making a backup and coming back from it."""

import datetime as dt
from pathlib import Path

import django
import wagtail
from django.db import connection

import elearn
from elearn.service.backup import databases, files, manifest
from elearn.service.backup.manifest import Kept, Manifest, Table, Unsound


def back_up(folder: Path) -> Manifest:
    """Copy database, media and records into a folder that is empty or not there yet. Raises Unsound
    where it isn't, or where a part can't be copied."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Unsound(f"{folder} is not empty. Give every backup a folder of its own.")
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    dump, tables = databases.dump(folder)
    with (folder / dump).open("rb") as stream:
        kept: dict[str, Kept] = {dump: manifest.measure(stream)}
    kept |= files.copy(folder)
    made = Manifest(
        made_at=made_at,
        versions=versions(),
        engine=connection.vendor,
        dump=dump,
        tables=tables,
        files=kept,
    )
    manifest.write(made, folder)
    return made


def restore(folder: Path, *, replace: bool = False) -> Manifest:
    """Bring back what a backup holds, and see that it is back. Raises Unsound where the backup is
    damaged (nothing is changed then), or where the database is in use and `replace` is not set."""
    kept = manifest.read(folder)
    if kept.engine != connection.vendor:
        raise Unsound(f"The backup is of {kept.engine}; the database here is {connection.vendor}.")
    manifest.check_files(kept, folder)
    if not replace and not databases.is_empty():
        raise Unsound("The database is not empty. --replace puts the backup in its place.")
    stored = {name: file for name, file in kept.files.items() if name != kept.dump}
    # Files first: if this breaks off, the database is still as it was.
    files.put_back(folder, list(stored))
    databases.restore(folder / kept.dump)
    files.check(stored)
    if unlike := _unlike(kept.tables, databases.tables()):
        raise Unsound("These tables are not as they were kept: " + ", ".join(unlike))
    return kept


def versions() -> dict[str, str]:
    """Of what is running here."""
    return {
        "common-ground": elearn.__version__,
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
    }


def _unlike(kept: dict[str, Table], found: dict[str, Table]) -> list[str]:
    return sorted(name for name in kept.keys() | found.keys() if kept.get(name) != found.get(name))
