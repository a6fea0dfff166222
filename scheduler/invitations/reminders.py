"""Reminders: planned when a session comes near, outside quiet hours, and sent once.

What is planned is looked at again when its moment has come: the rota may have changed, or the session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from scheduler.calendars.contents import Published, load_sessions
from scheduler.db import Database
from scheduler.invitations.letters import Recipient, Writer
from scheduler.invitations.model import REMINDER_HOURS, Change, Holds, Kind, Told, place_of
from scheduler.invitations.quiet import SHORTEST_NOTICE, Quiet
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.sleeping import load_quiet
from scheduler.invitations.tables import InvitationRow, ReminderRow, ToldSessionRow
from scheduler.mail.addresses import Tags
from scheduler.mail.service import post
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import ApologyRow, AttendeeRow, SessionRow
from scheduler.settings import Settings

HORIZON: Final = timedelta(hours=max(REMINDER_HOURS), days=4)
"""How long before a session its reminders are planned: the earliest, and the longest rest that may lie before it."""
_AT_A_TIME: Final = 200


_Pair = Row[SessionRow, int, InvitationRow | None]
_Due = Row[ReminderRow, SessionRow, InvitationRow, int | None]


def plan_reminders(database: Database, now: datetime) -> int:
    """Plan the reminders of sessions that have come near, or moved; returns for how many invitations."""
    with database.reading() as db:
        if db.execute(_unplanned(now).limit(1)).first() is None:
            return 0
    with database.writing() as db:
        pairs = db.execute(_unplanned(now).limit(_AT_A_TIME)).all()
        recipients = load_recipients(db, sorted({person_id for _, person_id, _ in pairs}), now)
        quiet = load_quiet(db, [(row.programme_id, person_id, row.starts_at) for row, person_id, _ in pairs], now)
        known = _known(db, pairs)
        for session, person_id, invitation in pairs:
            to, calm = recipients[person_id], quiet[session.programme_id, person_id]
            sent = known.get((session.id, person_id, session.starts_at), frozenset())
            db.add_all(_planned(session, to, calm, sent, now))
            (invitation or _first_told(db, session, person_id, now)).reminders_for = session.starts_at
    return len(pairs)


def _unplanned(now: datetime) -> Select[SessionRow, int, InvitationRow | None]:
    """Sessions with those who are expected there and whose reminders are not planned for this very start."""
    same = and_(InvitationRow.session_id == SessionRow.id, InvitationRow.person_id == AttendeeRow.person_id)
    unplanned = or_(InvitationRow.reminders_for.is_(None), InvitationRow.reminders_for != SessionRow.starts_at)
    query: Select[SessionRow, int, InvitationRow | None] = (
        select(SessionRow, AttendeeRow.person_id, InvitationRow)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .join(ToldSessionRow, ToldSessionRow.session_id == SessionRow.id)
        .outerjoin(InvitationRow, same)
        .where(
            SessionRow.starts_at > now,
            SessionRow.starts_at <= now + HORIZON,
            SessionRow.status != SessionStatus.CANCELLED,
            or_(InvitationRow.session_id.is_(None), and_(InvitationRow.takes_place, unplanned)),
        )
        .order_by(SessionRow.starts_at, SessionRow.id, AttendeeRow.person_id)
    )
    return query


def _first_told(db: Session, session: SessionRow, person_id: int, now: datetime) -> InvitationRow:
    """A record for somebody who knew of a session before records were kept."""
    row = InvitationRow(
        session_id=session.id,
        person_id=person_id,
        holds=Holds.WORDS,
        takes_place=True,
        sequence=session.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place="",
        told_at=now,
    )
    db.add(row)
    return row


def _known(db: Session, pairs: Sequence[_Pair]) -> Mapping[tuple[int, int, datetime], frozenset[int]]:
    """Which reminders were sent already, by session, person and start. Those that were planned are forgotten."""
    wanted = {(session.id, person_id) for session, person_id, _ in pairs}
    sessions, people = {session_id for session_id, _ in wanted}, {person_id for _, person_id in wanted}
    sent: dict[tuple[int, int, datetime], frozenset[int]] = {}
    found = select(ReminderRow).where(ReminderRow.session_id.in_(sessions), ReminderRow.person_id.in_(people))
    for row in db.scalars(found).all():
        if (row.session_id, row.person_id) not in wanted:
            continue
        if row.sent_at is None:
            db.delete(row)
        else:
            key = (row.session_id, row.person_id, row.starts_at)
            sent[key] = sent.get(key, frozenset()) | {row.hours_before}
    db.flush()
    return sent


def _planned(
    session: SessionRow, to: Recipient, quiet: Quiet, sent: frozenset[int], now: datetime
) -> Iterator[ReminderRow]:
    """The reminders that somebody will get of a session. Two that would come at one moment are one."""
    taken: set[datetime] = set()
    for hours in to.choices.reminder_hours:
        due = session.starts_at - timedelta(hours=hours)
        if due <= now or hours in sent:
            continue  # whoever learns of a session so late has just been told
        send_at = quiet.moment_for(due, session.starts_at, now)
        if send_at in taken:
            continue
        if send_at:
            taken.add(send_at)
        yield ReminderRow(
            session_id=session.id,
            person_id=to.person_id,
            starts_at=session.starts_at,
            hours_before=hours,
            send_at=send_at,
        )


def send_reminders(database: Database, settings: Settings, now: datetime) -> int:
    """Put the reminders whose moment has come into the outbox; returns how many."""
    with database.reading() as db:
        if db.execute(_waiting(now).limit(1)).first() is None:
            return 0
    with database.writing() as db:
        found = db.execute(_waiting(now).limit(_AT_A_TIME).with_for_update(of=ReminderRow)).all()
        stale = [each for each in found if not _holds(each, now)]
        for reminder, *_ in stale:
            db.delete(reminder)
        return _send(db, settings, [each for each in found if _holds(each, now)], now)


def _waiting(now: datetime) -> Select[ReminderRow, SessionRow, InvitationRow, int | None]:
    same = and_(InvitationRow.session_id == ReminderRow.session_id, InvitationRow.person_id == ReminderRow.person_id)
    sorry = and_(ApologyRow.session_id == ReminderRow.session_id, ApologyRow.person_id == ReminderRow.person_id)
    return (
        select(ReminderRow, SessionRow, InvitationRow, ApologyRow.person_id)
        .join(SessionRow, SessionRow.id == ReminderRow.session_id)
        .join(InvitationRow, same)
        .outerjoin(ApologyRow, sorry)
        .where(ReminderRow.send_at <= now, ReminderRow.sent_at.is_(None))
        .order_by(ReminderRow.send_at, ReminderRow.session_id, ReminderRow.person_id, ReminderRow.hours_before)
    )


def _holds(due: _Due, now: datetime) -> bool:
    """Whether the reminder is still true and of use: not for who said that they cannot come."""
    reminder, session, invitation, sorry = due
    return (
        sorry is None
        and invitation.takes_place
        and session.status != SessionStatus.CANCELLED
        and session.starts_at == reminder.starts_at
        and session.starts_at - now >= SHORTEST_NOTICE
    )


def _send(db: Session, settings: Settings, due: Sequence[_Due], now: datetime) -> int:
    if not due:
        return 0
    recipients = load_recipients(db, sorted({reminder.person_id for reminder, *_ in due}), now)
    quiet = load_quiet(db, [(s.programme_id, r.person_id, s.starts_at) for r, s, *_ in due], now)
    sessions = _published(db, {session.id for _, session, *_ in due}, now)
    names = dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.name)).all())
    writer, sent = Writer(Tags(settings), names, now), 0
    for reminder, session, invitation, _ in due:
        calm = quiet[session.programme_id, reminder.person_id]
        if calm.span_at(now):
            reminder.send_at = calm.moment_for(now, session.starts_at, now)
            continue
        _send_one(db, writer, recipients[reminder.person_id], sessions[session.id], reminder, invitation)
        sent += 1
    return sent


def _send_one(
    db: Session,
    writer: Writer,
    to: Recipient,
    session: Published,
    reminder: ReminderRow,
    invitation: InvitationRow,
) -> None:
    told = Told(
        Holds(invitation.holds),
        invitation.takes_place,
        invitation.sequence,
        invitation.starts_at,
        invitation.ends_at,
        invitation.place,
    )
    written = writer.reminder(to, Change(session, Kind.SETTLED, told, writer.now))
    if written.letter:
        reminder.mail_id, reminder.sent_at = post(db, written.letter, writer.now), writer.now
    if written.holds:
        invitation.holds, invitation.sequence, invitation.place = written.holds, session.row.sequence, place_of(session)


def _published(db: Session, session_ids: set[int], now: datetime) -> Mapping[int, Published]:
    sessions = load_sessions(db, SessionRow.id.in_(session_ids), now)
    return {each.row.id: each for programme in sessions.all.values() for each in programme}
