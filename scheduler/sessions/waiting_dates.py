"""Dates that wait for the coordinator, where a programme leaves them to her: what each group prefers, in numbers.

Who proposed a date or agreed to it stays in the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.plans.membership import rosters
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.sessions.date_marks import DateMarks, date_marks
from scheduler.sessions.model import ProposalState
from scheduler.sessions.tables import ProposalRow, SessionRow


@dataclass(frozen=True, slots=True)
class WaitingDate:
    """A date that a group could take: ``instead_of`` is None for an extra session, ``offered`` says that the product
    offers it because too few can come. So many of its people agree, so many do not."""

    proposal_id: int
    starts_at: datetime
    instead_of: datetime | None
    offered: bool
    agreed: int
    against: int
    marks: tuple[str, ...]
    coming: int
    shut_out: int


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """A group with the dates that wait, what it prefers first."""

    key: str
    name: str
    dates: tuple[WaitingDate, ...]


def waiting_dates(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[WaitingGroup, ...]:
    """All open dates of a programme's groups, for its coordinators."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.scalars(
        select(ProposalRow)
        .where(
            ProposalRow.programme_id == programme_id,
            ProposalRow.state == ProposalState.OPEN,
            ProposalRow.starts_at > now,
        )
        .options(selectinload(ProposalRow.answers))
    ).all()
    of_groups = rosters(db, programme_id, {row.group_key for row in rows})
    members = {(programme_id, key): roster for key, roster in of_groups.items()}
    rows = [row for row in rows if (programme_id, row.group_key) in members]
    marks = date_marks(db, rows, members)
    starts = _starts(db, {row.session_id for row in rows if row.session_id is not None})
    by_group: dict[str, list[tuple[ProposalRow, WaitingDate]]] = {}
    for row in rows:
        date = _value(row, marks[row.id], starts.get(row.session_id or 0))
        by_group.setdefault(row.group_key, []).append((row, date))
    return tuple(
        WaitingGroup(key, name, tuple(date for _, date in sorted(by_group[key], key=lambda pair: _order(pair, marks))))
        for key, name in _names(db, programme_id)
        if key in by_group
    )


def _order(pair: tuple[ProposalRow, WaitingDate], marks: Mapping[int, DateMarks]) -> tuple[object, ...]:
    row, date = pair
    return date.instead_of is None, date.instead_of or date.starts_at, -date.agreed, marks[row.id].rank


def _value(row: ProposalRow, marks: DateMarks, instead_of: datetime | None) -> WaitingDate:
    agreed = sum(answer.agrees for answer in row.answers)
    return WaitingDate(
        proposal_id=row.id,
        starts_at=row.starts_at,
        instead_of=instead_of,
        offered=row.by_id is None,
        agreed=agreed,
        against=len(row.answers) - agreed,
        marks=tuple(sorted(marks.by_person.values())),
        coming=marks.coming,
        shut_out=marks.shut_out,
    )


def _starts(db: Db, session_ids: set[int]) -> dict[int, datetime]:
    rows = db.execute(select(SessionRow.id, SessionRow.starts_at).where(SessionRow.id.in_(session_ids)))
    return dict(rows.all())


def _names(db: Db, programme_id: int) -> list[tuple[str, str]]:
    """The published groups, by key and name, in their order."""
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    rows = db.execute(
        select(GroupRow.key, GroupRow.name).join(PlanRow, PlanRow.id == GroupRow.plan_id).where(*published)
        .order_by(GroupRow.id)
    )  # fmt: skip
    return [(key, name) for key, name in rows]
