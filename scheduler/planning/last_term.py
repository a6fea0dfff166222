"""The groups of the term before, for a programme that goes on with them until its own first plan is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from scheduler.db import Db
from scheduler.own_groups.service import OWN
from scheduler.people.model import Actor, Role
from scheduler.planning.beside import planned_members
from scheduler.planning.keys import person_key
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.plans.whole import Seat, StoredGroup, find_published_plan
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from solvers.instance import Group
from solvers.vocabulary import IN_PERSON


def continuing_key(programme_id: int, key: str) -> str:
    """The key by which a group of another term goes on in a programme: its own there, as every group's is, and always
    the same."""
    return f"g{sha256(f'{programme_id} {key}'.encode()).hexdigest()[:12]}"


def groups_before(db: Db, programme_id: int) -> Mapping[str, StoredGroup]:
    """The groups that a programme goes on with, by the keys that they have in it, but for those that ended with their
    term; none once it has a plan of its own, or where groups are formed anew."""
    follows = select(ProgrammeRow.follows_id).where(ProgrammeRow.id == programme_id, ProgrammeRow.keeps_groups)
    before_id = db.scalar(follows)
    if before_id is None or find_published_plan(db, programme_id) is not None:
        return {}
    plan = find_published_plan(db, before_id)
    going_on = plan.meeting if plan else ()
    closing = {model.id for model in get_programme(db, before_id).models if model.closing}
    return {continuing_key(programme_id, group.key): group for group in going_on if group.model_id not in closing}


def previous_groups(db: Db, programme: Programme, people: Collection[str]) -> tuple[Group, ...]:
    """These groups as the planner knows them: with those of their people who take part again, and without a date.

    Groups that people formed themselves are known by themselves (:mod:`scheduler.planning.own_group_pins`).
    """
    before = groups_before(db, programme.id)
    if not before:
        return ()
    names = _Names.of(db, programme)
    members = planned_members(before.values())
    found = (
        names.group(key, group, members[group.key], people) for key, group in before.items() if group.key in members
    )
    return tuple(group for group in found if group is not None)


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What a plan makes of the groups of the term before: how many there were and go on, the names of those that do
    not, and of the residents of theirs who have a group in the plan, how many stay with their own."""

    before: int
    going: int
    gone: tuple[str, ...]
    residents: int
    staying: int


def going_on(db: Db, actor: Actor, programme_id: int, plan_id: int) -> GoingOn | None:
    """What a plan makes of the groups that its programme goes on with; None where there are none."""
    actor.must_have(programme_id, Role.COORDINATOR)
    before = groups_before(db, programme_id)
    if not before:
        return None
    placed = (GroupRow.plan_id == plan_id, MemberRow.role == MemberRole.RESIDENT)
    rows = db.execute(
        select(MemberRow.person_id, GroupRow.key).join(MemberRow, MemberRow.group_id == GroupRow.id).where(*placed)
    )
    places = {(person_id, key) for person_id, key in rows}
    people = {person_id for person_id, _ in places}
    keys = {key for _, key in places}
    of_before = {
        (seat.person_id, key)
        for key, group in before.items()
        for seat in group.members
        if seat.role == MemberRole.RESIDENT and seat.person_id in people
    }
    gone = tuple(sorted(group.name for key, group in before.items() if key not in keys))
    return GoingOn(
        len(before), len(before) - len(gone), gone, len({who for who, _ in of_before}), len(of_before & places)
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What models and sites of the term before are called, as far as this one has them too."""

    models: Mapping[int, str]
    sites: Mapping[int, str]

    @classmethod
    def of(cls, db: Db, programme: Programme) -> _Names:
        before_id = db.scalar(select(ProgrammeRow.follows_id).where(ProgrammeRow.id == programme.id))
        before = get_programme(db, before_id or 0)
        models, sites = {model.key for model in programme.models} - {OWN}, {site.key for site in programme.sites}
        return cls(
            {model.id: model.key for model in before.models if model.key in models},
            {site.id: site.key for site in before.sites if site.key in sites},
        )

    def group(self, key: str, row: StoredGroup, members: Collection[Seat], people: Collection[str]) -> Group | None:
        """A group as it goes on; None where nobody of it does, or its model or site is gone."""
        site = self.sites.get(row.site_id) if row.site_id is not None else None
        residents = _people(members, MemberRole.RESIDENT, people)
        if not residents or row.model_id not in self.models or (row.mode == IN_PERSON and site is None):
            return None
        facilitators = _people(members, MemberRole.FACILITATOR, people)
        return Group(key, self.models[row.model_id], row.mode, residents, facilitators, (), site)


def _people(members: Collection[Seat], role: MemberRole, known: Collection[str]) -> tuple[str, ...]:
    keys = (person_key(person_id) for person_id in sorted(m.person_id for m in members if m.role == role))
    return tuple(key for key in keys if key in known)
