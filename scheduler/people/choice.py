"""Whom somebody can choose in a form: as many as a list of choices can hold, found by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import and_, case, or_, select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import ParticipantRow, PersonRow

MOST_CHOICES: Final = 50


def people_to_choose(
    db: Db, actor: Actor, programme_id: int, q: str = "", chosen: Collection[int] = ()
) -> tuple[tuple[int, str], ...]:
    """Ids and names of people who take part and are called so, by name, at most :data:`MOST_CHOICES`; whoever was
    ``chosen`` before is among them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    was_chosen = PersonRow.id.in_(chosen)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, and_(ParticipantRow.person_id == PersonRow.id, ParticipantRow.left_at.is_(None)))
        .where(ParticipantRow.programme_id == programme_id, or_(is_named(PersonRow, q), was_chosen))
        .order_by(case((was_chosen, 0), else_=1), PersonRow.name, PersonRow.id)
        .limit(MOST_CHOICES)
    )
    return tuple((person_id, name) for person_id, name in rows)
