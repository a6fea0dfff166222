"""The planning problem as frozen values.

These mirror the file format described in ``docs/instance-format.md``; reading and writing the JSON is the
business of :mod:`solvers.codec`. Availability is already worked out for every candidate slot, so nothing here
knows of rotas, names or the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from solvers.vocabulary import CAN as CAN
from solvers.vocabulary import CANNOT as CANNOT
from solvers.vocabulary import COMING as COMING
from solvers.vocabulary import IF_NEED_BE as IF_NEED_BE
from solvers.vocabulary import IN_PERSON as IN_PERSON
from solvers.vocabulary import MODES as MODES
from solvers.vocabulary import NOT_KNOWN as NOT_KNOWN
from solvers.vocabulary import PHONE as PHONE
from solvers.vocabulary import VIDEO as VIDEO
from solvers.vocabulary import External as External
from solvers.vocabulary import Mark as Mark

_NO_TRAITS: Final[Mapping[str, str]] = MappingProxyType({})


def _no_traits() -> Mapping[str, str]:
    return _NO_TRAITS


@dataclass(frozen=True, slots=True)
class Slot:
    """A candidate start of a session. ``start`` is aware; its own offset gives weekday and clock time."""

    start: datetime
    round: int


@dataclass(frozen=True, slots=True)
class Model:
    """A mentoring model: who may make up a group.

    ``size`` counts residents, ``facilitators`` faculty; ``spread`` is highest minus lowest stage among the
    residents; ``present`` is how many facilitators must come to each session held. Pairs are inclusive.
    """

    id: str
    size: tuple[int, int]
    spread: tuple[int, int]
    facilitators: tuple[int, int]
    present: int = 0
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """A doctor in training. ``availability`` has one mark (``0 1 2 ?``) a slot, in the order of the slots.

    ``models`` maps each accepted model to 1…3 (higher is liked better; 0 is accepted without points);
    ``modes`` is ordered, best liked first; ``company`` are those of the ``tags`` of which the resident does not
    want to be the only one in the group, ``firm`` those of them of which the resident would rather be in no group.
    ``traits`` are their values in some categories; in those of ``like`` they want somebody of the same value in the
    group, in those of ``unlike`` somebody of another. ``leave`` are the slots in which they are on long leave: a
    session then is held without them, and needs its share of the others. It is known where groups are judged and stands
    in no file: a new plan counts everybody in its groups. ``first_within_days`` is within how many days of the first
    slot their group is to meet first, None where it does not matter.
    """

    id: str
    stage: int
    site: str
    availability: str
    modes: tuple[str, ...]
    models: Mapping[str, int]
    interests: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    traits: Mapping[str, str] = field(default_factory=_no_traits)
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    external: External = External.ANY
    leave: frozenset[int] = frozenset()
    first_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Faculty:
    """A facilitator: the ``models`` they offer and the ``capacity``, the most groups they will facilitate."""

    id: str
    site: str
    availability: str
    modes: tuple[str, ...]
    models: tuple[str, ...]
    capacity: int = 1
    interests: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    traits: Mapping[str, str] = field(default_factory=_no_traits)


@dataclass(frozen=True, slots=True)
class Room:
    """A room; ``availability`` has one character (``0`` taken, ``1`` free) a slot."""

    id: str
    site: str
    capacity: int
    availability: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each kind of success; see ``docs/instance-format.md``. All whole numbers, any may be 0."""

    placed: int = 200
    held: int = 4
    size: int = -10
    attend: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({CAN: 10, IF_NEED_BE: 6, NOT_KNOWN: 3}))
    left_out: int = -40
    twice: int = -10
    model: int = 6
    mode: int = 6
    want: int = 12
    want_any: int = 0
    like: int = 12
    unlike: int = 12
    choice: int = 18
    interest: int = 3
    alone: int = -60
    external: int = 12
    travel: int = -15
    rhythm: int = 5
    cadence: int = -1
    first_late: int = -10
    regroup: int = -60
    moved: int = -6
    handover: int = -40
    reroom: int = -2


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting of a group: the index of its slot and who facilitates; ``room`` in person only."""

    round: int
    slot: int
    facilitators: tuple[str, ...] = ()
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its sessions. Rounds without a session are missed. ``site`` in person only."""

    id: str
    model: str
    mode: str
    residents: tuple[str, ...]
    facilitators: tuple[str, ...] = ()
    sessions: tuple[Session, ...] = ()
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A group of ``previous`` that keeps its members, and in these ``rounds`` its slots."""

    id: str
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole planning problem. ``slots`` are ordered by start; ``min_gap_days`` counts days of 24 hours.

    ``accompanied`` has pairs (who, over whom): they share a group only with a facilitator from another site than the
    first, who has no such pair with the second.

    ``interval_days`` is how many days are meant to lie between a group's sessions, None where it does not matter.
    """

    name: str
    session_minutes: int
    rounds: int
    slots: tuple[Slot, ...]
    quorum: float
    min_attendance: float
    models: tuple[Model, ...]
    residents: tuple[Resident, ...]
    faculty: tuple[Faculty, ...]
    rooms: tuple[Room, ...] = ()
    conflicts: frozenset[frozenset[str]] = frozenset()
    accompanied: frozenset[tuple[str, str]] = frozenset()
    min_gap_days: float = 0
    weights: Weights = field(default_factory=Weights)
    previous: tuple[Group, ...] = ()
    pins: tuple[Pin, ...] = ()
    interval_days: int | None = None
