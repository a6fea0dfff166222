"""What mixing groups comes to: numbers alone, rounded down to fives, and none below five."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from scheduler.db import Db
from scheduler.joining.openly_counts import rounded
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.people.traits import Category
from scheduler.plans.membership import rosters
from scheduler.text_input import folded


@dataclass(frozen=True, slots=True)
class Mixed:
    """At least ``wish`` residents would like somebody different in a category in which the programme mixes its groups,
    and in the published groups at least ``have`` of them have somebody: 0 for fewer than five."""

    category: Category
    wish: int
    have: int


def mixed_counts(db: Db, actor: Actor, programme_id: int, mixed: Collection[Category]) -> tuple[Mixed, ...]:
    """What mixing comes to, in each of these categories."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if not mixed:
        return ()
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    traits = {row.person_id: row for row in db.scalars(select(ParticipantRow).where(*here))}
    groups = rosters(db, programme_id).values()
    together: dict[int, set[int]] = defaultdict(set)
    for group in groups:
        for who in group:
            together[who] |= group.keys() - {who}
    found = []
    for category in sorted(mixed):
        wish = [p for p in traits.values() if p.kind == Role.RESIDENT and category in p.unlike and category in p.traits]
        have = sum(
            _has_other(part, [traits[w] for w in together[part.person_id] if w in traits], category) for part in wish
        )
        found.append(Mixed(category, rounded(len(wish)), rounded(have)))
    return tuple(found)


def _has_other(part: ParticipantRow, others: Iterable[ParticipantRow], category: Category) -> bool:
    own = folded(part.traits[category])
    return any(category in other.traits and folded(other.traits[category]) != own for other in others)
