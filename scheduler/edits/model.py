"""Changes of a draft by hand, and what is said of one before it is made: frozen values.

An edit names people, rooms and sites by their ids in the database, groups by their keys, rounds from 0. Groups have the
same keys in a problem, so edits that name groups alone are the solver's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from scheduler.edits.findings import LeftOut, Move
from scheduler.reasons.broken import Broken
from solvers.editing.model import DissolveGroup as DissolveGroup
from solvers.editing.model import MergeGroups as MergeGroups


@dataclass(frozen=True, slots=True)
class MovePerson:
    """A resident into another group of the draft, or with ``to`` None out of theirs. Whoever is in several groups
    leaves the one that is ``out_of``."""

    person_id: int
    to: str | None
    out_of: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two residents of different groups, each into the other's."""

    person_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class MakeGroup:
    """A new group of these people, who leave the groups they are in; it has no dates yet."""

    model_id: int
    mode: str
    site_id: int | None
    resident_ids: tuple[int, ...]
    facilitator_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """These residents of a group into a new one of its kind, with the same dates as far as rooms allow."""

    group: str
    resident_ids: tuple[int, ...]
    facilitator_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SetFacilitators:
    """Who facilitates a group; at each of its sessions those of them who can come."""

    group: str
    facilitator_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetDate:
    """Another date in a round, or with ``starts_at`` None no session in it. Without a room it keeps the one it has if
    that is free, or gets one that is."""

    group: str
    round: int
    starts_at: datetime | None
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class SetRoom:
    """Another room for one session."""

    group: str
    round: int
    room_id: int


@dataclass(frozen=True, slots=True)
class SetWay:
    """Another way to meet; in person at a site, in rooms there that are free."""

    group: str
    mode: str
    site_id: int | None = None


class PinKind(StrEnum):
    """What the planner leaves as it is, each with the fields that it takes."""

    GROUP = "group"
    """The people of ``group``, and its dates."""
    PERSON = "person"
    """``person_id`` in ``group``."""
    FACILITATOR = "facilitator"
    """``person_id`` as facilitator of ``group``."""
    DATE = "date"
    """The date of ``group`` in ``round``."""
    TOGETHER = "together"
    """``person_id`` and ``other_id`` in one group."""
    APART = "apart"
    """``person_id`` and ``other_id`` never in one group."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Something that the planner leaves as it is."""

    kind: PinKind
    group: str = ""
    person_id: int | None = None
    other_id: int | None = None
    round: int | None = None


@dataclass(frozen=True, slots=True)
class SetPin:
    """Pin something, or take the pin away."""

    pin: Pin
    is_set: bool = True


@dataclass(frozen=True, slots=True)
class PinChanges:
    """Pin all that was changed by hand, as far as it can be pinned."""

    pins: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class WithPin:
    """A change that parts two people or brings them into one group, and the pin that keeps them so."""

    edit: MovePerson | Exchange
    pin: Pin


@dataclass(frozen=True, slots=True)
class CarryOver:
    """What has changed of the published plan since the draft was made, as far as nothing set by hand contradicts it."""


Edit = (
    MovePerson
    | Exchange
    | MakeGroup
    | SplitGroup
    | MergeGroups
    | DissolveGroup
    | SetFacilitators
    | SetDate
    | SetRoom
    | SetWay
    | SetPin
    | PinChanges
    | WithPin
    | CarryOver
)
"""Everything that can be changed of a draft."""


@dataclass(frozen=True, slots=True)
class DraftMember:
    """Somebody in a group of a draft. ``marks`` has one character a round, a space where the group does not meet;
    ``by_hand`` whoever a coordinator put there, ``is_pinned`` whom the planner leaves there."""

    person_id: int
    name: str
    stage: int | None
    grade: str
    site: str
    marks: str
    by_hand: bool = False
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class DraftSession:
    """One session of a group in a draft."""

    round: int
    starts_at: datetime
    room_id: int | None
    place: str
    facilitator_ids: tuple[int, ...]
    can_come: int
    residents: int
    is_settled: bool = False
    """It has begun or is over: nothing changes it."""
    by_hand: bool = False
    is_pinned: bool = False
    holds: bool = True
    """Whether it will take place: no rule is broken at it."""


@dataclass(frozen=True, slots=True)
class DraftGroup:
    """A group of a draft, to be changed. ``is_whole`` says that it may be changed at all: a self-formed group may
    not."""

    key: str
    name: str
    model_id: int
    model: str
    mode: str
    site_id: int | None
    site: str
    residents: tuple[DraftMember, ...]
    facilitators: tuple[DraftMember, ...]
    sessions: tuple[DraftSession, ...]
    broken: tuple[Broken, ...]
    is_pinned: bool = False
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it can be changed. ``version`` counts its changes, undone ones too: who saves says which one they saw.

    ``undo`` and ``redo`` are the edits that would be taken back and done again, None where there is none.
    """

    plan_id: int
    programme_id: int
    number: int
    version: int
    score: int
    coming: int
    """How many places at sessions are taken by residents who can come."""
    seats: int
    """How many there are."""
    held: int
    """How many sessions will take place: those at which no rule is broken."""
    wanted: int
    groups: tuple[DraftGroup, ...]
    without: tuple[DraftMember, ...]
    """Residents without a group."""
    pins: tuple[Pin, ...]
    broken: tuple[Broken, ...]
    """Of the plan as a whole and of its groups."""
    by_hand: int = 0
    """How many changes of its groups the coordinators have made, without what was carried over."""
    undo: Edit | None = None
    redo: Edit | None = None
    gone: Mapping[str, str] = field(default_factory=dict)
    """What the groups are called that the last change took away, by their keys."""
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """What an edit does to one group. ``before`` and ``after`` are None where there is no such group; ``held`` are the
    sessions that will take place."""

    key: str
    name: str
    size_before: int | None
    size_after: int | None
    coming_before: int
    coming_after: int
    held_before: int
    held_after: int
    below_target: int = 0
    """By how many it would be smaller than its kind of group is meant to be."""
    dates: tuple[tuple[int, datetime], ...] = ()
    """The rounds in which it would meet at another time than before, or newly, and when."""
    name_before: str = ""
    """What it is called until then; empty for one that is new."""


@dataclass(frozen=True, slots=True)
class PersonEffect:
    """To how many sessions somebody can come, before and after, of how many that are held."""

    person_id: int
    name: str
    can_before: int
    held_before: int
    can_after: int
    held_after: int


@dataclass(frozen=True, slots=True)
class TravelEffect:
    """How many residents would newly meet at this ``site``, which is not their own."""

    site: str
    residents: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would do, before it is made.

    ``refused`` says that it may never be kept; ``broken`` are the rules that it would break and that hold now,
    ``mended`` those that it would mend. ``wishes`` is how many more (or fewer) would be met of those that a coordinator
    may know of. Of points nothing is told: they count what people keep to themselves too. ``held`` are the sessions of
    the whole draft that will take place, of ``wanted``; ``spared`` how many residents would no longer have to travel.
    """

    edit: Edit
    version: int
    coming_before: int
    coming_after: int
    wishes: int
    groups: tuple[GroupEffect, ...]
    people: tuple[PersonEffect, ...]
    broken: tuple[Broken, ...]
    mended: tuple[Broken, ...]
    refused: bool = False
    held_before: int = 0
    held_after: int = 0
    wanted_after: int = 0
    travel: tuple[TravelEffect, ...] = ()
    spared: int = 0
    unpinned: tuple[Pin, ...] = ()
    """Pins that would go, since what they keep would not be so any more."""
    left_out: tuple[LeftOut, ...] = ()
    """What of the published plan's changes can't be carried over."""
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A group in which somebody could be, or with ``exchange_with`` a resident of it with whom they would change.
    ``marks`` are theirs at its sessions, as those of a :class:`DraftMember`; ``score_change`` leaves out points for
    what people keep to themselves."""

    group: str
    name: str
    score_change: int
    coming_change: int
    marks: str
    can_come: int
    held: int
    size_after: int
    broken: tuple[Broken, ...]
    exchange_with: int | None = None
    exchange_name: str = ""
    other_can_come: int = 0
    other_held: int = 0

    @property
    def is_better(self) -> bool:
        """Whether the plan would be better for everybody together."""
        return self.score_change > 0


@dataclass(frozen=True, slots=True)
class PossibleDate:
    """A date that a group could have in a round; ``room_id`` and ``place`` in person only. ``score_change`` leaves out
    points for what people keep to themselves."""

    starts_at: datetime
    room_id: int | None
    place: str
    can_come: int
    residents: int
    score_change: int
    marks: str
    """One character a resident, in the order of the group's."""
    broken: tuple[Broken, ...] = ()
    is_usual: bool = False
    """Whether it is on the weekday and at the time of most of the group's other sessions."""
