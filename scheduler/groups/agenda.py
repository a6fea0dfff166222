"""A group's agenda: suggestions without an author, for one session or for some time.

Nothing here is recorded in the audit trail: it would tell who suggested what.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import NotFound
from scheduler.groups.membership import roster
from scheduler.groups.model import AgendaItem
from scheduler.groups.tables import AgendaRow
from scheduler.groups.writing import written
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.sessions.tables import SessionRow

LONGEST: Final = 300


def agenda(db: Session, actor: Actor, programme_id: int, group_key: str) -> tuple[AgendaItem, ...]:
    """Everything on one's own group's list, in the order in which it came. Raises NotFound to outsiders."""
    roster(db, actor, programme_id, group_key)
    rows = db.scalars(
        select(AgendaRow)
        .where(AgendaRow.programme_id == programme_id, AgendaRow.group_key == group_key)
        .order_by(AgendaRow.id)
    )
    return tuple(AgendaItem(row.id, row.session_id, row.text) for row in rows)


def suggest(
    db: Session,
    actor: Actor,
    programme_id: int,
    group_key: str,
    text: str,
    now: datetime,
    session_id: int | None = None,
) -> None:
    """Put something on the list, for one session or for some time. Who did is not kept."""
    roster(db, actor, programme_id, group_key)
    _must_be_of_group(db, programme_id, group_key, session_id)
    row = AgendaRow(programme_id=programme_id, group_key=group_key, session_id=session_id, day=now.date())
    row.text = written(text, LONGEST)
    db.add(row)


def put_off(db: Session, actor: Actor, item_id: int, session_id: int | None) -> None:
    """Move something to another session, or to some time."""
    row = _item(db, actor, item_id)
    _must_be_of_group(db, row.programme_id, row.group_key, session_id)
    row.session_id = session_id


def take_off(db: Session, actor: Actor, item_id: int) -> None:
    """Take something off the list: it has been talked about, or is not wanted any more."""
    db.delete(_item(db, actor, item_id))


def _item(db: Session, actor: Actor, item_id: int) -> AgendaRow:
    row = db.get(AgendaRow, item_id)
    if row is None:
        raise NotFound(say("This is not on the list any more."))
    roster(db, actor, row.programme_id, row.group_key)
    return row


def _must_be_of_group(db: Session, programme_id: int, group_key: str, session_id: int | None) -> None:
    if session_id is None:
        return
    row = db.get(SessionRow, session_id)
    if row is None or (row.programme_id, row.group_key) != (programme_id, group_key):
        raise NotFound(say("There is no such session of yours."))
