"""Published sessions as frozen values: what members, facilitators and feeds see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from scheduler.plans.model import MemberRole
from solvers.quorum import quorum_of
from solvers.vocabulary import CAN, CANNOT, COMING, IN_PERSON

IN_WRITING: Final = "in_writing"
"""How a session is met that is a week in writing: it takes nobody's time, so everybody in the group can take part. No
group meets so for good, and no plan makes it so."""

FEWEST_AT_SESSION: Final = 2
"""A session was held if so many of those invited are noted as having come: one person alone is no meeting."""


class SessionStatus(StrEnum):
    """What a calendar says of a session."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Theme(StrEnum):
    """What a group might talk about at a session, if it likes: mentoring is about both."""

    WORK = "work"
    LIFE = "life"


class ProposalState(StrEnum):
    """Where a proposed date stands."""

    OPEN = "open"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


class DeputyState(StrEnum):
    """Where a request to stand in for a facilitator stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


DEPUTY_FOUND_OR_ASKED = (DeputyState.ASKED, DeputyState.ACCEPTED)
"""While a request stands there, nobody else is asked."""


@dataclass(frozen=True, slots=True)
class Needed:
    """How many must come to a session for it to be held: of the ``members`` who are residents the ``share``."""

    residents: int
    facilitators: int
    share: float = field(default=0.0, compare=False)
    members: int = field(default=0, compare=False)

    def without(self, away: int) -> Needed:
        """How many are needed when so many residents are on long leave."""
        if not away or not self.members:
            return self
        return replace(self, residents=quorum_of(self.share, self.members, away))

    def are_met_by(self, residents: int, facilitators: int) -> bool:
        """Whether so many are enough."""
        return residents >= self.residents and facilitators >= self.facilitators


@dataclass(frozen=True, slots=True)
class Attendance:
    """One invited person. ``mark`` is 0, 1, 2 or ?: what is known of whether they can come; 0 for who is ``sorry``,
    that is, has said that they cannot make it. Who is ``away`` is on long leave then. Of whom all this is ``withheld``
    from the reader, everything reads as if nothing kept them away, so that no count gives it away either. Who takes
    part ``in_writing`` has said so; who ``wrote`` has done it. Who joins a session in person ``by_call`` is not in the
    room."""

    person_id: int
    name: str
    role: MemberRole
    mark: str
    sorry: bool = False
    away: bool = False
    withheld: bool = False
    in_writing: bool = False
    wrote: bool = False
    turn_lapsed: bool = False
    by_call: bool = False

    def without_word(self) -> Attendance:
        """The same for a reader from whom it is withheld."""
        return Attendance(self.person_id, self.name, self.role, CAN, withheld=True)

    @property
    def comes(self) -> bool:
        """Whether they are counted on."""
        return self.mark in COMING


@dataclass(frozen=True, slots=True)
class Session:
    """A published meeting of a group. ``place`` is a room's name with its site, or empty for video and phone;
    ``extra`` is 0 for the session of the round, and counts those that the group added itself. ``chair_id`` is whose
    turn it is in the chair, ``chair_wants_id`` the session whose turn they would rather have."""

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
    chair_id: int | None = None
    chair_wants_id: int | None = None

    @property
    def minutes(self) -> int:
        """How long it is."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def without_words_of(self, people: Collection[int]) -> Session:
        """The same for a reader from whom it is withheld what these people said and did."""
        if not any(each.person_id in people for each in self.attendees):
            return self
        shown = (each.without_word() if each.person_id in people else each for each in self.attendees)
        return replace(self, attendees=tuple(shown), chair_id=None, chair_wants_id=None)

    def for_guest(self, person_id: int) -> Session:
        """The same for a guest coach: who else is invited, and whether they come, is not theirs to know."""
        own = tuple(each for each in self.attendees if each.person_id == person_id)
        return replace(self, attendees=own, chair_id=None, chair_wants_id=None)

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
    def by_call(self) -> tuple[Attendance, ...]:
        """Who comes and joins by call, where others are in the room."""
        return tuple(a for a in self.attendees if a.by_call and a.comes and not a.away)

    @property
    def in_room(self) -> tuple[Attendance, ...]:
        """Who comes and is in the room."""
        return tuple(a for a in self.attendees if not a.by_call and a.comes and not a.away)

    def joins_by_call(self, person_id: int) -> bool:
        """Whether somebody invited is not in the room."""
        return any(a.by_call and a.person_id == person_id for a in self.attendees)

    @property
    def chair(self) -> Attendance | None:
        """Whose turn it is in the chair, as far as the reader may know."""
        return self.attendee(self.chair_id) if self.chair_id is not None else None

    @property
    def residents(self) -> tuple[Attendance, ...]:
        """The invited residents, but for those on long leave: they are not counted."""
        return tuple(a for a in self.attendees if a.role == MemberRole.RESIDENT and not a.away)

    @property
    def away(self) -> tuple[Attendance, ...]:
        """Whoever is on long leave then."""
        return tuple(a for a in self.attendees if a.away)

    @property
    def facilitators(self) -> tuple[Attendance, ...]:
        """The facilitators who come, but for those on long leave."""
        return tuple(a for a in self.attendees if a.role == MemberRole.FACILITATOR and not a.away)


@dataclass(frozen=True, slots=True)
class ClosedGroup:
    """A group of which somebody is, and whose pages are closed to them: they have power over somebody else in it."""

    programme_id: int
    programme_name: str
    name: str
    as_facilitator: bool


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A published group as one of its people sees it, with its sessions in order of time.

    ``url``, and ``phone`` with the ``code`` to key in, are its ways to join from afar; each may be empty. ``quorum`` is
    how many residents must come for a session to be held if nobody is away, ``present`` how many facilitators; ``left``
    are those who have left it, ``away`` those on long leave today. Names are to be read, and may occur twice;
    ``facilitator_ids`` say who the facilitators are. ``interval_days`` are meant to lie between its sessions. One that
    has ``ended`` meets no more, one that ``closes`` does so with its term; ``pause`` has the first and last day on
    which it does not.
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
    code: str = ""
    quorum: int = 0
    present: int = 0
    left: tuple[str, ...] = ()
    facilitator_ids: frozenset[int] = frozenset()
    interval_days: int = 0
    ended: bool = False
    pause: tuple[date, date] | None = None
    quorum_share: float = 0.0
    away: tuple[str, ...] = ()
    standing_deputy: str = ""
    """Who stands in for its facilitator first, by name; empty where nobody is named."""
    closes: bool = False
    is_facilitated: bool = False
    """Whether it was formed with a facilitator, be they there or not."""
    hybrid: bool = False
    """Whether some may join its sessions in person by call."""

    @property
    def opening_session(self) -> Session | None:
        """The first session of the group: people say what each of them hopes for."""
        return next((s for s in self.sessions if s.status is not SessionStatus.CANCELLED and not s.extra), None)

    def theme_of(self, session: Session) -> Theme | None:
        """What a session might be about: work and life in turns, so that neither is forgotten. None at the opening and
        the closing session, which have a purpose of their own, and at those that do not take place."""
        held = [each for each in self.sessions if each.status is not SessionStatus.CANCELLED]
        if session not in held or session in (self.opening_session, self.closing_session):
            return None
        return (Theme.LIFE, Theme.WORK)[held.index(session) % 2]

    def may_call(self, session: Session, now: datetime) -> bool:
        """Whether its people can still say that they join a session by call."""
        in_room = self.hybrid and session.mode == IN_PERSON
        return in_room and session.starts_at > now and session.status is not SessionStatus.CANCELLED

    def lacks_link(self, session: Session) -> bool:
        """Whether somebody joins a session by call, and there is nothing to call."""
        return bool(session.by_call) and not any(self.ways_in)

    @property
    def ways_in(self) -> tuple[str, str]:
        """Its address and its number, each empty where it has none."""
        return self.url, self.phone

    @property
    def closing_session(self) -> Session | None:
        """The last session of a group that ends with its term: it looks back, and says goodbye."""
        held = [s for s in self.sessions if s.status is not SessionStatus.CANCELLED and not s.extra]
        return held[-1] if self.closes and held else None

    def quorum_at(self, session: Session) -> int:
        """How many residents must come to a session: of those who are not on long leave then, the programme's share."""
        away = sum(each.role == MemberRole.RESIDENT for each in session.away)
        return quorum_of(self.quorum_share, len(self.residents), away) if away else self.quorum

    def next_session(self, now: datetime) -> Session | None:
        """The first session that has not ended and is not cancelled."""
        return next((session for session in self.sessions if session.is_ahead(now)), None)

    def deputies(self, session: Session) -> tuple[Attendance, ...]:
        """Who stands in at a session."""
        return tuple(a for a in session.facilitators if a.person_id not in self.facilitator_ids)

    def holds(self, session: Session) -> bool:
        """Whether enough of those invited are counted on for the session to be held."""
        residents = sum(attendance.comes for attendance in session.residents)
        facilitators = sum(attendance.comes for attendance in session.facilitators)
        return Needed(self.quorum_at(session), self.present).are_met_by(residents, facilitators)

    def lacks_facilitator(self, session: Session) -> bool:
        """Whether fewer facilitators are counted on than this kind of group needs."""
        return sum(attendance.comes for attendance in session.facilitators) < self.present

    def shuts_out(self, person_id: int, now: datetime) -> bool:
        """Whether somebody can come to none of the sessions ahead, though they are invited to more than one of them:
        such a place is no place. What they cannot make of their own accord does not count."""
        own = [
            place for s in self.sessions if s.starts_at > now and s.is_ahead(now) and (place := s.attendee(person_id))
        ]
        return len(own) > 1 and all(place.mark == CANNOT and not place.sorry for place in own)
