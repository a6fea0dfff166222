"""Rotas that leave people with nothing known before the term is over, and those that were imported long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, func, select

from scheduler.db import Db
from scheduler.desk.model import EndingRota
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import Programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaRow, RotaSpanRow

ENDS_WITHIN: Final = timedelta(days=28)
"""A rota that ends so soon is on the desk, so that the next one can be asked for."""
STALE_AFTER: Final = timedelta(weeks=10)
"""A rota that was imported so long ago may have changed since."""


def ending_rotas(db: Db, programme: Programme, today: date, now: datetime) -> tuple[EndingRota, ...]:
    """The rotas to ask the next or a newer version of, the soonest to end first, then the oldest."""
    if programme.last_day <= today:
        return ()
    last_ones = _last_for_people(db, programme.id, min(today + ENDS_WITHIN, programme.last_day))
    rows = db.execute(
        select(RotaRow, SiteRow.name)
        .join(SiteRow, SiteRow.id == RotaRow.site_id)
        .where(RotaRow.programme_id == programme.id, OF_DEPARTMENT)
        .order_by(RotaRow.last_day, RotaRow.name)
    ).all()
    ending, stale = [], []
    for row, site in rows:
        people, last_day = last_ones.get(row.id, (0, row.last_day))
        if people:
            ending.append(EndingRota(row.id, row.name, site, last_day, row.imported_at, people, is_stale=False))
        elif row.imported_at < now - STALE_AFTER and row.last_day > today:
            stale.append(EndingRota(row.id, row.name, site, row.last_day, row.imported_at, 0, is_stale=True))
    return (*sorted(ending, key=lambda one: one.last_day), *sorted(stale, key=lambda one: one.imported_at))


def _last_for_people(db: Db, programme_id: int, until: date) -> Mapping[int, tuple[int, date]]:
    """Of how many people a rota is the last that speaks of them, where that ends before ``until``; and on which day."""
    spoken = (
        select(RotaSpanRow.person_id, func.max(RotaSpanRow.last_day).label("last_day"))
        .join(RotaRow, RotaRow.id == RotaSpanRow.rota_id)
        .join(
            ParticipantRow,
            and_(ParticipantRow.person_id == RotaSpanRow.person_id, ParticipantRow.programme_id == programme_id),
        )
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, ParticipantRow.left_at.is_(None))
        .group_by(RotaSpanRow.person_id)
        .having(func.max(RotaSpanRow.last_day) < until)
        .subquery()
    )
    rows = db.execute(
        select(RotaSpanRow.rota_id, func.count(RotaSpanRow.person_id.distinct()), func.min(RotaSpanRow.last_day))
        .join(
            spoken,
            and_(spoken.c.person_id == RotaSpanRow.person_id, spoken.c.last_day == RotaSpanRow.last_day),
        )
        .join(RotaRow, RotaRow.id == RotaSpanRow.rota_id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT)
        .group_by(RotaSpanRow.rota_id)
    )
    return {rota_id: (people, last_day) for rota_id, people, last_day in rows}
