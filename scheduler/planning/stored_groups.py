"""The groups of a stored plan, as the planner knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from scheduler.planning.beside import planned_members
from scheduler.planning.keys import person_key, room_key
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import Seat, StoredGroup
from scheduler.programmes.model import Programme
from solvers.instance import Group, Slot
from solvers.instance import Session as Meeting


def groups_of(
    programme: Programme, groups: Sequence[StoredGroup], slots: tuple[Slot, ...], *, whole: bool = False
) -> tuple[Group, ...]:
    """A stored plan's groups, as the planner knows them: each resident in one, unless they are wanted ``whole``.

    Dates that are no slots of their round (they are over, their window is gone, or a coordinator chose another time)
    are left out.
    """
    index_of = {(slot.start, slot.round): index for index, slot in enumerate(slots)}
    models = {model.id: model.key for model in programme.models}
    sites = {site.id: site.key for site in programme.sites}
    members = {group.key: list(group.members) for group in groups} if whole else planned_members(groups)
    return tuple(_group(group, members[group.key], models, sites, index_of) for group in groups if group.key in members)


def _group(
    group: StoredGroup,
    members: Sequence[Seat],
    models: Mapping[int, str],
    sites: Mapping[int, str],
    index_of: Mapping[tuple[datetime, int], int],
) -> Group:
    return Group(
        id=group.key,
        model=models[group.model_id],
        mode=group.mode,
        site=sites[group.site_id] if group.site_id is not None else None,
        residents=_members(members, MemberRole.RESIDENT),
        facilitators=_members(members, MemberRole.FACILITATOR),
        sessions=tuple(
            Meeting(
                round=session.round,
                slot=index_of[session.starts_at, session.round],
                facilitators=tuple(person_key(person_id) for person_id in session.facilitator_ids),
                room=room_key(session.room_id) if session.room_id is not None else None,
            )
            for session in group.sessions
            if (session.starts_at, session.round) in index_of
        ),
    )


def _members(members: Iterable[Seat], role: MemberRole) -> tuple[str, ...]:
    return tuple(person_key(person_id) for person_id in sorted(m.person_id for m in members if m.role == role))
