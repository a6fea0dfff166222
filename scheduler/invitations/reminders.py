"""Reminders: planned when a session comes near, outside quiet hours, and sent once.

What is planned is looked at again when its moment has come: the rota may have changed, or the session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Row, Select, and_, or_, select

from scheduler.calendars.contents import PublishedSession, load_sessions
from scheduler.db import Database, Db
from scheduler.groups.private import first_reviews
from scheduler.invitations.afterwards import Beside
from scheduler.invitations.change_notices import announced_by, programme_names
from scheduler.invitations.letters import Recipient, Writer
from scheduler.invitations.model import REMINDER_HOURS, Change, ChangeKind, Holds, place_of, shown_of
from scheduler.invitations.quiet_hours import load_quiet_hours
from scheduler.invitations.quiet_times import SHORTEST_NOTICE, QuietHours
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.reply_addresses import load_reply_addresses
from scheduler.invitations.tables import AnnouncedSessionRow, InvitationRow, ReminderRow, WaitingNoticeRow
from scheduler.mail.addresses import Tags
from scheduler.mail.service import post
from scheduler.mail.texts import put_text
from scheduler.people.sites import today_in
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.settings import Settings
from scheduler.voices.pulse import waiting_pulses
from scheduler.voices.releases import put_release_questions
from solvers.vocabulary import CANNOT

HORIZON: Final = timedelta(hours=max(REMINDER_HOURS), days=4)
"""How long before a session its reminders are planned: the earliest, and the longest rest that may lie before it."""
AT_A_TIME: Final = 200
"""So many are planned, or sent, in one transaction."""


_Pair = Row[SessionRow, int, InvitationRow | None]
_Due = Row[ReminderRow, SessionRow, InvitationRow, str | None]


def plan_reminders(database: Database, now: datetime) -> int:
    """Plan the reminders of sessions that have come near, or moved; returns for how many invitations."""
    with database.reading() as db:
        if db.execute(_unplanned(now).limit(1)).first() is None:
            return 0
    with database.writing() as db:
        pairs = db.execute(_unplanned(now).limit(AT_A_TIME)).all()
        recipients = load_recipients(db, sorted({person_id for _, person_id, _ in pairs}), now)
        quiet = load_quiet_hours(db, [(row.programme_id, person_id, row.starts_at) for row, person_id, _ in pairs], now)
        known = _known(db, pairs)
        for session, person_id, invitation in pairs:
            to, calm = recipients[person_id], quiet[session.programme_id, person_id]
            sent = known.get((session.id, person_id, session.starts_at), frozenset())
            db.add_all(_planned(session, to, calm, sent, now))
            (invitation or _first_told(db, session, person_id, now)).reminders_for = session.starts_at
    return len(pairs)


def _unplanned(now: datetime) -> Select[SessionRow, int, InvitationRow | None]:
    """Sessions with those who are expected there and whose reminders are not planned for this very start. Whoever waits
    to be told of it is not reminded of what they do not know."""
    waits = and_(WaitingNoticeRow.session_id == SessionRow.id, WaitingNoticeRow.person_id == AttendeeRow.person_id)
    same = and_(InvitationRow.session_id == SessionRow.id, InvitationRow.person_id == AttendeeRow.person_id)
    unplanned = or_(InvitationRow.reminders_for.is_(None), InvitationRow.reminders_for != SessionRow.starts_at)
    query: Select[SessionRow, int, InvitationRow | None] = (
        select(SessionRow, AttendeeRow.person_id, InvitationRow)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .join(AnnouncedSessionRow, AnnouncedSessionRow.session_id == SessionRow.id)
        .outerjoin(InvitationRow, same)
        .outerjoin(WaitingNoticeRow, waits)
        .where(
            AttendeeRow.mark != CANNOT,
            WaitingNoticeRow.session_id.is_(None),
            SessionRow.starts_at > now,
            SessionRow.starts_at <= now + HORIZON,
            SessionRow.status != SessionStatus.CANCELLED,
            or_(InvitationRow.session_id.is_(None), and_(InvitationRow.takes_place, unplanned)),
        )
        .order_by(SessionRow.starts_at, SessionRow.id, AttendeeRow.person_id)
    )
    return query


def _first_told(db: Db, session: SessionRow, person_id: int, now: datetime) -> InvitationRow:
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


def _known(db: Db, pairs: Sequence[_Pair]) -> Mapping[tuple[int, int, datetime], frozenset[int]]:
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
    session: SessionRow, to: Recipient, quiet: QuietHours, sent: frozenset[int], now: datetime
) -> Iterator[ReminderRow]:
    """The reminders that somebody will get of a session. Two that would come at one moment are one."""
    taken: set[datetime] = set()
    for hours in () if to.reads_calendar_alone else to.choices.reminder_hours:
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


@dataclass(frozen=True, slots=True)
class Handled:
    """Of a portion of reminders how many were sent, and how many wait no more: sent, put off, or not true any more."""

    sent: int
    done: int


def send_reminders(database: Database, settings: Settings, now: datetime) -> int:
    """Put the next reminders whose moment has come into the outbox; returns how many."""
    return handle_reminders(database, settings, now).sent


def handle_reminders(database: Database, settings: Settings, now: datetime) -> Handled:
    """See to the next reminders whose moment has come, :data:`AT_A_TIME` in one transaction."""
    with database.reading() as db:
        if db.execute(_waiting(now).limit(1)).first() is None:
            return Handled(0, 0)
    with database.writing() as db:
        found = db.execute(_waiting(now).limit(AT_A_TIME).with_for_update(of=ReminderRow)).all()
        due = [each for each in found if _holds(each, now)]
        for each in found:
            if each not in due:
                db.delete(each[0])
        sent = _send(db, settings, due, now)
        waits = sum(one.sent_at is None and one.send_at is not None and one.send_at <= now for one, *_ in due)
        return Handled(sent, len(found) - waits)


def _waiting(now: datetime) -> Select[ReminderRow, SessionRow, InvitationRow, str | None]:
    same = and_(InvitationRow.session_id == ReminderRow.session_id, InvitationRow.person_id == ReminderRow.person_id)
    invited = and_(AttendeeRow.session_id == ReminderRow.session_id, AttendeeRow.person_id == ReminderRow.person_id)
    return (
        select(ReminderRow, SessionRow, InvitationRow, AttendeeRow.mark)
        .join(SessionRow, SessionRow.id == ReminderRow.session_id)
        .join(InvitationRow, same)
        .outerjoin(AttendeeRow, invited)
        .where(ReminderRow.send_at <= now, ReminderRow.sent_at.is_(None))
        .order_by(ReminderRow.send_at, ReminderRow.session_id, ReminderRow.person_id, ReminderRow.hours_before)
    )


def _holds(due: _Due, now: datetime) -> bool:
    """Whether the reminder is still true and of use: only for who is invited and can come, as far as is known."""
    reminder, session, invitation, known = due
    return (
        known is not None
        and known != CANNOT
        and invitation.takes_place
        and session.status != SessionStatus.CANCELLED
        and session.starts_at == reminder.starts_at
        and session.starts_at - now >= SHORTEST_NOTICE
    )


def _send(db: Db, settings: Settings, due: Sequence[_Due], now: datetime) -> int:
    if not due:
        return 0
    recipients = load_recipients(db, sorted({reminder.person_id for reminder, *_ in due}), now)
    quiet = load_quiet_hours(db, [(s.programme_id, r.person_id, s.starts_at) for r, s, *_ in due], now)
    sessions = _published(db, {session.id for _, session, *_ in due}, now)
    tags = Tags(settings)
    groups = {(reminder.person_id, (session.programme_id, session.group_key)) for reminder, session, *_ in due}
    asked = put_release_questions(db, {(session.id, reminder.person_id) for reminder, session, *_ in due})
    pulses, reviews = waiting_pulses(db, sorted(recipients), now), first_reviews(db, sorted(recipients), now)
    writer, sent = Writer(tags, programme_names(db), now, load_reply_addresses(db, tags, groups)), 0
    for reminder, session, invitation, *_ in due:
        calm = quiet[session.programme_id, reminder.person_id]
        if calm.span_at(now):
            reminder.send_at = calm.moment_for(now, session.starts_at, now)
            continue
        review = reviews.get((reminder.person_id, session.programme_id), date.max)
        is_due = review <= today_in(sessions[session.id].zone, session.starts_at)
        beside = Beside(asked.get((session.id, reminder.person_id)), pulses[reminder.person_id], is_due)
        _send_one(db, writer, recipients[reminder.person_id], sessions[session.id], reminder, invitation, beside)
        sent += 1
    return sent


def _send_one(
    db: Db,
    writer: Writer,
    to: Recipient,
    session: PublishedSession,
    reminder: ReminderRow,
    invitation: InvitationRow,
    beside: Beside,
) -> None:
    closed, announced = session.is_closed_to(reminder.person_id), announced_by(invitation)
    place = session.place_of(reminder.person_id)
    calls = place is not None and place.by_call
    change = Change(session, ChangeKind.SILENT, announced, writer.now, closed=closed, by_call=calls)
    if number := writer.text_number(to):
        put_text(db, number, to.address, writer.text_reminder(to, change), writer.now, session.row.starts_at)
        reminder.sent_at = writer.now
        return
    written = writer.reminder(to, change, beside)
    if written.letter:
        reminder.mail_id, reminder.sent_at = post(db, written.letter, writer.now), writer.now
    if session.row.id in written.holds:
        invitation.holds = written.holds[session.row.id]
        invitation.sequence, invitation.place = session.row.sequence, place_of(session)
        invitation.shown = shown_of(session)


def _published(db: Db, session_ids: set[int], now: datetime) -> Mapping[int, PublishedSession]:
    sessions = load_sessions(db, SessionRow.id.in_(session_ids), now)
    return {each.row.id: each for programme in sessions.all.values() for each in programme}
