"""The term as a timetable: week by week, with every session of every group or site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow


@dataclass(frozen=True, slots=True)
class Line:
    """A session of the timetable; times are by the programme's clock. ``place`` is empty where it has none."""

    starts_at: datetime
    ends_at: datetime
    group_key: str
    group: str
    mode: str
    site: str
    place: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Week:
    """A week that has sessions, by its Monday; ``closed`` are its days on which the programme does not meet."""

    monday: date
    lines: tuple[Line, ...]
    closed: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The term week by week, and what it can be narrowed to: groups by key, sites by key, each with its name."""

    weeks: tuple[Week, ...]
    groups: Mapping[str, str]
    sites: Mapping[str, str]


def timetable(db: Db, actor: Actor, programme_id: int, *, group: str = "", site: str = "") -> Timetable:
    """Every published session that takes place, of all groups or of one, at all sites or at one."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    here = (SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED)
    rows = db.scalars(select(SessionRow).where(*here).order_by(SessionRow.starts_at, SessionRow.group_name))
    lines = [_line(row, programme) for row in rows]
    sites = {each.name: each.key for each in programme.sites}
    wanted = [
        line for line in lines if (not group or line.group_key == group) and (not site or sites.get(line.site) == site)
    ]
    shut = programme.closed.names(programme.first_day, programme.last_day)
    weeks = [
        Week(monday, tuple(each), _closed(shut, monday)) for monday, each in groupby(wanted, lambda line: _monday(line))
    ]
    groups = {line.group_key: line.group for line in sorted(lines, key=lambda line: line.group)}
    return Timetable(tuple(weeks), groups, {key: name for name, key in sites.items()})


def _line(row: SessionRow, programme: Programme) -> Line:
    zone = ZoneInfo(programme.zone)
    site = next((each for each in programme.sites if each.id == row.site_id), None)
    room = next((each.name for each in site.rooms if each.id == row.room_id), "") if site else ""
    return Line(
        row.starts_at.astimezone(zone),
        row.ends_at.astimezone(zone),
        row.group_key,
        row.group_name,
        row.mode,
        site.name if site else "",
        room,
        row.status is not SessionStatus.CONFIRMED,
    )


def _monday(line: Line) -> date:
    day = line.starts_at.date()
    return day - timedelta(days=day.weekday())


def _closed(shut: Mapping[date, str], monday: date) -> Mapping[date, str]:
    return {day: name for day, name in shut.items() if monday <= day < monday + timedelta(days=7)}
