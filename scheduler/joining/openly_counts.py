"""For whom facilitators might be looked for: numbers alone, rounded down to fives, and none below five.

Rounded numbers do not tell when one more person has said something, but for every fifth; and own words that fewer than
five people have used are shown to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.people.traits import Category
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
