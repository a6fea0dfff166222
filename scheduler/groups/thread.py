"""A week by thread: a session's question goes to the group in writing, so that whoever can't be there takes part.

Read and answered by the group alone, on the page of the session. It closes after seven days, and stays to be read.
Nothing of what is written is mailed, and nothing is recorded in the audit trail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler import clock
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.letters import places_in
from scheduler.groups.tables import GroupPlaceRow, ThreadReplyRow, ThreadRow
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor
from scheduler.people.pauses import must_not_be_paused
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import own_group_roster
from scheduler.programmes.firewall import NOBODY, closed_to, closing_in
from scheduler.programmes.life import must_go_on
from scheduler.sessions.apologies import lock_session
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.text_input import required_text

OPEN_FOR: Final = timedelta(days=7)
LONGEST_QUESTION: Final = 600
LONGEST_REPLY: Final = 4000


@dataclass(frozen=True, slots=True)
class ThreadReply:
    """What somebody wrote."""

    person_id: int
    name: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A session's week by thread as the group reads it; ``opened_by`` is empty if they are not known any more."""

    question: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    replies: tuple[ThreadReply, ...]

    def is_open(self, now: datetime) -> bool:
        """Whether something can be written still."""
        return now < self.closes_at

    def own(self, person_id: int) -> str:
        """What this person has written so far."""
        return next((reply.text for reply in self.replies if reply.person_id == person_id), "")


def find_thread(db: Db, actor: Actor, session_id: int) -> Thread | None:
    """The week by thread of a session of one's own group, if there is one. Raises NotFound to outsiders.

    What somebody wrote who has left since is not shown to who has power over them.
    """
    session = _own_session(db, actor, session_id)
    row = db.get(ThreadRow, session_id, options=[selectinload(ThreadRow.replies)])
    if row is None:
        return None
    closed = closing_in(db, (session.programme_id,), clock.now())[session.programme_id].get(
        actor.person_id or 0, NOBODY
    )
    if row.opened_by in closed:
        return None
    names = _names(db, {row.opened_by or 0} | {reply.person_id for reply in row.replies})
    replies = (
        ThreadReply(reply.person_id, names[reply.person_id], reply.text, reply.said_at)
        for reply in sorted(row.replies, key=lambda reply: (reply.said_at, reply.person_id))
        if reply.person_id not in closed
    )
    return Thread(row.question, names.get(row.opened_by or 0, ""), row.opened_at, row.closes_at, tuple(replies))


def can_open(ends_at: datetime, status: SessionStatus, now: datetime) -> bool:
    """Whether a session may still have a week by thread: until a week after it, unless it is cancelled."""
    return status != SessionStatus.CANCELLED and now < ends_at + OPEN_FOR


def open_thread(db: Db, actor: Actor, session_id: int, question: str, now: datetime, *, page_url: str = "") -> None:
    """Ask one's group a question in writing; everybody else in it gets an e-mail with the page's address.

    Raises NotFound to outsiders, NotPossible where there is one already or the session is long over.
    """
    row = lock_session(db, session_id)
    members = own_group_roster(db, actor, row.programme_id, row.group_key)
    must_go_on(db, row.programme_id)
    must_not_be_paused(db, actor, row.programme_id)
    if not can_open(row.ends_at, row.status, now):
        raise NotPossible(
            say("It’s too late for a week by thread about this session."),
            what_to_do=say("Open one for your next session instead."),
        )
    if db.get(ThreadRow, session_id) is not None:
        raise NotPossible(say("This session already has a week by thread."), what_to_do=say("Write your answer there."))
    text = required_text(question, LONGEST_QUESTION)
    db.add(ThreadRow(session_id=session_id, question=text, opened_by=actor.person_id, opened_at=now,
                     closes_at=now + OPEN_FOR))  # fmt: skip
    db.flush()
    readers = members.keys() - closed_to(db, row.programme_id, members, now)
    _tell(db, actor, places_in(db, row.programme_id, row.group_key, readers), page_url, now)


def reply(db: Db, actor: Actor, session_id: int, text: str, now: datetime) -> None:
    """Write in a week by thread, or change what one has written; an empty text takes it back.

    Raises NotFound to outsiders and where there is none, NotPossible once it has closed.
    """
    row = _own_session(db, actor, session_id)
    thread = db.get(ThreadRow, session_id)
    if thread is None:
        raise NotFound(say("This session has no week by thread."))
    if now >= thread.closes_at:
        raise NotPossible(
            say("This week by thread has closed."), what_to_do=say("Bring it up at your next session instead.")
        )
    if text.strip():
        must_not_be_paused(db, actor, row.programme_id)
    known = db.get(ThreadReplyRow, (session_id, actor.person_id))
    if not text.strip():
        if known:
            db.delete(known)
        return
    said = known or ThreadReplyRow(session_id=session_id, person_id=actor.person_id)
    said.text, said.said_at = required_text(text, LONGEST_REPLY), now
    db.add(said)


def _own_session(db: Db, actor: Actor, session_id: int) -> SessionRow:
    row = db.get(SessionRow, session_id)
    if row is None:
        raise NotFound(say("That session isn’t one of yours."))
    own_group_roster(db, actor, row.programme_id, row.group_key)
    return row


def _tell(db: Db, actor: Actor, places: Mapping[int, GroupPlaceRow], page_url: str, now: datetime) -> None:
    """Mail everybody else, but for those who want no mail about the group."""
    others = [person_id for person_id, place in places.items() if person_id != actor.person_id and not place.muted]
    for person in db.scalars(select(PersonRow).where(PersonRow.id.in_(others)).order_by(PersonRow.id)):
        with in_language(person.language):
            text = say(
                "%(name)s has asked your group a question. You have a week to answer in writing, which helps anyone "
                "who can’t be there. Only your group can read it:",
                name=actor.name,
            )
            subject = say("A question for your mentoring group")
            put_in_outbox(db, person.email, subject, f"{greeting(person.name)}\n\n{text}\n\n{page_url}\n", now)


def _names(db: Db, person_ids: Collection[int]) -> Mapping[int, str]:
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(person_ids))).all())
