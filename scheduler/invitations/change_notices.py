"""Telling people what has changed: by comparing what each was told with what is, whoever changed it and how.

Who is to be told stands in a list (``waiting_notices``); what, is found when their moment has come. So nothing is told
twice or forgotten, whatever happens between, changes that follow each other are told together, and what was changed
back is not told at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select

from scheduler.calendars.contents import PublishedSession, load_sessions
from scheduler.db import Database, Db
from scheduler.invitations.circumstances import Circumstances, load_circumstances
from scheduler.invitations.group_news import GroupNews, Unread, note_group_news, note_told, unread_news
from scheduler.invitations.letters import Post, Recipient, Writer
from scheduler.invitations.model import (
    NEAR,
    OWN_WORD,
    Announced,
    Aspect,
    Change,
    ChangeKind,
    Holds,
    find_change,
    place_of,
    shown_of,
)
from scheduler.invitations.quiet_hours import load_quiet_hours
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.reply_addresses import load_reply_addresses
from scheduler.invitations.tables import InvitationRow, ReminderRow, WaitingNoticeRow
from scheduler.invitations.waiting_notices import noting_what_changed, people_due, put_off, take_off
from scheduler.languages import in_language
from scheduler.mail.addresses import Tags
from scheduler.mail.service import hold, post, withdraw
from scheduler.mail.tables import MailRow
from scheduler.mail.texts import put_text
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings

IN_TIME: Final = timedelta(hours=2)
"""Whoever would read of a change later than this before a session is told at once, even at night."""
LOOKED_AT_AGAIN: Final = timedelta(hours=1)
"""Somebody asleep or away is looked at again so often: their rota may have changed, or the session come near."""
_PEOPLE_AT_A_TIME: Final = 100

Key = tuple[int, int]
"""A session's id and a person's."""


def announce_changes(database: Database, settings: Settings, now: datetime, *, groups_too: bool = True) -> int:
    """Put letters about all that has changed into the outbox; returns how many."""
    return sum(announcing(database, settings, now, groups_too=groups_too))


def announcing(database: Database, settings: Settings, now: datetime, *, groups_too: bool = True) -> Iterator[int]:
    """Do the same in portions, each in a transaction of its own: how many letters each has put into the outbox. Others
    may do something between two of them. Unless ``groups_too``, no group is looked at for news of its own: that reads
    them all.

    People are told a hundred at a time. What is left when this ends early is found again by whoever begins anew. Of two
    that tell at once, one finds nothing to do.
    """
    for _ in noting_what_changed(database, now):
        yield 0
    if groups_too:
        note_group_news(database, now)
        yield 0
    with database.reading() as db:
        people = people_due(db, now)
    for first in range(0, len(people), _PEOPLE_AT_A_TIME):
        with database.writing() as db:
            posted = _tell(db, settings, people[first : first + _PEOPLE_AT_A_TIME], now)
        yield posted


@dataclass(slots=True)
class _Known:
    """What is on record of some people: what they wait for, sessions by id, rows by session and person, and letters not
    sent yet."""

    waiting: dict[int, list[WaitingNoticeRow]] = field(default_factory=lambda: defaultdict(list))
    sessions: dict[int, PublishedSession] = field(default_factory=dict)
    rows: dict[Key, InvitationRow] = field(default_factory=dict)
    unsent: dict[Key, int] = field(default_factory=dict)

    def changes_of(self, person_id: int, now: datetime) -> list[Change]:
        """What somebody is to be told; with it, what letters say that are withdrawn for it."""
        waiting = {row.session_id for row in self.waiting[person_id]}
        found = [change for session_id in waiting if (change := self._change(session_id, person_id, now))]
        if found:
            found += self._unannounced(person_id, {change.session.row.id for change in found}, now)
        return found

    def _change(self, session_id: int, person_id: int, now: datetime) -> Change | None:
        session, key = self.sessions.get(session_id), (session_id, person_id)
        if session is None or session.row.ends_at <= now:
            return None
        change = find_change(session, person_id, announced_by(self.rows.get(key)), now)
        if change and key in self.unsent and change.takes_place and not change.holds_invitation:
            return replace(change, kind=ChangeKind.NEW, announced=None)  # the letter that told of it has not gone out
        return change

    def _unannounced(self, person_id: int, known: set[int], now: datetime) -> Iterator[Change]:
        """What a letter that still waits would have told beside what has changed since."""
        mails = {self.unsent[session_id, who] for session_id, who in self.unsent if who == person_id}
        stale = {self.unsent.get((session_id, person_id)) for session_id in known} & mails
        for (session_id, who), mail_id in self.unsent.items():
            if who == person_id and mail_id in stale and session_id not in known and session_id in self.sessions:
                session, announced = self.sessions[session_id], announced_by(self.rows[session_id, who])
                new = find_change(session, who, None, now)
                yield new or Change(session, ChangeKind.CANCELLED, announced, now, expected=False)

    def letters_of(self, person_id: int) -> set[int]:
        """Letters that wait and tell somebody of what they wait to be told anew."""
        keys = {(row.session_id, person_id) for row in self.waiting[person_id]}
        return {self.unsent[key] for key in keys & self.unsent.keys()}


def _tell(db: Db, settings: Settings, people: Sequence[int], now: datetime) -> int:
    known = _load(db, people, now)
    unread = unread_news(db, people, now)
    changes = {person_id: known.changes_of(person_id, now) for person_id in people}
    concerned = [person_id for person_id in people if changes[person_id] or unread.news.get(person_id)]
    urgent, asleep = _asleep(db, changes, unread, concerned, now)
    told = [person_id for person_id in people if person_id not in asleep]
    posted = _tell_awake(db, settings, known, {who: changes[who] for who in told}, unread, urgent, now)
    for person_id in told:
        take_off(db, known.waiting[person_id])
        note_told(db, unread, person_id)
    for person_id, until in asleep.items():
        put_off(db, person_id, until)
        hold(db, known.letters_of(person_id), until + LOOKED_AT_AGAIN)
    return posted


def _tell_awake(
    db: Db,
    settings: Settings,
    known: _Known,
    changes: Mapping[int, Sequence[Change]],
    unread: Unread,
    urgent: set[int],
    now: datetime,
) -> int:
    concerned = [who for who, found in changes.items() if found or unread.news.get(who)]
    if not concerned:
        return 0
    tags = Tags(settings)
    replies = load_reply_addresses(
        db, tags, {(who, group) for who in concerned for group in _groups(changes[who], unread.news.get(who, []))}
    )
    writer = Writer(tags, programme_names(db), now, replies)
    recipients = load_recipients(db, concerned, now)
    behind = load_circumstances(db, [change.session for who in concerned for change in changes[who]], concerned)
    told = {who: changes[who] for who in concerned}
    withdraw(db, _withdrawn(known, told))
    _forget_reminders(db, told)
    posted = 0
    for who in concerned:
        to, news = recipients[who], unread.news.get(who, [])
        explained = _explained(behind, to, changes[who], unread, news)
        posted += _tell_one(db, known, to, explained, news, replace(writer, urgent=who in urgent))
    return posted


def _explained(
    behind: Circumstances, to: Recipient, changes: Iterable[Change], unread: Unread, news: Sequence[GroupNews]
) -> list[Change]:
    groups = {(each.programme_id, each.group_key) for each in news}
    found = []
    with in_language(to.language):
        for change in changes:
            full = behind.explained(change, to.person_id)
            group = full.session.row.programme_id, full.session.row.group_key
            leads = full.kind is ChangeKind.CHANGED and full.aspects == {Aspect.LED_BY} and not full.deputies
            if leads and group in groups and (to.person_id, group) in unread.leaders_changed:
                full = replace(full, is_known=True)
            found.append(full)
    return found


def _tell_one(
    db: Db, known: _Known, to: Recipient, changes: Sequence[Change], news: Sequence[GroupNews], writer: Writer
) -> int:
    posted = 0
    for each in writer.posts_for(to, changes, news):
        mail_id = post(db, each.letter, writer.now) if each.letter else None
        posted += each.letter is not None
        if each.letter and (number := writer.text_number(to)) and any(change.is_near for change in each.changes):
            over_at = min(each.letter.over_at or writer.now + NEAR, writer.now + NEAR)
            put_text(db, number, to.address, writer.text_about_change(to), writer.now, over_at, urgent=writer.urgent)
        for change in each.changes:
            _note(db, known.rows.get((change.session.row.id, to.person_id)), to.person_id, change, each, mail_id)
    return posted


def _note(db: Db, row: InvitationRow | None, person_id: int, change: Change, letter: Post, mail_id: int | None) -> None:
    session = change.session.row
    if row is None:
        row = InvitationRow(session_id=session.id, person_id=person_id, holds=Holds.WORDS, told_at=change.now)
        db.add(row)
    if row.sequence != session.sequence:
        row.answered_at = None
    if change.takes_time and not row.expected:
        row.reminders_for = None
    row.takes_place, row.sequence, row.place = change.takes_place, session.sequence, place_of(change.session)
    row.starts_at, row.ends_at = session.starts_at, session.ends_at
    row.expected, row.shown = change.expected, shown_of(change.session)
    if change.own_word:
        row.shown |= {OWN_WORD: True}
    if session.id in letter.holds:
        row.holds = letter.holds[session.id]
    if mail_id is not None:
        row.mail_id, row.told_at = mail_id, change.now


def _asleep(
    db: Db,
    changes: Mapping[int, Sequence[Change]],
    unread: Unread,
    concerned: Sequence[int],
    now: datetime,
) -> tuple[set[int], Mapping[int, datetime]]:
    """Who is to be told although they are asleep, and who is asleep or away and is told later: until when.

    Nobody is woken, unless they would otherwise read of it too late to be there, or not to get up for nothing. Of what
    takes place while they are on long leave people read once they are back.
    """
    programmes = {
        who: {programme_id for programme_id, _ in _groups(changes[who], unread.news.get(who, []))} for who in concerned
    }
    wanted = [(programme_id, who, now) for who in concerned for programme_id in programmes[who]]
    quiet = load_quiet_hours(db, wanted, now) if wanted else {}
    urgent: set[int] = set()
    asleep: dict[int, datetime] = {}
    for who in concerned:
        spans = [span for each in programmes[who] if (span := quiet[each, who].span_at(now))]
        if not spans:
            continue
        wakes = max(span.end for span in spans)
        starts = {start for change in changes[who] for start in change.starts if now < start < wakes + IN_TIME}
        if any(not quiet[each, who].is_away(start) for start in starts for each in programmes[who]):
            urgent.add(who)
        else:
            asleep[who] = min(wakes, now + LOOKED_AT_AGAIN)
    return urgent, asleep


def _groups(changes: Iterable[Change], news: Iterable[GroupNews]) -> set[tuple[int, str]]:
    of_changes = {(change.session.row.programme_id, change.session.row.group_key) for change in changes}
    return of_changes | {(each.programme_id, each.group_key) for each in news}


def _forget_reminders(db: Db, changes: Mapping[int, Sequence[Change]]) -> None:
    """Reminders of what is cancelled, or of a start that is no more, are not true any more, in the outbox or not."""
    stands = {
        (change.session.row.id, person_id): change.session.row.starts_at if change.takes_time else None
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


def _load(db: Db, people: Sequence[int], now: datetime) -> _Known:
    known = _Known()
    for row in db.scalars(select(WaitingNoticeRow).where(WaitingNoticeRow.person_id.in_(people)).with_for_update()):
        known.waiting[row.person_id].append(row)
    waits = MailRow.next_try_at.is_not(None)
    rows = db.execute(
        select(InvitationRow, MailRow.id)
        .outerjoin(MailRow, (MailRow.id == InvitationRow.mail_id) & waits)
        .where(InvitationRow.person_id.in_(people))
        .with_for_update(of=InvitationRow)
    )
    for invitation, mail_id in rows:
        known.rows[invitation.session_id, invitation.person_id] = invitation
        if mail_id is not None:
            known.unsent[invitation.session_id, invitation.person_id] = mail_id
    wanted = {row.session_id for of_one in known.waiting.values() for row in of_one}
    unsent = {session_id for session_id, _ in known.unsent}
    sessions = load_sessions(db, or_(SessionRow.id.in_(wanted), SessionRow.id.in_(unsent)), now)
    known.sessions = {each.row.id: each for programme in sessions.all.values() for each in programme}
    return known


def _withdrawn(known: _Known, changes: Mapping[int, Sequence[Change]]) -> set[int]:
    """Letters that wait and tell what is not so any more; the rest of what they tell is told again."""
    keys = {(change.session.row.id, person_id) for person_id, found in changes.items() for change in found}
    return {known.unsent[key] for key in keys & known.unsent.keys()}


def announced_by(row: InvitationRow | None) -> Announced | None:
    """What somebody was told of a session."""
    if row is None:
        return None
    return Announced(
        row.holds, row.takes_place, row.sequence, row.starts_at, row.ends_at, row.place, row.expected, row.shown
    )


def programme_names(db: Db) -> dict[int, str]:
    """How programmes are called, by id."""
    return dict(db.execute(select(ProgrammeRow.id, ProgrammeRow.name)).all())
