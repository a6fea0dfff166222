"""What is found, as frozen values: a few of each kind, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Generic, TypeVar

from scheduler.people.model import Role
from scheduler.plans.model import PlanState

MOST: Final = 8
"""So many of each kind are shown; for the others there is the number, and where to see them."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Where:
    """The programme that something is of. ``other`` says that it is not the one that was searched from."""

    programme_id: int
    name: str
    zone: str
    other: bool


@dataclass(frozen=True, slots=True)
class PersonHit:
    """Somebody who takes part, or did."""

    where: Where
    person_id: int
    name: str
    email: str
    kind: Role
    grade: str
    site: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class GroupHit:
    """A published group, or one of a draft (``plan_id``) where nothing is published yet."""

    where: Where
    key: str
    name: str
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionHit:
    """A published session."""

    where: Where
    session_id: int
    group_name: str
    starts_at: datetime
    cancelled: bool


@dataclass(frozen=True, slots=True)
class RoomHit:
    """A room of a site."""

    where: Where
    room_id: int
    name: str
    site: str


@dataclass(frozen=True, slots=True)
class RoundHit:
    """A round of a programme, counted from 0."""

    where: Where
    round: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class GradeHit:
    """A grade, with how many people of it take part."""

    where: Where
    stage: int
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class RotaHit:
    """A rota as last imported."""

    where: Where
    rota_id: int
    name: str
    site: str


@dataclass(frozen=True, slots=True)
class PlanHit:
    """A plan, by its number or its revision."""

    where: Where
    plan_id: int
    number: int
    state: PlanState
    revision: int | None


@dataclass(frozen=True, slots=True)
class Hits(Generic[T]):
    """The first hits of a kind, and how many there are; ``rank`` is how well the best fits, 0 the best. What is only
    ``alike`` is offered where nothing fits: people with names like it, sessions near the day."""

    first: Sequence[T] = ()
    total: int = 0
    rank: int = 9
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found in the coordinator's programmes."""

    people: Hits[PersonHit]
    groups: Hits[GroupHit]
    sessions: Hits[SessionHit]
    rooms: Hits[RoomHit]
    rotas: Hits[RotaHit]
    plans: Hits[PlanHit]
    rounds: Hits[RoundHit]
    grades: Hits[GradeHit]
