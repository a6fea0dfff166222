"""What many tests begin with: stored once in each test process, by the product itself, and put back whenever it is
wanted again."""

from __future__ import annotations

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event, text

from scheduler import clock
from scheduler.db import Database

P = ParamSpec("P")
Here = TypeVar("Here")
Made = TypeVar("Made")
History = tuple[str, ...]
"""How a database came to hold what it holds: where it began, and what was built upon that."""

MOST_KEPT: Final = 80
_WITH_JOURNAL_BESIDE: Final = b"\2"
_WITHOUT: Final = b"\1"
MOMENT_SECONDS: Final = 45
"""Less than a minute, for which the shortest of all changes waits before anybody is told."""
_TRUE_NOW = clock.now
_histories: WeakKeyDictionary[Database, History] = WeakKeyDictionary()
"""Of the databases that hold what is known, and nothing that was written since."""
_watched: WeakKeyDictionary[Database, bool] = WeakKeyDictionary()


class Content(Protocol):
    """All that a database holds, to be put back into it."""

    def put(self, database: Database) -> None:
        """Let the database hold this and nothing else."""


_kept: OrderedDict[History, tuple[Content, Any]] = OrderedDict()


def put_back(database: Database, content: Content, where_from: str) -> None:
    """Let a test begin with this."""
    content.put(database)
    _know(database, (where_from,))


def kept(build: Callable[Concatenate[Here, P], Made]) -> Callable[Concatenate[Here, P], Made]:
    """Declare that what is built is the same whenever it is built upon the same, with the same arguments.

    ``build`` takes the database, or something that has one, and writes nowhere else. It is built anew when the clock
    has been moved, and upon what the test itself has written.
    """
    return _kept_at(build, lambda: "")


def kept_for_a_moment(build: Callable[Concatenate[Here, P], Made]) -> Callable[Concatenate[Here, P], Made]:
    """The same for what is built as of now: it is never old, for what is young waits before anybody is told."""
    return _kept_at(build, lambda: str(clock.now().timestamp() // MOMENT_SECONDS))


def _kept_at(
    build: Callable[Concatenate[Here, P], Made], moment: Callable[[], str]
) -> Callable[Concatenate[Here, P], Made]:
    @wraps(build)
    def made(here: Here, *args: P.args, **more: P.kwargs) -> Made:
        database = here if isinstance(here, Database) else here.database  # type: ignore[attr-defined]
        before = _histories.get(database)
        if before is None or clock.now is not _TRUE_NOW:
            return build(here, *args, **more)
        step = repr((build.__module__, build.__qualname__, here, args, more, moment()))
        return _made(database, (*before, step), lambda: build(here, *args, **more))

    return made


def _made(database: Database, history: History, build: Callable[[], Made]) -> Made:
    if history in _kept:
        _kept.move_to_end(history)
        content, found = _kept[history]
        content.put(database)
    else:
        found = build()
        _kept[history] = (content_of(database), _copied(found, database))
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _know(database, history)
    return _copied(found, database)


def _copied(found: Made, database: Database) -> Made:
    """The test may change what it is given, but for the database."""
    return deepcopy(found, {id(database): database})


def _know(database: Database, history: History) -> None:
    _histories[database] = history
    if database not in _watched:
        _watched[database] = True
        event.listen(database.engine, "commit", lambda _connection: _histories.pop(database, None))


def content_of(database: Database) -> Content:
    """All that it holds now."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            return _postgres_content(connection)
    with closing(sqlite3.connect(str(database.engine.url.database))) as source:
        return SqliteContent(source.serialize())


@dataclass(frozen=True, slots=True)
class SqliteContent:
    """What the file of a SQLite database holds."""

    octets: bytes

    def put(self, database: Database) -> None:
        """At once, where nobody is at the database: a file must not be exchanged under an open connection, and whoever
        has read through one keeps a journal beside it. Else by SQLite itself, which waits, and takes ten times as
        long."""
        database.close()
        file = Path(str(database.engine.url.database))
        if not file.with_name(f"{file.name}-wal").exists():
            _write(file, self._journaled(_WITH_JOURNAL_BESIDE))
            return
        with closing(sqlite3.connect(":memory:")) as source, closing(sqlite3.connect(file)) as copy:
            source.deserialize(self._journaled(_WITHOUT))
            copy.execute("PRAGMA synchronous=OFF")
            source.backup(copy)

    def _journaled(self, how: bytes) -> bytes:
        """The same, for reading in this way: https://www.sqlite.org/fileformat2.html#file_format_version_numbers."""
        return self.octets[:18] + how * 2 + self.octets[20:]


def _write(file: Path, octets: bytes) -> None:
    """Into the file itself: a program may know it by more than its name."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT, 0o644)
    with open(opened, "wb") as whole:
        whole.write(octets)
        whole.truncate()


@dataclass(frozen=True, slots=True)
class PostgresContent:
    """The rows of every table that has some, where every sequence stands, and all tables' names."""

    rows: dict[str, bytes]
    sequences: dict[str, tuple[int, bool]]
    tables: tuple[str, ...]

    def put(self, database: Database) -> None:
        """To make another database from a template takes PostgreSQL twenty times as long."""
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role TO replica"))  # rows come in any order
            connection.exec_driver_sql("; ".join(f'DELETE FROM "{table}"' for table in self.tables))
            cursor = connection.connection.cursor()
            for table, rows in self.rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)
            standing = (
                f"""setval('"{name}"', {last}, {is_called})""" for name, (last, is_called) in self.sequences.items()
            )
            cursor.execute(f"SELECT {', '.join(standing)}")


def _postgres_content(connection: Connection) -> PostgresContent:
    tables = tuple(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")))
    names = connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")).all()
    standing = " UNION ALL ".join(f"SELECT '{name}', last_value, is_called FROM \"{name}\"" for name in names)
    sequences = {name: (last, is_called) for name, last, is_called in connection.execute(text(standing))}
    cursor, rows = connection.connection.cursor(), {}
    for table in tables:
        with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
            rows[table] = b"".join(map(bytes, copy))
    return PostgresContent({table: found for table, found in rows.items() if found}, sequences, tables)
