"""The list of rooms: a CSV with the columns :data:`COLUMNS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.rooms_comparison import compare_rooms, room_key
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.lists import WEEKDAYS, Line, read_each, read_lines
from scheduler.people.model import Actor, Role
from scheduler.programmes.field_faults import LONGEST_NAME
from scheduler.programmes.site_faults import MOST_CAPACITY
from scheduler.programmes.tables import RoomRow, SiteRow
from scheduler.rotas.reading.cells import folded
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow

COLUMNS = ("site", "room", "name", "capacity", "weekdays", "opens_at", "closes_at")
CLOSED = ""


def import_rooms(db: Db, actor: Actor, programme_id: int, content: bytes, now: datetime) -> int:
    """Take over a list of rooms, all or nothing; returns how many there are.

    A room that is no longer listed is closed and not deleted: past sessions may name it. Calendars are told of new
    names of rooms in which sessions are still to come.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lines = read_lines(content, COLUMNS, say("room list"))
    sites = sites_of(db, programme_id)
    faults: list[Fault] = []
    wanted = rooms_of(lines, sites, faults)
    if faults:
        raise Rejected(say("The room list was not imported."), tuple(faults))
    absent = frozenset(entry.key for entry in compare_rooms(sites, wanted).absent)
    take_over_rooms(db, actor, programme_id, wanted, absent, now)
    return len(wanted)


def rooms_of(lines: Iterable[Line], sites: Mapping[str, SiteRow], faults: list[Fault]) -> list[tuple[SiteRow, RoomRow]]:
    """The rooms of these lines, each with its site; what is wrong with the others goes to the faults."""
    return list(read_each(lines, lambda line: _room(line, sites), faults))


def completed(lines: Iterable[Line], sites: Mapping[str, SiteRow]) -> Iterator[Line]:
    """Lines of rooms with what they leave open: as a room that is known is now, else as rooms usually are."""
    for line in lines:
        site, name = sites.get(line.cells.get("site", "")), line.cells.get("name", "")
        key = line.cells.get("room") or _short_name(site, name)
        there = next((room for room in site.rooms if room.key == key), None) if site else None
        usual = {**_USUAL, "name": key} if there is None else _cells_of(there)
        said = {column: text for column, text in line.cells.items() if text}
        yield replace(line, cells={**usual, **said, "room": key})


_USUAL = {"weekdays": ";".join(WEEKDAYS[:5]), "opens_at": "08:00", "closes_at": "18:00"}


def _short_name(site: SiteRow | None, name: str) -> str:
    """That of the room of this name, of an open one if there are several, else one made of the name."""
    same = [room for room in site.rooms if folded(room.name) == folded(name)] if site else []
    best = min(same, key=lambda room: room.weekdays == CLOSED, default=None)
    return best.key if best else folded(name).replace(" ", "-")


def _cells_of(room: RoomRow) -> dict[str, str]:
    return {
        "name": room.name,
        "capacity": str(room.capacity),
        "weekdays": ";".join(WEEKDAYS[int(day)] for day in room.weekdays) or _USUAL["weekdays"],
        "opens_at": f"{room.opens_at:%H:%M}",
        "closes_at": f"{room.closes_at:%H:%M}",
    }


def take_over_rooms(
    db: Db,
    actor: Actor,
    programme_id: int,
    wanted: Sequence[tuple[SiteRow, RoomRow]],
    close: frozenset[str],
    now: datetime,
) -> None:
    """Add and change the rooms of a list, and close those of these keys: past sessions may name them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    sites = sites_of(db, programme_id)
    known = {room_key(site, room): room for site in sites.values() for room in site.rooms}
    renamed = [
        known[key].id
        for site, room in wanted
        if (key := room_key(site, room)) in known and known[key].name != room.name
    ]
    for key in close & known.keys():
        known[key].weekdays = CLOSED
    for site, room in wanted:
        _take_over(sites[site.key], known.get(room_key(site, room)), room)
    if renamed:
        _raise_sequences(db, renamed, now)
    note(db, Fact.SESSIONS, programme_id, now)  # where they are, and where others could be
    record(db, actor, "rooms.imported", now, programme_id, rooms=len(wanted), closed=len(close))


def _raise_sequences(db: Db, room_ids: Iterable[int], now: datetime) -> None:
    """Where to go is a material change: some clients take no other into account."""
    in_them = SessionRow.room_id.in_(room_ids)
    to_come = (SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED)
    db.execute(update(SessionRow).where(in_them, *to_come).values(sequence=SessionRow.sequence + 1, changed_at=now))


def sites_of(db: Db, programme_id: int) -> dict[str, SiteRow]:
    """The programme's sites with their rooms, by key."""
    rows = db.scalars(select(SiteRow).where(SiteRow.programme_id == programme_id).options(selectinload(SiteRow.rooms)))
    return {row.key: row for row in rows}


def _room(line: Line, sites: Mapping[str, SiteRow]) -> tuple[SiteRow, RoomRow]:
    site = sites[line.one_of("site", sites)]
    capacity = line.number_in("capacity", MOST_CAPACITY)
    if capacity == 0:
        raise ValueError(say("The capacity is 0; a room needs space for at least one person."))
    return site, RoomRow(
        key=line.text("room"),
        name=line.text("name", LONGEST_NAME),
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
