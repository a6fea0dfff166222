"""What is a group's own, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What a facilitator offers to all of a group, until a day. ``is_own`` to who posted it."""

    id: int
    text: str
    posted_by: str
    ends_on: date
    is_own: bool = False
