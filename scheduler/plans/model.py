"""Plans and runs as frozen values: what pages and commands show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from scheduler.plans.plan_matching import Regrouping
from scheduler.plans.run_model import Run as Run
from scheduler.plans.run_model import RunState as RunState
from scheduler.plans.run_model import RunStep as RunStep
from scheduler.plans.run_model import Stopped as Stopped
from scheduler.reasons.model import NamedReasons
from solvers.gap import gap_of
from solvers.reasons.facts import MissedSession, MovedSession, Regrouped, Step, Unplaced
from solvers.vocabulary import COMING


class PlanState(StrEnum):
    """Where a plan stands. Only a published one is seen by members."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


UNPUBLISHED = (PlanState.DRAFT, PlanState.REVIEWED)
"""What a plan is before members have ever seen it."""


class MemberRole(StrEnum):
    """What somebody is in a group: one of those it is for, or one who leads it."""

    RESIDENT = "resident"
    FACILITATOR = "facilitator"


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A line in the list of plans. ``trial_steps`` are rules that it was tried with
    (``scheduler/planning/trial_steps.py``), ``made_from`` the revision that it was made from."""

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
    is_repair: bool = False
    trial_steps: tuple[str, ...] = ()
    made_from: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group. ``marks`` has one character a round: 0, 1, 2, ? or a space for a missed round; ``grade`` is
    the name of a resident's, whose place among the others is ``stage``."""

    person_id: int
    name: str
    role: MemberRole
    stage: int | None
    grade: str
    site: str
    marks: str

    @property
    def can_come(self) -> int:
        """In how many of the sessions held the person can come."""
        return sum(mark in COMING for mark in self.marks)


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One date of a group. ``can_come`` counts residents who can (or can if need be); of a published plan ``holds``
    says whether enough can come as things stand, and ``unled`` that nobody lacks but a facilitator."""

    round: int
    starts_at: datetime
    place: str
    can_come: int
    residents: int
    holds: bool = True
    unled: bool = False


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
    missed: tuple[MissedSession[datetime], ...]

    @property
    def short_rounds(self) -> tuple[int, ...]:
        """The rounds, from 0, in which too few can come as things stand."""
        return tuple(session.round for session in self.sessions if not session.holds)

    @property
    def unled_rounds(self) -> tuple[int, ...]:
        """Those of them, from 0, that lack nothing but a facilitator."""
        return tuple(session.round for session in self.sessions if session.unled)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A group that does not meet in some rounds, or to whose sessions too few can come; rounds from 0. ``unled_rounds``
    are those of the short ones that lack nothing but a facilitator."""

    key: str
    name: str
    missed_rounds: tuple[int, ...]
    short_rounds: tuple[int, ...]
    unled_rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What a group's sessions of the rounds come to: ``held`` will meet; over all that have a date, ``taken`` of so
    many ``seats`` of residents can come. Rounds from 0; ``unled_rounds`` are short ones that lack nothing but a
    facilitator."""

    held: int
    seats: int
    taken: int
    missed_rounds: tuple[int, ...]
    short_rounds: tuple[int, ...]
    unled_rounds: tuple[int, ...] = ()

    @property
    def attendance(self) -> float:
        """The share of residents who can come; 0 without sessions."""
        return self.taken / self.seats if self.seats else 0.0

    @property
    def lacks(self) -> int:
        """In how many rounds it does not meet."""
        return len(self.missed_rounds) + len(self.short_rounds)


@dataclass(frozen=True, slots=True)
class Least:
    """Those who can come least: ``people`` of them can come to ``can`` of the ``held`` sessions of their group."""

    can: int
    held: int
    people: int


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What a plan comes to, whatever its size: counts, the share of residents who can come over all sessions held (0
    without sessions), the groups that lack something, and who can come least (None without sessions)."""

    groups: int
    placed: int
    sessions_held: int
    sessions_wanted: int
    mean_attendance: float
    lacking: tuple[Lacking, ...]
    least: Least | None


def least_of(counts: Iterable[tuple[int, int]]) -> Least | None:
    """Out of pairs of how many sessions somebody can come to and how many are held."""
    found = Counter((can, held) for can, held in counts if held)
    if not found:
        return None
    (can, held), people = min(found.items(), key=lambda item: (item[0][0] / item[0][1], item[0]))
    return Least(can, held, people)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A resident in another group than before, by the groups' names: "" for none. ``why`` where it is known; whoever
    ``has_another`` group keeps that one."""

    name: str
    before: str
    now: str
    why: Regrouped[int] | None = None
    has_another: bool = False


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
    why: MovedSession[datetime] | None = None


@dataclass(frozen=True, slots=True)
class LeaderChange:
    """A facilitator of a group, before and after, who now ``comes`` to a session that keeps its date, or no longer."""

    name: str
    group: str
    round: int
    at: datetime
    comes: bool


@dataclass(frozen=True, slots=True)
class RoomChange:
    """A session that keeps its date and not its place; "" for no room."""

    group: str
    round: int
    at: datetime
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class WayChange:
    """A group that meets in another way, at another site ("" for none) or as another kind of group than before."""

    group: str
    model: tuple[str, str]
    mode: tuple[str, str]
    site: tuple[str, str]


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
    leaders: tuple[LeaderChange, ...] = ()
    rooms: tuple[RoomChange, ...] = ()
    ways: tuple[WayChange, ...] = ()
    residents: Mapping[Regrouping, int] = field(default_factory=dict)
    """How many residents' groups differ, and how."""
    facilitators: Mapping[Regrouping, int] = field(default_factory=dict)
    """The same of those who facilitate, also of those whose group is gone."""

    @property
    def lines(self) -> int:
        """How many things there are to tell."""
        people, dates = (self.people, self.leads, self.leaders), (self.sessions, self.rooms)
        return sum(map(len, (*people, *dates, self.ways, self.gone, self.new)))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, as its coordinator reads it.

    ``reasons`` has everybody without a group, whether or not it is known why; ``unplaced_ids`` who they are, in the
    same order; ``help_steps`` has the steps of what would help, as a run takes them. ``changes`` compares a draft with
    the published plan, and is None where either is missing; ``published_id`` is what members see.
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
    reasons: NamedReasons
    changes: Changes | None = None
    is_repair: bool = False
    trial_steps: tuple[str, ...] = ()
    made_from: int | None = None
    replaced_at: datetime | None = None
    published_id: int | None = None
    unplaced_ids: tuple[int, ...] = ()
    help_steps: tuple[Step[int], ...] = ()

    @property
    def is_open_repair(self) -> bool:
        """Whether it is a repair that is neither accepted nor thrown away."""
        return self.is_repair and self.state in UNPUBLISHED

    @property
    def unplaced(self) -> tuple[Unplaced[str], ...]:
        """The residents without a group, by their names."""
        return self.reasons.unplaced

    @property
    def placed(self) -> int:
        """How many residents have a group."""
        return len({resident.person_id for group in self.groups for resident in group.residents})

    @property
    def sessions_held(self) -> int:
        """How many sessions will meet."""
        return sum(session.holds for group in self.groups for session in group.sessions)

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
    def figures(self) -> PlanFigures:
        """What the plan comes to."""
        lacking = (
            Lacking(group.key, group.name, group.missed_rounds, group.short_rounds, group.unled_rounds)
            for group in self.groups
            if group.missed_rounds or group.short_rounds
        )
        counts = ((one.can_come, len(group.sessions)) for group in self.groups for one in group.residents)
        return PlanFigures(
            groups=len(self.groups),
            placed=self.placed,
            sessions_held=self.sessions_held,
            sessions_wanted=self.sessions_wanted,
            mean_attendance=self.mean_attendance,
            lacking=tuple(lacking),
            least=least_of(counts),
        )

    @property
    def gap(self) -> float | None:
        """How far from the best possible plan this one is at most (``solvers.gap``)."""
        return gap_of(self.score, self.bound, self.points.get("placed", 0))
