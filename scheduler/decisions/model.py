"""What a coordinator is told of one decision of a plan: frozen values, nothing in which depends on anybody's secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scheduler.coordination.history import Entry
from scheduler.decisions.not_planned import WhyNot
from scheduler.plans.model import Group, PlanState
from solvers.reasons.facts import ForOthers, Obstacle, Step


class Basis(StrEnum):
    """By which facts a decision is looked at."""

    NOW = "now"
    """As things stand: drafts, and what is published."""
    AS_MADE = "as_made"
    """As it was when the plan was made, by what its run was asked: plans that were replaced."""
    GONE = "gone"
    """Nothing is left to look at: what the run was asked is no longer there, or every round has finished."""


@dataclass(frozen=True, slots=True)
class AboutPlan:
    """Of which plan a decision is. ``as_of`` is the moment whose facts count, None where there are none."""

    id: int
    programme_id: int
    number: int
    state: PlanState
    revision: int | None
    created_at: datetime
    basis: Basis


@dataclass(frozen=True, slots=True)
class ByHand:
    """That a coordinator decided it: when, if that is known, and in which group the planner had somebody (or, of a
    date, when it had it); "" and None where that is not known."""

    at: datetime | None = None
    by: str = ""
    group_before: str = ""


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """Another place for somebody, with what it would do to everybody else. ``exchange_with`` is who would take theirs.

    ``more`` is to how many sessions more (or fewer) they could come; ``points`` is what the planner counts, by kind.
    """

    group_key: str
    group: str
    exchange_id: int | None
    exchange_with: str
    can: int
    held: int
    more: int
    others: ForOthers
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WayIn:
    """A step that would open a group to somebody, with names in place of ids, and as a run takes it."""

    shown: Step[str]
    step: Step[int]


@dataclass(frozen=True, slots=True)
class GroupWithRoom:
    """A group with so many ``free`` places; somebody without a group could come to ``can`` of its ``held`` sessions.
    ``against`` is the id of the rule that keeps them out all the same; "" for none that may be told."""

    group_key: str
    group: str
    free: int
    can: int
    held: int
    against: str


@dataclass(frozen=True, slots=True)
class OtherLead:
    """A group that a facilitator could lead, ``instead_of`` somebody by name where it has enough ("": as well). Nobody
    leads it now unless it ``is_led``."""

    group_key: str
    group: str
    instead_of: str
    can: int
    held: int
    is_led: bool


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """Why somebody is in their groups, or in none. ``groups`` are those of the plan with their people and dates.

    ``can`` of ``held`` are the sessions that the other places are compared with: those to come. ``wishes`` are by the
    kind of wish whether it is met, as far as a coordinator may know of it. ``changed`` counts the sessions of their
    group for which their own answer is another than when the plan was made. ``leave`` are first and last day of long
    leave (None: open) that is not over. ``leads`` are other groups that a facilitator could lead. ``by_hand`` of
    somebody without a group is that they were taken out of one. ``not_planned`` is why no plan was to give them one.
    Who joins a group that meets in person ``by_call`` accepts meeting from afar alone.
    """

    plan: AboutPlan
    person_id: int
    name: str
    is_resident: bool
    grade: str
    site: str
    models: tuple[str, ...]
    modes: tuple[str, ...]
    capacity: int
    groups: tuple[Group, ...]
    is_own_group: bool = False
    by_hand: ByHand | None = None
    can: int = 0
    held: int = 0
    wishes: Mapping[str, bool] | None = None
    places: tuple[OtherPlace, ...] = ()
    against: tuple[Obstacle, ...] = ()
    is_needed: bool = False
    ways_in: tuple[WayIn, ...] = ()
    changed: int = 0
    rounds: int = 0
    leave: tuple[date, date | None] | None = None
    with_room: tuple[GroupWithRoom, ...] = ()
    leads: tuple[OtherLead, ...] = ()
    not_planned: WhyNot | None = None
    by_call: bool = False

    @property
    def better(self) -> OtherPlace | None:
        """The place, of those told, at which they could come to most sessions, if to more than now."""
        best = max(self.places, key=lambda place: place.more, default=None)
        return best if best is not None and best.more > 0 else None


@dataclass(frozen=True, slots=True)
class OtherDate:
    """A date that a group could have, with who could come then and not at the date it has, and the other way round."""

    starts_at: datetime
    can: int
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    is_usual: bool = False
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class WayToMeet:
    """A step that alone would let a round be held, when that would be, and as a run takes it."""

    shown: Step[str]
    step: Step[int]
    starts_at: datetime
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class SessionDecision:
    """Why a group meets when it does in a round, or why it misses it: ``starts_at`` None.

    ``coming``, ``missing`` and ``unknown`` are residents by name. ``since`` and ``until`` are days from the group's
    session before and to the next, ``gap_days`` the fewest there may be; ``closed`` the days of the round on which
    nothing takes place. A session that ``is_over`` has no other dates; one that ``is_unled`` has no facilitator, though
    its kind of group needs one. ``changed`` counts the residents who can come by
    now and could not when the plan was made, or the other way round. ``since_published`` is what was changed of a
    published session, the latest first.
    """

    plan: AboutPlan
    group_key: str
    group: str
    round: int
    first_day: date
    last_day: date
    size: int
    starts_at: datetime | None = None
    place: str = ""
    mode: str = ""
    facilitators: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    by_hand: ByHand | None = None
    is_over: bool = False
    is_unled: bool = False
    is_usual: bool = False
    possible: tuple[OtherDate, ...] = ()
    nearest: tuple[OtherDate, ...] = ()
    against: tuple[Obstacle, ...] = ()
    since: int | None = None
    until: int | None = None
    gap_days: float = 0
    closed: Mapping[date, str] | None = None
    ways: tuple[WayToMeet, ...] = ()
    changed: int = 0
    since_published: tuple[Entry, ...] = ()

    @property
    def better(self) -> OtherDate | None:
        """The best other date, if more could come then."""
        best = self.possible[0] if self.possible else None
        return best if best is not None and best.can > len(self.coming) else None
