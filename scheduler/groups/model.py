"""What is a group's own, as frozen values, and the rule by which its residents take turns in the chair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.sessions.model import Attendance, Session


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something to talk about, at a session or some time. Whose it is, nobody can tell."""

    id: int
    session_id: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody wants to reach. ``name`` is theirs where it is read by their group."""

    id: int
    text: str
    review_on: date | None
    shared: bool
    reached_at: datetime | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Thanks:
    """A word of thanks; ``signed_by`` is empty where its writer did not want to be named. It ``may_pass_on`` where the
    writer agreed that it is shown at an appraisal."""

    text: str
    signed_by: str
    day: date
    may_pass_on: bool = False


def find_chair(session: Session, sessions: Sequence[Session]) -> Attendance | None:
    """Who takes the chair: the residents in turn, by name; whose turn it is and who cannot come is passed over.

    It depends on this session's own people alone, so that an apology changes no other session's chair.
    """
    turn = next((index for index, other in enumerate(sessions) if other.id == session.id), 0)
    residents = session.residents
    in_turn = (residents[(turn + step) % len(residents)] for step in range(len(residents)))
    return next((resident for resident in in_turn if resident.comes), None)
