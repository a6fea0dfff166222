"""A group's term, line by line, as one of its people reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.sessions.model import OwnGroup, Session, SessionStatus
from web.language import gettext as _
from web.language import ngettext
from web.pictures import CAN, CANNOT, IF_NEED_BE, Strip, strip_of_people


@dataclass(frozen=True, slots=True)
class Line:
    """One round: its session, or None where the group does not meet in it. ``number`` counts rounds from 1."""

    number: int
    session: Session | None
    state: str
    own: str
    strip: Strip | None


def term_of(group: OwnGroup, person_id: int | None, now: datetime) -> tuple[Line, ...]:
    """Every round of the group in order; sessions in order of time stand where their round does."""
    held = {session.round: session for session in group.sessions}
    coming = group.next_session(now)
    return tuple(
        _line(index, held.get(index), person_id, now, is_next=coming is not None and coming == held.get(index))
        for index in range(group.rounds)
    )


def _line(index: int, session: Session | None, person_id: int | None, now: datetime, *, is_next: bool) -> Line:
    if session is None:
        return Line(index + 1, None, "", "", None)
    state = "now" if is_next else "past" if session.ends_at <= now else ""
    strip = strip_of_people(resident.mark for resident in session.residents)
    return Line(index + 1, session, state, own_words(session, person_id, now), strip)


def own_words(session: Session, person_id: int | None, now: datetime) -> str:
    """What is known of the reader's own coming."""
    if session.status is SessionStatus.CANCELLED:
        return _("cancelled")
    if session.ends_at <= now:
        return _("past")
    words = {
        CAN: _("you are free"),
        IF_NEED_BE: _("if need be"),
        CANNOT: _("on duty or resting: you will miss this one"),
        " ": _("not yours"),
    }
    return words.get(session.mark_of(person_id or 0), _("not known yet"))


def own_sentence(session: Session, person_id: int | None) -> str:
    """The same for the next session, as a sentence."""
    words = {
        CAN: _("Your rota leaves you free."),
        IF_NEED_BE: _("You said: if need be."),
        CANNOT: _("You are on duty or resting, so you will miss this one. That is accounted for."),
    }
    return words.get(session.mark_of(person_id or 0), _("Your rota for that day is not known yet."))


def coming_sentence(session: Session) -> str:
    """How many of the residents can come."""
    can = sum(resident.mark in (CAN, IF_NEED_BE) for resident in session.residents)
    everybody = len(session.residents)
    if can == everybody:
        return ngettext("Everybody can come.", "All %(num)s can come.", everybody)
    return ngettext("%(num)s of %(all)s can come.", "%(num)s of %(all)s can come.", can, all=everybody)


def share_sentence(group: OwnGroup, person_id: int) -> str:
    """How often the reader can come over the term, and that this is fair."""
    held = [session for session in group.sessions if session.status is not SessionStatus.CANCELLED]
    own = sum(session.mark_of(person_id) in (CAN, IF_NEED_BE) for session in held)
    first = _("You can come to %(own)s of %(all)s.", own=own, all=len(held))
    missed = max(_missed(held), default=0)
    if not missed:
        return _("%(first)s So can everybody else.", first=first)
    fair = ngettext(
        "Nobody in the group misses more than one.", "Nobody in the group misses more than %(num)s.", missed
    )
    return f"{first} {fair}"


def _missed(held: list[Session]) -> Iterator[int]:
    for person_id in {resident.person_id for session in held for resident in session.residents}:
        yield sum(session.mark_of(person_id) == CANNOT for session in held)
