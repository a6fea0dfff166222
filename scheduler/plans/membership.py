"""Who belongs to a published group and has not left. Whatever is a group's own is loaded only after asking here.

That includes the assessor firewall (:mod:`scheduler.programmes.firewall`): a group is closed to those of its people
who have power over another of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Select, select

from scheduler import clock
from scheduler.db import Db, pair_in, seen_each, seen_once
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.departures import has_not_left
from scheduler.plans.kept import kept_for_readers
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupPauseRow, GroupRow, MemberRow, PlanRow
from scheduler.programmes.firewall import closing_for

Roster = Mapping[int, MemberRole]
"""A person's id → what they are in the group."""
GroupId = tuple[int, str]
"""A published group: its programme's id and its key."""


def rosters(db: Db, programme_id: int, keys: Collection[str] | None = None) -> Mapping[str, Roster]:
    """Everybody in these published groups of a programme, or in all of them, by the group's key."""
    if keys is not None:
        return _by_key(db, _published(programme_id).where(GroupRow.key.in_(keys)))
    what = ("rosters", programme_id)
    everybody = seen_once(
        db, what, lambda: kept_for_readers(db, programme_id, what, lambda: _by_key(db, _published(programme_id)))
    )
    return defaultdict(dict, everybody)


def groups_with(db: Db, programme_id: int, people: Collection[int]) -> frozenset[str]:
    """The keys of the published groups of a programme to which one of these people belongs."""
    theirs = _published(programme_id).where(MemberRow.person_id.in_(people))
    return frozenset(key for key, _person_id, _role in db.execute(theirs))


def _by_key(db: Db, query: Select[str, int, MemberRole]) -> Mapping[str, Roster]:
    found: dict[str, dict[int, MemberRole]] = defaultdict(dict)
    for key, person_id, role in db.execute(query):
        found[key][person_id] = role
    return found


def own_group_roster(db: Db, actor: Actor, programme_id: int, group_key: str) -> Roster:
    """Everybody in one group. Raises NotFound for anyone who does not belong to it, or to whom it is closed, whatever
    their roles."""
    return own_rosters(db, actor, [(programme_id, group_key)])[programme_id, group_key]


def own_rosters(db: Db, actor: Actor, groups: Collection[GroupId]) -> Mapping[GroupId, Roster]:
    """Everybody in each of these groups. Raises NotFound unless the actor belongs to all of them and none is closed to
    them."""
    found = dict(seen_each(db, "members", groups, lambda unseen: _members_of(db, unseen)))
    if any(actor.person_id not in members for members in found.values()) or closed_groups(db, actor, found):
        raise NotFound(say("That group isn’t one of yours."))
    return found


def guest_rosters(db: Db, actor: Actor, groups: Collection[GroupId]) -> Mapping[GroupId, Roster]:
    """The same for a guest coach: closed as their groups are to them, who is in one they may know. Raises NotFound to
    anyone else."""
    found = _members_of(db, groups)
    is_guest = all((programme_id, Role.GUEST) in actor.roles for programme_id, _key in groups)
    if not is_guest or any(actor.person_id not in members for members in found.values()):
        raise NotFound(say("That group isn’t one of yours."))
    return found


def _members_of(db: Db, groups: Collection[GroupId]) -> dict[GroupId, dict[int, MemberRole]]:
    found: dict[GroupId, dict[int, MemberRole]] = {group: {} for group in groups}
    rows = db.execute(
        _members().add_columns(PlanRow.programme_id).where(pair_in(PlanRow.programme_id, GroupRow.key, groups))
    )
    for key, person_id, role, programme_id in rows:
        found[programme_id, key][person_id] = role
    return found


def closed_groups(db: Db, actor: Actor, groups: Mapping[GroupId, Collection[int]]) -> frozenset[GroupId]:
    """Which of these groups, given with the ids of their people, are closed to the actor: they have power over somebody
    there."""
    closing = closing_for(db, actor, {programme_id for programme_id, _key in groups}, clock.now())
    return frozenset(group for group, members in groups.items() if not closing[group[0]].isdisjoint(members))


def group_roster(db: Db, programme_id: int, group_key: str) -> Roster:
    """Everyone in one group, for the product's own work; empty if the group does not exist."""
    rows = db.execute(_published(programme_id).where(GroupRow.key == group_key))
    return {person_id: role for _, person_id, role in rows}


def pauses(db: Db, groups: Collection[GroupId]) -> Mapping[GroupId, tuple[date, date]]:
    """The first and last days of the pauses that these groups have."""
    paused = pair_in(GroupPauseRow.programme_id, GroupPauseRow.group_key, groups)
    rows = db.scalars(select(GroupPauseRow).where(paused))
    return {(row.programme_id, row.group_key): (row.first_day, row.last_day) for row in rows}


def model_ids(db: Db, programme_id: int) -> Mapping[str, int]:
    """The ids of the models by which the published groups of a programme meet, by the group's key."""
    query = (
        select(GroupRow.key, GroupRow.model_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    )
    return seen_once(db, ("models of groups", programme_id), lambda: dict(db.execute(query).all()))


def _published(programme_id: int) -> Select[str, int, MemberRole]:
    return _members().where(PlanRow.programme_id == programme_id)


def _members() -> Select[str, int, MemberRole]:
    return (
        select(GroupRow.key, MemberRow.person_id, MemberRow.role)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.state == PlanState.PUBLISHED, has_not_left())
    )
