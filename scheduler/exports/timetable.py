"""The term as a timetable: week by week, with every session of every group or site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from scheduler.availability.intervals import whole_days
from scheduler.db import Db
from scheduler.paging import Paging
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
    """Weeks of the term, and what they can be narrowed to: sites by key, each with its name."""

    weeks: tuple[Week, ...]
    sites: Mapping[str, str]


MOST_LINES: Final = 400
"""A page ends with the week that brings it beyond this: a term of hundreds of groups is no single page."""


def timetable(db: Db, actor: Actor, programme_id: int, asked: Paging, *, site: str = "") -> tuple[Timetable, Paging]:
    """Every published session that takes place, of all groups or of those called so, at all sites or at one: as many
    whole weeks as a page holds."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    sites = {each.key: each.name for each in programme.sites}
    where = [SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED]
    where += [func.lower(SessionRow.group_name).contains(word, autoescape=True) for word in asked.q.lower().split()]
    if site:
        where.append(SessionRow.site_id.in_(each.id for each in programme.sites if each.key == site))
    starts = db.scalars(select(SessionRow.starts_at).where(*where).order_by(SessionRow.starts_at)).all()
    pages = pages_of_weeks([_monday(start.astimezone(ZoneInfo(programme.zone))) for start in starts])
    paging = replace(asked, size=1).of(len(pages))
    if not pages:
        return Timetable((), sites), paging
    shown = set(pages[paging.number - 1])
    days = whole_days(min(shown), max(shown) + timedelta(days=6), ZoneInfo(programme.zone))
    of_page = (*where, SessionRow.starts_at >= days.start, SessionRow.starts_at < days.end)
    rows = db.scalars(select(SessionRow).where(*of_page).order_by(SessionRow.starts_at, SessionRow.group_name))
    return Timetable(_weeks(programme, [_line(row, programme) for row in rows]), sites), paging


def pages_of_weeks(mondays: Sequence[date], most: int = MOST_LINES) -> list[list[date]]:
    """The weeks of these sessions, each by its Monday, put together to pages: a page has one week at least."""
    pages: list[list[date]] = []
    lines = most
    for monday, number in Counter(mondays).items():
        if lines + number > most and lines:
            pages.append([])
            lines = 0
        pages[-1].append(monday)
        lines += number
    return pages


def _weeks(programme: Programme, lines: Sequence[Line]) -> tuple[Week, ...]:
    shut = programme.closed.names(programme.first_day, programme.last_day)
    return tuple(
        Week(monday, tuple(each), _closed(shut, monday))
        for monday, each in groupby(lines, lambda line: _monday(line.starts_at))
    )


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


def _monday(start: datetime) -> date:
    day = start.date()
    return day - timedelta(days=day.weekday())


def _closed(shut: Mapping[date, str], monday: date) -> Mapping[date, str]:
    return {day: name for day, name in shut.items() if monday <= day < monday + timedelta(days=7)}
