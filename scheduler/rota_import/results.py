"""What imports of rotas did, kept for a while: the page that tells it can be loaded again, and found later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.json_values import as_json, from_json
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.rota_import.takeover import Imported
from scheduler.rotas.tables import ImportResultRow

KEPT: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NamedResult:
    """What the import of one rota did."""

    name: str
    result: Imported


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What was imported together, and when."""

    id: int
    made_at: datetime
    rotas: tuple[NamedResult, ...]


def keep_result(
    db: Db, actor: Actor, programme_id: int, name: str, result: Imported, now: datetime, beside: int | None = None
) -> int:
    """Keep what an import did, in its transaction; ``beside`` is the kept result of those imported with it.

    Returns the number under which it is found. What is older than :data:`KEPT` is forgotten.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    db.execute(delete(ImportResultRow).where(ImportResultRow.made_at < now - KEPT))
    row = _row(db, programme_id, beside) if beside is not None else None
    if row is None:
        row = ImportResultRow(programme_id=programme_id, made_at=now, rotas=[])
        db.add(row)
    row.rotas = [*row.rotas, as_json(NamedResult(name, result))]
    db.flush()
    return row.id


def get_result(db: Db, actor: Actor, programme_id: int, result_id: int) -> ImportResult:
    """What an import did."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return _value(_row(db, programme_id, result_id))


def list_results(db: Db, actor: Actor, programme_id: int) -> tuple[ImportResult, ...]:
    """What the latest imports did, the newest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.scalars(
        select(ImportResultRow)
        .where(ImportResultRow.programme_id == programme_id)
        .order_by(ImportResultRow.id.desc())
        .limit(_LISTED)
    )
    return tuple(map(_value, rows))


_LISTED: Final = 10


def _row(db: Db, programme_id: int, result_id: int) -> ImportResultRow:
    row = db.get(ImportResultRow, result_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that import."), what_to_do=say("Go back to the list of rotas."))
    return row


def _value(row: ImportResultRow) -> ImportResult:
    written: Sequence[dict[str, Any]] = row.rotas
    return ImportResult(row.id, row.made_at, tuple(from_json(NamedResult, each) for each in written))
