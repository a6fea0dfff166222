"""Weeks in writing as they go on: somebody takes part in one, the questions are mailed to them, answers once a day, and
at the end everything that was written is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import selectinload

from scheduler.changes import Fact, note
from scheduler.db import Database, Db
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.tables import AgendaRow, ThreadReplyRow, ThreadRow
from scheduler.groups.thread import OPEN_FOR, can_open, questions_of, replies_for
from scheduler.groups.week_letters import Reader, WeekLetters
from scheduler.languages import in_language, say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import own_group_roster, rosters
from scheduler.programmes.firewall import NOBODY, Pairs, closed_to, closing_in
from scheduler.programmes.life import must_go_on
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.apologies import lock_session, say_sorry
from scheduler.sessions.in_writing import find_writing_place, no_longer_in_writing
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.tables import SessionRow, WritingPlaceRow
from scheduler.settings import Settings
from solvers.vocabulary import COMING

BEGINS_BEFORE: Final = timedelta(days=2)
"""So long before a session its questions are mailed to who takes part in writing."""
DIGEST_EVERY: Final = timedelta(days=1)
_GOING_ON: Final = select(ProgrammeRow.id).where(ProgrammeRow.ended_at.is_(None))
"""For a programme that was ended nothing is mailed; what was written in it is deleted all the same."""


def take_part_in_writing(db: Db, actor: Actor, session_id: int, now: datetime) -> None:
    """Say that the actor takes part in a session of their group in writing; if they were expected, that they can't
    make it as well.

    Raises NotFound to whoever is not invited or does not belong to the group, NotPossible for a session that is
    cancelled or long over.
    """
    row = lock_session(db, session_id)
    own_group_roster(db, actor, row.programme_id, row.group_key)
    must_go_on(db, row.programme_id)
    place = next((each for each in row.attendees if each.person_id == actor.person_id), None)
    if place is None:
        raise NotFound(say("That session isn’t one of yours."))
    if row.mode == IN_WRITING:
        raise NotPossible(say("This session is met in writing: the questions come to everyone."))
    if not can_open(row.ends_at, row.status, now):
        raise NotPossible(
            say("It’s too late to take part in this session in writing."),
            what_to_do=say("Bring it up at your next session instead."),
        )
    if row.starts_at > now and place.mark in COMING:
        say_sorry(db, actor, session_id, now)
    known = find_writing_place(db, session_id, place.person_id)
    if known is None:
        known = WritingPlaceRow(session_id=session_id, person_id=place.person_id)
        db.add(known)
    if known.asked_at is None:
        known.asked_at, known.prompted_at = now, None
        note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def stop_writing(db: Db, actor: Actor, session_id: int, now: datetime) -> None:
    """Take that back. What was written already stays until it is taken back as well."""
    row = lock_session(db, session_id)
    own_group_roster(db, actor, row.programme_id, row.group_key)
    no_longer_in_writing(db, session_id, actor.person_id or 0)
    note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def attend_to_weeks(database: Database, settings: Settings, now: datetime) -> None:
    """Begin weeks in writing whose moment has come, mail what was answered, and end those that are over."""
    with database.writing() as db:
        _begin(db, settings, now)
    if settings.smtp_url:
        with database.writing() as db:
            _gather(db, settings, now)
    with database.writing() as db:
        _forget(db, now)


def _begin(db: Db, settings: Settings, now: datetime) -> None:
    """Open weeks, and mail their questions: to those who take part in writing, and to the whole group where the session
    is a week in writing."""
    sessions, waiting = _with_people_waiting(db, now)
    whole = _whole_sessions(db, now)
    sessions |= whole
    readers = _readers(db, list(sessions.values()), now)
    asked = {key: readers[key] if key in whole else readers[key] & waiting[key] for key in sessions}
    letters = WeekLetters.of(db, settings, asked)
    agenda = _agenda(db, sessions)
    for session_id, thread in _opened(db, [key for key in sessions if asked[key]], now).items():
        for to in letters.readers(session_id, muted=True):
            wants_it = not to.in_group.muted or to.person.id in waiting[session_id]
            if settings.smtp_url and wants_it:
                _prompt(letters, to, thread, agenda[session_id], now)


def _with_people_waiting(db: Db, now: datetime) -> tuple[dict[int, SessionRow], Mapping[int, set[int]]]:
    """The sessions whose questions are due to who takes part in them in writing, and who that is."""
    rows = db.execute(
        select(SessionRow, WritingPlaceRow)
        .join(WritingPlaceRow, WritingPlaceRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id.in_(_GOING_ON),
            WritingPlaceRow.asked_at.is_not(None),
            WritingPlaceRow.prompted_at.is_(None),
            SessionRow.status != SessionStatus.CANCELLED,
            SessionRow.mode != IN_WRITING,
            SessionRow.starts_at <= now + BEGINS_BEFORE,
            SessionRow.ends_at > now - OPEN_FOR,
        )
    ).all()
    waiting: dict[int, set[int]] = defaultdict(set)
    for session, place in rows:
        waiting[session.id].add(place.person_id)
        place.prompted_at = now
    return {session.id: session for session, _place in rows}, waiting


def _whole_sessions(db: Db, now: datetime) -> dict[int, SessionRow]:
    """The sessions that are weeks in writing, whose week begins now."""
    has_one = exists().where(ThreadRow.session_id == SessionRow.id, ThreadRow.closes_at > SessionRow.starts_at)
    due = (SessionRow.starts_at <= now, SessionRow.ends_at > now - OPEN_FOR)
    rows = db.scalars(
        select(SessionRow).where(
            SessionRow.programme_id.in_(_GOING_ON),
            SessionRow.mode == IN_WRITING,
            SessionRow.status != SessionStatus.CANCELLED,
            *due,
            ~has_one,
        )
    )
    return {row.id: row for row in rows}


def _prompt(letters: WeekLetters, to: Reader, thread: ThreadRow, agenda: Sequence[str], now: datetime) -> None:
    with in_language(to.person.language):
        questions = agenda if agenda and not thread.question else (*questions_of(thread.question), *agenda)
        letters.prompt(to, questions, thread.closes_at, now)


def _opened(db: Db, session_ids: Collection[int], now: datetime) -> Mapping[int, ThreadRow]:
    """The weeks of these sessions: opened now where there is none, or where it was over before the session."""
    found = {row.session_id: row for row in db.scalars(select(ThreadRow).where(ThreadRow.session_id.in_(session_ids)))}
    for session_id in session_ids:
        thread = found.get(session_id)
        if thread is None:
            thread = found[session_id] = ThreadRow(session_id=session_id, question="")
            db.add(thread)
        elif now < thread.closes_at:
            continue
        thread.question, thread.opened_by, thread.gathered_at = "", None, None
        thread.opened_at, thread.closes_at = now, now + OPEN_FOR
        thread.replies = []
    db.flush()
    return found


def _agenda(db: Db, session_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.execute(
        select(AgendaRow.session_id, AgendaRow.text).where(AgendaRow.session_id.in_(session_ids)).order_by(AgendaRow.id)
    )
    for session_id, text in rows:
        found[session_id or 0].append(text)
    return found


def _readers(db: Db, sessions: Sequence[SessionRow], now: datetime) -> Mapping[int, frozenset[int]]:
    """By session, who belongs to its group now and may open its pages."""
    keys: dict[int, set[str]] = defaultdict(set)
    for session in sessions:
        keys[session.programme_id].add(session.group_key)
    groups = {programme_id: rosters(db, programme_id, of_one) for programme_id, of_one in keys.items()}
    return {
        each.id: frozenset(members := groups[each.programme_id].get(each.group_key, {}))
        - closed_to(db, each.programme_id, members, now)
        for each in sessions
    }


def _gather(db: Db, settings: Settings, now: datetime) -> None:
    """Mail to each group once a day, and at the end of its week, what was written since the last time."""
    since = or_(ThreadRow.gathered_at.is_(None), ThreadRow.gathered_at < ThreadReplyRow.said_at)
    due = or_(
        ThreadRow.closes_at <= now,
        ThreadRow.gathered_at <= now - DIGEST_EVERY,
        ThreadRow.gathered_at.is_(None) & (ThreadRow.opened_at <= now - DIGEST_EVERY),
    )
    rows = db.execute(
        select(ThreadRow, SessionRow)
        .join(SessionRow, SessionRow.id == ThreadRow.session_id)
        .where(due, ThreadRow.replies.any(since), SessionRow.programme_id.in_(_GOING_ON))
        .options(selectinload(ThreadRow.replies))
        .order_by(ThreadRow.opened_at, ThreadRow.session_id)
    ).all()
    readers = _readers(db, [session for _thread, session in rows], now)
    letters = WeekLetters.of(db, settings, readers)
    writers = {each.person_id for thread, _session in rows for each in thread.replies}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(writers))).all())
    closing = closing_in(db, {session.programme_id for _thread, session in rows}, now)
    for thread, session in rows:
        for to in letters.readers(session.id):
            if written := list(_news(thread, names, closing[session.programme_id], to.person.id)):
                letters.digest(to, written, thread.closes_at, now)
        thread.gathered_at = now


def _news(thread: ThreadRow, names: Mapping[int, str], closing: Pairs, reader: int) -> Iterator[tuple[str, str]]:
    for each in replies_for(thread, names, closing.get(reader, NOBODY)):
        if each.person_id != reader and (thread.gathered_at is None or each.said_at > thread.gathered_at):
            yield each.name, each.text


def _forget(db: Db, now: datetime) -> None:
    """Delete what was written in weeks that are over."""
    over = select(ThreadRow.session_id).where(ThreadRow.closes_at <= now)
    db.execute(delete(ThreadReplyRow).where(ThreadReplyRow.session_id.in_(over)))
    db.execute(
        update(ThreadRow)
        .where(ThreadRow.closes_at <= now, ThreadRow.question != "")
        .values(question="", opened_by=None)
    )
