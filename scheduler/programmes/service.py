"""Make, find and change programmes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db, seen_each
from scheduler.errors import NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import RoleRow
from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.faults import must_work
from scheduler.programmes.model import Programme, Site, Window
from scheduler.programmes.parts import Parts, load_parts
from scheduler.programmes.tables import (
    DaysOffRow,
    GradeRow,
    ModelRow,
    ProgrammeRow,
    RoomRow,
    RoundRow,
    SiteRow,
    WindowRow,
)

_HELD: Final = "programmes"


def create_programme(db: Db, actor: Actor, programme: Programme, now: datetime) -> int:
    """Store a new programme and return its id. Its maker becomes its coordinator."""
    actor.must_be_able_to_begin()
    must_work(programme)
    if find_programme_id(db, programme.slug) is not None:
        raise Rejected(
            say("There is already a programme called “%(slug)s”.", slug=programme.slug),
            what_to_do=say("Choose another short name."),
        )
    row = ProgrammeRow(
        **columns_of(programme),
        created_at=now,
        rounds=[RoundRow(index=r.index, first_day=r.first_day, last_day=r.last_day) for r in programme.rounds],
        windows=[window_row(window) for window in programme.windows],
        models=[ModelRow.of(model) for model in programme.models],
        sites=[_site_row(site) for site in programme.sites],
        days_off=[DaysOffRow(**asdict(days)) for days in programme.closed.days_off],
        grades=[GradeRow(stage=grade.stage, name=grade.name) for grade in programme.grades],
    )
    db.add(row)
    db.flush()
    if actor.person_id is not None:
        db.add(RoleRow(programme_id=row.id, person_id=actor.person_id, role=Role.COORDINATOR))
    record(db, actor, "programme.created", now, row.id)
    return row.id


def add_sites(db: Db, actor: Actor, programme_id: int, sites: Sequence[Site], now: datetime) -> None:
    """Give a programme more sites, of short names that it does not have yet. Nobody and nothing is at them so far."""
    actor.must_have(programme_id, Role.COORDINATOR)
    for site in sites:
        row = _site_row(site)
        row.programme_id = programme_id
        db.add(row)
    db.flush()
    db.expire_all()
    record(db, actor, "programme.changed", now, programme_id, changed=["sites"])


def get_programme(db: Db, programme_id: int) -> Programme:
    """The programme as a value."""
    return get_programmes(db, (programme_id,))[programme_id]


def get_programmes(db: Db, programme_ids: Collection[int]) -> Mapping[int, Programme]:
    """These programmes by id, in a few queries however many they are."""
    held = db.info.get(_HELD)
    if held is None:
        return seen_each(db, "programme", programme_ids, lambda ids: _loaded(db, ids))
    if unseen := set(programme_ids) - held.keys():
        held.update(_loaded(db, unseen))
    return {one: held[one] for one in programme_ids}


@contextmanager
def programmes_held(db: Db) -> Iterator[None]:
    """For what changes no programme inside a transaction that changes something: each is read once."""
    db.info[_HELD] = {}
    try:
        yield
    finally:
        del db.info[_HELD]


def _loaded(db: Db, programme_ids: Collection[int]) -> Mapping[int, Programme]:
    rows = db.scalars(select(ProgrammeRow).where(ProgrammeRow.id.in_(programme_ids))).all()
    parts = load_parts(db, programme_ids)
    found = {row.id: _value(row, parts[row.id]) for row in rows}
    if not found.keys() >= set(programme_ids):
        raise NotFound(say("We can’t find that programme."))
    return found


def lock_programme(db: Db, programme_id: int) -> None:
    """Let nobody else who locks this programme on until the transaction ends.

    Called before looking at what is then changed. On SQLite a writing transaction is alone anyway.
    """
    locked = select(ProgrammeRow.id).where(ProgrammeRow.id == programme_id).with_for_update(key_share=True)
    if db.scalar(locked) is None:
        raise NotFound(say("We can’t find that programme."))


def may_lock_programme(db: Db, programme_id: int) -> bool:
    """Lock a programme as :func:`lock_programme` does, unless somebody else has: then nothing is waited for."""
    free = select(ProgrammeRow.id).where(ProgrammeRow.id == programme_id)
    return db.scalar(free.with_for_update(key_share=True, skip_locked=True)) is not None


def find_programme_id(db: Db, slug: str) -> int | None:
    """The id of the programme with this short name."""
    return db.scalar(select(ProgrammeRow.id).where(ProgrammeRow.slug == slug))


def columns_of(programme: Programme) -> dict[str, Any]:
    """What stands in the programme's own row."""
    return {
        "slug": programme.slug,
        "name": programme.name,
        "zone": programme.zone,
        "first_day": programme.first_day,
        "last_day": programme.last_day,
        "session_minutes": programme.session_minutes,
        "min_gap_days": programme.min_gap_days,
        "quorum": programme.quorum,
        "min_attendance": programme.min_attendance,
        "rest_preset": programme.rest_preset,
        "duty_policy": dict(programme.duty_policy),
        "buffer_minutes": programme.buffer_minutes,
        "weights": dict(programme.weights),
        "country": programme.closed.country,
        "region": programme.closed.region,
        "kept_open": sorted(day.isoformat() for day in programme.closed.kept_open),
        "first_within_days": programme.first_within_days,
        "facilitators_differ": programme.facilitators_differ,
        "relation_policies": dict(programme.relation_policies),
        "change_goal": programme.change_goal,
        **asdict(programme.conduct),
    }


def window_row(window: Window) -> WindowRow:
    """A new row for a window."""
    return WindowRow(
        weekday=window.weekday,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        step_minutes=window.step_minutes,
        protected=window.protected,
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


def _value(row: ProgrammeRow, parts: Parts) -> Programme:
    return Programme(
        id=row.id,
        slug=row.slug,
        name=row.name,
        zone=row.zone,
        rounds=parts.rounds,
        windows=parts.windows,
        models=parts.models,
        sites=parts.sites,
        session_minutes=row.session_minutes,
        min_gap_days=row.min_gap_days,
        quorum=row.quorum,
        min_attendance=row.min_attendance,
        rest_preset=row.rest_preset,
        duty_policy=row.duty_policy,
        buffer_minutes=row.buffer_minutes,
        weights=row.weights,
        conduct=row.conduct(),
        closed=_closed_value(row, parts),
        grades=parts.grades,
        first_within_days=row.first_within_days,
        facilitators_differ=row.facilitators_differ,
        relation_policies=row.relation_policies,
        change_goal=row.change_goal,
    )


def _closed_value(row: ProgrammeRow, parts: Parts) -> ClosedDays:
    kept_open = frozenset(date.fromisoformat(day) for day in row.kept_open)
    return ClosedDays(row.country, row.region, parts.days_off, kept_open)
