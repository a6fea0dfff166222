"""Who is not planned because of long leave: paused, not deleted.

Somebody who has a group keeps their place in it; at dates in their leave they cannot come, like anybody away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.availability.tables import AbsenceRow
from scheduler.people.tables import ParticipantRow
from scheduler.plans.tables import PlanRow


def without_paused(
    db: Session,
    programme_id: int,
    participants: Sequence[ParticipantRow],
    published: PlanRow | None,
    first_day: date,
    last_day: date,
) -> list[ParticipantRow]:
    """These people without those who have no group and are on one long leave on all days between the two."""
    paused = set(
        db.scalars(
            select(AbsenceRow.person_id).where(
                AbsenceRow.programme_id == programme_id,
                AbsenceRow.first_day <= first_day,
                or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= last_day),
            )
        )
    )
    placed = {member.person_id for group in (published.groups if published else ()) for member in group.members}
    return [row for row in participants if row.person_id not in paused - placed]
