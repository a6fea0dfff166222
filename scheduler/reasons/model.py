"""Why a plan is as it is: a part for the coordinator, and a part for each resident.

The facts are those that the planner found (``solvers.reasons.facts``). They are kept with people by their ids in the
database and slots by the moments at which they start, and shown with people by their names; groups, models and sites
go by their keys from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Generic, TypeAlias

from solvers.reasons.facts import (
    MissedSession,
    MovedSession,
    OtherWhen,
    OtherWho,
    Regrouped,
    Relaxations,
    Unplaced,
    When,
    Who,
    WishOutcome,
    known,
)


@dataclass(frozen=True, slots=True)
class Reasons(Generic[Who, When]):
    """For the coordinator only: it tells of what people keep to themselves.

    ``unmet`` has the wishes that are not met. ``help`` is the smallest set that buys as much as all that was tried.
    ``regrouped`` and ``moved`` say why the plan differs from the one published before.
    """

    unplaced: tuple[Unplaced[Who], ...] = ()
    missed: tuple[MissedSession[When], ...] = ()
    help: Relaxations[Who] = field(default_factory=Relaxations)
    unmet: tuple[WishOutcome[Who], ...] = ()
    regrouped: tuple[Regrouped[Who], ...] = ()
    moved: tuple[MovedSession[When], ...] = ()

    def with_people(self, other: Callable[[Who], OtherWho]) -> Reasons[OtherWho, When]:
        """The same of people that go by something else; what tells of one whom ``other`` does not know stays out."""
        return Reasons(
            unplaced=known(self.unplaced, lambda fact: fact.with_people(other)),
            missed=self.missed,
            help=self.help.with_people(other),
            unmet=known(self.unmet, lambda fact: fact.with_people(other)),
            regrouped=known(self.regrouped, lambda fact: fact.with_people(other)),
            moved=self.moved,
        )

    def with_slots(self, other: Callable[[When], OtherWhen]) -> Reasons[Who, OtherWhen]:
        """The same of slots that go by something else."""
        return Reasons(
            unplaced=self.unplaced,
            missed=tuple(fact.with_slots(other) for fact in self.missed),
            help=self.help,
            unmet=self.unmet,
            regrouped=self.regrouped,
            moved=tuple(fact.with_slots(other) for fact in self.moved),
        )


KeptReasons: TypeAlias = Reasons[int, datetime]
NamedReasons: TypeAlias = Reasons[str, datetime]


@dataclass(frozen=True, slots=True)
class Explained:
    """Both parts. ``for_people`` has for residents, by id, what each may read about themselves."""

    for_coordinator: KeptReasons = field(default_factory=Reasons)
    for_people: Mapping[int, tuple[WishOutcome[int], ...]] = field(default_factory=lambda: MappingProxyType({}))
