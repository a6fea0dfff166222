"""How many of their wishes people have met in a plan: the one place that counts them, whichever plan it is.

It follows from who is in which group and from what people wish now, so that the same groups come to the same number,
published or not. Whoever may read a programme's figures gets shares alone: never whose wishes, nor which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db, seen_once
from scheduler.people.model import Role, WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme


@dataclass(frozen=True, slots=True)
class _Group:
    model: str
    residents: frozenset[int]
    facilitators: frozenset[int]


def wishes_met(db: Db, programme: Programme, plan_id: int) -> Mapping[int, tuple[int, int]]:
    """How many of how many wishes each resident has met who takes part and has any: people to be with, one of the
    facilitators they chose, and the kind of group that they put first.

    Whom they avoid is no wish: it holds for everybody. Nor is staying in the group they had: what is published always
    grants it.
    """
    groups = _groups(db, programme, plan_id)
    asked = seen_once(db, ("wishes", programme.id), lambda: _asked(db, programme.id))
    found = {who: _met(first, wishes, groups.get(who, ())) for who, (first, wishes) in asked.items()}
    return {who: got for who, got in found.items() if got[1]}


def _asked(db: Db, programme_id: int) -> Mapping[int, tuple[frozenset[str], Mapping[WishKind, set[int]]]]:
    """Of each resident the kinds of group that they put first, and whom they asked for."""
    asked: dict[int, dict[WishKind, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = db.execute(
        select(WishRow.person_id, WishRow.kind, WishRow.about_id).where(
            WishRow.programme_id == programme_id, WishRow.kind != WishKind.AVOID
        )
    )
    for who, kind, about in rows:
        asked[who][kind].add(about)
    models = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.models).where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.left_at.is_(None),
        )
    )
    return {who: (_first(ranks), asked.get(who, {})) for who, ranks in models}


def _first(ranks: Mapping[str, int]) -> frozenset[str]:
    best = max(ranks.values(), default=0)
    return frozenset(key for key, rank in ranks.items() if rank == best)


def _met(first: Collection[str], asked: Mapping[WishKind, set[int]], groups: Collection[_Group]) -> tuple[int, int]:
    beside = frozenset[int]().union(*(group.residents for group in groups))
    leading = frozenset[int]().union(*(group.facilitators for group in groups))
    wants, choices = asked.get(WishKind.WANT, set()), asked.get(WishKind.CHOICE, set())
    met = len(wants & beside) + bool(choices & leading) + any(group.model in first for group in groups)
    return met, len(wants) + bool(choices) + bool(first)


def _groups(db: Db, programme: Programme, plan_id: int) -> Mapping[int, list[_Group]]:
    """The groups of each resident."""
    keys = {model.id: model.key for model in programme.models}
    members: dict[int, dict[MemberRole, set[int]]] = defaultdict(lambda: defaultdict(set))
    models: dict[int, str] = {}
    rows = db.execute(
        select(GroupRow.id, GroupRow.model_id, MemberRow.person_id, MemberRow.role)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None), has_not_left())
    )
    for group_id, model_id, who, role in rows:
        members[group_id][role].add(who)
        models[group_id] = keys.get(model_id, "")
    found: dict[int, list[_Group]] = defaultdict(list)
    for group_id, roles in members.items():
        residents = frozenset(roles[MemberRole.RESIDENT])
        group = _Group(models[group_id], residents, frozenset(roles[MemberRole.FACILITATOR]))
        for who in residents:
            found[who].append(group)
    return found
