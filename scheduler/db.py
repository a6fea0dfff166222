"""The database: one engine, short transactions, the same on SQLite and PostgreSQL.

A SQLAlchemy session is called ``db`` everywhere; a *session* in this product is a meeting.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from json import JSONDecoder
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    cast,
    create_engine,
    event,
    func,
    make_url,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.engine import URL, Connection, Dialect
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import NULLTYPE, TypeDecorator

from scheduler.errors import Rejected
from scheduler.private_files import private_database
from scheduler.secret_texts import use_key

Db: TypeAlias = Session
"""An open transaction, as services, pages and tests are handed it; only this module calls it what SQLAlchemy does."""

_E = TypeVar("_E", bound=StrEnum)
_Seen = TypeVar("_Seen")
_Key = TypeVar("_Key", bound=Hashable)
_SEEN: Final = "seen"
_PATIENCE_MS: Final = 15_000
_AT_ONCE_MS: Final = 50
_ROWS_LOOKED_AT: Final = 400
"""In each index, when statistics are gathered: SQLite's own advice."""
_NEW_AFTER_SECONDS: Final = 600
"""A connection to SQLite knows the statistics of when it was made."""
_READER: Final = JSONDecoder().raw_decode
FollowUp: TypeAlias = Callable[[Db], None]
"""Brings up to date whatever hangs on what a transaction has changed, as its last step."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no zones, so there it is stored without and read back with."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[_E]):
    """A member of an enumeration, kept as its text. :func:`one_of` has the database refuse any other."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[_E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: _E | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> _E | None:  # noqa: ARG002
        return None if value is None else self.words(value)


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """A constraint of the column's name: it holds one of these words."""
    return CheckConstraint(f"{column} IN ({quoted(words)})", name=column)


def quoted(words: Iterable[str]) -> str:
    """Words as a list in SQL."""
    return ", ".join(f"'{word}'" for word in words)


class Base(DeclarativeBase):
    """The parent of every mapped class."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's own declaration form


def is_numbered(table: Table) -> bool:
    """Whether the database gives the rows of a table their numbers."""
    key = list(table.primary_key.columns)
    return len(key) == 1 and isinstance(key[0].type, Integer) and not key[0].foreign_keys


def number_once(table: Table, _connection: Connection, **_how: object) -> None:
    """Let no number be given twice: what a page, an address or a secret names by its number is never something newer.

    PostgreSQL’s sequences only count on; SQLite gives the numbers of deleted rows again unless it is told. This holds
    of every table, those that a migration makes or copies among them.
    """
    if is_numbered(table):
        table.dialect_options["sqlite"]["autoincrement"] = True


event.listen(Table, "before_create", number_once)


def follow_nothing(_db: Db) -> None:
    """For a database in which nobody notes changes."""


class Database:
    """One database. Open a transaction with :meth:`reading` or :meth:`writing`; both end all or nothing. Secret texts
    are sealed with ``secret_key``; without one they can be neither stored nor read."""

    def __init__(self, url: str, follow_up: FollowUp = follow_nothing, secret_key: str = "") -> None:
        self.engine = _engine(url)
        use_key(self.engine, secret_key)
        self._follow_up = follow_up
        self._writing_engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._reading_engine = _one_moment(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Db]:
        """A transaction that only looks; it sees one moment's state: that of its first query."""
        with Session(self._reading_engine, expire_on_commit=False, info={_SEEN: {}}) as db:
            yield db

    @contextmanager
    def writing(self, *, at_once: bool = False) -> Iterator[Db]:
        """A transaction that changes: committed at the end, undone whole if an error leaves it.

        Before it is committed, what follows from its changes is brought up to date.

        On SQLite it takes the write lock at once, so that two writers wait for each other instead of failing. On
        PostgreSQL each query sees what is committed by then: lock what a decision rests on before looking at it.
        ``at_once`` is for what is not worth waiting for: an error where somebody else is writing.
        """
        engine = self._writing_engine.execution_options(at_once=True) if at_once else self._writing_engine
        with Session(engine, expire_on_commit=False) as db, db.begin():
            connection = db.connection()  # SQLAlchemy itself would begin at the first query only
            if at_once and connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_AT_ONCE_MS}")
            yield db
            self._follow_up(db)
            if db.info:
                raise RuntimeError("changes were noted that nothing follows up: see scheduler.bootstrap.connect")

    def gather_statistics(self) -> None:
        """Have SQLite look at how its tables are filled: without that it may begin a query at the wrong end, and read
        ten thousand rows for one. PostgreSQL does so by itself. Other connections know it once they are new."""
        if self.engine.dialect.name == "sqlite":
            with self.writing() as db:
                db.connection().exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def seen_once(db: Db, what: Hashable, look: Callable[[], _Seen]) -> _Seen:
    """What ``look`` finds. A transaction that only looks sees one moment, so it looks for ``what`` once."""
    seen = db.info.get(_SEEN)
    if seen is None:
        return look()
    if what not in seen:
        seen[what] = look()
    found: _Seen = seen[what]
    return found


def seen_each(
    db: Db, what: str, keys: Iterable[_Key], look: Callable[[Collection[_Key]], Mapping[_Key, _Seen]]
) -> Mapping[_Key, _Seen]:
    """What ``look`` finds by each of these keys. A transaction that only looks asks for each once."""
    wanted, seen = tuple(dict.fromkeys(keys)), db.info.get(_SEEN)
    if seen is None:
        return look(wanted)
    if unseen := [key for key in wanted if (what, key) not in seen]:
        seen.update({(what, key): found for key, found in look(unseen).items()})
    return {key: seen[what, key] for key in wanted if (what, key) in seen}


def pair_in(
    first: ColumnElement[Any] | InstrumentedAttribute[Any],
    second: ColumnElement[Any] | InstrumentedAttribute[Any],
    pairs: Iterable[tuple[Any, Any]],
) -> ColumnElement[bool]:
    """That two columns together have one of these pairs of values. Each is named by itself too: SQLite looks the second
    up in an index only then."""
    wanted = list(pairs)
    each = (first.in_({one for one, _ in wanted}), second.in_({other for _, other in wanted}))
    return and_(*each, tuple_(first, second).in_(wanted))


def bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the database gives it, made into nothing: to see whether it is what it was."""
    return cast(column, Text) if isinstance(column.type, JSON) else type_coerce(column, NULLTYPE)


def only_looks(db: Db) -> bool:
    """Whether a transaction only looks: nothing that it finds is its own doing."""
    return _SEEN in db.info


def take_turns(db: Db, about: str) -> None:
    """Let one transaction at a time be about this: the next begins to look when the one before is committed.

    SQLite's writers take turns by themselves. To be called before anything is looked at.
    """
    if db.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(about.encode()).digest()[:8], signed=True)
        db.execute(select(func.pg_advisory_xact_lock(key)))


def read_address(text: str) -> URL:
    """The address of a database. Raises Rejected for what is none."""
    try:
        url = make_url(text)
        url.get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError, NotImplementedError):
        raise Rejected(
            "This is no address of a database that can be used.",
            where="ROUNDS_DATABASE_URL",
            what_to_do="It is like sqlite:///var/rounds.sqlite or postgresql+psycopg://user:password@host/name.",
        ) from None
    return url


def _engine(url: str) -> Engine:
    read_address(url)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, json_deserializer=_from_json, pool_recycle=_NEW_AFTER_SECONDS)
    if (path := engine.url.database) and path != ":memory:" and not path.startswith("file:"):
        private_database(Path(path))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _from_json(text: str) -> Any:
    """What was written as JSON by ourselves, and so begins at once: a page may read ten thousands of these."""
    value, _end = _READER(text)
    return value


def _one_moment(engine: Engine) -> Engine:
    """SQLite's transactions see one moment by themselves; PostgreSQL's only if asked to."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: _begin_sqlite says how
    limits = (f"busy_timeout={_PATIENCE_MS}", f"analysis_limit={_ROWS_LOOKED_AT}")
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", *limits):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}"
    if not options.get("at_once"):
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE_MS}")
