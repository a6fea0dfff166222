"""What is stored about people's time, put together a person: duties, loaded days, patterns, own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from scheduler.availability.duties import duty_at
from scheduler.availability.intervals import Interval
from scheduler.availability.long_leave import leave_of_programme
from scheduler.availability.model import AllDay, Duty, InPerson, OwnMark, Timeline, Weekly
from scheduler.availability.pretended import PretendedRota
from scheduler.availability.tables import BusyCalendarRow, BusySpanRow, OwnMarkRow, WeeklyRow
from scheduler.db import Db
from scheduler.people.pauses import paused_facilitators
from scheduler.people.sites import moves_of
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.model import DutyKind
from scheduler.rotas.own import OF_DEPARTMENT, days_left, duties_that_count
from scheduler.rotas.spans import DaySpan
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, IN_PERSON, NOT_KNOWN, Mark

MARKS: Mapping[str, Mark] = {CANNOT: CANNOT, IF_NEED_BE: IF_NEED_BE, CAN: CAN, NOT_KNOWN: NOT_KNOWN}
"""Marks as stored → as values."""

_KINDS = {kind.value: kind for kind in DutyKind}


def timelines(
    db: Db, programme: Programme, person_ids: Sequence[int], pretended: PretendedRota | None = None
) -> dict[int, Timeline]:
    """Everything known of these people's time, by person; each on the clocks of their own site. ``pretended`` is a rota
    that counts as if it were in."""
    places = _places(db, programme, person_ids)
    duties = _duties(db, programme.id, person_ids, pretended)
    loaded = _loaded(db, programme.id, person_ids, pretended)
    weekly = _weekly(db, programme.id, person_ids)
    own = _own(db, programme.id, person_ids)
    busy = _busy(db, person_ids)
    absences = leave_of_programme(db, programme.id, person_ids)
    paused = paused_facilitators(db, programme.id)
    moves = moves_of(db, programme.id, person_ids)
    zones = {site.id: ZoneInfo(site.zone or programme.zone) for site in programme.sites}
    found = {
        person_id: Timeline(
            zone=place.zone,
            duties=duties.get(person_id, ()),
            loaded=loaded.get(person_id, ()),
            weekly=weekly.get(person_id, ()),
            own=own.get(person_id, ()),
            busy=busy.get(person_id, ()),
            absences=absences.get(person_id, ()),
            site_id=place.site_id,
            in_person=place.in_person,
            paused=person_id in paused,
        )
        for person_id, place in places.items()
    }
    return {person_id: _with_moves(timeline, moves.get(person_id, ()), zones) for person_id, timeline in found.items()}


def _with_moves(timeline: Timeline, moves: Sequence[tuple[date, int]], zones: Mapping[int, ZoneInfo]) -> Timeline:
    """With what is the same person's time at the sites at which they will work."""
    later = tuple(
        (first, replace(timeline, zone=zones[site_id], site_id=site_id)) for first, site_id in moves if site_id in zones
    )
    return replace(timeline, later=later) if later else timeline


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody works and what their clock shows, and how much it matters to them to meet in person."""

    zone: ZoneInfo
    site_id: int
    in_person: InPerson


def _places(db: Db, programme: Programme, person_ids: Sequence[int]) -> dict[int, _Place]:
    rows = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.modes, SiteRow.id, SiteRow.zone)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(ParticipantRow.programme_id == programme.id, ParticipantRow.person_id.in_(person_ids))
    )
    return {
        person_id: _Place(ZoneInfo(zone or programme.zone), site_id, _in_person(modes))
        for person_id, modes, site_id, zone in rows
    }


def _in_person(modes: Sequence[str]) -> InPerson:
    """From the ways of meeting that somebody accepts, best liked first."""
    if list(modes[:1]) != [IN_PERSON]:
        return InPerson.NOT
    return InPerson.RATHER if len(modes) > 1 else InPerson.ONLY


def _duties(
    db: Db, programme_id: int, person_ids: Sequence[int], pretended: PretendedRota | None
) -> dict[int, list[Duty]]:
    """Duties of all rotas that count, each placed by the clocks of its rota's site."""
    rows = db.execute(
        duties_that_count(SiteRow.id, RotaRow.id, RotaRow.given_by).where(
            RotaRow.programme_id == programme_id, DutyRow.person_id.in_(person_ids)
        )
    )
    found: dict[int, list[Duty]] = {}
    zones: dict[str, ZoneInfo] = {}
    for person_id, kind, code, day, starts_at, ends_at, zone, site_id, rota_id, given_by in rows:
        is_own = given_by is not None
        if pretended and pretended.outdoes(rota_id, is_own_word=is_own, person_id=person_id, day=day):
            continue
        clocks = zones.get(zone) or zones.setdefault(zone, ZoneInfo(zone))
        duty = duty_at(_KINDS[kind], code, day, starts_at, ends_at, clocks, site_id)
        found.setdefault(person_id, []).append(duty)
    for person_id, duty in pretended.placed(frozenset(person_ids)) if pretended else ():
        found.setdefault(person_id, []).append(duty)
    return found


def _loaded(
    db: Db, programme_id: int, person_ids: Sequence[int], pretended: PretendedRota | None
) -> dict[int, list[DaySpan]]:
    """The days of which rotas speak; where somebody's own does, those that no department's covers."""
    rows = db.execute(
        select(RotaSpanRow.person_id, RotaSpanRow.first_day, RotaSpanRow.last_day, OF_DEPARTMENT)
        .join(RotaRow, RotaRow.id == RotaSpanRow.rota_id)
        .where(RotaRow.programme_id == programme_id, RotaSpanRow.person_id.in_(person_ids))
    )
    found: dict[int, list[DaySpan]] = {}
    own: dict[int, list[DaySpan]] = {}
    for person_id, first, last, is_department in rows:
        (found if is_department else own).setdefault(person_id, []).append((first, last))
    if pretended is not None:
        for person_id in pretended.spoken.keys() & set(person_ids):
            found.setdefault(person_id, []).extend(pretended.spoken[person_id])
    for person_id, spans in own.items():
        found[person_id] = [*found.get(person_id, ()), *days_left(spans, found.get(person_id, ()))]
    return found


def _weekly(db: Db, programme_id: int, person_ids: Sequence[int]) -> dict[int, list[Weekly]]:
    rows = db.scalars(
        select(WeeklyRow)
        .where(WeeklyRow.programme_id == programme_id, WeeklyRow.person_id.in_(person_ids))
        .order_by(WeeklyRow.id)
    )
    found: dict[int, list[Weekly]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(weekly_of(row))
    return found


def weekly_of(row: WeeklyRow) -> Weekly:
    """A stored pattern as a value."""
    return Weekly(
        row.weekday,
        row.start,
        row.end,
        MARKS[row.mark],
        row.category,
        row.first_day,
        row.last_day,
        frozenset(map(date.fromisoformat, row.except_days)),
    )


def _own(db: Db, programme_id: int, person_ids: Sequence[int]) -> dict[int, list[OwnMark]]:
    """Own words in the order in which they were said: the last word counts."""
    rows = db.scalars(
        select(OwnMarkRow)
        .where(OwnMarkRow.programme_id == programme_id, OwnMarkRow.person_id.in_(person_ids))
        .order_by(OwnMarkRow.id)
    )
    found: dict[int, list[OwnMark]] = {}
    for row in rows:
        own = OwnMark(Interval(row.starts_at, row.ends_at), MARKS[row.mark], row.one_start)
        found.setdefault(row.person_id, []).append(own)
    return found


def _busy(db: Db, person_ids: Sequence[int]) -> dict[int, list[Interval]]:
    """Time taken in other calendars; all-day events count until their owner says that they mean nothing."""
    rows = db.execute(
        select(BusyCalendarRow.person_id, BusySpanRow.starts_at, BusySpanRow.ends_at)
        .join(BusyCalendarRow, BusyCalendarRow.id == BusySpanRow.calendar_id)
        .where(
            BusyCalendarRow.person_id.in_(person_ids),
            or_(BusySpanRow.all_day.is_(False), BusyCalendarRow.all_day != AllDay.IGNORE),
        )
    )
    found: dict[int, list[Interval]] = {}
    for person_id, starts_at, ends_at in rows:
        found.setdefault(person_id, []).append(Interval(starts_at, ends_at))
    return found
