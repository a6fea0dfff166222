"""Who stands in for a group's facilitator first, for the whole term: read by its pages, its charter, and by whatever
asks a deputy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, exists, select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import FacilitatorPauseRow, ParticipantRow, PersonRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.sessions.tables import StandingDeputyRow


@dataclass(frozen=True, slots=True)
class StandingDeputy:
    """Somebody who is asked first. ``can_serve`` is false of who has left, or facilitates nothing for now."""

    person_id: int
    name: str
    can_serve: bool = True


def standing_deputies(
    db: Db, programme_ids: Collection[int], keys: Collection[str] | None = None
) -> Mapping[tuple[int, str], StandingDeputy]:
    """Those of these programmes' groups, by programme and group; one query, however many they are."""
    is_paused = exists().where(
        FacilitatorPauseRow.programme_id == StandingDeputyRow.programme_id,
        FacilitatorPauseRow.person_id == StandingDeputyRow.person_id,
    )
    takes_part = exists().where(
        ParticipantRow.programme_id == StandingDeputyRow.programme_id,
        ParticipantRow.person_id == StandingDeputyRow.person_id,
        ParticipantRow.kind == Role.FACULTY,
        ParticipantRow.left_at.is_(None),
    )
    wanted = (
        select(StandingDeputyRow, PersonRow.name, takes_part, is_paused)
        .join(PersonRow, PersonRow.id == StandingDeputyRow.person_id)
        .where(StandingDeputyRow.programme_id.in_(programme_ids))
    )
    if keys is not None:
        wanted = wanted.where(StandingDeputyRow.group_key.in_(keys))
    return {
        (row.programme_id, row.group_key): StandingDeputy(row.person_id, name, bool(here and not paused))
        for row, name, here, paused in db.execute(wanted)
    }


def deputy_of_groups(db: Db, actor: Actor) -> tuple[str, ...]:
    """The groups, by name, whose standing deputy the actor is."""
    published = (PlanRow.state == PlanState.PUBLISHED, GroupRow.ended_at.is_(None))
    wanted = (
        select(GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(
            StandingDeputyRow,
            and_(StandingDeputyRow.programme_id == PlanRow.programme_id, StandingDeputyRow.group_key == GroupRow.key),
        )
        .where(StandingDeputyRow.person_id == actor.person_id, *published)
        .order_by(GroupRow.name)
    )
    return tuple(db.scalars(wanted))


def find_standing_deputy(db: Db, programme_id: int, group_key: str) -> StandingDeputy | None:
    """The one of a group, or None."""
    return standing_deputies(db, (programme_id,), (group_key,)).get((programme_id, group_key))


def asked_first(db: Db, programme_id: int, group_key: str) -> int | None:
    """Whom to ask first where the group's facilitator can't come, by id."""
    found = find_standing_deputy(db, programme_id, group_key)
    return found.person_id if found is not None and found.can_serve else None
