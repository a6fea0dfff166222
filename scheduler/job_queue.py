"""Where the queue of jobs is kept on PostgreSQL: in a schema of its own beside our tables, made and kept up to date by
the files that the library `procrastinate` brings with it.

What is in it is never the truth: a run's row says whether it waits, so that a queue that was lost is filled again.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

SCHEMA: Final = "procrastinate"
DROP: Final = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
_APPLIED: Final = f"{SCHEMA}.applied"
"""Has in its one line the last of the library's changes to its tables that was made."""


def is_present(connection: Connection) -> bool:
    """Whether the queue is as the library wants it; always where there is none, on SQLite."""
    return connection.dialect.name != "postgresql" or _applied(connection) == _changes()[-1].name


def bring_up_to_date(connection: Connection) -> None:
    """Make the queue, or change it as the library has changed since, within the transaction of the migrations."""
    if is_present(connection):
        return
    before = _applied(connection)
    changes = _changes()
    if before is None:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
    if before is None:
        _run(connection, _files() / "schema.sql")
        connection.execute(text(f"CREATE TABLE {_APPLIED} (name text NOT NULL)"))
    else:
        for change in changes:
            if change.name > before:
                _run(connection, change)
    connection.execute(text("SET LOCAL search_path TO DEFAULT"))
    connection.execute(text(f"DELETE FROM {_APPLIED}"))  # noqa: S608 - a name that stands in this module
    connection.execute(text(f"INSERT INTO {_APPLIED} VALUES (:name)"), {"name": changes[-1].name})  # noqa: S608 - likewise


def _applied(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass(:table)"), {"table": _APPLIED}) is None:
        return None
    found: str | None = connection.scalar(text(f"SELECT name FROM {_APPLIED}"))  # noqa: S608 - a name that stands in this module
    return found


def _run(connection: Connection, file: Path) -> None:
    connection.connection.cursor().execute(file.read_text())  # several statements, and signs of per cent in their words


def _changes() -> list[Path]:
    """The library's files of changes, in their order."""
    return sorted((_files() / "migrations").glob("*.sql"), key=lambda file: file.name)


def _files() -> Path:
    """Where they are. The library itself is not loaded for it: that takes longer than a command should."""
    spec = find_spec("procrastinate")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("procrastinate")
    return Path(spec.origin).parent / "sql"
