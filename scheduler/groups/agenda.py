"""A group's agenda: suggestions without an author, for one session or for some time.

Nothing here is recorded in the audit trail: it would tell who suggested what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db, pair_in
from scheduler.errors import NotFound
from scheduler.groups.model import AgendaItem
from scheduler.groups.tables import AgendaRow
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.membership import GroupId, own_group_roster, own_rosters
from scheduler.sessions.service import session_led
from scheduler.sessions.tables import SessionRow
from scheduler.text_input import required_text

LONGEST: Final = 300


def agendas(db: Db, actor: Actor, groups: Collection[GroupId]) -> Mapping[GroupId, tuple[AgendaItem, ...]]:
    """What is on the lists of one's own groups, by group and in the order in which it came. NotFound to outsiders."""
    own_rosters(db, actor, groups)
    rows = db.scalars(
        select(AgendaRow).where(pair_in(AgendaRow.programme_id, AgendaRow.group_key, groups)).order_by(AgendaRow.id)
    )
    found: dict[GroupId, tuple[AgendaItem, ...]] = dict.fromkeys(groups, ())
    for row in rows:
        found[row.programme_id, row.group_key] += (AgendaItem(row.id, row.session_id, row.text),)
    return found


def agenda_of_session_led(db: Db, actor: Actor, session_id: int) -> tuple[AgendaItem, ...]:
    """What is on the list for a session, for whoever leads it, as a deputy too. NotFound to others."""
    session_led(db, actor, session_id)
    rows = db.scalars(select(AgendaRow).where(AgendaRow.session_id == session_id).order_by(AgendaRow.id))
    return tuple(AgendaItem(row.id, row.session_id, row.text) for row in rows)


def suggest(
    db: Db,
    actor: Actor,
    programme_id: int,
    group_key: str,
    text: str,
    now: datetime,
    session_id: int | None = None,
) -> None:
    """Put something on the list, for one session or for some time. Who did is not kept."""
    own_group_roster(db, actor, programme_id, group_key)
    _must_be_of_group(db, programme_id, group_key, session_id)
    row = AgendaRow(programme_id=programme_id, group_key=group_key, session_id=session_id, day=now.date())
    row.text = required_text(text, LONGEST)
    db.add(row)


def put_off(db: Db, actor: Actor, item_id: int, session_id: int | None) -> None:
    """Move something to another session, or to some time."""
    row = _item(db, actor, item_id)
    _must_be_of_group(db, row.programme_id, row.group_key, session_id)
    row.session_id = session_id


def take_off(db: Db, actor: Actor, item_id: int) -> None:
    """Take something off the list: it has been talked about, or is not wanted any more."""
    db.delete(_item(db, actor, item_id))


def _item(db: Db, actor: Actor, item_id: int) -> AgendaRow:
    row = db.get(AgendaRow, item_id)
    if row is None:
        raise NotFound(say("That is no longer on the list."))
    own_group_roster(db, actor, row.programme_id, row.group_key)
    return row


def _must_be_of_group(db: Db, programme_id: int, group_key: str, session_id: int | None) -> None:
    if session_id is None:
        return
    row = db.get(SessionRow, session_id)
    if row is None or (row.programme_id, row.group_key) != (programme_id, group_key):
        raise NotFound(say("That session isn’t one of yours."))
