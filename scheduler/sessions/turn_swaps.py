"""Two members of a group swap their turns in the chair: one asks with a tap, the other agrees with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import lock_programme
from scheduler.sessions.model import OwnGroup, Session
from scheduler.sessions.service import own_session
from scheduler.sessions.tables import SessionRow
from scheduler.sessions.turn_letters import tell_who_asked, tell_who_is_asked
from scheduler.sessions.turn_offers import end_offers, offers_among
from scheduler.sessions.turn_register import give_turn


@dataclass(frozen=True, slots=True)
class TurnSwap:
    """Somebody would rather take the turn ``theirs`` than their own ``own``."""

    own: Session
    theirs: Session
    name: str


def own_turns(group: OwnGroup, person_id: int, now: datetime) -> tuple[Session, ...]:
    """The sessions ahead that somebody chairs."""
    return tuple(each for each in group.sessions if each.chair_id == person_id and each.starts_at > now)


def lapsed_turns(group: OwnGroup, person_id: int, now: datetime) -> tuple[Session, ...]:
    """The sessions ahead of which somebody offered their turn, in vain: something else changed."""
    return tuple(
        each for each in group.sessions if each.is_ahead(now) and (own := each.attendee(person_id)) and own.turn_lapsed
    )


def swappable(group: OwnGroup, session: Session, person_id: int, now: datetime) -> tuple[Session, ...]:
    """Their own turns that somebody could offer for that of a session, which another has."""
    mine = session.attendee(person_id)
    if session.chair_id in (None, person_id) or session.starts_at <= now or mine is None or not mine.comes:
        return ()
    chair_id = session.chair_id or 0
    return tuple(own for own in own_turns(group, person_id, now) if _comes(own, chair_id))


def swaps_asked(group: OwnGroup, person_id: int, now: datetime) -> tuple[TurnSwap, ...]:
    """What others ask of somebody, as far as both could still be there."""
    by_id = {session.id: session for session in group.sessions}
    found = []
    for own in group.sessions:
        theirs = by_id.get(own.chair_wants_id or 0)
        if theirs is None or theirs.chair_id != person_id or own.chair_id in (None, person_id):
            continue
        if min(own.starts_at, theirs.starts_at) > now and _comes(own, person_id) and _comes(theirs, own.chair_id or 0):
            name = next((each.name for each in own.attendees if each.person_id == own.chair_id), "")
            found.append(TurnSwap(own, theirs, name))
    return tuple(found)


def ask_for_turn(db: Db, actor: Actor, session_id: int, own_id: int, now: datetime, *, page_url: str = "") -> None:
    """Offer one's own turn for that of another session of the group; its chair gets an e-mail. Raises NotFound to who
    is not in it."""
    group, wanted = own_session(db, actor, session_id)
    _must_see_all(group)
    must_go_on(db, group.programme_id)
    lock_programme(db, group.programme_id)
    own = next((each for each in swappable(group, wanted, actor.person_id or 0, now) if each.id == own_id), None)
    if own is None:
        raise _not_any_more()
    row = db.get_one(SessionRow, own_id, populate_existing=True)
    if row.chair_wants_id == wanted.id:
        return  # asked twice is asked: there is no second e-mail
    row.chair_wants_id = wanted.id
    for each in row.attendees:
        if each.person_id == actor.person_id:
            each.turn_lapsed_at = None
    tell_who_is_asked(db, group.programme_id, wanted.chair_id or 0, actor.name, own, wanted, now, page_url)
    record(db, actor, "turn.asked", now, group.programme_id, session=own_id, wanted=wanted.id)


def answer_swap(db: Db, actor: Actor, session_id: int, now: datetime, *, agrees: bool, page_url: str = "") -> None:
    """Say yes or no to who would rather have one's own turn, and gets an e-mail; ``session_id`` is the session that is
    offered for it."""
    group, offered = own_session(db, actor, session_id)
    _must_see_all(group)
    must_go_on(db, group.programme_id)
    lock_programme(db, group.programme_id)
    asked = {swap.own.id: swap for swap in swaps_asked(group, actor.person_id or 0, now)}
    if offered.id not in asked:
        raise _not_any_more()
    swap = asked[offered.id]
    asker_id = swap.own.chair_id or 0
    tell_who_asked(db, group.programme_id, asker_id, actor.name, swap.own, swap.theirs, now, page_url, agrees=agrees)
    rows = db.scalars(
        select(SessionRow)
        .where(SessionRow.programme_id == group.programme_id, SessionRow.group_key == group.key)
        .options(selectinload(SessionRow.attendees))
    ).all()
    [one] = [row for row in rows if row.id == offered.id]
    [other] = [row for row in rows if row.id == swap.theirs.id]
    one.chair_wants_id = None
    if not agrees:
        record(db, actor, "turn.kept", now, group.programme_id, session=other.id, offered=one.id)
        return
    mine = other.chair_id
    overtaken = [
        each for each in offers_among(rows) if not {each.own.id, each.wanted.id}.isdisjoint((one.id, other.id))
    ]
    for row, chair_id in ((one, mine), (other, asker_id)):
        give_turn(row, chair_id, now)
        row.chair_agreed = True
    end_offers(db, group.programme_id, overtaken, now)
    db.flush()
    record(db, actor, "turn.swapped", now, group.programme_id, session=other.id, offered=one.id)
    note(db, Fact.SESSIONS, group.programme_id, now, (one.id, other.id))


def _comes(session: Session, person_id: int) -> bool:
    place = session.attendee(person_id)
    return place is not None and place.comes


def _must_see_all(group: OwnGroup) -> None:
    """Whose turn it is tells who can come: nobody swaps from whom that is withheld."""
    if any(each.withheld for session in group.sessions for each in session.attendees):
        raise NotFound(say("That session isn’t one of yours."))


def _not_any_more() -> NotPossible:
    return NotPossible(
        say("These turns can’t be swapped now: one of them has changed, or one of you can’t come then."),
        what_to_do=say("See whose turn it is now, and ask from there."),
    )
