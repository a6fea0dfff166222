"""A coordinator's acts on what is published, and what is said of one before it is carried out: frozen values.

An act names what it changes and how it should be; who is invited then, what a room has to hold and what the published
plan says follows from it (``execution``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.sessions.model import SessionStatus


@dataclass(frozen=True, slots=True)
class MoveSession:
    """Another date. Without a room the session keeps the one it has if that is free, or gets one that is."""

    session_id: int
    starts_at: datetime
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeRoom:
    """Another room for one session, at whatever site."""

    session_id: int
    room_id: int


@dataclass(frozen=True, slots=True)
class ChangeMode:
    """Another way to meet: for one session, or with ``of_group`` for its group and all of its sessions ahead.

    Without a room a session in person gets one that is free at the group's site.
    """

    session_id: int
    mode: str
    room_id: int | None = None
    of_group: bool = False


@dataclass(frozen=True, slots=True)
class SetFacilitators:
    """Who facilitates one session. Whoever is not a facilitator of the group stands in for one who is."""

    session_id: int
    facilitator_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AppointDeputy:
    """A deputy for one facilitator at one session."""

    session_id: int
    for_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CancelSession:
    """One session does not take place; with ``offers_again`` the group is offered other dates for it."""

    session_id: int
    offers_again: bool = False


@dataclass(frozen=True, slots=True)
class AddSession:
    """One session more for a group, beside those that the plan gave it."""

    programme_id: int
    group_key: str
    starts_at: datetime
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReinstateSession:
    """A session that was cancelled or dropped takes place after all, on its date and with the group as it is now."""

    session_id: int


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A facilitator's place in a group goes to somebody else: at the sessions from ``first_day`` to ``last_day``, both
    included, by standing in, or without a last day for good."""

    programme_id: int
    group_key: str
    from_id: int
    person_id: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class SwapFacilitators:
    """Two facilitators change places for good: each leads the other's group from ``first_day`` on, or from now."""

    programme_id: int
    group_key: str
    person_id: int
    other_key: str
    other_id: int
    first_day: date | None = None


@dataclass(frozen=True, slots=True)
class EndGroup:
    """A group meets no more: its sessions ahead are cancelled, and its people are free for another."""

    programme_id: int
    group_key: str


@dataclass(frozen=True, slots=True)
class PauseGroup:
    """A group does not meet between two days, both included. Its sessions then are cancelled and offered again."""

    programme_id: int
    group_key: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class ResumeGroup:
    """A pause is over early, or does not happen: the sessions that it cancelled are still for the group to choose."""

    programme_id: int
    group_key: str


@dataclass(frozen=True, slots=True)
class MergeGroups:
    """Everybody in one group goes on in another, at its sessions; the first group ends."""

    programme_id: int
    group_key: str
    into_key: str


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Somebody is in a group no more, and stays in the programme."""

    programme_id: int
    group_key: str
    person_id: int


@dataclass(frozen=True, slots=True)
class PutIn:
    """Somebody comes into a group: from none, or from the group that they leave for it (``out_of``)."""

    programme_id: int
    group_key: str
    person_id: int
    out_of: str = ""


ActOnSession = (
    MoveSession | ChangeRoom | ChangeMode | SetFacilitators | AppointDeputy | CancelSession | ReinstateSession
)
ActOnGroup = (
    AddSession | TakeOver | SwapFacilitators | EndGroup | PauseGroup | ResumeGroup | MergeGroups | TakeOut | PutIn
)
Act = ActOnSession | ActOnGroup


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that would be broken and is not now, as a sentence that gives nobody's secret away.

    ``never`` marks rules that nobody may override; the others a coordinator may, with a reason.
    """

    text: str
    never: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A session as it is or would be: names of who can come, of whom nothing is known, who cannot, and who leads."""

    starts_at: datetime
    ends_at: datetime
    place: str
    mode: str
    status: SessionStatus
    coming: tuple[str, ...]
    not_known: tuple[str, ...]
    shut_out: tuple[str, ...]
    facilitators: tuple[str, ...]

    @property
    def takes_place(self) -> bool:
        """Whether it is not cancelled."""
        return self.status is not SessionStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one session: ``before`` None if it is new. ``session_id`` is None then, too."""

    session_id: int | None
    group_key: str
    group_name: str
    before: Standing | None
    after: Standing


@dataclass(frozen=True, slots=True)
class Preview:
    """What acts would do, and what they would break.

    ``needs_why`` says that they are carried out only with a reason: inside the freeze, or because a rule is
    overridden. ``touched`` has the names of all whose sessions or group would be others. ``lost`` are the groups, by
    name, that nobody is in any more.
    """

    breaches: tuple[Breach, ...]
    effects: tuple[Effect, ...]
    touched: tuple[str, ...]
    needs_why: bool
    in_freeze: bool

    @property
    def allowed(self) -> bool:
        """Whether it can be carried out at all."""
        return not any(breach.never for breach in self.breaches)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could facilitate: at how many of the ``asked`` sessions they can come, and are free, as it is; and
    how many groups they lead, where that is asked."""

    person_id: int
    name: str
    can_come: int
    asked: int
    not_known: int = 0
    leads: int = 0


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group that people could go to: how many places at its sessions they can fill, of all that they would have."""

    key: str
    name: str
    can_come: int
    asked: int


@dataclass(frozen=True, slots=True)
class PossibleDate:
    """A date that the referee would allow a session: which residents can come then, by name, who is shut out, and
    which facilitators would lead it."""

    starts_at: datetime
    room_id: int | None
    place: str
    coming: tuple[str, ...]
    shut_out: tuple[str, ...]
    not_known: tuple[str, ...]
    leads: tuple[str, ...] = ()
