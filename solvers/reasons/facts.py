"""Why a plan is as it is, as facts: one frozen value each, from where it is found to where it is shown.

Only what stands for people and slots differs from place to place. Facts hold ids and figures and no sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar, cast

Who = TypeVar("Who")
"""What stands for a person: their id in the instance or in a database, or their name."""
OtherWho = TypeVar("OtherWho")
When = TypeVar("When")
"""What stands for a slot: its number in the instance, or the moment at which it starts."""
OtherWhen = TypeVar("OtherWhen")

WISHES_ABOUT_PEOPLE: Final = frozenset({"want"})
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule that stands in the way. ``places`` counts the slots, or groups, where nothing else does.

    Where the rule is one of numbers, there is ``have`` and it takes ``needed``; ``of`` is how many there could be,
    for example of 5 residents 2 can come and 3 would have to. ``needed`` is 0 where there are no figures.
    """

    rule_id: str
    places: int = 0
    have: int = 0
    needed: float = 0
    of: int = 0


def rule_ids(obstacles: Iterable[Obstacle]) -> tuple[str, ...]:
    """The rules alone, in the same order."""
    return tuple(obstacle.rule_id for obstacle in obstacles)


@dataclass(frozen=True, slots=True)
class Unplaced(Generic[Who]):
    """A resident in no group, and what keeps them out, the most telling first; nothing if that is not known."""

    person: Who
    obstacles: tuple[Obstacle, ...] = ()

    def with_people(self, other: Callable[[Who], OtherWho]) -> Unplaced[OtherWho]:
        """The same of people that go by something else."""
        return Unplaced(other(self.person), self.obstacles)


OPEN_WISHES: Final = frozenset({"model", "mode", "travel", "regroup"})
"""The kinds of wishes that others than whose they are may know of."""


@dataclass(frozen=True, slots=True)
class WishOutcome(Generic[Who]):
    """What became of a wish: ``kind`` is the id of its points, ``subject`` whom or what it names, if anything.

    ``met`` is None where telling would tell about others. ``cost`` is what the plan as a whole would lose, in
    points, by the cheapest exchange found that meets the wish; None if none was found, or the wish is met. Where
    none was found, ``in_the_way`` has the ids of the rules that keep the resident out of the group that suits best.
    """

    person: Who
    kind: str
    subject: Who | str
    met: bool | None
    cost: int | None = None
    in_the_way: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[Who, ...]:
        """Everybody whom it speaks of."""
        return (self.person, cast(Who, self.subject)) if self.kind in WISHES_ABOUT_PEOPLE else (self.person,)

    def with_people(self, other: Callable[[Who], OtherWho]) -> WishOutcome[OtherWho]:
        """The same of people that go by something else."""
        about = self.kind in WISHES_ABOUT_PEOPLE
        subject = other(cast(Who, self.subject)) if about else cast(str, self.subject)
        return WishOutcome(other(self.person), self.kind, subject, self.met, self.cost, self.in_the_way)


@dataclass(frozen=True, slots=True)
class MissedSession(Generic[When]):
    """A round in which a group does not meet. ``slot`` is the one with least in the way, None if there is no slot.

    ``gain`` is what the plan would gain by meeting there where there are no ``obstacles``, else None.
    """

    group: str
    round: int
    slot: When | None
    obstacles: tuple[Obstacle, ...]
    gain: int | None = None

    def with_slots(self, other: Callable[[When], OtherWhen]) -> MissedSession[OtherWhen]:
        """The same of slots that go by something else."""
        slot = None if self.slot is None else other(self.slot)
        return MissedSession(self.group, self.round, slot, self.obstacles, self.gain)


@dataclass(frozen=True, slots=True)
class MovedSession(Generic[When]):
    """A session that a group had before and does not have at the same slot: ``slot`` is the new one, None if missed.

    ``obstacles`` are what stands against the old slot now; where there is nothing, ``cost`` is what keeping it would
    have cost in points.
    """

    group: str
    round: int
    old_slot: When
    slot: When | None
    obstacles: tuple[Obstacle, ...]
    cost: int | None = None

    def with_slots(self, other: Callable[[When], OtherWhen]) -> MovedSession[OtherWhen]:
        """The same of slots that go by something else."""
        slot = None if self.slot is None else other(self.slot)
        return MovedSession(self.group, self.round, other(self.old_slot), slot, self.obstacles, self.cost)


@dataclass(frozen=True, slots=True)
class Regrouped(Generic[Who]):
    """A resident who is not in the group they were in: ``now`` is None if they are in none.

    ``in_the_way`` has the rules that keep them out of the earlier group; where there are none, ``cost`` is what the
    plan would lose, in points, by the cheapest exchange found that keeps them there, None if none was found.
    """

    person: Who
    before: str
    now: str | None
    in_the_way: tuple[str, ...] = ()
    cost: int | None = None

    def with_people(self, other: Callable[[Who], OtherWho]) -> Regrouped[OtherWho]:
        """The same of people that go by something else."""
        return Regrouped(other(self.person), self.before, self.now, self.in_the_way, self.cost)


@dataclass(frozen=True, slots=True)
class Gain:
    """What something buys: sessions held more, residents placed more, points more."""

    sessions: int = 0
    residents: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class ForOthers:
    """What a change does to the residents it touches beside the one it is about: how many could come to fewer sessions
    and to how many fewer in all, likewise to more, and how many sessions could no longer be held."""

    fewer: int = 0
    fewer_sessions: int = 0
    more: int = 0
    more_sessions: int = 0
    lost: int = 0


class StepKind(StrEnum):
    """What can be done, each with what the fields of its step are."""

    QUORUM = "quorum"
    """Meet with fewer: with the share ``value`` of a group instead of ``instead_of``."""
    GAP = "gap"
    """Let the sessions of a group lie ``value`` days apart instead of ``instead_of``."""
    FACILITATORS_ON = "facilitators_on"
    """Find ``value`` more facilitators who can come on the weekday ``what``."""
    ROOM = "room"
    """Find one more room at the site ``subject``."""
    FACILITATOR = "facilitator"
    """Find one more facilitator for the model ``subject``."""
    LARGER = "larger"
    """Let groups of the model ``subject`` have up to ``value`` residents."""
    SMALLER = "smaller"
    """Let groups of the model ``subject`` have ``value`` residents or more."""
    FARTHER = "farther"
    """Let stages in groups of the model ``subject`` lie up to ``value`` apart."""
    NEARER = "nearer"
    """Let stages in groups of the model ``subject`` lie only ``value`` apart."""
    ACCEPT_MODE = "accept_mode"
    """Ask the resident ``subject`` to meet in the way ``what``."""
    ACCEPT_MODEL = "accept_model"
    """Ask the resident ``subject`` to join a group of the model ``what``."""


@dataclass(frozen=True, slots=True)
class Step(Generic[Who]):
    """Something to do; its kind says what the other fields are. A weekday is named in English."""

    kind: StepKind
    subject: Who | str = ""
    what: str = ""
    value: float = 0
    instead_of: float = 0

    @property
    def asks_somebody(self) -> bool:
        """Whether ``subject`` is a person."""
        return self.kind in (StepKind.ACCEPT_MODE, StepKind.ACCEPT_MODEL)

    def with_people(self, other: Callable[[Who], OtherWho]) -> Step[OtherWho]:
        """The same of people that go by something else."""
        subject = other(cast(Who, self.subject)) if self.asks_somebody else cast(str, self.subject)
        return Step(self.kind, subject, self.what, self.value, self.instead_of)


@dataclass(frozen=True, slots=True)
class Relaxed(Generic[Who]):
    """A rule or resource to relax, what doing so means as a step, and what doing that alone buys."""

    rule_id: str
    gain: Gain
    step: Step[Who]

    def with_people(self, other: Callable[[Who], OtherWho]) -> Relaxed[OtherWho]:
        """The same of people that go by something else."""
        return Relaxed(self.rule_id, self.gain, self.step.with_people(other))


@dataclass(frozen=True, slots=True)
class Relaxations(Generic[Who]):
    """``single`` has all that buy something, the most first; ``smallest`` the fewest that buy as much as all.

    ``together`` is what ``smallest`` buys. Where time ran out, ``smallest`` may hold more than it would take.
    """

    single: tuple[Relaxed[Who], ...] = ()
    smallest: tuple[Relaxed[Who], ...] = ()
    together: Gain = Gain()

    def with_people(self, other: Callable[[Who], OtherWho]) -> Relaxations[OtherWho]:
        """The same of people that go by something else; steps that ask whom ``other`` does not know stay out."""
        single = known(self.single, lambda found: found.with_people(other))
        return Relaxations(single, known(self.smallest, lambda found: found.with_people(other)), self.together)


Fact = TypeVar("Fact")
OtherFact = TypeVar("OtherFact")


def known(facts: Iterable[Fact], other: Callable[[Fact], OtherFact]) -> tuple[OtherFact, ...]:
    """Facts put into other terms; those about people for whom there are none (KeyError) stay out."""
    return tuple(_known(facts, other))


def _known(facts: Iterable[Fact], other: Callable[[Fact], OtherFact]) -> Iterator[OtherFact]:
    for fact in facts:
        with suppress(KeyError):
            yield other(fact)
