"""The list of rooms: a CSV with the columns :data:`COLUMNS`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from scheduler.calendars.service import refresh
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.lists import Line, read_each, read_lines
from scheduler.people.model import Actor, Role
from scheduler.programmes.tables import RoomRow, SiteRow
from scheduler.safety.service import record
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow

COLUMNS = ("site", "room", "name", "capacity", "weekdays", "opens_at", "closes_at")
CLOSED = ""


def import_rooms(db: Session, actor: Actor, programme_id: int, content: bytes, now: datetime) -> int:
    """Take over a list of rooms, all or nothing; returns how many there are.

    A room that is no longer listed is closed and not deleted: past sessions may name it. Calendars are told of new
    names of rooms in which sessions are still to come.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lines = read_lines(content, COLUMNS, say("room list"))
    sites = _sites(db, programme_id)
    faults: list[Fault] = []
    wanted = list(read_each(lines, lambda line: _room(line, sites), faults))
    if faults:
        raise Rejected(say("The room list was not imported."), tuple(faults))
    known = {(site.key, room.key): room for site in sites.values() for room in site.rooms}
    renamed = [
        known[site.key, room.key].id
        for site, room in wanted
        if (site.key, room.key) in known and known[site.key, room.key].name != room.name
    ]
    for room in known.values():
        room.weekdays = CLOSED
    for site, room in wanted:
        _take_over(site, known.get((site.key, room.key)), room)
    if renamed:
        _tell_calendars(db, programme_id, renamed, now)
    record(db, actor, "rooms.imported", now, programme_id, rooms=len(wanted))
    return len(wanted)


def _tell_calendars(db: Session, programme_id: int, room_ids: Iterable[int], now: datetime) -> None:
    """Where to go is a material change: some clients take no other into account."""
    to_come = update(SessionRow).where(
        SessionRow.room_id.in_(room_ids), SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED
    )
    db.execute(to_come.values(sequence=SessionRow.sequence + 1, changed_at=now))
    db.flush()
    refresh(db, programme_id, now)


def _sites(db: Session, programme_id: int) -> dict[str, SiteRow]:
    rows = db.scalars(select(SiteRow).where(SiteRow.programme_id == programme_id).options(selectinload(SiteRow.rooms)))
    return {row.key: row for row in rows}


def _room(line: Line, sites: dict[str, SiteRow]) -> tuple[SiteRow, RoomRow]:
    site = sites[line.one_of("site", sites)]
    capacity = line.number_in("capacity")
    if capacity == 0:
        raise ValueError(say("A room for nobody is no room: the capacity is 0."))
    return site, RoomRow(
        key=line.text("room"),
        name=line.text("name"),
        capacity=capacity,
        weekdays="".join(str(day) for day in sorted(line.weekdays("weekdays"))),
        opens_at=line.clock("opens_at"),
        closes_at=line.clock("closes_at"),
    )


def _take_over(site: SiteRow, known: RoomRow | None, room: RoomRow) -> None:
    if known is None:
        site.rooms.append(room)
        return
    for column in ("name", "capacity", "weekdays", "opens_at", "closes_at"):
        setattr(known, column, getattr(room, column))
