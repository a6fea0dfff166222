"""Correcting the time zone of a programme or of a site: what was said on a wall clock stays what the clock says.

18:00 in London becomes 18:00 in New York. Everything that is kept as a moment and was meant as a time of day moves with
the clocks: a programme's own are its published sessions, plans, proposed dates and what people said of their time; a
site's are the duties of its rotas. What has begun has met when it met, and stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.audit.service import record
from scheduler.availability.intervals import moment
from scheduler.availability.tables import OwnMarkRow
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.clocks import zone_at
from scheduler.people.model import Actor, Role
from scheduler.plans.model import RunState
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow, RunRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow, SiteRow
from scheduler.rotas.tables import DutyRow, RotaRow
from scheduler.sessions.model import ProposalState, SessionStatus
from scheduler.sessions.tables import AttendeeRow, FormerDateRow, ProposalRow, SessionRow

Row = SessionRow | PlannedSessionRow | ProposalRow | OwnMarkRow | DutyRow


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a correction of a programme's zone concerns: published sessions to come, and people invited to them."""

    sessions: int
    people: int


def concerned(db: Db, actor: Actor, programme_id: int, now: datetime) -> Concerned:
    """What moves, and who is told, if the programme's zone is corrected."""
    actor.must_have(programme_id, Role.COORDINATOR)
    is_held = SessionRow.status != SessionStatus.CANCELLED
    ahead = (SessionRow.programme_id == programme_id, SessionRow.starts_at > now, is_held)
    invited = (
        select(AttendeeRow.person_id).join(SessionRow, SessionRow.id == AttendeeRow.session_id).where(*ahead).distinct()
    )
    sessions = db.scalar(select(func.count()).select_from(SessionRow).where(*ahead)) or 0
    return Concerned(sessions, db.scalar(select(func.count()).select_from(invited.subquery())) or 0)


def correct_zone(db: Db, actor: Actor, programme_id: int, place: str, now: datetime) -> str:
    """Read the programme's times by the clocks of another place, a city or a zone's whole name; returns the zone.

    Sites whose zone is the old one are corrected with it. Calendars get one update of each session to come. Raises
    ``Rejected`` for a place that no zone is named after.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    programme = db.get_one(ProgrammeRow, programme_id, populate_existing=True)
    before, zone = programme.zone, _meant(place)
    if zone == before:
        return zone
    clocks = _Clocks(ZoneInfo(before), ZoneInfo(zone))
    moved = _move_sessions(db, programme_id, clocks, now)
    _move_the_rest(db, programme_id, clocks, now)
    _stop_runs(db, programme_id)
    programme.zone = zone
    for site in db.scalars(select(SiteRow).where(SiteRow.programme_id == programme_id, SiteRow.zone == before)):
        _set_site(db, site, zone)
    db.flush()
    note(db, Fact.RULES, programme_id, now)
    note(db, Fact.SESSIONS, programme_id, now, [row.id for row in moved])
    held = sum(row.status != SessionStatus.CANCELLED for row in moved)
    record(db, actor, "zone.corrected", now, programme_id, before=before, after=zone, sessions=held)
    return zone


def correct_site_zone(db: Db, actor: Actor, programme_id: int, site_key: str, place: str, now: datetime) -> str:
    """Read a site's rotas, weekly patterns and room hours by the clocks of another place; returns the zone."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    site = db.scalar(select(SiteRow).where(SiteRow.programme_id == programme_id, SiteRow.key == site_key))
    if site is None:
        raise NotFound(say("There is no site called “%(site)s”.", site=site_key))
    before, zone = site.zone, _meant(place)
    if zone != before:
        _set_site(db, site, zone)
        db.flush()
        note(db, Fact.RULES, programme_id, now)
        record(db, actor, "site.zone_corrected", now, programme_id, site=site.id, before=before, after=zone)
    return zone


def _meant(place: str) -> str:
    return place if place in available_timezones() else zone_at(place)


@dataclass(frozen=True, slots=True)
class _Clocks:
    """The clocks by which times were read, and those by which they are meant."""

    before: ZoneInfo
    after: ZoneInfo

    def move(self, rows: Iterable[Row], starts: InstrumentedAttribute, ends: InstrumentedAttribute | None) -> None:  # type: ignore[type-arg]
        """Keep what the clock shows at the start; what has an end lasts as long as before."""
        for row in rows:
            start, end = getattr(row, starts.key), getattr(row, ends.key) if ends is not None else None
            if start is None:
                continue
            moved = moment(start.astimezone(self.before).replace(tzinfo=None), self.after)
            setattr(row, starts.key, moved)
            if ends is not None and end is not None:
                setattr(row, ends.key, moved + (end - start))


def _move_sessions(db: Db, programme_id: int, clocks: _Clocks, now: datetime) -> list[SessionRow]:
    """What is cancelled goes along: it may be reinstated, and is cancelled at the time that was meant."""
    rows = db.scalars(select(SessionRow).where(SessionRow.programme_id == programme_id, SessionRow.starts_at > now))
    moved = list(rows)
    left_behind = [row for row in moved if row.left_behind_at == row.starts_at]
    clocks.move(moved, SessionRow.starts_at, SessionRow.ends_at)
    for row in left_behind:
        row.left_behind_at = row.starts_at
    for row in moved:
        row.sequence, row.changed_at = row.sequence + 1, now
    return moved


def _move_the_rest(db: Db, programme_id: int, clocks: _Clocks, now: datetime) -> None:
    """Dates of plans and proposals, those that sessions had before, and what people said of their time: all of it was
    meant by the programme's clocks."""
    groups = select(GroupRow.id).join(PlanRow, PlanRow.id == GroupRow.plan_id)
    planned = (
        PlannedSessionRow.group_id.in_(groups.where(PlanRow.programme_id == programme_id)),
        PlannedSessionRow.starts_at > now,
    )
    clocks.move(db.scalars(select(PlannedSessionRow).where(*planned)), PlannedSessionRow.starts_at, None)
    here = select(SessionRow.id).where(SessionRow.programme_id == programme_id)
    given_up = (FormerDateRow.session_id.in_(here), FormerDateRow.starts_at > now)
    clocks.move(db.scalars(select(FormerDateRow).where(*given_up)), FormerDateRow.starts_at, None)
    still_count = (ProposalState.OPEN, ProposalState.ADOPTED)  # what was settled can be undone for a while
    proposed = (ProposalRow.programme_id == programme_id, ProposalRow.state.in_(still_count))
    for column in (ProposalRow.starts_at, ProposalRow.moved_from):
        clocks.move(db.scalars(select(ProposalRow).where(*proposed, column > now)), column, None)
    said = (OwnMarkRow.programme_id == programme_id, OwnMarkRow.ends_at > now)
    clocks.move(db.scalars(select(OwnMarkRow).where(*said)), OwnMarkRow.starts_at, OwnMarkRow.ends_at)


def _stop_runs(db: Db, programme_id: int) -> None:
    """A run that is going plans moments that are no longer meant."""
    going = (RunRow.programme_id == programme_id, RunRow.state.in_([state for state in RunState if not state.ended]))
    db.execute(update(RunRow).where(*going).values(cancel_requested=True))


def _set_site(db: Db, site: SiteRow, zone: str) -> None:
    """The duties of the site's rotas keep their hours by the clock."""
    clocks = _Clocks(ZoneInfo(site.zone), ZoneInfo(zone))
    rotas = select(RotaRow.id).where(RotaRow.site_id == site.id)
    duties = db.scalars(select(DutyRow).where(DutyRow.rota_id.in_(rotas)))
    clocks.move(duties, DutyRow.starts_at, DutyRow.ends_at)
    site.zone = zone
