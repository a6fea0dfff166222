"""What an explanation is made of: frozen values, with rule ids of the catalogue and plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

_STEP_TEXTS: Final = MappingProxyType(
    {
        "quorum": "quorum {value:g} instead of {instead_of:g}",
        "gap": "sessions {value:g} days apart instead of {instead_of:g}",
        "facilitators_on": "{value:g} more facilitators on {what}s",
        "room": "one more room at {subject}",
        "larger": "{subject}: groups of up to {value:g}",
        "smaller": "{subject}: groups of {value:g} or more",
        "farther": "{subject}: stages up to {value:g} apart",
        "nearer": "{subject}: stages {value:g} or more apart",
        "facilitator": "one more facilitator for {subject}",
        "accept_mode": "{subject} accepting {what}",
        "accept_model": "{subject} accepting {what}",
    }
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule, or a lack, that stands in the way. ``places`` counts the slots, or groups, where nothing else does."""

    rule_id: str
    text: str
    places: int


@dataclass(frozen=True, slots=True)
class WishOutcome:
    """What became of a wish: ``kind`` is the id of its points, ``subject`` whom or what it names, if anything.

    ``met`` is None where telling would tell about others. ``cost`` is what the plan as a whole would lose, in
    points, by the cheapest exchange found that meets the wish; None if none was found, or the wish is met. Where
    none was found, ``in_the_way`` has the ids of the rules that keep the resident out of the group that suits best.
    """

    kind: str
    subject: str
    met: bool | None
    cost: int | None = None
    in_the_way: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attended:
    """One round of one group for one person: ``slot`` None if it is missed, ``mark`` how the person can come."""

    group: str
    round: int
    slot: int | None
    mark: str


@dataclass(frozen=True, slots=True)
class MissedSession:
    """A round in which a group does not meet. ``slot`` is the one with least in the way, None if there is no slot.

    ``gain`` is what the plan would gain by meeting there where there are no ``obstacles``, else None.
    """

    group: str
    round: int
    slot: int | None
    obstacles: tuple[Obstacle, ...]
    gain: int | None = None


@dataclass(frozen=True, slots=True)
class MovedSession:
    """A session that a group had before and does not have at the same slot: ``slot`` is the new one, None if missed.

    ``obstacles`` are what stands against the old slot now; where there is nothing, ``cost`` is what keeping it would
    have cost in points.
    """

    group: str
    round: int
    old_slot: int
    slot: int | None
    obstacles: tuple[Obstacle, ...]
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class MovedPerson:
    """A resident who is not in the group they were in: ``now`` is None if they are in none.

    ``in_the_way`` has the rules that keep them out of the earlier group; where there are none, ``cost`` is what the
    plan would lose, in points, by the cheapest exchange found that keeps them there, None if none was found.
    """

    person: str
    before: str
    now: str | None
    in_the_way: tuple[str, ...] = ()
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a repair changed: ``sessions`` that moved or are missed now, ``people`` who changed groups, ids ``gone``."""

    sessions: tuple[MovedSession, ...] = ()
    people: tuple[MovedPerson, ...] = ()
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
    wishes: tuple[WishOutcome, ...]
    attendance: tuple[Attended, ...]
    missed: tuple[MissedSession, ...]
    moved: tuple[MovedSession, ...] = ()
    unplaced: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupReport:
    """``attendance`` has a letter a round for each member: ``-`` no session, else the resident's mark.

    For facilitators it is their mark where they come to the session, ``0`` where they do not.
    """

    id: str
    attendance: Mapping[str, str]
    missed: tuple[MissedSession, ...]
    moved: tuple[MovedSession, ...] = ()


@dataclass(frozen=True, slots=True)
class Gain:
    """What something buys: sessions held more, residents placed more, points more."""

    sessions: int
    residents: int
    points: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: ``kind`` is one of those that have a text, and says what the other fields are.

    ``subject`` is the id of a model, a site or a resident, ``what`` a weekday in English, a mode or a model.
    """

    kind: str
    subject: str = ""
    what: str = ""
    value: float = 0
    instead_of: float = 0

    @property
    def text(self) -> str:
        """The step in words, people and places by their ids."""
        return _STEP_TEXTS[self.kind].format(**asdict(self))


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A rule or resource to relax, what doing so means in words and as a step, and what doing that alone buys."""

    rule_id: str
    text: str
    gain: Gain
    step: Step


@dataclass(frozen=True, slots=True)
class Relaxations:
    """``single`` has all that buy something, the most first; ``smallest`` the fewest that buy as much as all.

    ``together`` is what ``smallest`` buys. Where time ran out, ``smallest`` may hold more than it would take.
    """

    single: tuple[Relaxed, ...]
    smallest: tuple[Relaxed, ...]
    together: Gain
