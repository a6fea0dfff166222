"""Who is not planned for a while: people on long leave, and groups that are paused. Paused, not deleted.

Somebody on leave who has a group keeps their place in it; at dates in their leave they cannot come, like anybody away.
While a group is paused its residents are asked to nothing, so it has no date then in any plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select

from scheduler.availability.tables import AbsenceRow
from scheduler.db import Db
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupPauseRow, GroupRow, MemberRow, PlanRow
from scheduler.plans.whole import StoredGroup
from solvers.vocabulary import CANNOT, NOT_KNOWN


def paused_people(db: Db, programme_id: int, first_day: date, last_day: date) -> frozenset[int]:
    """Those who have no group and are on one long leave on all days between the two."""
    paused = frozenset(
        db.scalars(
            select(AbsenceRow.person_id).where(
                AbsenceRow.programme_id == programme_id,
                AbsenceRow.first_day <= first_day,
                or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= last_day),
            )
        )
    )
    return paused - _placed(db, programme_id) if paused else paused


def without_paused_groups(
    db: Db, programme_id: int, marks: Mapping[int, str], groups: Iterable[StoredGroup], days: Sequence[date]
) -> Mapping[int, str]:
    """The marks, one for each of these days, with CANNOT for the residents of a paused group while it is."""
    paused = select(GroupPauseRow).where(GroupPauseRow.programme_id == programme_id)
    pauses = {row.group_key: row for row in db.scalars(paused)}
    found = dict(marks)
    for group in groups:
        if pause := pauses.get(group.key):
            away = [pause.first_day <= day <= pause.last_day for day in days]
            for member in group.members:
                if member.role == MemberRole.RESIDENT:
                    known = found.get(member.person_id, NOT_KNOWN * len(days))
                    found[member.person_id] = "".join(
                        CANNOT if is_away else mark for mark, is_away in zip(known, away, strict=True)
                    )
    return found


def _placed(db: Db, programme_id: int) -> set[int]:
    """Everybody who is still in a group of the published plan."""
    of_plan = (
        PlanRow.programme_id == programme_id,
        PlanRow.state == PlanState.PUBLISHED,
        GroupRow.ended_at.is_(None),
        has_not_left(),
    )
    members = select(MemberRow.person_id).join(GroupRow, GroupRow.id == MemberRow.group_id)
    in_groups = members.join(PlanRow, PlanRow.id == GroupRow.plan_id).where(*of_plan)
    return set(db.scalars(in_groups))
