"""Make, find and change programmes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from scheduler.errors import Fault, NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import RoleRow
from scheduler.programmes.model import MentoringModel, Programme, Room, Round, Site, Window
from scheduler.programmes.tables import ModelRow, ProgrammeRow, RoomRow, RoundRow, SiteRow, WindowRow
from scheduler.safety.service import record


def create_programme(db: Session, actor: Actor, programme: Programme, now: datetime) -> int:
    """Store a new programme and return its id. Whoever makes it becomes its coordinator."""
    faults = tuple(_faults(programme))
    if faults:
        raise Rejected(say("The programme cannot be used as it is."), faults)
    if find_programme_id(db, programme.slug) is not None:
        raise Rejected(
            say("There is a programme “%(slug)s” already.", slug=programme.slug),
            what_to_do=say("Choose another short name."),
        )
    row = ProgrammeRow(
        slug=programme.slug,
        name=programme.name,
        zone=programme.zone,
        first_day=programme.first_day,
        last_day=programme.last_day,
        session_minutes=programme.session_minutes,
        min_gap_days=programme.min_gap_days,
        quorum=programme.quorum,
        min_attendance=programme.min_attendance,
        rest_preset=programme.rest_preset,
        duty_policy=dict(programme.duty_policy),
        buffer_minutes=programme.buffer_minutes,
        weights=dict(programme.weights),
        created_at=now,
        rounds=[RoundRow(index=r.index, first_day=r.first_day, last_day=r.last_day) for r in programme.rounds],
        windows=[_window_row(window) for window in programme.windows],
        models=[_model_row(model) for model in programme.models],
        sites=[_site_row(site) for site in programme.sites],
    )
    db.add(row)
    db.flush()
    if actor.person_id is not None:
        db.add(RoleRow(programme_id=row.id, person_id=actor.person_id, role=Role.COORDINATOR))
    record(db, actor, "programme.created", now, row.id)
    return row.id


def get_programme(db: Session, programme_id: int) -> Programme:
    """The programme as a value."""
    row = db.scalar(
        select(ProgrammeRow)
        .where(ProgrammeRow.id == programme_id)
        .options(
            selectinload(ProgrammeRow.rounds),
            selectinload(ProgrammeRow.windows),
            selectinload(ProgrammeRow.models),
            selectinload(ProgrammeRow.sites).selectinload(SiteRow.rooms),
        )
    )
    if row is None:
        raise NotFound(say("There is no such programme."))
    return _value(row)


def lock_programme(db: Session, programme_id: int) -> None:
    """Let nobody else who locks this programme on until the transaction ends.

    Called before looking at what is then changed. On SQLite a writing transaction is alone anyway.
    """
    locked = select(ProgrammeRow.id).where(ProgrammeRow.id == programme_id).with_for_update(key_share=True)
    if db.scalar(locked) is None:
        raise NotFound(say("There is no such programme."))


def find_programme_id(db: Session, slug: str) -> int | None:
    """The id of the programme with this short name."""
    return db.scalar(select(ProgrammeRow.id).where(ProgrammeRow.slug == slug))


def _faults(programme: Programme) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", programme.slug):
        yield Fault("slug", say("The short name takes small letters, digits and hyphens."))
    if not programme.rounds:
        yield Fault("rounds", say("A programme needs at least one round."))
    if not programme.models:
        yield Fault("models", say("A programme needs at least one mentoring model."))
    unknown = list(_unknown_zones(programme))
    yield from unknown
    if not unknown and not programme.slots():
        yield Fault("windows", say("No session fits into these windows: widen one, or shorten the sessions."))


def _unknown_zones(programme: Programme) -> Iterator[Fault]:
    zones = available_timezones()
    named = [("zone", programme.zone), *((f"site {site.key}", site.zone) for site in programme.sites)]
    for where, zone in named:
        if zone not in zones:
            yield Fault(where, say("There is no time zone “%(zone)s”.", zone=zone))


def _window_row(window: Window) -> WindowRow:
    return WindowRow(
        weekday=window.weekday,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        step_minutes=window.step_minutes,
        protected=window.protected,
    )


def _model_row(model: MentoringModel) -> ModelRow:
    return ModelRow(
        key=model.key,
        name=model.name,
        size_min=model.size[0],
        size_max=model.size[1],
        target=model.target,
        spread_min=model.spread[0],
        spread_max=model.spread[1],
        facilitators_min=model.facilitators[0],
        facilitators_max=model.facilitators[1],
        present=model.present,
    )


def _site_row(site: Site) -> SiteRow:
    rooms = [
        RoomRow(
            key=room.key,
            name=room.name,
            capacity=room.capacity,
            weekdays="".join(str(day) for day in sorted(room.weekdays)),
            opens_at=room.opens_at,
            closes_at=room.closes_at,
        )
        for room in site.rooms
    ]
    return SiteRow(key=site.key, name=site.name, zone=site.zone, rooms=rooms)


def _value(row: ProgrammeRow) -> Programme:
    return Programme(
        id=row.id,
        slug=row.slug,
        name=row.name,
        zone=row.zone,
        rounds=tuple(Round(r.index, r.first_day, r.last_day) for r in row.rounds),
        windows=tuple(Window(w.weekday, w.opens_at, w.closes_at, w.step_minutes, w.protected) for w in row.windows),
        models=tuple(_model_value(model) for model in row.models),
        sites=tuple(_site_value(site) for site in row.sites),
        session_minutes=row.session_minutes,
        min_gap_days=row.min_gap_days,
        quorum=row.quorum,
        min_attendance=row.min_attendance,
        rest_preset=row.rest_preset,
        duty_policy=row.duty_policy,
        buffer_minutes=row.buffer_minutes,
        weights=row.weights,
    )


def _model_value(row: ModelRow) -> MentoringModel:
    return MentoringModel(
        key=row.key,
        name=row.name,
        size=(row.size_min, row.size_max),
        target=row.target,
        spread=(row.spread_min, row.spread_max),
        facilitators=(row.facilitators_min, row.facilitators_max),
        present=row.present,
        id=row.id,
    )


def _site_value(row: SiteRow) -> Site:
    rooms = tuple(
        Room(
            key=room.key,
            name=room.name,
            capacity=room.capacity,
            weekdays=frozenset(int(day) for day in room.weekdays),
            opens_at=room.opens_at,
            closes_at=room.closes_at,
            id=room.id,
        )
        for room in row.rooms
    )
    return Site(key=row.key, name=row.name, zone=row.zone, rooms=rooms, id=row.id)
