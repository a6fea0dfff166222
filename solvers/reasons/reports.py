"""What is found about one person, one group and one repair: facts by the ids of the instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solvers.reasons.facts import MissedSession, MovedSession, Obstacle, Regrouped, WishOutcome


@dataclass(frozen=True, slots=True)
class Attended:
    """One round of one group for one person: ``slot`` None if it is missed, ``mark`` how the person can come."""

    group: str
    round: int
    slot: int | None
    mark: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a repair changed: ``sessions`` that moved or are missed now, ``people`` who changed groups, ids ``gone``."""

    sessions: tuple[MovedSession[int], ...] = ()
    people: tuple[Regrouped[str], ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def nothing_moved(self) -> bool:
        """Whether the plan is the earlier one, as far as people and sessions go."""
        return not (self.sessions or self.people or self.gone)


@dataclass(frozen=True, slots=True)
class PersonReport:
    """Why somebody is where they are. ``unplaced`` says why a resident in no group is in none.

    In a repair, staying in the group that a resident had is one of the wishes, of the kind ``regroup``.
    """

    person: str
    groups: tuple[str, ...]
    wishes: tuple[WishOutcome[str], ...]
    attendance: tuple[Attended, ...]
    missed: tuple[MissedSession[int], ...]
    moved: tuple[MovedSession[int], ...] = ()
    unplaced: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupReport:
    """``attendance`` has a letter a round for each member: ``-`` no session, else the resident's mark.

    For facilitators it is their mark where they come to the session, ``0`` where they do not.
    """

    id: str
    attendance: Mapping[str, str]
    missed: tuple[MissedSession[int], ...]
    moved: tuple[MovedSession[int], ...] = ()
