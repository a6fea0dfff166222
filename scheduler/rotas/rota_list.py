"""The rotas of a programme, as a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaLineRow, RotaRow, RotaSpanRow


@dataclass(frozen=True, slots=True)
class RotaLine:
    """A rota as last imported. ``people`` are its names that stand for somebody in the programme."""

    id: int
    name: str
    site: str
    first_day: date
    last_day: date
    people: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class OwnRota:
    """A rota that speaks for somebody, and for which of their days; ``loaded_at`` is when it was imported last. It is
    ``given`` where they have given it themselves."""

    name: str
    first_day: date
    last_day: date
    loaded_at: datetime
    given: bool = False


def own_rotas(db: Db, actor: Actor, programme_id: int) -> tuple[OwnRota, ...]:
    """The rotas of a programme that speak for the actor: what their availability rests on."""
    rows = db.execute(
        select(
            RotaRow.name,
            func.min(RotaSpanRow.first_day),
            func.max(RotaSpanRow.last_day),
            RotaRow.imported_at,
            RotaRow.given_by,
        )
        .join(RotaSpanRow, RotaSpanRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, RotaSpanRow.person_id == actor.person_id)
        .group_by(RotaRow.id)
        .order_by(RotaRow.name)
    )
    return tuple(OwnRota(name, first, last, at, given is not None) for name, first, last, at, given in rows)


def list_rotas(db: Db, actor: Actor, programme_id: int) -> tuple[RotaLine, ...]:
    """All rotas of a programme that departments keep, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(RotaRow, SiteRow.name, func.count(RotaLineRow.person_id.distinct()))
        .join(SiteRow, SiteRow.id == RotaRow.site_id)
        .outerjoin(RotaLineRow, RotaLineRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT)
        .group_by(RotaRow.id, SiteRow.name)
        .order_by(RotaRow.name)
    )
    return tuple(
        RotaLine(row.id, row.name, site, row.first_day, row.last_day, people, row.imported_at)
        for row, site, people in rows
    )
