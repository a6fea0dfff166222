"""Who belongs to a published group and has not left. Whatever is a group's own is loaded only after asking here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.members import is_still_there
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow

Roster = Mapping[int, str]
"""A person's id → ``resident`` or ``facilitator``."""


def rosters(db: Session, programme_id: int) -> Mapping[str, Roster]:
    """Everybody in the published groups of a programme, by the group's key."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for key, person_id, role in db.execute(_published(programme_id)):
        found[key][person_id] = role
    return found


def roster(db: Session, actor: Actor, programme_id: int, group_key: str) -> Roster:
    """Everybody in one group. Raises NotFound to whoever does not belong to it, whatever else they may be."""
    found = group_roster(db, programme_id, group_key)
    if actor.person_id not in found:
        raise NotFound(say("There is no such group of yours."))
    return found


def group_roster(db: Session, programme_id: int, group_key: str) -> Roster:
    """Everybody in one group, for the product's own work; empty where there is no such group."""
    rows = db.execute(_published(programme_id).where(GroupRow.key == group_key))
    return {person_id: role for _, person_id, role in rows}


def _published(programme_id: int) -> Select[str, int, str]:
    return (
        select(GroupRow.key, MemberRow.person_id, MemberRow.role)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, is_still_there())
    )
