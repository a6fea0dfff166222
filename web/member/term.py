"""A group's term, line by line, as one of its people reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.availability.wording import sentence
from scheduler.groups.thread import can_open
from scheduler.sessions.model import IN_WRITING, Attendance, OwnGroup, Session, SessionStatus
from scheduler.sessions.own_attendance import OwnAttendance
from solvers.vocabulary import CAN, CANNOT, COMING, IF_NEED_BE
from web.attendance_strip import NO_SESSION, Strip, strip_of_people
from web.language import day_and_time, ngettext
from web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Line:
    """One round: its session, or None where the group does not meet in it; or an extra session of the round.
    ``number`` counts rounds from 1."""

    number: int
    session: Session | None = None
    state: str = ""
    own: str = ""
    strip: Strip | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, when, and why they can or cannot come to each session of theirs, by its id."""

    person_id: int
    now: datetime
    own: Mapping[int, OwnAttendance] = field(default_factory=dict)

    def is_sorry(self, session: Session) -> bool:
        """Whether the reader has said that they cannot make it."""
        place = session.attendee(self.person_id)
        return place is not None and place.sorry

    def writes(self, session: Session) -> bool:
        """Whether the reader takes part in writing, as they said, and is not expected."""
        place = session.attendee(self.person_id)
        return place is not None and place.in_writing and not place.comes

    def may_write(self, session: Session) -> bool:
        """Whether the reader may still say that they take part in writing."""
        if session.mode == IN_WRITING:
            return False
        return session.attendee(self.person_id) is not None and can_open(session.ends_at, session.status, self.now)

    def mark(self, session: Session) -> str:
        """Whether the reader can come, as things stand; a space where they are not invited."""
        return session.mark_of(self.person_id)

    def is_expected(self, session: Session) -> bool:
        """Whether the reader is invited, and nothing is known that keeps them away."""
        return self.mark(session) not in (CANNOT, NO_SESSION)

    def may_come(self, session: Session) -> bool:
        """Whether the reader's own word is enough to be expected where they are not."""
        own = self.own.get(session.id)
        return own is not None and own.may_come

    def reason(self, session: Session) -> str:
        """Why, in full, for the reader alone; empty where nothing is known."""
        own = self.own.get(session.id)
        if own and own.other:
            return _("another mentoring session of yours: %(group)s", group=own.other.group_name)
        return sentence(own.reason, ZoneInfo(session.zone)) if own and own.reason else ""


def term_of(group: OwnGroup, reader: Reader) -> tuple[Line, ...]:
    """Every round of the group, in order, each with what the group added to it."""
    coming = group.next_session(reader.now)
    held = {session.round for session in group.sessions if not session.extra}
    lines = [(s.round, s.starts_at.timestamp(), _line(s.round, s, reader, coming)) for s in group.sessions]
    lines += [(index, 0.0, Line(index + 1)) for index in range(group.rounds) if index not in held]
    return tuple(line for _, _, line in sorted(lines, key=lambda line: line[:2]))


def _line(index: int, session: Session, reader: Reader, coming: Session | None) -> Line:
    state = "now" if session is coming else "past" if session.ends_at <= reader.now else ""
    strip = strip_of_people(resident.mark for resident in session.residents)
    return Line(index + 1, session, state, own_words(session, reader), strip)


def own_words(session: Session, reader: Reader) -> str:
    """What is known of the reader's own coming, in a few words."""
    if session.status is SessionStatus.CANCELLED:
        return _("cancelled")
    if session.ends_at <= reader.now:
        return _("past")
    if reader.writes(session):
        return _("in writing")
    if reader.is_sorry(session):
        return _("you can’t make it")
    match reader.mark(session):
        case mark if mark == CAN:
            return _("free")
        case mark if mark == IF_NEED_BE:
            return _("if need be")
        case mark if mark == CANNOT:
            return _("%(reason)s, you’ll miss this one", reason=reader.reason(session) or _("not free"))
        case mark if mark == NO_SESSION:
            return _("not invited")
    return _("not known yet")


def own_sentence(session: Session, reader: Reader) -> str:
    """The same for the next session, as a sentence."""
    if reader.writes(session):
        return _("You take part in writing.")
    if reader.is_sorry(session):
        return _("You’ve said that you can’t make it.")
    reason = reader.reason(session)
    match reader.mark(session):
        case mark if mark == CAN:
            return _("You’re free: %(reason)s.", reason=reason) if reason else _("You’re free.")
        case mark if mark == IF_NEED_BE:
            return _("You can come if need be: %(reason)s.", reason=reason) if reason else _("You can come if need be.")
        case mark if mark == CANNOT:
            return _("You’ll miss this one (%(reason)s), and nobody expects you.", reason=reason or _("not free"))
    return _("We don’t know your rota for that day yet.")


def facilitating_words(session: Session, reader: Reader) -> str:
    """Whether the reader leads this session as things stand, and who else if not."""
    if session.status is SessionStatus.CANCELLED:
        return _("cancelled")
    if reader.mark(session) != NO_SESSION:
        return _clash(session, reader) or _("you’re leading")
    names = ", ".join(facilitator.name for facilitator in session.facilitators if facilitator.comes)
    return _("led by %(names)s", names=names) if names else _("the group meets without a facilitator")


def _clash(session: Session, reader: Reader) -> str:
    """What keeps a facilitator from a session ahead that they were to lead: a clinic, leave, another calendar."""
    if reader.mark(session) != CANNOT or not session.is_ahead(reader.now):
        return ""
    if reader.is_sorry(session):
        return _("you can’t make it")
    return _("you can’t lead this one: %(reason)s", reason=reader.reason(session) or _("not free"))


def clashes(session: Session, reader: Reader) -> bool:
    """Whether a facilitator who leads a session ahead cannot come to it, as things stand."""
    return bool(_clash(session, reader)) and session.mark_of(reader.person_id) != NO_SESSION


def coming_sentence(group: OwnGroup, session: Session) -> str:
    """How many of the residents can come, and who facilitates if nobody who was to can."""
    can = sum(resident.comes for resident in session.residents)
    everybody = len(session.residents)
    if group.lacks_facilitator(session):
        return ngettext(
            "%(num)s of %(all)s residents can come, but there is no facilitator at the moment.",
            "%(num)s of %(all)s residents can come, but there is no facilitator at the moment.",
            can,
            all=everybody,
        )
    if group.is_facilitated and not any(facilitator.comes for facilitator in session.facilitators):
        return ngettext(
            "%(num)s of %(all)s residents can come, and the group meets without a facilitator.",
            "%(num)s of %(all)s residents can come, and the group meets without a facilitator.",
            can,
            all=everybody,
        )
    if can == everybody:
        return ngettext("Everyone can come.", "All %(num)s can come.", everybody)
    return ngettext("%(num)s of %(all)s can come.", "%(num)s of %(all)s can come.", can, all=everybody)


def shortage_sentence(group: OwnGroup, session: Session) -> str:
    """Why a session would not be held as things stand, as a heading."""
    date = day_and_time(session.starts_at, session.zone)
    if group.lacks_facilitator(session):
        return _("No facilitator can come on %(date)s", date=date)
    return _("Too few can come on %(date)s", date=date)


def next_expected(group: OwnGroup, reader: Reader) -> Session | None:
    """The first session ahead at which the reader is expected, where they are not at the very next one."""
    ahead = [session for session in group.sessions if session.is_ahead(reader.now)]
    if not ahead or reader.is_expected(ahead[0]):
        return None
    return next((session for session in ahead if reader.is_expected(session)), None)


def presence_words(person: Attendance) -> str:
    """What the others are told of somebody who is invited: never why, and nothing of who can come."""
    if person.withheld:
        return _("not shown to you")
    if person.comes:
        return ""
    if person.in_writing or person.wrote:
        return _("in writing")
    return _("can’t make it") if person.mark == CANNOT else _("not known yet")


def share_sentence(group: OwnGroup, reader: Reader) -> str:
    """How often the reader can come over the term, and that this is fair, where it is; nothing where no session is
    held."""
    held = [session for session in group.sessions if session.status is not SessionStatus.CANCELLED]
    if not held:
        return ""
    own = [session for session in held if reader.mark(session) != NO_SESSION]
    coming = sum(reader.mark(session) in COMING for session in own)
    first = _("You can come to %(own)s of %(all)s.", own=coming, all=len(own))
    missed = max(_missed(held), default=0)
    if not missed:
        return _("%(first)s Nobody has to miss a session.", first=first)
    if missed * 2 > len(held) or not coming:
        return first
    fair = ngettext(
        "Nobody in the group misses more than one.", "Nobody in the group misses more than %(num)s.", missed
    )
    return f"{first} {fair}"


def _missed(held: list[Session]) -> Iterator[int]:
    for person_id in {resident.person_id for session in held for resident in session.residents}:
        yield sum(session.mark_of(person_id) == CANNOT for session in held)
