"""Writing a programme that is wanted otherwise: only what differs. Whether it may be is looked at before.

A programme is changed by :func:`scheduler.publishing.programme_changes.change_programme` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace

from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.programmes.grades import known_grades, moved_by, store_grades
from scheduler.programmes.model import MentoringModel, Programme, Room, Site
from scheduler.programmes.service import columns_of, window_row
from scheduler.programmes.tables import DaysOffRow, ModelRow, ProgrammeRow, RoundRow

APART = ("zone", "sites")
"""What has ways of its own to be written."""


def known_again(before: Programme, wanted: Programme) -> Programme:
    """What is wanted, its models, sites and rooms with the ids that those of the same short names have, its grades with
    the numbers that they have so far."""
    models = {model.key: model.id for model in before.models}
    sites = {site.key: site for site in before.sites}
    return replace(
        wanted,
        id=before.id,
        models=tuple(replace(model, id=models.get(model.key, 0)) for model in wanted.models),
        grades=known_grades(before.grades, wanted.grades),
        sites=tuple(_known_site(site, sites.get(site.key)) for site in wanted.sites),
    )


def _known_site(site: Site, before: Site | None) -> Site:
    rooms = {room.key: room.id for room in before.rooms} if before else {}
    with_ids: tuple[Room, ...] = tuple(replace(room, id=rooms.get(room.key, 0)) for room in site.rooms)
    return replace(site, id=before.id if before else 0, rooms=with_ids)


def differing(before: Programme, wanted: Programme) -> frozenset[str]:
    """The names of the fields in which two programmes differ."""
    return frozenset(
        each.name for each in fields(Programme) if getattr(before, each.name) != getattr(wanted, each.name)
    )


def store(db: Db, programme_id: int, wanted: Programme, changed: Collection[str]) -> None:
    """Write these fields of a programme, but for those of :data:`APART`."""
    parts = [ProgrammeRow.rounds, ProgrammeRow.windows, ProgrammeRow.models, ProgrammeRow.days_off]
    row = db.get_one(ProgrammeRow, programme_id, options=[selectinload(part) for part in parts], populate_existing=True)
    for column, value in columns_of(wanted).items():
        if column not in APART:
            setattr(row, column, value)
    if "windows" in changed:
        row.windows = [window_row(window) for window in wanted.windows]
    if "models" in changed:
        row.models = _models(row.models, wanted.models)
    if "rounds" in changed:
        _put_rounds(row, wanted)
    if "closed" in changed:
        row.days_off = [DaysOffRow(**asdict(days)) for days in wanted.closed.days_off]
    db.flush()
    if "grades" in changed:
        store_grades(db, programme_id, wanted.grades, moved_by(wanted.grades))
    db.expire_all()


def _models(rows: Sequence[ModelRow], wanted: Sequence[MentoringModel]) -> list[ModelRow]:
    """A model that stays keeps its row: groups and answers name it."""
    kept = {row.key: row for row in rows}
    found = []
    for model in wanted:
        row = kept.get(model.key) or ModelRow.of(model)
        row.take_over(model)
        found.append(row)
    return found


def _put_rounds(row: ProgrammeRow, wanted: Programme) -> None:
    kept = {each.index: each for each in row.rounds}
    row.rounds = [kept.get(each.index) or RoundRow(index=each.index) for each in wanted.rounds]
    for stored, each in zip(row.rounds, wanted.rounds, strict=True):
        stored.first_day, stored.last_day = each.first_day, each.last_day
