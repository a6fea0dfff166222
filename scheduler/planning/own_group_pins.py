"""Groups that people form themselves, as the planner knows them: kept whole, and only dated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scheduler.db import Db
from scheduler.own_groups.service import MOST_FACILITATORS, MOST_RESIDENTS, OWN, open_groups
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.planning.keys import person_key
from scheduler.plans.model import MemberRole
from solvers.instance import Faculty, Group, Instance, Model, Pin, Resident
from solvers.vocabulary import IN_PERSON, External

_MODEL = Model(id=OWN, size=(1, MOST_RESIDENTS), spread=(0, 99), facilitators=(0, MOST_FACILITATORS))
"""Whoever may share a group at all may form one: levels and numbers are for the people in it to choose."""
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A self-formed group with its people by their ids in the instance."""

    key: str
    mode: str
    residents: tuple[str, ...]
    facilitators: tuple[str, ...]


def own_names(db: Db, programme_id: int) -> Mapping[str, str]:
    """How self-formed groups call themselves, by the key of the group."""
    return {row.key: row.name for row in open_groups(db, programme_id)}


def with_own_groups(instance: Instance, groups: Iterable[OwnGroup]) -> Instance:
    """The problem with these groups pinned: their people stay together and are in no other group.

    A group that may not be (two of it may not share one, or only one person is left) is not pinned: its people are
    planned like all others. Whoever is in one accepts its model and way to meet, since they joined it knowing them, and
    nothing that they asked of a group to be found for them keeps them out of one that they chose.
    """
    known = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
    possible = [whole for group in groups if (whole := whole_group(group, known)) and is_allowed(instance, whole)]
    members = {person: group for group in possible for person in (*group.residents, *group.facilitators)}
    pinned = {group.key: group for group in possible}
    return replace(
        instance,
        models=(
            *(model for model in instance.models if model.id != OWN),
            *((_MODEL,) if _is_used(instance, pinned) else ()),
        ),
        residents=tuple(_resident(person, members.get(person.id)) for person in instance.residents),
        faculty=tuple(_facilitator(person, possible) for person in instance.faculty),
        previous=(*_others(instance, pinned), *(_previous(instance, group) for group in possible)),
        pins=(*instance.pins, *(Pin(group.key) for group in possible)),
    )


def _is_used(instance: Instance, pinned: Mapping[str, OwnGroup]) -> bool:
    return bool(pinned) or any(group.model == OWN for group in instance.previous)


def own_group_of(row: OwnGroupRow) -> OwnGroup:
    """A self-formed group as it is stored, for the planner."""

    def people(role: MemberRole) -> tuple[str, ...]:
        return tuple(person_key(person_id) for person_id in sorted(m.person_id for m in row.members if m.role == role))

    return OwnGroup(row.key, row.mode, people(MemberRole.RESIDENT), people(MemberRole.FACILITATOR))


def whole_group(group: OwnGroup, known: set[str]) -> OwnGroup | None:
    """The group of those who take part still, if it is one."""
    residents = tuple(person for person in group.residents if person in known)
    facilitators = tuple(person for person in group.facilitators if person in known)
    enough = residents and len(residents) + len(facilitators) >= _FEWEST
    return replace(group, residents=residents, facilitators=facilitators) if enough else None


def is_allowed(instance: Instance, group: OwnGroup) -> bool:
    """Whether these people may share a group, and have a room if they meet in person."""
    people = {*group.residents, *group.facilitators}
    apart = any(people.issuperset(pair) for pair in (*instance.conflicts, *instance.accompanied))
    avoided = any(people & set(person.avoids) for person in instance.residents if person.id in people)
    return not apart and not avoided and (group.mode != IN_PERSON or site_of(instance, group) is not None)


def site_of(instance: Instance, group: OwnGroup) -> str | None:
    """Where a group meets in person: at the site of most of its residents that has a room for all of them."""
    size = len(group.residents) + len(group.facilitators)
    with_room = {room.site for room in instance.rooms if room.capacity >= size}
    sites = sorted(person.site for person in instance.residents if person.id in group.residents)
    return max((site for site in sites if site in with_room), key=sites.count, default=None)


def _resident(person: Resident, group: OwnGroup | None) -> Resident:
    if group is None and OWN not in person.models:
        return person
    if group is None:
        return replace(person, models={key: liked for key, liked in person.models.items() if key != OWN})
    modes = (group.mode, *(mode for mode in person.modes if mode != group.mode))
    return replace(person, models={OWN: 1}, modes=modes, external=External.ANY, firm=())


def _facilitator(person: Faculty, groups: Iterable[OwnGroup]) -> Faculty:
    """Somebody who said yes to a group of people's own: beside the groups that they offered."""
    own = [group for group in groups if person.id in group.facilitators]
    if not own:
        return person
    modes = tuple(dict.fromkeys((*person.modes, *(group.mode for group in own))))
    return replace(person, models=(*person.models, OWN), modes=modes, capacity=person.capacity + len(own))


def _others(instance: Instance, pinned: dict[str, OwnGroup]) -> Iterable[Group]:
    return (group for group in instance.previous if group.id not in pinned)


def _previous(instance: Instance, group: OwnGroup) -> Group:
    """The group as a pin knows it: with the people it has now, and the dates that it had."""
    before = next((known for known in instance.previous if known.id == group.key), None)
    same = before is not None and before.mode == group.mode
    return Group(
        id=group.key,
        model=OWN,
        mode=group.mode,
        residents=group.residents,
        facilitators=group.facilitators,
        sessions=before.sessions if before is not None and same else (),
        site=site_of(instance, group) if group.mode == IN_PERSON else None,
    )
