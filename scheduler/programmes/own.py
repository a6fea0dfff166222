"""The programmes that a person takes part in: whether dates are out, and who to talk to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import PlanRow
from scheduler.programmes.tables import ProgrammeRow


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class OwnProgramme:
    """A programme as one of its people sees it. ``published`` says whether any plan is out."""

    id: int
    name: str
    zone: str
    published: bool
    coordinators: tuple[Contact, ...]


def own_programmes(db: Session, actor: Actor, *roles: Role) -> tuple[OwnProgramme, ...]:
    """The programmes in which the actor has one of these roles, oldest first."""
    ids = sorted({programme_id for programme_id, role in actor.roles if role in roles})
    rows = db.scalars(select(ProgrammeRow).where(ProgrammeRow.id.in_(ids)).order_by(ProgrammeRow.id))
    return tuple(
        OwnProgramme(row.id, row.name, row.zone, _is_published(db, row.id), _coordinators(db, row.id)) for row in rows
    )


def _is_published(db: Session, programme_id: int) -> bool:
    published = select(PlanRow.id).where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    return db.scalar(published.limit(1)) is not None


def _coordinators(db: Session, programme_id: int) -> tuple[Contact, ...]:
    rows = db.execute(
        select(PersonRow.name, PersonRow.email)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(RoleRow.programme_id == programme_id, RoleRow.role == Role.COORDINATOR)
        .order_by(PersonRow.name)
    )
    return tuple(Contact(name, email) for name, email in rows)
