"""A week in writing: a session's question goes to the group, so that whoever can't be there takes part.

Read and answered by the group alone: on the page of the session, and by e-mail, in which nobody sees an address. It
closes after seven days; everything that was written is deleted then, and nobody reads it in between. That somebody
wrote is kept with the session, and nothing is recorded in the audit trail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.tables import ThreadReplyRow, ThreadRow
from scheduler.groups.week_letters import WeekLetters
from scheduler.languages import mark, say
from scheduler.people.model import Actor
from scheduler.people.pauses import must_not_be_paused
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import own_group_roster
from scheduler.programmes.firewall import closed_to, closing_for
from scheduler.programmes.life import must_go_on
from scheduler.sessions.apologies import lock_session
from scheduler.sessions.in_writing import find_writing_place
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow, WritingPlaceRow
from scheduler.settings import Settings
from scheduler.text_input import required_text

OPEN_FOR: Final = timedelta(days=7)
LONGEST_QUESTION: Final = 600
LONGEST_REPLY: Final = 4000
_USUAL: Final = (
    mark("What has been on your mind since you last met?"),
    mark("What would you like to hear from the others?"),
)
"""What is asked where nobody in the group has asked anything."""


@dataclass(frozen=True, slots=True)
class ThreadReply:
    """What somebody wrote."""

    person_id: int
    name: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A session's week in writing as the group reads it; ``opened_by`` is empty if they are not known any more, or the
    product has opened it. Once it has closed nothing of what was written is left."""

    question: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    replies: tuple[ThreadReply, ...]

    def is_open(self, now: datetime) -> bool:
        """Whether something can be written still."""
        return now < self.closes_at

    @property
    def questions(self) -> tuple[str, ...]:
        """What there is to answer, in the reader's language unless somebody asked it themselves."""
        return questions_of(self.question)

    def own(self, person_id: int) -> str:
        """What this person has written so far."""
        return next((reply.text for reply in self.replies if reply.person_id == person_id), "")


def questions_of(question: str) -> tuple[str, ...]:
    """A group's own question, or else the usual ones."""
    return (question,) if question else tuple(say(each) for each in _USUAL)


def find_thread(db: Db, actor: Actor, session_id: int) -> Thread | None:
    """The week in writing of a session of one's own group, if there is one. Raises NotFound to outsiders.

    What somebody wrote who has left since is not shown to who has power over them.
    """
    session = _own_session(db, actor, session_id)
    row = db.get(ThreadRow, session_id, options=[selectinload(ThreadRow.replies)])
    if row is None:
        return None
    now = clock.now()
    closed = closing_for(db, actor, (session.programme_id,), now)[session.programme_id]
    if row.opened_by in closed:
        return None
    if now >= row.closes_at:
        return Thread("", "", row.opened_at, row.closes_at, ())
    names = _names(db, {row.opened_by or 0} | {reply.person_id for reply in row.replies})
    replies = tuple(replies_for(row, names, closed))
    return Thread(row.question, names.get(row.opened_by or 0, ""), row.opened_at, row.closes_at, replies)


def replies_for(row: ThreadRow, names: Mapping[int, str], closed: Collection[int]) -> Iterator[ThreadReply]:
    """What was written, the oldest first, without what people wrote who are ``closed`` to the reader."""
    for reply in sorted(row.replies, key=lambda reply: (reply.said_at, reply.person_id)):
        if reply.person_id not in closed:
            yield ThreadReply(reply.person_id, names[reply.person_id], reply.text, reply.said_at)


def can_open(ends_at: datetime, status: SessionStatus, now: datetime) -> bool:
    """Whether a session may still have a week in writing: until a week after it, unless it is cancelled."""
    return status != SessionStatus.CANCELLED and now < ends_at + OPEN_FOR


def open_thread(db: Db, settings: Settings, actor: Actor, session_id: int, question: str, now: datetime) -> None:
    """Ask one's group a question in writing; everybody else in it gets it by e-mail.

    Raises NotFound to outsiders, NotPossible where there is one already or the session is long over.
    """
    row = lock_session(db, session_id)
    members = own_group_roster(db, actor, row.programme_id, row.group_key)
    must_go_on(db, row.programme_id)
    must_not_be_paused(db, actor, row.programme_id)
    if not can_open(row.ends_at, row.status, now):
        raise NotPossible(
            say("It’s too late for a week in writing about this session."),
            what_to_do=say("Open one for your next session instead."),
        )
    if db.get(ThreadRow, session_id) is not None:
        raise NotPossible(
            say("This session already has a week in writing."), what_to_do=say("Write your answer there.")
        )
    text = required_text(question, LONGEST_QUESTION)
    thread = ThreadRow(session_id=session_id, question=text, opened_by=actor.person_id, opened_at=now)
    thread.closes_at = now + OPEN_FOR
    db.add(thread)
    db.flush()
    readers = members.keys() - closed_to(db, row.programme_id, members, now) - {actor.person_id or 0}
    letters = WeekLetters.of(db, settings, {session_id: readers})
    for to in letters.readers(session_id):
        letters.ask(to, text, actor.name, thread.closes_at, now)


def reply(db: Db, actor: Actor, session_id: int, text: str, now: datetime) -> None:
    """Write in a week in writing, or change what one has written; an empty text takes it back.

    Raises NotFound to outsiders and where there is none, NotPossible once it has closed.
    """
    session, thread = _open_week(db, actor, session_id, now)
    if text.strip():
        must_not_be_paused(db, actor, session.programme_id)
    person_id = actor.person_id or 0
    known = db.get(ThreadReplyRow, (session_id, person_id))
    if text.strip():
        row = known or ThreadReplyRow(session_id=session_id, person_id=person_id)
        row.text, row.said_at = required_text(text, LONGEST_REPLY), now
        thread.replies.append(row) if known is None else None
    elif known is not None:
        thread.replies.remove(known)
    _note_that_they_write(db, session, person_id, now if text.strip() else None, now)


def reply_by_mail(db: Db, actor: Actor, session_id: int, words: str, now: datetime) -> None:
    """Write what came by e-mail below what one has written already; what is there already came twice.

    Raises the same as :func:`reply`, and Rejected for nothing or too much to say.
    """
    _open_week(db, actor, session_id, now)
    known = db.get(ThreadReplyRow, (session_id, actor.person_id))
    text = required_text(words, LONGEST_REPLY)
    if known is not None and text in known.text:
        return
    reply(db, actor, session_id, f"{known.text}\n\n{text}" if known is not None else text, now)


def _open_week(db: Db, actor: Actor, session_id: int, now: datetime) -> tuple[SessionRow, ThreadRow]:
    session = _own_session(db, actor, session_id)
    thread = db.get(ThreadRow, session_id)
    if thread is None:
        raise NotFound(say("This session has no week in writing."))
    if now >= thread.closes_at:
        raise NotPossible(
            say("This week in writing has closed."), what_to_do=say("Bring it up at your next session instead.")
        )
    return session, thread


def _note_that_they_write(
    db: Db, session: SessionRow, person_id: int, wrote_at: datetime | None, now: datetime
) -> None:
    place = find_writing_place(db, session.id, person_id)
    if place is None:
        place = WritingPlaceRow(session_id=session.id, person_id=person_id)
        db.add(place)
    is_new = (place.wrote_at is None) != (wrote_at is None)
    place.wrote_at = wrote_at
    if is_new:
        note(db, Fact.SESSIONS, session.programme_id, now, (session.id,))


def _own_session(db: Db, actor: Actor, session_id: int) -> SessionRow:
    row = db.get(SessionRow, session_id)
    if row is None:
        raise NotFound(say("That session isn’t one of yours."))
    own_group_roster(db, actor, row.programme_id, row.group_key)
    return row


def _names(db: Db, person_ids: Collection[int]) -> Mapping[int, str]:
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(person_ids))).all())
