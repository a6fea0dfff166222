"""The programmes that a person takes part in: whether dates are out, and who to talk to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
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
    """A programme as one of its people sees it. ``published`` says whether any plan is out, ``came_later`` whether it
    was published before the reader joined, or came back."""

    id: int
    name: str
    zone: str
    published: bool
    coordinators: tuple[Contact, ...]
    came_later: bool = False
    first_day: date | None = None
    last_day: date | None = None
    ended: bool = False


def own_programmes(db: Db, actor: Actor, *roles: Role, archived: bool = False) -> tuple[OwnProgramme, ...]:
    """The programmes in which the actor has one of these roles, oldest first: those archived, or all others."""
    ids = sorted({one for one, role in actor.roles if role in roles and (one in actor.archived) == archived})
    rows = db.scalars(select(ProgrammeRow).where(ProgrammeRow.id.in_(ids)).order_by(ProgrammeRow.id))
    published, coordinators = _published(db, actor, ids), _coordinators(db, ids)
    return tuple(
        OwnProgramme(
            row.id,
            row.name,
            row.zone,
            row.id in published,
            tuple(coordinators[row.id]),
            came_later=published.get(row.id, False),
            first_day=row.first_day,
            last_day=row.last_day,
            ended=row.ended_at is not None,
        )
        for row in rows
    )


def _published(db: Db, actor: Actor, programme_ids: Collection[int]) -> Mapping[int, bool]:
    """Those of the programmes that have a published plan, and whether the actor joined, or came back, after it."""
    own = (ParticipantRow.programme_id == PlanRow.programme_id) & (ParticipantRow.person_id == actor.person_id)
    rows = db.execute(
        select(PlanRow.programme_id, PlanRow.published_at, ParticipantRow.joined_at)
        .outerjoin(ParticipantRow, own)
        .where(PlanRow.programme_id.in_(programme_ids), PlanRow.state == PlanState.PUBLISHED)
    )
    return {
        programme_id: joined_at is not None and published_at is not None and joined_at > published_at
        for programme_id, published_at, joined_at in rows
    }


def _coordinators(db: Db, programme_ids: Collection[int]) -> Mapping[int, list[Contact]]:
    rows = db.execute(
        select(RoleRow.programme_id, PersonRow.name, PersonRow.email)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(RoleRow.programme_id.in_(programme_ids), RoleRow.role == Role.COORDINATOR)
        .order_by(PersonRow.name)
    )
    found: dict[int, list[Contact]] = defaultdict(list)
    for programme_id, name, email in rows:
        found[programme_id].append(Contact(name, email))
    return found
