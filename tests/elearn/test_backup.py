"""A backup holds everything as of one instant, and gives it back; a damaged one changes nothing."""

import io
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.db import connection

from curriculum.models import Profession, ScheduledRun, User
from elearn.service.backup import actions, databases, manifest
from elearn.service.backup.manifest import Unsound
from tests import people
from tests.faults.backup_drill import WRITERS, drill

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Somebody, a picture and a certificate; a folder for the backup."""
    people.lena()
    default_storage.save("frozen/ab/abc.png", ContentFile(b"picture"))
    default_storage.save("images/ŵ and space.png", ContentFile(b"another"))
    storages["records"].save("certificates/one.pdf", ContentFile(b"%PDF"))
    return tmp_path / "backup"


def test_reading_the_tables_leaves_no_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on SQLite alone a connection of our own reads them")
    opened = []
    monkeypatch.setattr(
        databases.sqlite3,
        "connect",
        lambda path, connect=sqlite3.connect: opened.append(connect(path)) or opened[-1],
    )
    assert "curriculum_user" in databases.tables()
    [one] = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        one.execute("SELECT 1")


def test_what_is_lost_comes_back(world: Path) -> None:
    call_command("backup", str(world), stdout=io.StringIO())
    before = databases.tables()
    assert ScheduledRun.objects.get(name="backup").outcome.endswith("4 files.")
    default_storage.delete("frozen/ab/abc.png")
    storages["records"].delete("certificates/one.pdf")
    User.objects.filter(email="lena@example.org").update(full_name="Somebody else")
    Profession.objects.create(name="Added later")
    said = io.StringIO()
    call_command("restore", str(world), "--replace", stdout=said)
    after = databases.tables()
    # Of the run itself the copy knows only that it had begun.
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"curriculum_scheduledrun"}
    assert before.keys() == after.keys()
    assert User.objects.get(email="lena@example.org").full_name == "Lena Okoro"
    assert not Profession.objects.filter(name="Added later").exists()
    assert default_storage.open("frozen/ab/abc.png").read() == b"picture"
    assert storages["records"].open("certificates/one.pdf").read() == b"%PDF"
    assert "all as they were kept" in said.getvalue()
    Profession.objects.create(name="After it")  # sequences go on where they were


def test_the_manifest_tells_every_table_and_file(world: Path) -> None:
    made = actions.back_up(world)
    assert set(made.files) == {
        made.dump,
        "media/frozen/ab/abc.png",
        "media/images/ŵ and space.png",
        "records/certificates/one.pdf",
    }
    assert made.tables["curriculum_user"].rows == User.objects.count()
    assert made.tables.keys() >= set(connection.introspection.django_table_names())
    assert made.versions.keys() == {"common-ground", "django", "wagtail"}
    assert (world.stat().st_mode & 0o077) == 0, "nobody else may read it"


@pytest.mark.parametrize("what", ["changed", "missing", "unfinished", "of another format"])
def test_a_damaged_backup_is_refused_before_anything_is_changed(world: Path, what: str) -> None:
    actions.back_up(world)
    picture = world / "media/frozen/ab/abc.png"
    if what == "changed":
        picture.write_bytes(b"forged!")
    elif what == "missing":
        picture.unlink()
    elif what == "unfinished":
        (world / manifest.NAME).unlink()
    else:
        (world / manifest.NAME).write_text(json.dumps({"format": 99}))
    before = databases.tables()
    with pytest.raises(CommandError):
        call_command("restore", str(world), "--replace")
    assert databases.tables() == before
    assert default_storage.open("frozen/ab/abc.png").read() == b"picture"


def test_a_database_in_use_is_replaced_only_when_asked_for(world: Path) -> None:
    actions.back_up(world)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(world))


def test_a_restore_that_gave_something_else_says_so(world: Path, monkeypatch: Any) -> None:
    made = actions.back_up(world)
    wrong = {**made.tables, "curriculum_user": manifest.Table(99, "0")}
    manifest.write(manifest.Manifest(**{**vars(made), "tables": wrong}), world)
    with pytest.raises(Unsound, match="curriculum_user"):
        actions.restore(world, replace=True)


def test_every_backup_has_a_folder_of_its_own(world: Path) -> None:
    actions.back_up(world)
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(world))


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[str]:
    """The address of a copy of the test's database; others may have connections to the original."""
    dump, _ = databases.dump(tmp_path)
    connection.close()
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / dump}"
        return
    settings = connection.settings_dict
    name = f"{settings['NAME']}_drill"
    where = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
    address = f"postgres://{where}/{name}"
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    subprocess.run(
        ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={address}", tmp_path / dump],
        check=True,
    )
    yield address
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_a_backup_under_load_holds_all_that_was_acknowledged(tmp_path: Path, copy: str) -> None:
    """The short form of tests/faults/backup_drill.py, on a copy of the test's database."""
    environment = {"DJANGO_SETTINGS_MODULE": "elearn.settings.test", "DATABASE_URL": copy}
    figures = drill(environment, tmp_path, seconds=0.5)
    assert figures.restored >= figures.written_before >= WRITERS
