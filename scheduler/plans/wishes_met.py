"""How many of their wishes people have met in a plan: the one place that counts them, whichever plan it is.

Only what a coordinator may know of is counted: the kind of group and the way to meet that people put first. Whoever
changes a draft by hand, or has two plans made that differ in one person, could tell from any other number what that
person has said to the planner alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from scheduler.db import Db, seen_once
from scheduler.memory import Derived
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.departures import people_who_left
from scheduler.plans.whole import MOST_PLANS, WholePlan, load_plan
from scheduler.programmes.model import Programme


@dataclass(frozen=True, slots=True)
class _Group:
    model: str
    mode: str


@dataclass(frozen=True, slots=True)
class _Liked:
    """How somebody likes the kinds of group, and the ways to meet that they accept, the best liked first."""

    person_id: int
    models: Mapping[str, int]
    modes: Sequence[str]


def wishes_met(db: Db, programme: Programme, plan_id: int) -> Mapping[int, tuple[int, int]]:
    """How many of how many wishes each resident has met who was planned, takes part and likes one kind of group, or way
    to meet, better than another."""
    plan = load_plan(db, plan_id)
    left = people_who_left(db, [group.id for group in plan.meeting])
    liked = seen_once(db, ("liked", programme.id), lambda: _liked(db, programme.id))
    keys = {model.id: model.key for model in programme.models}
    return _met_last.get(plan_id, (plan, left, liked, keys), lambda: _counted(plan, left, liked, keys))


_met_last: Final[Derived[Mapping[int, tuple[int, int]]]] = Derived(MOST_PLANS)


def _liked(db: Db, programme_id: int) -> list[_Liked]:
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    columns = (ParticipantRow.person_id, ParticipantRow.models, ParticipantRow.modes)
    return [_Liked(*row) for row in db.execute(select(*columns).where(*here, ParticipantRow.kind == Role.RESIDENT))]


def _counted(
    plan: WholePlan, left: Collection[tuple[int, int]], liked: Sequence[_Liked], keys: Mapping[int, str]
) -> Mapping[int, tuple[int, int]]:
    groups = _groups(plan, left, keys)
    planned = groups.keys() | set(plan.unplaced)
    found = {one.person_id: _met(one, groups.get(one.person_id, ())) for one in liked if one.person_id in planned}
    return {who: got for who, got in found.items() if got[1]}


def _met(liked: _Liked, groups: Collection[_Group]) -> tuple[int, int]:
    best = max(liked.models.values(), default=0)
    has_first = len(set(liked.models.values())) > 1
    met = has_first and any(liked.models.get(group.model) == best for group in groups)
    has_way = len(liked.modes) > 1
    met_way = has_way and any(group.mode == liked.modes[0] for group in groups)
    return met + met_way, has_first + has_way


def _groups(
    plan: WholePlan, left: Collection[tuple[int, int]], keys: Mapping[int, str]
) -> Mapping[int, Sequence[_Group]]:
    """The groups of each resident."""
    found: dict[int, list[_Group]] = defaultdict(list)
    for group in plan.meeting:
        known = _Group(keys.get(group.model_id, ""), group.mode)
        for who in group.residents:
            if (group.id, who) not in left:
                found[who].append(known)
    return found
