"""When people sleep, out of the database: their own night, and the rest around the duties of their rota."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.availability.duties import placed
from scheduler.availability.intervals import Interval
from scheduler.availability.model import Duty
from scheduler.availability.rest import rules_for
from scheduler.invitations.choices import load_choices
from scheduler.invitations.model import MailChoices
from scheduler.invitations.quiet import Quiet, quiet_of
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.rotas.model import DutyKind
from scheduler.rotas.tables import DutyRow, RotaRow

_BEFORE: Final = timedelta(days=9)
"""Duties so long ago may still bring rest with them: a run of nights, and what follows it."""
_AFTER: Final = timedelta(days=2)

Who = tuple[int, int]
"""A programme's id and a person's: rotas and rules of rest belong to a programme."""


def load_quiet(db: Session, wanted: Sequence[tuple[int, int, datetime]], now: datetime) -> Mapping[Who, Quiet]:
    """The quiet hours of people from now to the last moment named for them, each given with its programme."""
    until: dict[Who, datetime] = {}
    for programme_id, person_id, at in wanted:
        until[programme_id, person_id] = max(at, until.get((programme_id, person_id), at))
    people, last = {person_id for _, person_id in until}, max(until.values(), default=now)
    presets = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.rest_preset)).all())
    clocks, choices = _clocks(db, people), load_choices(db, people)
    duties = _duties(db, people, now, last)
    found: dict[Who, Quiet] = {}
    for (programme_id, person_id), at in until.items():
        chosen = choices.get(person_id, MailChoices())
        night = (chosen.quiet_from, chosen.quiet_to)
        within = Interval(now - _BEFORE, at + timedelta(hours=1))
        own = duties[programme_id, person_id]
        clock = clocks[programme_id, person_id]
        found[programme_id, person_id] = quiet_of(night, clock, within, own, rules_for(presets[programme_id]))
    return found


def _clocks(db: Session, people: Collection[int]) -> Mapping[Who, ZoneInfo]:
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


def _duties(db: Session, people: Collection[int], now: datetime, last: datetime) -> Mapping[Who, list[Duty]]:
    rows = db.execute(
        select(
            RotaRow.programme_id,
            DutyRow.person_id,
            DutyRow.kind,
            DutyRow.code,
            DutyRow.day,
            DutyRow.starts_at,
            DutyRow.ends_at,
            SiteRow.zone,
        )
        .join(RotaRow, RotaRow.id == DutyRow.rota_id)
        .join(SiteRow, SiteRow.id == RotaRow.site_id)
        .where(
            DutyRow.person_id.in_(people),
            DutyRow.day.between((now - _BEFORE).date(), (last + _AFTER).date()),
        )
    )
    found: dict[Who, list[Duty]] = defaultdict(list)
    for programme_id, person_id, kind, code, day, starts_at, ends_at, zone in rows:
        duty = placed(DutyKind(kind), code, day, starts_at, ends_at, ZoneInfo(zone))
        found[programme_id, person_id].append(duty)
    return found
