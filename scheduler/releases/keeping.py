"""Who keeps which rota, and the releases that each of them has to know of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import SiteRow
from scheduler.releases.register import ENDED_KEPT
from scheduler.releases.tables import KeptRotaRow, ReleaseRow
from scheduler.sessions.tables import SessionRow

Ts = TypeVarTuple("Ts")
_OWN, _REST = aliased(KeptRotaRow), aliased(KeptRotaRow)
MANAGER_ID: ColumnElement[int | None] = func.coalesce(_OWN.manager_id, _REST.manager_id)
"""Who keeps the rota of a release: whoever keeps it by name, else whoever keeps the rest of its site."""


@dataclass(frozen=True, slots=True)
class ReleaseOf:
    """A release as the calendar of a rota manager shows it; ``zone`` is its site's."""

    manager_id: int
    session_uid: str
    person_id: int
    name: str
    site: str
    zone: str
    rota: str
    duty: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    created_at: datetime
    changed_at: datetime
    ended: bool


def with_manager(query: Select[*Ts]) -> Select[*Ts]:
    """A query of releases joined with who keeps their rotas, so that it can use :data:`MANAGER_ID`."""
    by_name = and_(_OWN.site_id == ReleaseRow.site_id, _OWN.rota == ReleaseRow.rota)
    rest = and_(_REST.site_id == ReleaseRow.site_id, _REST.rota == "")
    return query.outerjoin(_OWN, by_name).outerjoin(_REST, rest)


def releases_of_managers(db: Db, manager_ids: Collection[int], now: datetime) -> tuple[ReleaseOf, ...]:
    """All releases from the rotas that these people keep, in order of time; those no longer needed for a while."""
    query = (
        select(
            MANAGER_ID.label("manager_id"), SessionRow.uid.label("session_uid"), ReleaseRow.person_id, PersonRow.name,
            SiteRow.name.label("site"), SiteRow.zone,
            ReleaseRow.rota, ReleaseRow.duty, ReleaseRow.starts_at, ReleaseRow.ends_at, ReleaseRow.sequence,
            ReleaseRow.created_at, ReleaseRow.changed_at, ReleaseRow.ended_at.is_not(None).label("ended"),
        )
        .select_from(ReleaseRow)
        .join(SessionRow, SessionRow.id == ReleaseRow.session_id)
        .join(PersonRow, PersonRow.id == ReleaseRow.person_id)
        .join(SiteRow, SiteRow.id == ReleaseRow.site_id)
        .where(
            MANAGER_ID.in_(manager_ids), or_(ReleaseRow.ended_at.is_(None), ReleaseRow.ended_at > now - ENDED_KEPT)
        )
        .order_by(ReleaseRow.starts_at, ReleaseRow.id)
    )  # fmt: skip
    return tuple(ReleaseOf(**row._mapping) for row in db.execute(with_manager(query)).all())
