"""Releases of a programme's evidence: worked out once a month, and then as they are for ever.

Whoever reads evidence reads a release: the page, the files and the command show the same. So no figure changes from one
day to the next, and what is shown this month is judged beside all that was shown before
(:mod:`scheduler.evidence.figures`). Where a term is over for so long that nothing more will be noted, no release comes
any more, and what was kept to judge later ones is deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import undefer

from scheduler.audit.service import record
from scheduler.audit.tables import AuditHeadRow
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.evidence.cohort import newly_entered
from scheduler.evidence.counting import count
from scheduler.evidence.definitions import COUNTS, definition, versions
from scheduler.evidence.directors import must_direct
from scheduler.evidence.figures import Made, Past, Units, as_json, from_json, make, measured, units_of
from scheduler.evidence.model import Aspect, Cell, Entered, Figure, Kind, Shown
from scheduler.evidence.programme_counts import asked_for, counts_of, lines_of, overrides_of
from scheduler.evidence.said import areas_of, pulse_of
from scheduler.evidence.tables import EvidencePersonRow, EvidenceReleaseRow
from scheduler.joining.questions import questions_of
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import RoleRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow, SiteRow

SETTLES: Final = timedelta(days=35)
"""So long after its last day a term gets its last release: by then it is noted who came."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it is read. ``lines`` has of each figure and count, by action, how many lines of the audit record
    there were up to the line ``record_place``, whose digest is ``record_digest``."""

    programme_id: int
    number: int
    made_at: datetime
    record_place: int
    record_digest: str
    figures: Mapping[Figure, Mapping[Cell, Shown]]
    versions: Mapping[str, int]
    counts: Mapping[str, int | None]
    pulse: Mapping[str, Any] | None
    areas: tuple[Mapping[str, Any], ...]
    overrides: tuple[Mapping[str, str], ...]
    asked_for: tuple[Mapping[str, Any], ...]
    lines: Mapping[str, Mapping[str, int]]


def latest_release(db: Db, actor: Actor, programme_id: int) -> Release | None:
    """The newest release, for its directors; None where there is none yet."""
    must_direct(actor, programme_id)
    row = _rows(db, programme_id, newest=True)
    return _read(row[0]) if row else None


def get_release(db: Db, actor: Actor, programme_id: int) -> Release:
    """The newest release. Raises NotFound where there is none yet."""
    found = latest_release(db, actor, programme_id)
    if found is None:
        raise NotFound(
            say("There are no figures of this programme yet."),
            what_to_do=say("They are worked out once a month from the first day of the term on."),
        )
    return found


def newest_releases(db: Db, programme_ids: Collection[int]) -> Mapping[int, Release]:
    """The newest release of each of these programmes that has one; who may read them is for the caller to know."""
    row = EvidenceReleaseRow
    newest = (
        select(row.programme_id, func.max(row.number).label("number"))
        .where(row.programme_id.in_(programme_ids))
        .group_by(row.programme_id)
        .subquery()
    )
    rows = select(row).join(newest, and_(newest.c.programme_id == row.programme_id, newest.c.number == row.number))
    return {one.programme_id: _read(one) for one in db.scalars(rows)}


def list_releases(db: Db, actor: Actor, programme_id: int) -> tuple[Release, ...]:
    """All releases, the oldest first."""
    must_direct(actor, programme_id)
    return tuple(_read(row) for row in _rows(db, programme_id))


def release_last_term(db: Db, actor: Actor, programme_id: int) -> Release | None:
    """The last release of the term before, for who directs both."""
    must_direct(actor, programme_id)
    before = db.scalar(select(ProgrammeRow.follows_id).where(ProgrammeRow.id == programme_id))
    directs_both = before is not None and (
        actor.trusted or {r for p, r in actor.roles if p == before} == {Role.DIRECTOR}
    )
    return latest_release(db, actor, before) if before is not None and directs_both else None


def is_due(db: Db, programme_id: int, now: datetime) -> bool:
    """Whether a release is to be made: one in each calendar month of the programme's zone, from the term's first day to
    when all of it is noted."""
    programme = get_programme(db, programme_id)
    zone = ZoneInfo(programme.zone)
    last = db.scalar(
        select(func.max(EvidenceReleaseRow.made_at)).where(EvidenceReleaseRow.programme_id == programme_id)
    )
    if now.astimezone(zone).date() < programme.first_day or (last is not None and _is_last(programme, last)):
        return False
    return last is None or _month(last, zone) < _month(now, zone)


def _month(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    wall = moment.astimezone(zone)
    return wall.year, wall.month


def _is_last(programme: Programme, made_at: datetime) -> bool:
    return made_at.astimezone(ZoneInfo(programme.zone)).date() > programme.last_day + SETTLES


def programmes_with_directors(db: Db) -> tuple[int, ...]:
    """The programmes whose evidence anybody reads."""
    return tuple(
        db.scalars(
            select(RoleRow.programme_id).where(RoleRow.role == Role.DIRECTOR).distinct().order_by(RoleRow.programme_id)
        )
    )


def release_if_due(db: Db, actor: Actor, programme_id: int, now: datetime) -> bool:
    """Make this month's release, if there is none yet; returns whether one was made."""
    must_direct(actor, programme_id)
    lock_programme(db, programme_id)
    if not is_due(db, programme_id, now):
        return False
    programme = get_programme(db, programme_id)
    number = (
        db.scalar(select(func.max(EvidenceReleaseRow.number)).where(EvidenceReleaseRow.programme_id == programme_id))
        or 0
    ) + 1
    people, units = _counted(db, programme_id, number, now)
    past = [_past(row) for row in _rows(db, programme_id, counted=True)]
    only_joined = questions_of(db, programme_id).only_joined
    made = make(number, people, units, past, _names(db, programme, people), only_joined=only_joined)
    head = db.execute(select(AuditHeadRow.place, AuditHeadRow.digest)).first()
    place, digest = (head.place, head.digest) if head else (0, "")
    is_last = _is_last(programme, now)
    db.add(
        EvidenceReleaseRow(
            programme_id=programme_id,
            number=number,
            made_at=now,
            record_place=place,
            record_digest=digest,
            shown=_shown(db, programme_id, made, place, now),
            counted={} if is_last else _kept(units, made),
        )
    )
    if is_last:
        _forget(db, programme_id)
    record(db, actor, "evidence.released", now, programme_id, release=number, place=place)
    return True


def _counted(db: Db, programme_id: int, number: int, now: datetime) -> tuple[tuple[Entered, ...], Units]:
    counted = count(db, programme_id, now)
    rows = db.scalars(select(EvidencePersonRow).where(EvidencePersonRow.programme_id == programme_id)).all()
    known = [Entered(row.number, row.person_id, Kind(row.kind), row.entered, row.cells) for row in rows]
    new = newly_entered(known, counted.values(), number)
    db.add_all(
        EvidencePersonRow(
            programme_id=programme_id, number=each.number, person_id=each.person_id, kind=each.kind.value,
            entered=each.entered, cells=dict(each.cells),
        )
        for each in new
    )  # fmt: skip
    people = (*known, *new)
    return people, units_of(people, counted)


def _names(db: Db, programme: Programme, people: Collection[Entered]) -> Mapping[Cell, str]:
    sites = select(SiteRow.id, SiteRow.name).where(SiteRow.programme_id == programme.id)
    names: dict[Cell, str] = {(Aspect.SITE.value, str(site_id)): name for site_id, name in db.execute(sites)}
    grades = {each.cells[Aspect.GRADE] for each in people if Aspect.GRADE in each.cells}
    return names | {(Aspect.GRADE.value, stage): programme.grade_name(int(stage)) for stage in grades}


def _shown(db: Db, programme_id: int, made: Made, place: int, now: datetime) -> dict[str, Any]:
    wanted = {figure.value: definition(figure).actions for figure in Figure}
    wanted |= {name: each.actions for name, each in COUNTS.items()}
    lines = lines_of(db, programme_id, {one for actions in wanted.values() for one in actions}, place)
    return {
        "figures": as_json(made.shown),
        "versions": versions(),
        "counts": counts_of(db, programme_id, now),
        "pulse": pulse_of(db, programme_id, now),
        "areas": areas_of(db, programme_id),
        "overrides": [{**asdict(each), "at": each.at.isoformat()} for each in overrides_of(db, programme_id)],
        "asked_for": asked_for(db, programme_id),
        "lines": {
            name: {action: lines[action] for action in actions if action in lines} for name, actions in wanted.items()
        },
    }


def _kept(units: Units, made: Made) -> dict[str, Any]:
    return {
        "units": {
            figure.value: {str(number): measured(things) for number, things in people.items()}
            for figure, people in units.items()
        },
        "cells": {figure.value: sorted(map(list, cells)) for figure, cells in made.cells.items()},
    }


def _past(row: EvidenceReleaseRow) -> Past:
    units, cells = row.counted.get("units", {}), row.counted.get("cells", {})
    return Past(
        row.number,
        {
            Figure(name): {int(who): [(thing, some, of) for thing, some, of in own] for who, own in people.items()}
            for name, people in units.items()
        },
        {Figure(name): [(aspect, value) for aspect, value in found] for name, found in cells.items()},
        from_json(row.shown["figures"]),
    )


def _forget(db: Db, programme_id: int) -> None:
    """What was kept to judge later releases, once none will come."""
    for row in _rows(db, programme_id, counted=True):
        row.counted = {}
    db.execute(delete(EvidencePersonRow).where(EvidencePersonRow.programme_id == programme_id))


def _rows(db: Db, programme_id: int, *, newest: bool = False, counted: bool = False) -> list[EvidenceReleaseRow]:
    query = select(EvidenceReleaseRow).where(EvidenceReleaseRow.programme_id == programme_id)
    if counted:
        query = query.options(undefer(EvidenceReleaseRow.counted))
    number = EvidenceReleaseRow.number
    return list(db.scalars(query.order_by(number.desc()).limit(1) if newest else query.order_by(number)))


def _read(row: EvidenceReleaseRow) -> Release:
    shown = row.shown
    return Release(
        row.programme_id,
        row.number,
        row.made_at,
        row.record_place,
        row.record_digest,
        from_json(shown["figures"]),
        shown["versions"],
        shown["counts"],
        shown["pulse"],
        tuple(shown["areas"]),
        tuple(shown["overrides"]),
        tuple(shown["asked_for"]),
        shown["lines"],
    )
