"""Plans and runs as frozen values: what pages and commands show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scheduler.plans.reasons import Help, Missed, Moved, Regrouped, Wish


class PlanState(StrEnum):
    """Where a plan stands. Only a published one is seen by members."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self in (RunState.DONE, RunState.CANCELLED, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class RunStep:
    """One report of a run."""

    seconds: float
    phase: str
    score: int | None
    bound: int | None
    placed: int
    groups: int


@dataclass(frozen=True, slots=True)
class Run:
    """One solving of a programme. ``seconds`` is the time it was given; ``plan_id`` what came of it."""

    id: int
    programme_id: int
    state: RunState
    seconds: float
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool
    plan_id: int | None
    error: str
    residents: int
    steps: tuple[RunStep, ...]


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A line in the list of plans."""

    id: int
    number: int
    state: PlanState
    revision: int | None
    score: int
    bound: int | None
    created_at: datetime
    published_at: datetime | None
    groups: int
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group. ``marks`` has one character a round: 0, 1, 2, ? or a space for a missed round."""

    person_id: int
    name: str
    role: str
    stage: int | None
    site: str
    marks: str

    @property
    def can_come(self) -> int:
        """In how many of the sessions held the person can come."""
        return sum(mark in "12" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One date of a group. ``can_come`` counts residents who can (or can if need be)."""

    round: int
    starts_at: datetime
    place: str
    can_come: int
    residents: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a plan with its people and dates. ``missed_rounds`` are those without a session, from 0.

    ``missed`` says why, where that was worked out.
    """

    key: str
    name: str
    model: str
    mode: str
    site: str
    residents: tuple[Member, ...]
    facilitators: tuple[Member, ...]
    sessions: tuple[PlannedSession, ...]
    missed_rounds: tuple[int, ...]
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A resident without a group, and the rules in the way of one, the most telling first; none if not known."""

    person_id: int
    name: str
    in_the_way: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A resident's wish that the plan does not meet; ``about`` is the name of whom it is about, if anybody."""

    name: str
    about: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class Advice:
    """What would help, with names in place of keys: the smallest set, and the sessions and residents it buys."""

    steps: tuple[Help, ...] = ()
    sessions: int = 0
    residents: int = 0


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A resident in another group than before, by the groups' names: "" for none. ``why`` where it is known."""

    name: str
    before: str
    now: str
    why: Regrouped | None = None


@dataclass(frozen=True, slots=True)
class LeadChange:
    """Somebody who ``leads`` a group and did not before, or no longer does."""

    name: str
    group: str
    leads: bool


@dataclass(frozen=True, slots=True)
class SessionChange:
    """A session of a group on another date than before: ``was`` None if it is new, ``now`` None if it is lost."""

    group: str
    round: int
    was: datetime | None
    now: datetime | None
    why: Moved | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What publishing a draft would change of the ``revision`` that members see; names of groups ``gone`` and ``new``.

    Sessions of groups that are gone or new are not listed one by one.
    """

    revision: int
    people: tuple[PersonChange, ...] = ()
    leads: tuple[LeadChange, ...] = ()
    sessions: tuple[SessionChange, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        """How many things there are to tell."""
        return sum(map(len, (self.people, self.leads, self.sessions, self.gone, self.new)))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, as its coordinator reads it. ``unmet`` has the wishes that would have cost least first.

    ``changes`` compares a draft with the published plan, and is None where either is missing.
    """

    id: int
    programme_id: int
    number: int
    state: PlanState
    revision: int | None
    score: int
    bound: int | None
    seconds: float
    points: Mapping[str, int]
    created_at: datetime
    published_at: datetime | None
    rounds: int
    groups: tuple[Group, ...]
    unplaced: tuple[Unplaced, ...]
    advice: Advice
    unmet: tuple[Unmet, ...]
    changes: Changes | None = None

    @property
    def placed(self) -> int:
        """How many residents have a group."""
        return sum(len(group.residents) for group in self.groups)

    @property
    def sessions_held(self) -> int:
        """How many sessions will meet."""
        return sum(len(group.sessions) for group in self.groups)

    @property
    def sessions_wanted(self) -> int:
        """How many there would be if every group met in every round."""
        return self.rounds * len(self.groups)

    @property
    def mean_attendance(self) -> float:
        """The share of residents who can come, over all sessions held; 0 without sessions."""
        seats = sum(session.residents for group in self.groups for session in group.sessions)
        taken = sum(session.can_come for group in self.groups for session in group.sessions)
        return taken / seats if seats else 0.0

    @property
    def gap(self) -> float | None:
        """How far from the best possible plan this one is at most, as a share of what is really at stake.

        The points for placing people are left out, since every sensible plan has them. None without a bound.
        """
        at_stake = self.score - self.points.get("placed", 0)
        if self.bound is None or at_stake <= 0:
            return None
        return max(0.0, (self.bound - self.score) / at_stake)
