"""What can be taken out as a table, each declared once: its columns, and its rows as text.

Nothing private is among them: no wishes about others, no circumstances, no notes, nobody's own word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from scheduler.availability.model import PatternCategory
from scheduler.availability.tables import AvailabilityRow, WeeklyRow
from scheduler.db import Db
from scheduler.enrolment.spreadsheets.meanings import PART_SIGNS
from scheduler.languages import mark
from scheduler.lists import NONE, WEEKDAYS
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN

Cells = Mapping[str, str]
_LISTED = (PatternCategory.CLINIC, PatternCategory.WORKING_HOURS, PatternCategory.NOT_WORKING)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its heading and its rows, every cell as text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TableOut:
    """A table that can be taken out; ``goes_in`` says whether it can be uploaded again as a list."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[Db, Programme], Iterable[Cells]]
    goes_in: bool = False


def table_out(db: Db, actor: Actor, programme_id: int, name: str) -> Table:
    """One of :data:`TABLES` as it is now, for the programme's coordinators. Raises KeyError for an unknown name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    declared = TABLES[name]
    rows = declared.rows(db, get_programme(db, programme_id))
    return Table(
        name, declared.columns, tuple(tuple(row.get(column, "") for column in declared.columns) for row in rows)
    )


def _people(db: Db, programme: Programme) -> Iterator[Cells]:
    """Without what people said to the planner alone: topics, and whether a facilitator should be from another site."""
    sites, known = {site.id: site.name for site in programme.sites}, _kind_names(programme)
    for person, part in db.execute(
        _here(programme).order_by(ParticipantRow.kind.desc(), PersonRow.name, PersonRow.email)
    ):
        scores = part.kind is Role.RESIDENT
        liked = [(known[key], liking) for key, liking in sorted(part.models.items()) if key in known]
        models = ";".join(f"{name}:{liking}" if scores else name for name, liking in liked)
        yield {
            "name": person.name,
            "email": person.email,
            "role": part.kind.value,
            "grade": "" if part.stage is None else programme.grade_name(part.stage),
            "site": sites[part.site_id],
            "modes": ";".join(map(_way, part.modes)) or NONE,
            "models": models or NONE,
            "capacity": str(part.capacity),
        }


def _kind_names(programme: Programme) -> Mapping[str, str]:
    """What kinds of group are called where several stand in one cell, by key; the key itself for a name that would be
    taken for several."""
    return {
        model.key: model.key if ":" in model.name or PART_SIGNS.search(model.name) else model.name
        for model in programme.models
    }


def _way(mode: str) -> str:
    """A way to meet in words that a list may use, too."""
    return mode.replace("_", " ")


def _here(programme: Programme) -> Select[PersonRow, ParticipantRow]:
    here = (ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None))
    part = ParticipantRow.person_id == PersonRow.id
    return select(PersonRow, ParticipantRow).join(ParticipantRow, part).where(*here)


def _addresses(db: Db, programme: Programme) -> dict[int, str]:
    return {person.id: person.email for person, _ in db.execute(_here(programme))}


def _relations(db: Db, programme: Programme) -> Iterator[Cells]:
    """The coordinator's own list: what people declared themselves is told to nobody."""
    addresses = _addresses(db, programme)
    listed = (RelationRow.programme_id == programme.id, RelationRow.declared.is_(False))
    rows = db.scalars(select(RelationRow).where(*listed))
    found = {
        (addresses[row.person_id], addresses[row.about_id], row.kind.value, _day(row.first_day), _day(row.last_day))
        for row in rows
        if row.person_id in addresses and row.about_id in addresses
    }
    for cells in sorted(found):
        yield dict(zip(RELATION_COLUMNS, cells, strict=True))


def _clinics(db: Db, programme: Programme) -> Iterator[Cells]:
    addresses = _addresses(db, programme)
    here = (WeeklyRow.programme_id == programme.id, WeeklyRow.category.in_(_LISTED))
    rows = [row for row in db.scalars(select(WeeklyRow).where(*here)) if row.person_id in addresses]
    for row in sorted(rows, key=lambda row: (addresses[row.person_id], row.weekday, row.start, row.end, row.category)):
        kind = "part_time" if row.category is PatternCategory.NOT_WORKING else row.category.value
        yield {
            "person": addresses[row.person_id],
            "weekday": WEEKDAYS[row.weekday],
            "start": f"{row.start:%H:%M}",
            "end": f"{row.end:%H:%M}",
            "kind": kind,
            "first_day": _day(row.first_day),
            "last_day": _day(row.last_day),
            "except_days": ";".join(row.except_days),
        }


def _rooms(_db: Db, programme: Programme) -> Iterator[Cells]:
    for site in programme.sites:
        for room in site.rooms:
            if room.weekdays:
                yield {
                    "site": site.name,
                    "room": room.key,
                    "name": room.name,
                    "capacity": str(room.capacity),
                    "weekdays": ";".join(WEEKDAYS[day] for day in sorted(room.weekdays)),
                    "opens_at": f"{room.opens_at:%H:%M}",
                    "closes_at": f"{room.closes_at:%H:%M}",
                }


def _groups(db: Db, programme: Programme) -> Iterator[Cells]:
    """Who is in which group of the published plan."""
    sites = {site.id: site.name for site in programme.sites}
    models = {model.id: model.name for model in programme.models}
    part = (ParticipantRow.programme_id == programme.id) & (ParticipantRow.person_id == PersonRow.id)
    rows = db.execute(
        select(GroupRow, MemberRow.role, PersonRow.name, PersonRow.email, ParticipantRow.stage)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(PersonRow, PersonRow.id == MemberRow.person_id)
        .join(ParticipantRow, part)
        .where(
            PlanRow.programme_id == programme.id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.ended_at.is_(None),
            ParticipantRow.left_at.is_(None),
        )
        .order_by(GroupRow.number, GroupRow.name, MemberRow.role.desc(), PersonRow.name)
    )
    for group, role, name, email, stage in rows:
        yield {
            "group": group.name,
            "key": group.key,
            "kind": models.get(group.model_id, ""),
            "mode": _way(group.mode),
            "site": sites.get(group.site_id or 0, ""),
            "role": role.value,
            "name": name,
            "email": email,
            "grade": "" if stage is None else programme.grade_name(stage),
        }


def _sessions(db: Db, programme: Programme) -> Iterator[Cells]:
    """Every published session, with how many are invited and how many can come."""
    rooms = {room.id: room.name for site in programme.sites for room in site.rooms}
    sites = {site.id: site.name for site in programme.sites}
    marks = select(AttendeeRow.session_id, AttendeeRow.mark, func.count()).group_by(
        AttendeeRow.session_id, AttendeeRow.mark
    )
    here = SessionRow.programme_id == programme.id
    counts: dict[int, dict[str, int]] = {}
    for session_id, sign, number in db.execute(
        marks.join(SessionRow, SessionRow.id == AttendeeRow.session_id).where(here)
    ):
        counts.setdefault(session_id, {})[sign] = number
    for row in db.scalars(select(SessionRow).where(here).order_by(SessionRow.starts_at, SessionRow.group_name)):
        known = counts.get(row.id, {})
        yield {
            "group": row.group_name,
            "round": str(row.round + 1),
            "date": f"{_local(row.starts_at, programme):%Y-%m-%d}",
            "start": f"{_local(row.starts_at, programme):%H:%M}",
            "end": f"{_local(row.ends_at, programme):%H:%M}",
            "zone": programme.zone,
            "mode": _way(row.mode),
            "site": sites.get(row.site_id or 0, ""),
            "room": rooms.get(row.room_id or 0, ""),
            "status": row.status.value,
            "invited": str(sum(known.values())),
            "can": str(known.get(CAN, 0) + known.get(IF_NEED_BE, 0)),
            "cannot": str(known.get(CANNOT, 0)),
            "not_known": str(known.get(NOT_KNOWN, 0)),
        }


def _availability(db: Db, programme: Programme) -> Iterator[Cells]:
    """To how many possible times of the term everybody can come; never to which, nor why not."""
    worked_out = select(AvailabilityRow.person_id, AvailabilityRow.marks)
    marks = dict(db.execute(worked_out.where(AvailabilityRow.programme_id == programme.id)).all())
    for person, part in db.execute(_here(programme).order_by(PersonRow.name, PersonRow.email)):
        text = marks.get(person.id, "")
        yield {
            "name": person.name,
            "email": person.email,
            "role": part.kind.value,
            "can": str(text.count(CAN)),
            "if_need_be": str(text.count(IF_NEED_BE)),
            "cannot": str(text.count(CANNOT)),
            "not_known": str(text.count(NOT_KNOWN)),
        }


def _local(moment: datetime, programme: Programme) -> datetime:
    return moment.astimezone(ZoneInfo(programme.zone))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


RELATION_COLUMNS = ("person", "about", "kind", "first_day", "last_day")
SESSION_COLUMNS = (
    *("group", "round", "date", "start", "end", "zone", "mode", "site", "room", "status"),
    *("invited", "can", "cannot", "not_known"),
)
TABLES: Mapping[str, TableOut] = {
    table.name: table
    for table in (
        TableOut(
            "people",
            mark("People"),
            ("name", "email", "role", "grade", "site", "modes", "models", "capacity"),
            _people,
            goes_in=True,
        ),
        TableOut("relations", mark("Relations"), RELATION_COLUMNS, _relations, goes_in=True),
        TableOut(
            "clinics",
            mark("Clinics and working hours"),
            ("person", "weekday", "start", "end", "kind", "first_day", "last_day", "except_days"),
            _clinics,
            goes_in=True,
        ),
        TableOut(
            "rooms",
            mark("Rooms"),
            ("site", "room", "name", "capacity", "weekdays", "opens_at", "closes_at"),
            _rooms,
            goes_in=True,
        ),
        TableOut(
            "groups",
            mark("Groups"),
            ("group", "key", "kind", "mode", "site", "role", "name", "email", "grade"),
            _groups,
        ),
        TableOut(
            "sessions",
            mark("Sessions"),
            SESSION_COLUMNS,
            _sessions,
        ),
        TableOut(
            "availability",
            mark("Availability, in counts"),
            ("name", "email", "role", "can", "if_need_be", "cannot", "not_known"),
            _availability,
        ),
    )
}
