"""Database and media as the starter curriculum leaves them, in memory for the tests of a process.

Loading the starter takes longer than most journeys through it, and always ends the same.
"""

import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

_sqlite: sqlite3.Connection | None = None
_postgres: dict[str, tuple[str, bytes]] = {}  # table → its columns, its rows
_media: dict[Path, bytes] = {}  # path below the media folder → what is in it


def take() -> None:
    """Remember the database and the media as they are now."""
    global _sqlite
    media = Path(settings.MEDIA_ROOT)
    _media.update(
        (path.relative_to(media), path.read_bytes()) for path in media.rglob("*") if path.is_file()
    )
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        _sqlite = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(_sqlite)
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = ", ".join(_stored(cursor, table))
            with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT') as copy:
                _postgres[table] = (columns, b"".join(bytes(block) for block in copy))


def restore() -> bool:
    """Bring back what was remembered; False where nothing was."""
    for name, held in _media.items():
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held)
    if _sqlite is not None:
        connection.ensure_connection()
        _sqlite.backup(connection.connection)
        return True
    if not _postgres:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # rows come in any order
        tables = ", ".join(f'"{table}"' for table in _postgres)
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        for table, (columns, rows) in _postgres.items():
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                copy.write(rows)
        cursor.execute("SET session_replication_role = DEFAULT")
        for sql in _sequences(cursor):
            cursor.execute(sql)
    return True


def _stored(cursor: Any, table: str) -> list[str]:
    """The columns that are written, not computed."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [f'"{name}"' for (name,) in cursor.fetchall()]


def _sequences(cursor: Any) -> list[str]:
    """Statements that set each table's numbering past its last row."""
    found = []
    for table in _postgres:
        for sequence in connection.introspection.get_sequences(cursor, table):
            name, column = sequence["name"], sequence["column"]
            last = f'(SELECT COALESCE(MAX("{column}"), 1) FROM "{table}")'
            found.append(f"SELECT setval('{name}', {last})")
    return found
