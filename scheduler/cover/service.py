"""The cover list: who needs release when. Nothing of it tells of groups or topics, nor why anybody else cannot come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select

from scheduler.availability.intervals import whole_days
from scheduler.cover.model import NOBODY, Line, Order, Wanted
from scheduler.db import Db
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import PersonRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import SiteRow
from scheduler.releases.keepers import MANAGER_ID, with_manager
from scheduler.releases.tables import ReleaseRow, RotaManagerRow

Columns = tuple[int, int, str, int, str, str, str, str, datetime, datetime, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Count:
    """How many releases there are for one rota manager; :data:`~scheduler.cover.model.NOBODY` has no name."""

    manager_id: int
    name: str
    lines: int


def cover_page(
    db: Db, actor: Actor, programme_id: int, wanted: Wanted, asked: Paging
) -> tuple[tuple[Line, ...], Paging]:
    """A page of the list, searched by people's names."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    query = _lines(programme, wanted).where(is_named(PersonRow, asked.q))
    rows, paging = page_of(db, query, asked)
    return tuple(_line(*row) for row in rows), paging


def cover_lines(db: Db, actor: Actor, programme_id: int, wanted: Wanted, most: int | None = None) -> tuple[Line, ...]:
    """The whole list for files and paper, at most so many lines."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(_lines(get_programme(db, programme_id), wanted).limit(most)).all()
    return tuple(_line(*row) for row in rows)


def count_by_manager(db: Db, actor: Actor, programme_id: int, wanted: Wanted) -> tuple[Count, ...]:
    """How many releases every rota manager has to grant in these days, by name; those whom nobody keeps come last."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    query = with_manager(select(MANAGER_ID, RotaManagerRow.name, func.count()).select_from(ReleaseRow))
    rows = db.execute(
        query.outerjoin(RotaManagerRow, RotaManagerRow.id == MANAGER_ID)
        .where(*_which(programme, wanted))
        .group_by(MANAGER_ID, RotaManagerRow.name)
    )
    found = [Count(manager_id or NOBODY, name or "", number) for manager_id, name, number in rows]
    return tuple(sorted(found, key=lambda each: (each.manager_id == NOBODY, each.name.casefold())))


def weeks_ahead(programme: Programme, now: datetime, weeks: int) -> Wanted:
    """From today on, so many weeks; from the first day of a term that has not begun."""
    today = now.astimezone(ZoneInfo(programme.zone)).date()
    first = max(today, programme.first_day)
    return Wanted(first, first + timedelta(days=7 * weeks - 1))


def _lines(programme: Programme, wanted: Wanted) -> Select[*Columns]:
    query = with_manager(
        select(
            ReleaseRow.session_id, ReleaseRow.person_id, PersonRow.name, ReleaseRow.site_id, SiteRow.name, SiteRow.zone,
            ReleaseRow.rota, ReleaseRow.duty, ReleaseRow.starts_at, ReleaseRow.ends_at, MANAGER_ID, RotaManagerRow.name,
        )
        .select_from(ReleaseRow)
        .join(PersonRow, PersonRow.id == ReleaseRow.person_id)
        .join(SiteRow, SiteRow.id == ReleaseRow.site_id)
    )  # fmt: skip
    joined = query.outerjoin(RotaManagerRow, RotaManagerRow.id == MANAGER_ID).where(*_which(programme, wanted))
    return joined.order_by(*_order(wanted.order), ReleaseRow.starts_at, PersonRow.name, ReleaseRow.id)


def _order(order: Order) -> Sequence[Any]:
    match order:
        case Order.WEEK:
            return ()
        case Order.SITE:
            return (func.lower(SiteRow.name), SiteRow.id)
        case Order.MANAGER:
            return (RotaManagerRow.name.is_(None), func.lower(RotaManagerRow.name), MANAGER_ID)


def _which(programme: Programme, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    days = whole_days(wanted.first_day, wanted.last_day, ZoneInfo(programme.zone))
    found = [
        ReleaseRow.programme_id == programme.id,
        ReleaseRow.ended_at.is_(None),
        ReleaseRow.starts_at >= days.start,
        ReleaseRow.starts_at < days.end,
    ]
    if wanted.site_id is not None:
        found.append(ReleaseRow.site_id == wanted.site_id)
    if wanted.manager_id is not None:
        nobody = MANAGER_ID.is_(None)
        found.append(nobody if wanted.manager_id == NOBODY else MANAGER_ID.in_((wanted.manager_id,)))
    return found


def _line(
    session_id: int, person_id: int, name: str, site_id: int, site: str, zone: str, rota: str, duty: str,
    starts_at: datetime, ends_at: datetime, manager_id: int | None, manager: str | None,
) -> Line:  # fmt: skip
    return Line(
        session_id, person_id, name, site_id, site, zone, rota, duty, starts_at, ends_at, manager_id, manager or ""
    )
