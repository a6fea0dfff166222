"""Everybody in a programme by name: for whoever chooses among them, or reads of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.tables import SiteRow


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One participant, with the name of the site."""

    person_id: int
    name: str
    email: str
    kind: Role
    site: str


def list_people(db: Db, actor: Actor, programme_id: int) -> tuple[PersonLine, ...]:
    """Everybody who takes part, residents first, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, ParticipantRow.kind, SiteRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(ParticipantRow.kind.desc(), PersonRow.name)
    )
    return tuple(PersonLine(*row) for row in rows)
