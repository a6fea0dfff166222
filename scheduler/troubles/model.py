"""Troubles as frozen values: what of a published plan does not work as things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class TroubleKind(StrEnum):
    """What is wrong."""

    SAFETY = "safety"
    """A rule now forbids that two people share a group."""
    COMPANY = "company"
    """Two who meet only accompanied would be at a session without another facilitator from elsewhere."""
    FACILITATOR = "facilitator"
    """Fewer facilitators come than the model asks for."""
    QUORUM = "quorum"
    """Too few residents can come."""
    ROOM = "room"
    """The room does not do."""
    TIME = "time"
    """Its programme holds no sessions then any more."""
    CLOSE = "close"
    """It begins fewer days after its group's session before than the programme asks for by now."""
    DOUBLE = "double"
    """Somebody is invited to two sessions at once."""
    STANDING = "standing_deputy"
    """A relation now keeps a group's standing deputy from somebody in it, or they can serve no longer."""
    SHARE = "share"
    """Somebody can now come to less than the smallest share of their group's sessions."""
    DROPPED = "dropped"
    """A session was cancelled because it could not be held, and now it could be."""


RANKS: Final[Mapping[TroubleKind, int]] = MappingProxyType(
    {
        TroubleKind.SAFETY: 0,
        TroubleKind.COMPANY: 0,
        TroubleKind.FACILITATOR: 1,
        TroubleKind.QUORUM: 1,
        TroubleKind.ROOM: 1,
        TroubleKind.TIME: 1,
        TroubleKind.CLOSE: 2,
        TroubleKind.DOUBLE: 2,
        TroubleKind.STANDING: 3,
        TroubleKind.SHARE: 3,
        TroubleKind.DROPPED: 4,
    }
)
"""The worst first: somebody is not safe, a session cannot be held, a person is the loser, something could be better."""

STOPPING: Final = frozenset({TroubleKind.FACILITATOR, TroubleKind.QUORUM, TroubleKind.ROOM, TroubleKind.TIME})
"""What keeps a session from being held until somebody does something, or leaves it as it is."""


class Aspect(StrEnum):
    """What exactly is wrong, where a kind of trouble has several."""

    NONE = ""
    CLOSED = "closed"
    SMALL = "small"
    TAKEN = "taken"
    MISSING = "missing"
    OUTSIDE = "outside"
    """Of a time: not on a closed day, but outside the rounds, or outside the times of the week."""
    LISTED = "listed"
    """Of safety: a relation that the coordinator may know of. What people keep to themselves is no trouble."""


class TroubleState(StrEnum):
    """Where a trouble stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    SETTLED = "settled"


class Ending(StrEnum):
    """How a trouble was settled."""

    CLEARED = "cleared"
    """What was wrong is so no longer."""
    CANCELLED = "cancelled"
    """Its session does not take place, or its group is gone."""
    OVER = "over"
    """Its session has begun."""


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble as it follows from the facts.

    ``parts`` are what it consists of: those who cannot come, pairs who may not share a group, sessions missed. It is
    another trouble once there is a part that was not there before. ``touches`` are the people concerned, by id;
    ``from_day`` is the day from which it is so, None for now.
    """

    kind: TroubleKind
    group_key: str
    session_id: int | None = None
    aspect: Aspect = Aspect.NONE
    parts: frozenset[str] = frozenset()
    touches: tuple[int, ...] = ()
    about: str = ""
    from_day: date | None = None

    @property
    def subject(self) -> str:
        """What it is a trouble of: there is one living trouble for each."""
        return ":".join((self.kind, self.aspect, self.group_key, str(self.session_id or ""), self.about))


@dataclass(frozen=True, slots=True)
class Cause:
    """The change by which something came or went: which kind of fact, and its line in the audit trail where known."""

    fact: str = ""
    audit_id: int | None = None


class RemedyKind(StrEnum):
    """What could be done about a trouble."""

    DATE = "date"
    DEPUTY = "deputy"
    ROOM = "room"
    MODE = "mode"
    SWAP = "swap"
    REINSTATE = "reinstate"
    PUT = "put"
    OVER = "over"
    CANCEL = "cancel"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that works, as the referee has found. ``key`` names it on its trouble's page.

    ``name`` is that of the person, room, group or way to meet; ``coming`` of so many ``residents`` could come then.
    ``needs_why`` says that it is carried out only with a reason. Where ``person`` goes to another group,
    ``can_come`` has at how many of how many sessions whoever comes instead can be, and ``there`` the same of the
    ``person`` in the ``other_group``.
    """

    kind: RemedyKind
    key: str
    starts_at: datetime | None = None
    name: str = ""
    person: str = ""
    coming: int = 0
    residents: int = 0
    needs_why: bool = False
    other_group: str = ""
    can_come: tuple[int, int] = (0, 0)
    there: tuple[int, int] = (0, 0)
