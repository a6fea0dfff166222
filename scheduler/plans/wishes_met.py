"""How many of their wishes people have met in a plan: the one place that counts them, whichever plan it is.

It follows from who is in which group and from what people wish now, so that the same groups come to the same number,
published or not. Whoever may read a programme's figures gets shares alone: never whose wishes, nor which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from scheduler.db import Db, seen_once
from scheduler.memory import Derived
from scheduler.people.model import Role, WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.plans.departures import people_who_left
from scheduler.plans.whole import MOST_PLANS, WholePlan, load_plan
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
    plan = load_plan(db, plan_id)
    left = people_who_left(db, [group.id for group in plan.meeting])
    wishes, ranks = seen_once(db, ("wishes", programme.id), lambda: _said(db, programme.id))
    keys = {model.id: model.key for model in programme.models}
    return _met_last.get(plan_id, (plan, left, wishes, ranks, keys), lambda: _counted(plan, left, wishes, ranks, keys))


_Wishes = list[tuple[int, WishKind, int]]
_Ranks = list[tuple[int, Mapping[str, int]]]
_met_last: Final[Derived[Mapping[int, tuple[int, int]]]] = Derived(MOST_PLANS)


def _said(db: Db, programme_id: int) -> tuple[_Wishes, _Ranks]:
    """Whom everybody asked for, and how each resident likes the kinds of group."""
    said = (WishRow.programme_id == programme_id, WishRow.kind != WishKind.AVOID)
    resident = (ParticipantRow.programme_id == programme_id, ParticipantRow.kind == Role.RESIDENT)
    wishes = db.execute(select(WishRow.person_id, WishRow.kind, WishRow.about_id).where(*said))
    ranks = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.models).where(*resident, ParticipantRow.left_at.is_(None))
    )
    return [(who, kind, about) for who, kind, about in wishes], [(who, liked) for who, liked in ranks]


def _counted(
    plan: WholePlan, left: Collection[tuple[int, int]], wishes: _Wishes, ranks: _Ranks, keys: Mapping[int, str]
) -> Mapping[int, tuple[int, int]]:
    asked: dict[int, dict[WishKind, set[int]]] = defaultdict(lambda: defaultdict(set))
    for who, kind, about in wishes:
        asked[who][kind].add(about)
    groups = _groups(plan, left, keys)
    found = {who: _met(_first(liked), asked.get(who, {}), groups.get(who, ())) for who, liked in ranks}
    return {who: got for who, got in found.items() if got[1]}


def _first(ranks: Mapping[str, int]) -> frozenset[str]:
    best = max(ranks.values(), default=0)
    return frozenset(key for key, rank in ranks.items() if rank == best)


def _met(first: Collection[str], asked: Mapping[WishKind, set[int]], groups: Collection[_Group]) -> tuple[int, int]:
    beside = frozenset[int]().union(*(group.residents for group in groups))
    leading = frozenset[int]().union(*(group.facilitators for group in groups))
    wants, choices = asked.get(WishKind.WANT, set()), asked.get(WishKind.CHOICE, set())
    met = len(wants & beside) + bool(choices & leading) + any(group.model in first for group in groups)
    return met, len(wants) + bool(choices) + bool(first)


def _groups(plan: WholePlan, left: Collection[tuple[int, int]], keys: Mapping[int, str]) -> Mapping[int, list[_Group]]:
    """The groups of each resident."""
    found: dict[int, list[_Group]] = defaultdict(list)
    for group in plan.meeting:
        residents, facilitators = (
            frozenset(who for who in people if (group.id, who) not in left)
            for people in (group.residents, group.facilitators)
        )
        for who in residents:
            found[who].append(_Group(keys.get(group.model_id, ""), residents, facilitators))
    return found
