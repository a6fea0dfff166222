"""Telling people what has changed: by comparing what each was told with what is, whoever changed it and how.

A session is due as long as its row differs from the state that everybody was told of. So nothing is told twice or
forgotten, whatever happens between, and changes made within a minute or two are told together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, union
from sqlalchemy.orm import Session

from scheduler.calendars.contents import Published, load_sessions
from scheduler.db import Database
from scheduler.invitations.letters import Post, Recipient, Writer
from scheduler.invitations.model import Change, Holds, Kind, Told, find_change, place_of
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.tables import InvitationRow, ReminderRow, ToldSessionRow
from scheduler.mail.addresses import Tags
from scheduler.mail.service import post, withdraw
from scheduler.mail.tables import MailRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.settings import Settings

SETTLE: Final = timedelta(minutes=1)
"""How long a session must have stood as it is: what a coordinator changes in one go is told in one letter."""
_PEOPLE_AT_A_TIME: Final = 100
_ROWS_AT_A_TIME: Final = 500

Key = tuple[int, int]
"""A session's id and a person's."""


def tell_due(database: Database, settings: Settings, now: datetime) -> int:
    """Put letters about all that has changed into the outbox; returns how many.

    People are told a hundred at a time, each hundred in a transaction of its own. Of two that tell at once, one fails
    on the key of what both would note, and finds nothing to do when it tries again.
    """
    with database.reading() as db:
        due = db.execute(_due(now)).all()
        if not due:
            return 0
        people = db.scalars(_concerned(now)).all()
    posted = 0
    for first in range(0, len(people), _PEOPLE_AT_A_TIME):
        with database.writing() as db:
            posted += _tell(db, settings, people[first : first + _PEOPLE_AT_A_TIME], now)
    _note_told(database, [{"session_id": key, "sequence": sequence, "changed_at": at} for key, sequence, at in due])
    return posted


def _due(now: datetime) -> Select[int, int, datetime]:
    """Sessions still ahead, or cancelled before they began, that differ from what everybody was told."""
    differs = or_(
        ToldSessionRow.session_id.is_(None),
        ToldSessionRow.sequence != SessionRow.sequence,
        ToldSessionRow.changed_at != SessionRow.changed_at,
    )
    return (
        select(SessionRow.id, SessionRow.sequence, SessionRow.changed_at)
        .outerjoin(ToldSessionRow, ToldSessionRow.session_id == SessionRow.id)
        .where(SessionRow.ends_at > now, SessionRow.changed_at <= now - SETTLE, differs)
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return SessionRow.id.in_(_due(now).with_only_columns(SessionRow.id))


def _concerned(now: datetime) -> Select[int]:
    """Everybody who is invited to a session that is due, or was."""
    due = _due(now).with_only_columns(SessionRow.id)
    invited = select(AttendeeRow.person_id).where(AttendeeRow.session_id.in_(due))
    told = select(InvitationRow.person_id).where(InvitationRow.session_id.in_(due))
    found = union(invited, told).subquery()
    return select(found.c.person_id).order_by(found.c.person_id)


@dataclass(slots=True)
class _Known:
    """What is on record of some people: sessions by id, rows by session and person, letters not sent yet, who
    was told of a session, and by person the sessions that are due."""

    sessions: dict[int, Published] = field(default_factory=dict)
    rows: dict[Key, InvitationRow] = field(default_factory=dict)
    unsent: dict[Key, int] = field(default_factory=dict)
    told_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    due: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def changes_of(self, person_id: int, now: datetime) -> list[Change]:
        """What somebody is to be told, in order of time; with it, what letters say that are withdrawn for it."""
        found = [change for session_id in self.due[person_id] if (change := self._change(session_id, person_id, now))]
        if found:
            found += self._untold(person_id, {change.session.row.id for change in found}, now)
        return sorted(found, key=lambda change: (change.session.row.starts_at, change.session.row.id))

    def _change(self, session_id: int, person_id: int, now: datetime) -> Change | None:
        session, key = self.sessions.get(session_id), (session_id, person_id)
        change = find_change(session, person_id, _told(self.rows.get(key)), now) if session else None
        if change and key in self.unsent and change.takes_place and not change.holds_invitation:
            return replace(change, kind=Kind.NEW, told=None)  # the letter that told of it has not gone out
        return change

    def _untold(self, person_id: int, known: set[int], now: datetime) -> Iterator[Change]:
        """What a letter that still waits would have told beside what has changed since."""
        mails = {self.unsent[session_id, who] for session_id, who in self.unsent if who == person_id}
        stale = {self.unsent.get((session_id, person_id)) for session_id in known} & mails
        for (session_id, who), mail_id in self.unsent.items():
            if who == person_id and mail_id in stale and session_id not in known and session_id in self.sessions:
                told = _told(self.rows[session_id, who])
                kind = Kind.CANCELLED if told and not told.takes_place else Kind.NEW
                yield Change(self.sessions[session_id], kind, told, now)


def _tell(db: Session, settings: Settings, people: Sequence[int], now: datetime) -> int:
    known = _load(db, people, now)
    changes = {person_id: found for person_id in people if (found := known.changes_of(person_id, now))}
    if not changes:
        return 0
    writer = Writer(Tags(settings), _programme_names(db), now)
    recipients = load_recipients(db, list(changes), now)
    withdraw(db, _withdrawn(known, changes))
    _forget_reminders(db, changes)
    return sum(_tell_one(db, known, recipients[person_id], found, writer) for person_id, found in changes.items())


def _tell_one(db: Session, known: _Known, to: Recipient, changes: Sequence[Change], writer: Writer) -> int:
    posted = 0
    for each in writer.posts_for(to, changes):
        mail_id = post(db, each.letter, writer.now) if each.letter else None
        posted += each.letter is not None
        for change in each.changes:
            _note(db, known.rows.get((change.session.row.id, to.person_id)), to.person_id, change, each, mail_id)
    return posted


def _note(
    db: Session, row: InvitationRow | None, person_id: int, change: Change, told: Post, mail_id: int | None
) -> None:
    session = change.session.row
    if row is None:
        row = InvitationRow(session_id=session.id, person_id=person_id, holds=Holds.WORDS, told_at=change.now)
        db.add(row)
    if row.sequence != session.sequence:
        row.answered_at = None
    row.takes_place, row.sequence, row.place = change.takes_place, session.sequence, place_of(change.session)
    row.starts_at, row.ends_at = session.starts_at, session.ends_at
    if told.holds:
        row.holds = told.holds
    if mail_id is not None:
        row.mail_id, row.told_at = mail_id, change.now


def _forget_reminders(db: Session, changes: Mapping[int, Sequence[Change]]) -> None:
    """Reminders of what is cancelled, or of a start that is no more, are not true any more, in the outbox or not."""
    stands = {
        (change.session.row.id, person_id): change.session.row.starts_at if change.takes_place else None
        for person_id, found in changes.items()
        for change in found
    }
    ahead = {session_id for session_id, _ in stands}
    rows = db.scalars(
        select(ReminderRow).where(ReminderRow.person_id.in_(list(changes)), ReminderRow.session_id.in_(ahead))
    )
    stale = [row for row in rows if stands.get((row.session_id, row.person_id), row.starts_at) != row.starts_at]
    withdraw(db, [row.mail_id for row in stale if row.mail_id])
    for row in stale:
        if row.sent_at is None:
            db.delete(row)


def _load(db: Session, people: Sequence[int], now: datetime) -> _Known:
    known = _Known()
    waits = MailRow.next_try_at.is_not(None)
    rows = db.execute(
        select(InvitationRow, MailRow.id)
        .outerjoin(MailRow, (MailRow.id == InvitationRow.mail_id) & waits)
        .where(InvitationRow.person_id.in_(people))
        .with_for_update(of=InvitationRow)
    )
    for row, mail_id in rows:
        known.rows[row.session_id, row.person_id] = row
        known.told_of[row.session_id].add(row.person_id)
        if mail_id is not None:
            known.unsent[row.session_id, row.person_id] = mail_id
    invited = select(AttendeeRow.session_id).where(AttendeeRow.person_id.in_(people))
    told = select(InvitationRow.session_id).where(InvitationRow.person_id.in_(people))
    theirs = or_(SessionRow.id.in_(invited), SessionRow.id.in_(told))
    wanted = theirs & or_(_is_due(now), SessionRow.id.in_({session_id for session_id, _ in known.unsent}))
    sessions = load_sessions(db, wanted, now)
    known.sessions = {each.row.id: each for programme in sessions.all.values() for each in programme}
    for session_id in db.scalars(_due(now).with_only_columns(SessionRow.id).where(theirs)):
        for person_id in _concerned_by(known, session_id):
            known.due[person_id].add(session_id)
    return known


def _concerned_by(known: _Known, session_id: int) -> Iterator[int]:
    if session_id in known.sessions:
        yield from (invited.person_id for invited in known.sessions[session_id].invited)
    yield from known.told_of[session_id]


def _withdrawn(known: _Known, changes: Mapping[int, Sequence[Change]]) -> set[int]:
    """Letters that wait and tell what is not so any more; the rest of what they tell is told again."""
    keys = {(change.session.row.id, person_id) for person_id, found in changes.items() for change in found}
    return {known.unsent[key] for key in keys & known.unsent.keys()}


def _told(row: InvitationRow | None) -> Told | None:
    if row is None:
        return None
    return Told(Holds(row.holds), row.takes_place, row.sequence, row.starts_at, row.ends_at, row.place)


def _programme_names(db: Session) -> dict[int, str]:
    return dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.name)).all())


def _note_told(database: Database, states: Sequence[Mapping[str, object]]) -> None:
    for first in range(0, len(states), _ROWS_AT_A_TIME):
        chunk = states[first : first + _ROWS_AT_A_TIME]
        with database.writing() as db:
            known = ToldSessionRow.session_id.in_([state["session_id"] for state in chunk])
            db.execute(delete(ToldSessionRow).where(known))
            db.execute(insert(ToldSessionRow), list(chunk))
