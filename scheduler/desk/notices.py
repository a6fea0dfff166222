"""Telling coordinators by e-mail what is new and needs them: by comparing what each was told with what there is.

Something new is told once nothing more has come for some minutes, of everything in one message; not while its reader
sleeps, unless it is for within a day. What has gone again before it was told is never told; a trouble that has become
worse is told again. Nothing is kept in memory: whoever starts again finds the same.
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
from scheduler.desk.tables import NoticeRow, NoticeWishRow, StockRow
from scheduler.desk.wishes import wish_row
from scheduler.invitations.letters import Recipient
from scheduler.invitations.quiet_hours import load_quiet_hours
from scheduler.invitations.quiet_times import QuietHours
from scheduler.invitations.recipients import load_recipients
from scheduler.invitations.waiting_notices import LATEST, STANDS_FOR
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.model import Letter
from scheduler.mail.service import post, withdraw
from scheduler.mail.tables import MailRow
from scheduler.people.model import Role
from scheduler.people.tables import RoleRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import Settings

CLOSE: Final = timedelta(days=1)
"""What is about a session that begins so soon is told at once, even at night."""
CLOSE_STANDS_FOR: Final = timedelta(minutes=1)
DAILY_FROM: Final = time(8)
"""From this time of their day on people get what they want once a day."""

Rows = Mapping[str, NoticeRow]
"""What is on record of one coordinator in one programme, by the item's key."""


def tell_coordinators(database: Database, settings: Settings, now: datetime) -> int:
    """Put e-mails about what is new into the outbox; returns how many. Each programme has a transaction of its own, so
    that of two that tell at once one finds nothing to do; none is begun where there is nothing to do yet."""
    with database.reading() as db:
        concerned = _concerned(db, now)
    posted = 0
    for programme_id in concerned:
        with database.writing() as db:
            lock_programme(db, programme_id)
            posted += _tell_in(db, programme_id, settings, now)
    return posted


def _concerned(db: Db, now: datetime) -> list[int]:
    """The programmes in which there is something to write down or to tell."""
    living = (ProgrammeRow.ended_at.is_(None), ProgrammeRow.archived_at.is_(None))
    programmes = list(db.scalars(select(ProgrammeRow.id).where(*living)))
    stock = set(db.scalars(select(StockRow.programme_id)))
    coordinators, items = _coordinators(db, programmes), items_in(db, programmes, now)
    rows = _rows(db, programmes)
    return [
        programme_id
        for programme_id in programmes
        if programme_id in stock
        or _has_work(db, programme_id, coordinators[programme_id], items.get(programme_id, ()), rows[programme_id], now)
    ]


def _has_work(
    db: Db, programme_id: int, people: Sequence[int], items: Sequence[Item], rows: Mapping[int, Rows], now: datetime
) -> bool:
    """Whether anything came, went or became worse that nobody wrote down, or a letter is due."""
    there = {item.key: item for item in items}
    if any(person_id not in people for person_id, known in rows.items() if known):
        return True
    known = {who: rows.get(who, {}) for who in people}
    if any(_is_behind(known[who], there) for who in people):
        return True
    waiting = _waiting(people, known)
    if not waiting:
        return False
    here = _load_known(db, programme_id, there, waiting, now)
    return any(_is_time(here, who, _new(known[who])) for who in waiting)


def _is_behind(rows: Rows, items: Mapping[str, Item]) -> bool:
    """Whether what is on record of somebody is other than what there is."""
    come = any(item.needs_her and key not in rows for key, item in items.items())
    return come or any(_is_gone(row, items) or _is_worse(row, items) for row in rows.values())


def _is_gone(row: NoticeRow, items: Mapping[str, Item]) -> bool:
    return row.item not in items or (row.told_at is None and not items[row.item].needs_her)


def _is_worse(row: NoticeRow, items: Mapping[str, Item]) -> bool:
    return row.told_at is not None and items[row.item].is_worse(row.told_parts, row.told_start)


def _new(rows: Rows) -> list[NoticeRow]:
    return [row for row in rows.values() if row.told_at is None]


def _waiting(people: Iterable[int], rows: Mapping[int, Rows]) -> list[int]:
    return [who for who in people if _new(rows[who])]


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

    def wish(self, person_id: int) -> NoticeWish:
        """How often somebody wants to be told."""
        return self.wishes[person_id].wish if person_id in self.wishes else NoticeWish.ONCE

    def is_close(self, rows: Iterable[NoticeRow]) -> bool:
        """Whether any of these is about a session that begins within a day."""
        return any(self.items[row.item].is_within(CLOSE, self.now) for row in rows)


def _tell_in(db: Db, programme_id: int, settings: Settings, now: datetime) -> int:
    people = _coordinators(db, [programme_id])[programme_id]
    items = {item.key: item for item in items_in(db, [programme_id], now).get(programme_id, ())}
    rows = _rows(db, [programme_id], locked=True)[programme_id]
    for person_id in rows.keys() | set(people):
        rows[person_id] = _brought_up_to_date(
            db, programme_id, person_id, rows[person_id], items if person_id in people else {}, now
        )
    if stock := db.get(StockRow, programme_id):
        _note([row for who in people for row in _new(rows[who])], items, now, None)
        db.delete(stock)
    waiting = _waiting(people, rows)
    if not waiting:
        return 0
    known = _load_known(db, programme_id, items, waiting, now)
    return sum(_tell_one(db, known, who, rows[who], settings) for who in waiting)


def _load_known(db: Db, programme_id: int, items: Mapping[str, Item], waiting: Sequence[int], now: datetime) -> _Known:
    wishes = db.scalars(select(NoticeWishRow).where(NoticeWishRow.programme_id == programme_id))
    return _Known(
        programme=get_programme(db, programme_id),
        items=items,
        wishes={row.person_id: row for row in wishes},
        recipients=load_recipients(db, waiting, now),
        quiet=load_quiet_hours(db, [(programme_id, who, now) for who in waiting], now),
        now=now,
    )


def _rows(db: Db, programmes: Collection[int], *, locked: bool = False) -> dict[int, dict[int, dict[str, NoticeRow]]]:
    """What is on record, by programme, person and item."""
    found: dict[int, dict[int, dict[str, NoticeRow]]] = defaultdict(lambda: defaultdict(dict))
    query = select(NoticeRow).where(NoticeRow.programme_id.in_(programmes))
    for row in db.scalars(query.with_for_update() if locked else query):
        found[row.programme_id][row.person_id][row.item] = row
    return found


def _brought_up_to_date(
    db: Db, programme_id: int, person_id: int, rows: dict[str, NoticeRow], items: Mapping[str, Item], now: datetime
) -> dict[str, NoticeRow]:
    """What somebody knows or is to be told, after what has come, what has gone and what has become worse. A letter that
    waits and tells of something that has gone is taken back, and what else it told is told anew."""
    gone = [row for row in rows.values() if _is_gone(row, items)]
    stale = _unsent(db, {row.mail_id for row in gone if row.mail_id is not None})
    if stale:
        withdraw(db, stale)
    for row in gone:
        db.delete(rows.pop(row.item))
    for row in rows.values():
        if row.mail_id in stale:
            row.told_at = row.mail_id = row.told_parts = row.told_start = None
        elif _is_worse(row, items):
            row.told_at, row.since = None, now
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


def _tell_one(db: Db, known: _Known, person_id: int, rows: Rows, settings: Settings) -> int:
    new = _new(rows)
    if not _is_time(known, person_id, new):
        return 0
    if known.wish(person_id) is NoticeWish.NEVER:
        _note(new, known.items, known.now, None)
        return 0
    unsent = _unsent(db, {row.mail_id for row in rows.values() if row.mail_id is not None})
    if unsent:
        withdraw(db, unsent)
    told = [*new, *(row for row in rows.values() if row.told_at is not None and row.mail_id in unsent)]
    wished = wish_row(db, known.programme.id, person_id)
    written = _letter(db, known, person_id, told, unsent, Tags(settings).sign(TagKind.STOP_DESK, wished.id), settings)
    _note(told, known.items, known.now, post(db, written, known.now))
    wished.told_at = known.now
    return 1


def _letter(
    db: Db,
    known: _Known,
    person_id: int,
    told: Sequence[NoticeRow],
    unsent: Collection[int],
    stop: str,
    settings: Settings,
) -> Letter:
    """The letter about these. Worse than she knows is what a letter has told that went out."""
    worse = frozenset(
        known.items[row.item].number for row in told if row.told_parts is not None and row.mail_id not in unsent
    )
    news = load_news(db, known.programme.id, [known.items[row.item] for row in told], known.now, worse)
    urgent = known.is_close(told) and known.wish(person_id) is NoticeWish.ONCE
    to, stop_url = known.recipients[person_id], f"{settings.base_url}/mail/stop/{stop}"
    return letter(known.programme, to, news, settings.base_url, urgent=urgent, stop_url=stop_url)


def _note(rows: Iterable[NoticeRow], items: Mapping[str, Item], now: datetime, mail_id: int | None) -> None:
    for row in rows:
        row.told_at, row.mail_id = now, mail_id
        row.told_parts, row.told_start = items[row.item].parts, items[row.item].starts_at


def _is_time(known: _Known, person_id: int, new: Sequence[NoticeRow]) -> bool:
    """Whether what is new can be told, or written down for who wants no such mail."""
    wish = known.wish(person_id)
    return wish is NoticeWish.NEVER or _is_due(known, person_id, new, wish, close=known.is_close(new))


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
