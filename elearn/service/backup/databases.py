"""The database's part of a backup: a dump and the checksums of its tables, of one instant."""

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from elearn.service.backup.manifest import Table, Unsound


def dump(folder: Path) -> tuple[str, dict[str, Table]]:
    """Write the database into the folder; the dump's name and what is in its tables."""
    if connection.vendor == "postgresql":
        return "database.dump", _dump_postgresql(folder / "database.dump")
    return "database.sqlite3", _dump_sqlite(folder / "database.sqlite3")


def restore(dump: Path) -> None:
    """Put the dump in the place of what is in the database."""
    if connection.vendor == "postgresql":
        _restore_postgresql(dump)
    else:
        _restore_sqlite(dump)


def tables() -> dict[str, Table]:
    """Every table of the database as it is now."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            _fixed_form()
            return _measure_postgresql()
    with _opened(connection.settings_dict["NAME"]) as database:
        return _measure_sqlite(database)


def is_empty() -> bool:
    """Whether there is no table."""
    return not connection.introspection.table_names()


# ── PostgreSQL ────────────────────────────────────────────────────────────
def _dump_postgresql(target: Path) -> dict[str, Table]:
    # The dump reads the very snapshot that is measured here, whatever is written meanwhile.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        _fixed_form()
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
        return _measure_postgresql()


def _restore_postgresql(dump: Path) -> None:
    # Before anything goes: that the program is there and can read this dump.
    _run("pg_restore", "--list", str(dump))
    with connection.cursor() as cursor:
        # A dump doesn't remove what came after it; and it makes the schema's contents, not itself.
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    _run(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}",
        str(dump),
    )


def _fixed_form() -> None:
    """Let values have the same text on every server."""
    with connection.cursor() as cursor:
        for name, value in (
            ("TimeZone", "UTC"),
            ("DateStyle", "ISO"),
            ("IntervalStyle", "postgres"),
            ("extra_float_digits", "3"),
            ("bytea_output", "hex"),
        ):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def _measure_postgresql() -> dict[str, Table]:
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY a.attname) "
            "FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) "
            "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' "
            "ORDER BY c.relname"
        )
        for name, columns in cursor.fetchall():
            # A sum, so that neither order nor memory matters; columns by name, since a table that
            # was altered has them in another order than one that was made at once.
            cursor.execute(
                f"SELECT count(*), coalesce(sum(('x' || left(md5(ROW({columns})::text), 15))"  # noqa: S608
                f"::bit(60)::bigint::numeric), 0) FROM {connection.ops.quote_name(name)}"
            )
            rows, checksum = cursor.fetchone()
            found[name] = Table(rows, str(checksum))
    return found


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs against our database; the password is not on its line."""
    settings, environment = connection.settings_dict, dict(os.environ)
    pairs = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        "PGSSLMODE": settings.get("OPTIONS", {}).get("sslmode", ""),
    }
    environment |= {key: str(value) for key, value in pairs.items() if value}
    try:
        subprocess.run(  # noqa: S603
            [program, *arguments], env=environment, check=True, capture_output=True
        )
    except FileNotFoundError:
        raise Unsound(f"{program} is missing: apt-get install postgresql-client") from None
    except subprocess.CalledProcessError as fault:
        said = fault.stderr.decode(errors="replace").strip().splitlines()
        raise Unsound(f"{program} failed: {said[-1] if said else fault.returncode}") from None


# ── SQLite ────────────────────────────────────────────────────────────────
@contextmanager
def _opened(path: Path | str) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(path)
    try:
        yield database
    finally:
        database.close()


def _dump_sqlite(target: Path) -> dict[str, Table]:
    connection.ensure_connection()
    target.unlink(missing_ok=True)
    with _opened(target) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return _measure_sqlite(copy)


def _restore_sqlite(dump: Path) -> None:
    connection.ensure_connection()
    with _opened(dump) as kept:
        kept.backup(connection.connection)
    connection.close()


def _measure_sqlite(database: Any) -> dict[str, Table]:
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "ORDER BY name"
        )
    ]
    found = {}
    for name in names:
        rows, checksum = 0, 0
        for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608
            digest = hashlib.md5(repr(row).encode(), usedforsecurity=False).hexdigest()
            rows, checksum = rows + 1, checksum + int(digest[:15], 16)
        found[name] = Table(rows, str(checksum))
    return found
