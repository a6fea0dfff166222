"""A group's term, line by line, as one of its people reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.availability.service import Answer
from scheduler.availability.wording import sentence
from scheduler.sessions.model import OwnGroup, Session, SessionStatus
from web.language import gettext as _
from web.language import ngettext
from web.pictures import CAN, CANNOT, IF_NEED_BE, NO_SESSION, Strip, strip_of_people


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
    """Who reads, when, and what is known today of when they can come (a rota may be newer than the plan)."""

    person_id: int
    now: datetime
    answers: Mapping[datetime, Answer] = field(default_factory=dict)

    def is_sorry(self, session: Session) -> bool:
        """Whether the reader has said that they cannot make it."""
        own = session.attendee(self.person_id)
        return own is not None and own.sorry

    def mark(self, session: Session) -> str:
        """Whether the reader can come; a space where they are not invited."""
        if self.is_sorry(session):
            return CANNOT
        planned = session.mark_of(self.person_id)
        known = self.answers.get(session.starts_at)
        return known.mark if known and planned != NO_SESSION else planned

    def reason(self, session: Session) -> str:
        """Why, in the reader's own words or their rota's; empty where nothing is known."""
        known = self.answers.get(session.starts_at)
        return sentence(known.reason, ZoneInfo(session.zone)) if known else ""


def answers_by_start(answers: Iterable[Answer]) -> Mapping[datetime, Answer]:
    """A person's answers, to be looked up by a session's start."""
    return {answer.starts_at: answer for answer in answers}


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
    if reader.is_sorry(session):
        return _("you cannot make it")
    match reader.mark(session):
        case mark if mark == CAN:
            return _("free")
        case mark if mark == IF_NEED_BE:
            return _("if need be")
        case mark if mark == CANNOT:
            return _("%(reason)s: you will miss this one", reason=reader.reason(session) or _("not free"))
        case mark if mark == NO_SESSION:
            return _("not yours")
    return _("not known yet")


def own_sentence(session: Session, reader: Reader) -> str:
    """The same for the next session, as a sentence."""
    if reader.is_sorry(session):
        return _("You said that you cannot make it.")
    reason = reader.reason(session)
    match reader.mark(session):
        case mark if mark == CAN:
            return _("You are free: %(reason)s.", reason=reason) if reason else _("You are free.")
        case mark if mark == IF_NEED_BE:
            return _("You can come if need be: %(reason)s.", reason=reason) if reason else _("You can if need be.")
        case mark if mark == CANNOT:
            return _("You will miss this one: %(reason)s. The plan knows.", reason=reason or _("not free"))
    return _("Your rota for that day is not known yet.")


def facilitating_words(session: Session, reader: Reader) -> str:
    """Whether the plan counts on a facilitator at this session, and on whom else if not."""
    if session.status is SessionStatus.CANCELLED:
        return _("cancelled")
    if session.mark_of(reader.person_id) != NO_SESSION:
        return _clash(session, reader) or _("you lead")
    names = ", ".join(facilitator.name for facilitator in session.facilitators)
    return _("%(names)s leads", names=names) if names else _("they meet on their own")


def _clash(session: Session, reader: Reader) -> str:
    """What stands in a facilitator's way at a session ahead that they lead: a clinic, leave, another calendar."""
    if reader.mark(session) != CANNOT or not session.is_ahead(reader.now):
        return ""
    return _("you lead, but: %(reason)s", reason=reader.reason(session) or _("you cannot make it"))


def clashes(session: Session, reader: Reader) -> bool:
    """Whether a facilitator who leads a session ahead cannot come to it, as things stand."""
    return bool(_clash(session, reader)) and session.mark_of(reader.person_id) != NO_SESSION


def coming_sentence(session: Session) -> str:
    """How many of the residents can come."""
    can = sum(resident.mark in (CAN, IF_NEED_BE) for resident in session.residents)
    everybody = len(session.residents)
    if can == everybody:
        return ngettext("Everybody can come.", "All %(num)s can come.", everybody)
    return ngettext("%(num)s of %(all)s can come.", "%(num)s of %(all)s can come.", can, all=everybody)


def share_sentence(group: OwnGroup, reader: Reader) -> str:
    """How often the reader can come over the term, and that this is fair."""
    held = [session for session in group.sessions if session.status is not SessionStatus.CANCELLED]
    own = sum(reader.mark(session) in (CAN, IF_NEED_BE) for session in held)
    first = _("You can come to %(own)s of %(all)s.", own=own, all=len(held))
    missed = max(_missed(held), default=0)
    if not missed:
        return _("%(first)s Nobody has to miss any.", first=first)
    fair = ngettext(
        "Nobody in the group misses more than one.", "Nobody in the group misses more than %(num)s.", missed
    )
    return f"{first} {fair}"


def _missed(held: list[Session]) -> Iterator[int]:
    for person_id in {resident.person_id for session in held for resident in session.residents}:
        yield sum(session.mark_of(person_id) == CANNOT for session in held)
