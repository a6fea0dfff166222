"""Published sessions as frozen values: what members, facilitators and feeds see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SessionStatus(StrEnum):
    """What a calendar says of a session."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Attendance:
    """One invited person. ``mark`` is 0, 1, 2 or ?: what is known of whether they can come."""

    person_id: int
    name: str
    role: str
    mark: str


@dataclass(frozen=True, slots=True)
class Session:
    """A published meeting of a group. ``place`` is a room's name with its site, or empty for video and phone."""

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
    """A published group as one of its people sees it, with its sessions in order of time."""

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

    def next_session(self, now: datetime) -> Session | None:
        """The first session that has not ended and is not cancelled."""
        coming = (s for s in self.sessions if s.ends_at > now and s.status is not SessionStatus.CANCELLED)
        return next(coming, None)
