"""When people sleep, out of the database: their own night, and the rest around the duties of their rota."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.duties import duty_at
from scheduler.availability.intervals import Interval, moment
from scheduler.availability.model import Duty
from scheduler.availability.rest import rules_for
from scheduler.availability.tables import AbsenceRow
from scheduler.db import Db
from scheduler.invitations.choices import load_choices
from scheduler.invitations.model import MailChoices
from scheduler.invitations.quiet_times import QuietHours, quiet_hours_of
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.rotas.model import DutyKind
from scheduler.rotas.own import duties_that_count
from scheduler.rotas.tables import DutyRow, RotaRow

_BEFORE: Final = timedelta(days=9)
"""Duties so long ago may still bring rest with them: a run of nights, and what follows it."""
_OPEN_ENDED: Final = timedelta(days=366)
"""Leave without an end lasts at least so much longer."""
_AFTER: Final = timedelta(days=2)

Who = tuple[int, int]
"""A programme's id and a person's: rotas and rules of rest belong to a programme."""


def load_quiet_hours(db: Db, wanted: Sequence[tuple[int, int, datetime]], now: datetime) -> Mapping[Who, QuietHours]:
    """The quiet hours of people from now to the last moment named for them, each given with its programme."""
    until: dict[Who, datetime] = {}
    for programme_id, person_id, at in wanted:
        until[programme_id, person_id] = max(at, until.get((programme_id, person_id), at))
    people, last = {person_id for _, person_id in until}, max(until.values(), default=now)
    presets = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.rest_preset)).all())
    clocks, choices = _clocks(db, people), load_choices(db, people)
    duties, away = _duties(db, people, now, last), _absences(db, people)
    found: dict[Who, QuietHours] = {}
    for (programme_id, person_id), at in until.items():
        chosen = choices.get(person_id, MailChoices())
        night = (chosen.quiet_from, chosen.quiet_to)
        within = Interval(now - _BEFORE, at + timedelta(hours=1))
        own = duties[programme_id, person_id]
        clock = clocks[programme_id, person_id]
        leave = [_on_clock(absence, clock, within.end) for absence in away[person_id]]
        rules = rules_for(presets[programme_id])
        found[programme_id, person_id] = quiet_hours_of(night, clock, within, own, rules, leave)
    return found


def asleep_until(db: Db, addresses: Collection[str], now: datetime) -> Mapping[str, datetime]:
    """Which of these addresses belong to people who are asleep or away, and until when: by each programme in which they
    have a part, since each has rotas of its own."""
    rows = db.execute(
        select(PersonRow.email, PersonRow.id, RoleRow.programme_id)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(PersonRow.email.in_(addresses))
    ).all()
    quiet = load_quiet_hours(db, [(programme_id, who, now) for _, who, programme_id in rows], now) if rows else {}
    found: dict[str, datetime] = {}
    for address, who, programme_id in rows:
        if span := quiet[programme_id, who].span_at(now):
            found[address] = max(span.end, found.get(address, span.end))
    return found


def _absences(db: Db, people: Collection[int]) -> Mapping[int, list[AbsenceRow]]:
    """Long leave, of whatever programme: whoever is away is away from all of them."""
    found: dict[int, list[AbsenceRow]] = defaultdict(list)
    for row in db.scalars(select(AbsenceRow).where(AbsenceRow.person_id.in_(people))):
        found[row.person_id].append(row)
    return found


def _on_clock(absence: AbsenceRow, clock: ZoneInfo, last: datetime) -> Interval:
    start = moment(datetime.combine(absence.first_day, time()), clock)
    if absence.last_day is None:
        return Interval(start, max(start, last) + _OPEN_ENDED)
    return Interval(start, moment(datetime.combine(absence.last_day + timedelta(days=1), time()), clock, ends=True))


def _clocks(db: Db, people: Collection[int]) -> Mapping[Who, ZoneInfo]:
    """The clock that each lives by: their own word, else their site's, else the programme's."""
    rows = db.execute(
        select(ParticipantRow.programme_id, PersonRow.id, PersonRow.zone, SiteRow.zone)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(PersonRow.id.in_(people))
    )
    known = {(programme, person): ZoneInfo(own or site) for programme, person, own, site in rows if own or site}
    zones = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.zone)).all())
    return _Clocks(known, zones)


class _Clocks(dict[Who, ZoneInfo]):
    """Clocks by programme and person; the programme's for whoever works at none of its sites."""

    def __init__(self, known: Mapping[Who, ZoneInfo], zones: Mapping[int, str]) -> None:
        super().__init__(known)
        self._zones = zones

    def __missing__(self, who: Who) -> ZoneInfo:
        return ZoneInfo(self._zones[who[0]])


def _duties(db: Db, people: Collection[int], now: datetime, last: datetime) -> Mapping[Who, list[Duty]]:
    rows = db.execute(
        duties_that_count(RotaRow.programme_id).where(
            DutyRow.person_id.in_(people), DutyRow.day.between((now - _BEFORE).date(), (last + _AFTER).date())
        )
    )
    found: dict[Who, list[Duty]] = defaultdict(list)
    for person_id, kind, code, day, starts_at, ends_at, zone, programme_id in rows:
        duty = duty_at(DutyKind(kind), code, day, starts_at, ends_at, ZoneInfo(zone))
        found[programme_id, person_id].append(duty)
    return found
