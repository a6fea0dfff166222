"""Telling coordinators by e-mail what is new and needs them: by comparing what each was told with what there is.

Something new is told once nothing more has come for some minutes, of everything in one message; not while its reader
sleeps, unless it is for within a day. What has gone again before it was told is never told. Nothing is kept in memory:
whoever starts again finds the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Database, Db
from scheduler.desk.items import Item, items_in
from scheduler.desk.model import NoticeWish
from scheduler.desk.notice_letters import letter, load_news
from scheduler.desk.tables import NoticeRow, NoticeWishRow
from scheduler.desk.wishes import wish_row
from scheduler.invitations.letters import Recipient
from scheduler.invitations.quiet_hours import load_quiet_hours
from scheduler.invitations.quiet_times import QuietHours
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.waiting_notices import LATEST, STANDS_FOR
from scheduler.mail.service import post, withdraw
from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.people.tables import RoleRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow

CLOSE: Final = timedelta(days=1)
"""What is about a session that begins so soon is told at once, even at night."""
CLOSE_STANDS_FOR: Final = timedelta(minutes=1)
DAILY_FROM: Final = time(8)
"""From this time of their day on people get what they want once a day."""

Rows = Mapping[str, NoticeRow]
"""What is on record of one coordinator in one programme, by the item's key."""


def tell_coordinators(database: Database, base_url: str, now: datetime) -> int:
    """Put e-mails about what is new into the outbox; returns how many. Each programme has a transaction of its own, so
    that of two that tell at once one finds nothing to do."""
    with database.reading() as db:
        concerned = _concerned(db, now)
    posted = 0
    for programme_id in concerned:
        with database.writing() as db:
            lock_programme(db, programme_id)
            posted += _tell_in(db, programme_id, base_url, now)
    return posted


def _concerned(db: Db, now: datetime) -> list[int]:
    """The programmes in which anybody knows of more or less than there is."""
    living = (ProgrammeRow.ended_at.is_(None), ProgrammeRow.archived_at.is_(None))
    programmes = list(db.scalars(select(ProgrammeRow.id).where(*living)))
    coordinators, items = _coordinators(db, programmes), items_in(db, programmes, now)
    known: dict[int, set[tuple[int, str, bool]]] = defaultdict(set)
    for row in db.scalars(select(NoticeRow).where(NoticeRow.programme_id.in_(programmes))):
        known[row.programme_id].add((row.person_id, row.item, row.told_at is not None))
    return [
        programme_id
        for programme_id in programmes
        if not _is_settled(items.get(programme_id, ()), coordinators[programme_id], known[programme_id])
    ]


def _is_settled(items: Iterable[Item], people: Collection[int], known: Collection[tuple[int, str, bool]]) -> bool:
    """Whether everybody was told of all that needs them, and nothing they were told of has gone."""
    there = {item.key for item in items}
    wanted = {(who, item.key) for item in items if item.needs_her for who in people}
    told = {(who, key) for who, key, is_told in known if is_told}
    return wanted <= told and all(is_told and key in there and who in people for who, key, is_told in known)


def _coordinators(db: Db, programmes: Collection[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.execute(
        select(RoleRow.programme_id, RoleRow.person_id)
        .where(RoleRow.programme_id.in_(programmes), RoleRow.role == Role.COORDINATOR)
        .order_by(RoleRow.person_id)
    )
    for programme_id, person_id in rows:
        found[programme_id].append(person_id)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one programme when its coordinators are told."""

    programme: Programme
    items: Mapping[str, Item]
    wishes: Mapping[int, NoticeWishRow]
    recipients: Mapping[int, Recipient]
    quiet: Mapping[tuple[int, int], QuietHours]
    now: datetime

    def clock(self, person_id: int) -> ZoneInfo:
        """The clock that somebody lives by."""
        return ZoneInfo(self.recipients[person_id].clock(self.programme.id, self.programme.zone))


def _tell_in(db: Db, programme_id: int, base_url: str, now: datetime) -> int:
    people = _coordinators(db, [programme_id])[programme_id]
    items = {item.key: item for item in items_in(db, [programme_id], now).get(programme_id, ())}
    rows = _rows(db, programme_id)
    for person_id in rows.keys() | set(people):
        rows[person_id] = _brought_up_to_date(
            db, programme_id, person_id, rows[person_id], items if person_id in people else {}, now
        )
    waiting = [who for who in people if any(row.told_at is None for row in rows[who].values())]
    if not waiting:
        return 0
    wishes = db.scalars(select(NoticeWishRow).where(NoticeWishRow.programme_id == programme_id))
    known = _Known(
        programme=get_programme(db, programme_id),
        items=items,
        wishes={row.person_id: row for row in wishes},
        recipients=load_recipients(db, waiting, now),
        quiet=load_quiet_hours(db, [(programme_id, who, now) for who in waiting], now),
        now=now,
    )
    return sum(_tell_one(db, known, who, rows[who], base_url) for who in waiting)


def _rows(db: Db, programme_id: int) -> dict[int, dict[str, NoticeRow]]:
    found: dict[int, dict[str, NoticeRow]] = defaultdict(dict)
    for row in db.scalars(select(NoticeRow).where(NoticeRow.programme_id == programme_id).with_for_update()):
        found[row.person_id][row.item] = row
    return found


def _brought_up_to_date(
    db: Db, programme_id: int, person_id: int, rows: dict[str, NoticeRow], items: Mapping[str, Item], now: datetime
) -> dict[str, NoticeRow]:
    """What somebody knows or is to be told, after what has come and what has gone. A letter that waits and tells of
    something that has gone is taken back, and what else it told is told anew."""
    gone = [
        row
        for key, row in rows.items()
        if key not in items or (row.told_at is None and not items[key].needs_her)
    ]  # fmt: skip
    stale = _unsent(db, {row.mail_id for row in gone if row.mail_id is not None})
    if stale:
        withdraw(db, stale)
    for row in gone:
        db.delete(rows.pop(row.item))
    for row in rows.values():
        if row.mail_id in stale:
            row.told_at, row.mail_id = None, None
    for key, item in items.items():
        if item.needs_her and key not in rows:
            rows[key] = NoticeRow(programme_id=programme_id, person_id=person_id, item=key, since=now)
            db.add(rows[key])
    db.flush()
    return rows


def _unsent(db: Db, mail_ids: Collection[int]) -> frozenset[int]:
    if not mail_ids:
        return frozenset()
    waits = (MailRow.id.in_(mail_ids), MailRow.next_try_at.is_not(None))
    return frozenset(db.scalars(select(MailRow.id).where(*waits)))


def _tell_one(db: Db, known: _Known, person_id: int, rows: Rows, base_url: str) -> int:
    new = [row for row in rows.values() if row.told_at is None]
    wish = known.wishes[person_id].wish if person_id in known.wishes else NoticeWish.ONCE
    if wish is NoticeWish.NEVER:
        _note(new, known.now, None)
        return 0
    close = any(known.items[row.item].is_within(CLOSE, known.now) for row in new)
    if not _is_due(known, person_id, new, wish, close=close):
        return 0
    unsent = _unsent(db, {row.mail_id for row in rows.values() if row.mail_id is not None})
    if unsent:
        withdraw(db, unsent)
    told = [*new, *(row for row in rows.values() if row.mail_id in unsent)]
    news = load_news(db, known.programme.id, [known.items[row.item] for row in told], known.now)
    urgent = close and wish is NoticeWish.ONCE
    mail_id = post(db, letter(known.programme, known.recipients[person_id], news, base_url, urgent=urgent), known.now)
    _note(told, known.now, mail_id)
    wish_row(db, known.programme.id, person_id).told_at = known.now
    return 1


def _note(rows: Iterable[NoticeRow], now: datetime, mail_id: int | None) -> None:
    for row in rows:
        row.told_at, row.mail_id = now, mail_id


def _is_due(known: _Known, person_id: int, new: Sequence[NoticeRow], wish: NoticeWish, *, close: bool) -> bool:
    quiet = known.quiet[known.programme.id, person_id]
    if quiet.is_away(known.now):
        return False
    asleep = quiet.span_at(known.now) is not None
    if wish is NoticeWish.DAILY:
        return not asleep and _is_time_of_day(known, person_id)
    if asleep and not close:
        return False
    stands = known.now - max(row.since for row in new)
    waited = known.now - min(row.since for row in new)
    return stands >= STANDS_FOR or waited >= LATEST or (close and stands >= CLOSE_STANDS_FOR)


def _is_time_of_day(known: _Known, person_id: int) -> bool:
    """Whether the daily message may go: once a day, from the morning on."""
    clock = known.clock(person_id)
    here = known.now.astimezone(clock)
    last = known.wishes[person_id].told_at if person_id in known.wishes else None
    return here.time() >= DAILY_FROM and (last is None or last.astimezone(clock).date() < here.date())
