"""Who keeps which rota, and the releases that each of them has to know of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import SiteRow
from scheduler.releases.register import ENDED_KEPT
from scheduler.releases.tables import HandedOverRow, KeptRotaRow, ReleaseRow
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
    """All releases from the rotas that these people keep, in order of time; for a while also those no longer needed,
    and those that somebody else has to grant since, as no longer needed."""
    needed = or_(ReleaseRow.ended_at.is_(None), ReleaseRow.ended_at > now - ENDED_KEPT)
    kept = with_manager(
        _shown(MANAGER_ID, ReleaseRow.sequence, ReleaseRow.changed_at, ReleaseRow.ended_at.is_not(None)).where(
            MANAGER_ID.in_(manager_ids), needed
        )
    )
    handed = (
        _shown(HandedOverRow.manager_id, HandedOverRow.sequence, HandedOverRow.handed_at, true())
        .join(HandedOverRow, HandedOverRow.release_id == ReleaseRow.id)
        .where(HandedOverRow.manager_id.in_(manager_ids), HandedOverRow.handed_at > now - ENDED_KEPT)
    )
    return tuple(ReleaseOf(**row._mapping) for query in (kept, handed) for row in db.execute(query).all())


def _shown(manager_id: Any, sequence: Any, changed_at: Any, ended: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            manager_id.label("manager_id"), SessionRow.uid.label("session_uid"), ReleaseRow.person_id, PersonRow.name,
            SiteRow.name.label("site"), SiteRow.zone,
            ReleaseRow.rota, ReleaseRow.duty, ReleaseRow.starts_at, ReleaseRow.ends_at, sequence.label("sequence"),
            ReleaseRow.created_at, changed_at.label("changed_at"), ended.label("ended"),
        )
        .select_from(ReleaseRow)
        .join(SessionRow, SessionRow.id == ReleaseRow.session_id)
        .join(PersonRow, PersonRow.id == ReleaseRow.person_id)
        .join(SiteRow, SiteRow.id == ReleaseRow.site_id)
        .order_by(ReleaseRow.starts_at, ReleaseRow.id)
    )  # fmt: skip


def keepers_of(db: Db, programme_id: int) -> Mapping[int, int | None]:
    """Who has to grant each release of a programme that is needed, by the release's number."""
    query = select(ReleaseRow.id, MANAGER_ID).where(
        ReleaseRow.programme_id == programme_id, ReleaseRow.ended_at.is_(None)
    )
    return dict(db.execute(with_manager(query)).all())


def hand_over(db: Db, programme_id: int, before: Mapping[int, int | None], now: datetime) -> None:
    """Note which releases somebody else has to grant than ``before``: the former calendars show them as cancelled, and
    a calendar that shows one again has a later version of it."""
    after = keepers_of(db, programme_id)
    moved = {release_id: after[release_id] for release_id, was in before.items() if after.get(release_id, was) != was}
    for row in db.scalars(select(ReleaseRow).where(ReleaseRow.id.in_(moved))):
        row.sequence, row.changed_at = row.sequence + 1, now
        former, keeper = before[row.id], moved[row.id]
        if keeper is not None and (again := db.get(HandedOverRow, (row.id, keeper))):
            db.delete(again)
        if former is not None:
            db.add(HandedOverRow(release_id=row.id, manager_id=former, sequence=row.sequence, handed_at=now))
    db.flush()
