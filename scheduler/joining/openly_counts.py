"""For whom facilitators might be looked for: numbers alone, rounded down to fives, and none below five.

Rounded numbers do not tell when one more person has said something, but for every fifth; and own words that fewer than
five people have used are shown to nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.people.traits import Category
from scheduler.plans.membership import rosters
from scheduler.text_input import folded

STEP: Final = 5
"""Numbers below are not shown, and those above only in steps of as many."""


@dataclass(frozen=True, slots=True)
class Demand:
    """At least ``residents`` residents would like people of the same value in a category, or not to be the only one;
    at least ``facilitators`` facilitators have said it of themselves: 0 for fewer than :data:`STEP`."""

    category: Category
    value: str
    residents: int
    facilitators: int


def demands(db: Db, actor: Actor, programme_id: int) -> tuple[Demand, ...]:
    """What enough residents ask for, the most first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    parts = db.scalars(select(ParticipantRow).where(*here)).all()
    residents = Counter(_asked(part for part in parts if part.kind == Role.RESIDENT))
    facilitators = Counter(_said(part for part in parts if part.kind == Role.FACULTY))
    words = _usual_words(parts)
    found = (
        Demand(category, words[category, value], rounded(count), rounded(facilitators[category, value]))
        for (category, value), count in residents.items()
        if count >= STEP
    )
    return tuple(sorted(found, key=lambda one: (-one.residents, one.category, folded(one.value))))


@dataclass(frozen=True, slots=True)
class Mixed:
    """At least ``wish`` residents would like somebody different in a category in which the programme mixes its groups,
    and in the published groups at least ``have`` of them have somebody: 0 for fewer than :data:`STEP`."""

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


def rounded(count: int) -> int:
    """The number as it may be shown: 0 below :data:`STEP`."""
    return count - count % STEP


def _asked(parts: Iterable[ParticipantRow]) -> Iterable[tuple[Category, str]]:
    for part in parts:
        for category in Category:
            if category in part.traits and (category in part.like or category in part.together):
                yield category, folded(part.traits[category])


def _said(parts: Iterable[ParticipantRow]) -> Iterable[tuple[Category, str]]:
    return ((Category(each), folded(value)) for part in parts for each, value in part.traits.items())


def _usual_words(parts: Iterable[ParticipantRow]) -> dict[tuple[Category, str], str]:
    """How most people write a value."""
    written: dict[tuple[Category, str], Counter[str]] = {}
    for part in parts:
        for category, value in part.traits.items():
            written.setdefault((Category(category), folded(value)), Counter())[value] += 1
    return {key: min(counts, key=lambda word: (-counts[word], word)) for key, counts in written.items()}
