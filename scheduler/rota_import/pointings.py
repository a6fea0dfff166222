"""What somebody has pointed at on the sheets of a rota, kept for its next file; and the sheets themselves while it
waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.json_values import as_json, from_json
from scheduler.rotas.pointed_sheets import Pointing
from scheduler.rotas.tables import RotaPointingRow, WaitingSheetsRow

_MOST_OTHERS = 20


def remembered_pointing(db: Db, programme_id: int, site_id: int, name: str) -> Pointing:
    """What was said of earlier files of this rota, and of the site's other rotas, the latest first: next month's file
    may be called otherwise."""
    rows = db.scalars(
        select(RotaPointingRow)
        .where(RotaPointingRow.programme_id == programme_id, RotaPointingRow.site_id == site_id)
        .order_by(RotaPointingRow.said_at.desc(), RotaPointingRow.name)
        .limit(_MOST_OTHERS)
    ).all()
    own = db.get(RotaPointingRow, (programme_id, name))
    others = tuple(said for row in rows if row.name != name for said in _said(row).sheets)
    return Pointing(_said(own).sheets if own else (), others)


def keep_pointing(db: Db, programme_id: int, site_id: int, name: str, said: Pointing, now: datetime) -> None:
    """Keep what was said for the next file of this rota; nothing is forgotten."""
    db.execute(
        delete(RotaPointingRow).where(RotaPointingRow.programme_id == programme_id, RotaPointingRow.name == name)
    )
    if any(sheet.says_anything for sheet in said.sheets):
        row = {"programme_id": programme_id, "name": name, "site_id": site_id, "said_at": now}
        db.add(RotaPointingRow(**row, pointing=as_json(said)))
    db.flush()


def keep_sheets(db: Db, waiting_id: int, packed: bytes) -> None:
    """Keep the sheets of a rota while it waits; a file without sheets has none."""
    if packed:
        db.add(WaitingSheetsRow(waiting_id=waiting_id, packed=packed))
        db.flush()


def find_sheets(db: Db, waiting_id: int) -> bytes | None:
    """The sheets of a rota that waits; None where there are none, or none any more."""
    return db.scalar(select(WaitingSheetsRow.packed).where(WaitingSheetsRow.waiting_id == waiting_id))


def drop_sheets(db: Db, waiting_id: int) -> None:
    """Forget the sheets of a rota."""
    db.execute(delete(WaitingSheetsRow).where(WaitingSheetsRow.waiting_id == waiting_id))


def _said(row: RotaPointingRow) -> Pointing:
    return from_json(Pointing, row.pointing)
