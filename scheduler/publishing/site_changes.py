"""Sites and rooms of a programme as they are wanted: what forbids it, and writing what differs.

Whatever a site or a room has been used for may name it for ever, so a site that is used stays, and a room that is taken
out of the list is closed as long as anything names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import selectinload

from scheduler.calendars.tables import FeedRow
from scheduler.db import Base, Db
from scheduler.errors import Fault
from scheduler.languages import say_many
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow, SiteChangeRow
from scheduler.plans.tables import GroupRow, PlannedSessionRow
from scheduler.programmes.model import Programme, Room, Site
from scheduler.programmes.tables import RoomRow, SiteRow
from scheduler.publishing.zones import correct_site_zone
from scheduler.rotas.tables import RotaRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow

CLOSED = ""
_IS_HELD = SessionRow.status != SessionStatus.CANCELLED
"""Of earlier revisions cancelled sessions are left, which count only where no others are."""


def site_refusals(db: Db, before: Programme, wanted: Programme) -> Iterator[Fault]:
    """What forbids to take out the sites that are no longer wanted: people, rotas and sessions, counted."""
    kept = {site.key for site in wanted.sites}
    for site in before.sites:
        if site.key not in kept:
            yield from _used(db, before.id, site)


def _used(db: Db, programme_id: int, site: Site) -> Iterator[Fault]:
    where = f"sites-{site.key}"
    at_site = SessionRow.site_id == site.id
    if sessions := _count(db, SessionRow, at_site, _IS_HELD) or _count(db, SessionRow, at_site):
        yield Fault(
            where,
            say_many(
                "%(num)s published session is at %(site)s, or was. Keep the site, and rename it if need be.",
                "%(num)s published sessions are at %(site)s, or were. Keep the site, and rename it if need be.",
                sessions,
                site=site.name,
            ),
        )
    elif groups := _count(db, GroupRow, GroupRow.site_id == site.id):
        yield Fault(
            where,
            say_many(
                "%(num)s group of a plan meets at %(site)s. Keep the site, and rename it if need be.",
                "%(num)s groups of plans meet at %(site)s. Keep the site, and rename it if need be.",
                groups,
                site=site.name,
            ),
        )
    else:
        yield from _to_be_moved(db, programme_id, site)


def _to_be_moved(db: Db, programme_id: int, site: Site) -> Iterator[Fault]:
    """People and rotas, which can be moved away; said only where nothing keeps the site for good."""
    where = f"sites-{site.key}"
    working = or_(
        ParticipantRow.site_id == site.id,
        ParticipantRow.person_id.in_(select(SiteChangeRow.person_id).where(SiteChangeRow.site_id == site.id)),
    )
    if people := _count(db, ParticipantRow, ParticipantRow.programme_id == programme_id, working):
        yield Fault(
            where,
            say_many(
                "%(num)s person works at %(site)s, or has done. Give them another site first.",
                "%(num)s people work at %(site)s, or have done. Give them another site first.",
                people,
                site=site.name,
            ),
        )
    if rotas := _count(db, RotaRow, RotaRow.site_id == site.id):
        yield Fault(
            where,
            say_many(
                "%(num)s rota is for %(site)s. Remove it first.",
                "%(num)s rotas are for %(site)s. Remove them first.",
                rotas,
                site=site.name,
            ),
        )


def _count(db: Db, table: type[Base], *where: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def put_sites(db: Db, actor: Actor, before: Programme, wanted: Programme, now: datetime) -> None:
    """Write the sites and rooms that are others than before; calendars are told of new names of places ahead."""
    sites = select(SiteRow).where(SiteRow.programme_id == before.id).options(selectinload(SiteRow.rooms))
    rows = {row.key: row for row in db.scalars(sites)}
    known = {site.key: site for site in before.sites}
    for site in wanted.sites:
        if site.key not in rows:
            rows[site.key] = SiteRow(programme_id=before.id, key=site.key, name=site.name, zone=site.zone, rooms=[])
            db.add(rows[site.key])
        elif known[site.key].zone != site.zone and rows[site.key].zone != site.zone:
            correct_site_zone(db, actor, before.id, site.key, site.zone, now)
        _put_rooms(db, rows[site.key], site.rooms, now)
        if rows[site.key].name != site.name:
            rows[site.key].name = site.name
            tell_of_places(db, SessionRow.site_id == rows[site.key].id, now)
    for key in rows.keys() - {site.key for site in wanted.sites}:
        db.delete(rows[key])
    db.flush()


def _put_rooms(db: Db, row: SiteRow, rooms: Iterable[Room], now: datetime) -> None:
    rows, wanted = {room.key: room for room in row.rooms}, {room.key: room for room in rooms}
    for key, room in wanted.items():
        if key not in rows:
            row.rooms.append(RoomRow(key=key, **room_columns(room)))
        else:
            if rows[key].name != room.name:
                tell_of_places(db, SessionRow.room_id == rows[key].id, now)
            for column, value in room_columns(room).items():
                setattr(rows[key], column, value)
    gone = [known for key, known in rows.items() if key not in wanted]
    named = _named(db, [known.id for known in gone])
    for known in gone:
        if known.id in named:
            known.weekdays = CLOSED
        else:
            row.rooms.remove(known)


def room_columns(room: Room) -> Mapping[str, object]:
    """What stands of a room in its row, but for its key."""
    return {
        "name": room.name,
        "capacity": room.capacity,
        "weekdays": "".join(str(day) for day in sorted(room.weekdays)),
        "opens_at": room.opens_at,
        "closes_at": room.closes_at,
    }


def _named(db: Db, room_ids: Iterable[int]) -> frozenset[int]:
    """Those of these rooms that a session, a plan or somebody's calendar names."""
    wanted = list(room_ids)
    if not wanted:
        return frozenset()
    sessions = select(SessionRow.room_id).where(SessionRow.room_id.in_(wanted))
    planned = select(PlannedSessionRow.room_id).where(PlannedSessionRow.room_id.in_(wanted))
    followed = select(FeedRow.room_id).where(FeedRow.room_id.in_(wanted))
    return frozenset(each for each in db.scalars(sessions.union(planned, followed)) if each is not None)


def tell_of_places(db: Db, which: ColumnElement[bool], now: datetime) -> None:
    """Raise the sequences of these sessions ahead: where to go is a material change to calendars."""
    ahead = (SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED)
    db.execute(update(SessionRow).where(which, *ahead).values(sequence=SessionRow.sequence + 1, changed_at=now))
