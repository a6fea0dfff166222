"""Sessions in a room that some join by call, where a programme has them (``Conduct.hybrid``).

Whoever accepts meeting from afar and not in person joins every session in person by call; anybody else may for one
session, and be in the room again, by a word of their own. The word is of the date that the session has then. Whoever
joins by call has no way to go, and is there like everybody else. It is no other way to meet: a session has a room, and
its group's link or number is for those who are not in it. A week in writing takes nobody's time; this does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select, true

from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import ParticipantRow
from scheduler.plans.membership import closed_groups
from scheduler.programmes.by_call import can_only_call
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.apologies import lock_session, must_be_ahead
from scheduler.sessions.tables import AttendeeRow, SessionRow, SessionWayRow
from solvers.vocabulary import IN_PERSON


def join_by_call(db: Db, actor: Actor, session_id: int, now: datetime, *, by_call: bool) -> None:
    """Say that the actor joins a session of theirs by call, or is in the room: for its present date.

    Raises NotFound to whoever is not invited or may not know the group, NotPossible where nobody joins by call.
    """
    row = lock_session(db, session_id)
    invited = {attendee.person_id for attendee in row.attendees}
    group = (row.programme_id, row.group_key)
    if actor.person_id not in invited or closed_groups(db, actor, {group: invited}):
        raise NotFound(say("That session isn’t one of yours."))
    must_go_on(db, row.programme_id)
    must_be_ahead(row, now)
    if row.mode != IN_PERSON or not get_programme(db, row.programme_id).conduct.hybrid:
        raise NotPossible(
            say("This session can’t be joined by call."), what_to_do=say("If you can’t be there, tell your group.")
        )
    word = db.get(SessionWayRow, (row.id, actor.person_id))
    if word is None:
        word = SessionWayRow(session_id=row.id, person_id=actor.person_id)
        db.add(word)
    word.starts_at, word.by_call, word.said_at = row.starts_at, by_call, now
    note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def bring_calls_up_to_date(
    db: Db, programme: Programme, now: datetime, people: Collection[int] | None, sessions: Collection[int] | None
) -> frozenset[int]:
    """Set for these people, and for everybody at these sessions (None: for all of them), who joins what lies ahead by
    call. Returns the ids of the sessions for which that is other than it was."""
    everybody = people is None or sessions is None
    concerned = true() if everybody else or_(AttendeeRow.person_id.in_(people or ()), SessionRow.id.in_(sessions or ()))
    hybrid = programme.conduct.hybrid
    of_person = and_(
        ParticipantRow.programme_id == SessionRow.programme_id, ParticipantRow.person_id == AttendeeRow.person_id
    )
    of_date = and_(
        SessionWayRow.session_id == AttendeeRow.session_id,
        SessionWayRow.person_id == AttendeeRow.person_id,
        SessionWayRow.starts_at == SessionRow.starts_at,
    )
    rows = db.execute(
        select(AttendeeRow, SessionRow.mode, ParticipantRow.modes, SessionWayRow.by_call)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .outerjoin(ParticipantRow, of_person)
        .outerjoin(SessionWayRow, of_date)
        .where(SessionRow.programme_id == programme.id, SessionRow.starts_at > now, concerned)
        .where(true() if hybrid else AttendeeRow.by_call)
    )
    changed: set[int] = set()
    for row, mode, modes, said in rows:
        calls = hybrid and mode == IN_PERSON and (can_only_call(modes or ()) if said is None else said)
        if row.by_call != calls:
            row.by_call, row.way_changed_at = calls, now
            changed.add(row.session_id)
    db.flush()
    return frozenset(changed)
