"""Published sessions as frozen values: what members, facilitators and feeds see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from solvers.instance import COMING

_ROUNDING = 1e-9


class SessionStatus(StrEnum):
    """What a calendar says of a session."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


def quorum_of(share: float, residents: int) -> int:
    """How many of so many residents must come (``docs/instance-format.md``): the share, rounded up."""
    return math.ceil(share * residents - _ROUNDING)


@dataclass(frozen=True, slots=True)
class Attendance:
    """One invited person. ``mark`` is 0, 1, 2 or ?: what is known of whether they can come; 0 for who is ``sorry``,
    that is, has said that they cannot make it."""

    person_id: int
    name: str
    role: str
    mark: str
    sorry: bool = False

    @property
    def comes(self) -> bool:
        """Whether they are counted on."""
        return self.mark in COMING


@dataclass(frozen=True, slots=True)
class Session:
    """A published meeting of a group. ``place`` is a room's name with its site, or empty for video and phone;
    ``extra`` is 0 for the session of the round, and counts those that the group added itself."""

    id: int
    uid: str
    group_key: str
    group_name: str
    model_name: str
    round: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    place: str
    status: SessionStatus
    sequence: int
    created_at: datetime
    changed_at: datetime
    attendees: tuple[Attendance, ...]
    extra: int = 0

    @property
    def minutes(self) -> int:
        """How long it is."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def attendee(self, person_id: int) -> Attendance | None:
        """The invited person of that id."""
        return next((a for a in self.attendees if a.person_id == person_id), None)

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is still to come, and not cancelled."""
        return self.ends_at > now and self.status is not SessionStatus.CANCELLED

    def mark_of(self, person_id: int) -> str:
        """What is known of this person's coming; a space for somebody who is not invited."""
        return next((a.mark for a in self.attendees if a.person_id == person_id), " ")

    @property
    def residents(self) -> tuple[Attendance, ...]:
        """The invited residents."""
        return tuple(a for a in self.attendees if a.role == "resident")

    @property
    def facilitators(self) -> tuple[Attendance, ...]:
        """The facilitators who come."""
        return tuple(a for a in self.attendees if a.role == "facilitator")


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A published group as one of its people sees it, with its sessions in order of time.

    ``url`` and ``phone`` are its ways to join from afar; either may be empty. ``quorum`` is how many residents must
    come for a session to be held, ``present`` how many facilitators; ``left`` are those who have left it.
    """

    programme_id: int
    programme_name: str
    key: str
    name: str
    model: str
    mode: str
    rounds: int
    residents: tuple[str, ...]
    facilitators: tuple[str, ...]
    sessions: tuple[Session, ...]
    as_facilitator: bool
    url: str = ""
    phone: str = ""
    quorum: int = 0
    present: int = 0
    left: tuple[str, ...] = ()

    def next_session(self, now: datetime) -> Session | None:
        """The first session that has not ended and is not cancelled."""
        return next((session for session in self.sessions if session.is_ahead(now)), None)

    def holds(self, session: Session) -> bool:
        """Whether enough of those invited are counted on for the session to be held."""
        residents = sum(attendance.comes for attendance in session.residents)
        facilitators = sum(attendance.comes for attendance in session.facilitators)
        return residents >= self.quorum and facilitators >= self.present
