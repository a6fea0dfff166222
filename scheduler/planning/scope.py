"""What an instance is for: a whole plan, or one group of a published one. Then only that part is loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.db import Db
from scheduler.own_groups.service import open_groups
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.plans.whole import StoredGroup, find_published_plan, load_groups


@dataclass(frozen=True, slots=True)
class Scope:
    """Some published groups, by their keys: their people, and other groups as far as they share people with them. Rooms
    that others have taken are not part of it: whoever looks for a date loads when they are.

    With ``stand_ins`` all faculty are in it too, and no other groups: to find a deputy.
    """

    group_keys: frozenset[str]
    stand_ins: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What of a programme an instance holds. ``people`` are ids, None for everybody; ``groups`` are the published ones,
    ``own_groups`` those that people form themselves."""

    people: Set[int] | None
    groups: Sequence[StoredGroup]
    own_groups: Sequence[OwnGroupRow]
    is_published: bool

    def holds(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Of a query: only the people of this part."""
        return true() if self.people is None else column.in_(self.people)


def whole(db: Db, programme_id: int) -> Part:
    """Everybody, and every group."""
    published = find_published_plan(db, programme_id)
    return Part(None, published.meeting if published else (), open_groups(db, programme_id), published is not None)


def part_for(db: Db, programme_id: int, scope: Scope) -> Part:
    """What belongs to a scope. Whoever shares a self-formed group with one of its people does: it is planned whole."""
    formed = open_groups(db, programme_id)
    people = _planned(db, programme_id, scope.group_keys)
    people |= _members(row for row in formed if row.key in scope.group_keys)
    if scope.stand_ins:
        people |= _faculty(db, programme_id)
    own_groups = [row for row in formed if people & _members([row])]
    people |= _members(own_groups)
    which: ColumnElement[bool] = GroupRow.key.in_(
        {*scope.group_keys, *(row.key for row in own_groups if not scope.stand_ins)}
    )
    if not scope.stand_ins:
        which = or_(which, GroupRow.id.in_(select(MemberRow.group_id).where(MemberRow.person_id.in_(people))))
    groups = load_groups(db, _of_published_plan(programme_id), which, with_marks=False)
    return Part(people, groups, own_groups, bool(groups))


def _planned(db: Db, programme_id: int, group_keys: Collection[str]) -> set[int]:
    """The members of published groups who are there now."""
    return set(
        db.scalars(
            select(MemberRow.person_id)
            .join(GroupRow, GroupRow.id == MemberRow.group_id)
            .join(PlanRow, PlanRow.id == GroupRow.plan_id)
            .where(_of_published_plan(programme_id), GroupRow.key.in_(group_keys), has_not_left())
        )
    )


def _members(groups: Iterable[OwnGroupRow]) -> set[int]:
    return {member.person_id for row in groups for member in row.members}


def _faculty(db: Db, programme_id: int) -> set[int]:
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return set(
        db.scalars(
            select(ParticipantRow.person_id).where(*here, ParticipantRow.kind == Role.FACULTY, ~ParticipantRow.guest)
        )
    )


def _of_published_plan(programme_id: int) -> ColumnElement[bool]:
    """Of a query: the groups that are published and have not ended."""
    plan = select(PlanRow.id).where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    return and_(GroupRow.plan_id.in_(plan), GroupRow.ended_at.is_(None))
