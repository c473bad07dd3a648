"""The database as the starter curriculum leaves it, kept in memory for the tests of one process.

Loading the starter takes longer than most journeys through it, and always ends the same.
"""

import sqlite3
from typing import Any

from django.db import connection

_sqlite: sqlite3.Connection | None = None
_postgres: dict[str, tuple[str, bytes]] = {}  # table → its columns, its rows


def take() -> None:
    """Remember the database as it is now."""
    global _sqlite
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
    """Bring the database back to what was remembered; False where nothing was."""
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
