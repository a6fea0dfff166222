"""Whether a feed is still as it was served last: the one question that nearly every fetch comes down to."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from sqlalchemy import Engine, bindparam, event, select

from scheduler.calendars.tables import FeedRow

_UNCHANGED: Final = select(FeedRow.id).where(
    FeedRow.digest == bindparam("digest"),
    FeedRow.etag == bindparam("etag"),
    FeedRow.ended_at.is_(None),
    FeedRow.revoked_at.is_(None),
)


class EtagCheck:
    """Asks the database whether an open feed still has a tag; threads may share it.

    It keeps connections of its own, outside the pool and without transactions: taking one from the pool and giving it
    back costs several times what the question does. There are never more than threads that ask at once, and they close
    with the engine.
    """

    def __init__(self, engine: Engine) -> None:
        compiled = _UNCHANGED.compile(dialect=engine.dialect)
        self._engine = engine
        self._statement = str(compiled)
        self._order = tuple(compiled.positiontup or ()) if compiled.positional else ()
        self._failure: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._idle: deque[Any] = deque()
        event.listen(engine, "engine_disposed", self._close)

    def __call__(self, key: str, etag: str) -> bool:
        """False also where the database did not answer: the ordinary look-up finds out why."""
        values = {"digest": key, "etag": etag}
        try:
            connection = self._take()
        except self._failure:
            return False
        try:
            found = connection.execute(self._statement, tuple(values[name] for name in self._order) or values)
            is_unchanged = bool(found.fetchall())
        except self._failure:
            connection.close()
            return False
        self._idle.append(connection)
        return is_unchanged

    def _take(self) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> Any:
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        self._engine.dialect.set_isolation_level(connection, "AUTOCOMMIT")
        return connection

    def _close(self, _engine: Engine) -> None:
        while self._idle:
            self._idle.pop().close()
