"""Bringing stored bodies up to date: compared by content, rendered, checked, and only then stored."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog
from sqlalchemy import ColumnElement, and_, select, update

from scheduler.calendars.bodies import Draft, Renderer
from scheduler.calendars.contents import Sessions
from scheduler.calendars.cover_contents import cover_events
from scheduler.calendars.feeds import Subject, may_hold
from scheduler.calendars.model import Calendar, Event, Purpose
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.calendars.validation import validate
from scheduler.calendars.views import view_of
from scheduler.calendars.wording import wording_for
from scheduler.db import Db
from scheduler.errors import Fault
from scheduler.people.model import Role, role_as_guest
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.tables import SiteRow

GZIP_LEVEL: Final = 6
_LEFT_WITH_PROGRAMME: Final = frozenset({Role.RESIDENT, Role.FACULTY})
_TICK: Final = timedelta(seconds=1)
"""Last-Modified has no finer grain (RFC 9110 section 8.8.2)."""
_log = structlog.get_logger()

Roles = Mapping[int, frozenset[Role]]
"""A person's id → what they are in one programme."""


@dataclass(frozen=True, slots=True)
class OwnedFeed:
    """A feed with its owner's language and, where it is about a site, the site's name."""

    row: FeedRow
    language: str
    site: str


@dataclass(frozen=True, slots=True)
class UpdateCounts:
    """How many feeds have a new body, and of how many a new body was refused for its faults."""

    changed: int
    refused: int


def is_open() -> ColumnElement[bool]:
    """The feeds that still show sessions."""
    return and_(FeedRow.revoked_at.is_(None), FeedRow.ended_at.is_(None))


def load_feeds(db: Db, *conditions: ColumnElement[bool]) -> list[OwnedFeed]:
    """Feeds without their bodies: thousands of them need not be read to be compared.

    They are locked until the transaction ends. Of two refreshes at a time the second so waits, and then reads sessions
    as the first has left them.
    """
    rows = db.execute(
        select(FeedRow, PersonRow.language, SiteRow.name)
        .join(PersonRow, PersonRow.id == FeedRow.owner_id)
        .outerjoin(SiteRow, SiteRow.id == FeedRow.site_id)
        .where(*conditions)
        .order_by(FeedRow.id)
        .with_for_update(of=FeedRow)
    )
    return [OwnedFeed(row, language, site or "") for row, language, site in rows]


def load_roles(db: Db, programme_id: int | None, *conditions: ColumnElement[bool]) -> Roles:
    """Who has which role in a programme. People who have left it are no longer residents or faculty there."""
    in_programme = and_(
        ParticipantRow.person_id == RoleRow.person_id, ParticipantRow.programme_id == RoleRow.programme_id
    )
    rows = db.execute(
        select(RoleRow.person_id, RoleRow.role, ParticipantRow.left_at, ParticipantRow.guest)
        .outerjoin(ParticipantRow, in_programme)
        .where(RoleRow.programme_id == programme_id, *conditions)
    )
    found: dict[int, set[Role]] = defaultdict(set)
    for person_id, role, left_at, guest in rows:
        found[person_id].add(role_as_guest(role, guest=bool(guest), has_left=left_at is not None))
        if left_at is not None:
            found[person_id] -= _LEFT_WITH_PROGRAMME
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


def may_keep(row: FeedRow, roles: Roles, sessions: Sessions, now: datetime) -> bool:
    """Whether the owner may hold this feed as things stand."""
    if row.purpose is Purpose.COVER and row.id is not None:
        return True  # it is for a rota manager, whoever of the coordinators made it
    subject = Subject(row.purpose, row.programme_id, row.group_key, row.room_id, row.site_id, row.manager_id)
    is_in_group = subject.purpose is Purpose.GROUP and sessions.is_in_group(row, now)
    return may_hold(subject, roles.get(row.owner_id, frozenset()), is_in_group)


def update_bodies(db: Db, held: Iterable[OwnedFeed], sessions: Sessions, now: datetime) -> UpdateCounts:
    """Store a new body for each feed whose content is not what it last showed."""
    renderer, all_of = Renderer(), list(held)
    covers = cover_events(db, [(feed.row, feed.language) for feed in all_of if feed.row.purpose is Purpose.COVER], now)
    drafts = [(feed.row, _draft(feed, sessions, renderer, covers.get(feed.row.id))) for feed in all_of]
    return _store_all(db, drafts, renderer, now)


def end_with_notice(db: Db, held: Iterable[OwnedFeed], now: datetime) -> None:
    """Let feeds show nothing but the notice that they have ended: sessions and names vanish from devices."""
    drafts = [(feed.row, _last_notice(feed)) for feed in held]
    for row, _ in drafts:
        row.ended_at = now
    _store_all(db, drafts, Renderer(), now)


def _last_notice(feed: OwnedFeed) -> Draft:
    wording = wording_for(feed.language)
    calendar = Calendar(wording.person, page_url=feed.row.page_url)
    return Draft(calendar, (), (wording.ended, wording.ended_more), _notice_uid(feed.row), wording)


def _draft(feed: OwnedFeed, sessions: Sessions, renderer: Renderer, releases: tuple[Event, ...] | None = None) -> Draft:
    wording = wording_for(feed.language)
    if releases is None:
        shown = sessions.shown_in(feed.row)
        view = view_of(feed.row, feed.language, feed.site, shown)
        events = renderer.events(view, shown, wording, feed.row.owner_id)
        nothing = (wording.nothing_yet, wording.nothing_yet_more)
    else:
        events, nothing = releases, (wording.nobody_yet, wording.nobody_yet_more)
    zone = events[0].zone if events else ""
    return Draft(
        calendar=Calendar(feed.row.name, zone, wording.calendar, page_url=feed.row.page_url),
        events=events,
        notice=nothing,
        notice_uid=_notice_uid(feed.row),
        wording=wording,
    )


def _store_all(db: Db, drafts: Sequence[tuple[FeedRow, Draft]], renderer: Renderer, now: datetime) -> UpdateCounts:
    changed = [(row, draft, etag) for row, draft in drafts if (etag := renderer.etag(draft)) != row.etag]
    builder = _BodyBuilder(renderer)
    bodies = [_checked(row, draft, etag, builder, now) for row, draft, etag in changed]
    good = [{"feed_id": row.id, "gzipped": body} for (row, _, _), body in zip(changed, bodies, strict=True) if body]
    if good:
        db.execute(update(FeedBodyRow), good)
    return UpdateCounts(len(good), len(changed) - len(good))


@dataclass(frozen=True, slots=True)
class _Built:
    """A body as it is sent, and what is wrong with it."""

    gzipped: bytes
    faults: tuple[Fault, ...]


class _BodyBuilder:
    """Renders, checks and compresses. The people of a group mostly get the same octets: those are made once."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._made: dict[tuple[str, datetime], _Built] = {}

    def body(self, draft: Draft, etag: str, changed_at: datetime) -> _Built:
        if not draft.events:  # a notice has a UID of its own in each feed
            return self._make(draft, changed_at)
        key = (etag, changed_at)
        if key not in self._made:
            self._made[key] = self._make(draft, changed_at)
        return self._made[key]

    def _make(self, draft: Draft, changed_at: datetime) -> _Built:
        body = self._renderer.body(draft, changed_at)
        return _Built(gzip.compress(body, GZIP_LEVEL, mtime=0), validate(body))


def _checked(row: FeedRow, draft: Draft, etag: str, builder: _BodyBuilder, now: datetime) -> bytes:
    """The new body, compressed; empty where it has faults, and then the row keeps pointing at its last good one."""
    changed_at = max(now, row.changed_at + _TICK) if row.etag else now
    built = builder.body(draft, etag, changed_at)
    faults = built.faults
    if faults:
        row.fault = f"{faults[0].where}: {faults[0].text}"
        _log.error("feed_body_refused", feed=row.id, faults=len(faults), first=row.fault)
        return b""
    row.etag, row.changed_at, row.fault = etag, changed_at, ""
    return built.gzipped


def _notice_uid(row: FeedRow) -> str:
    return sha256(f"notice:{row.digest}".encode()).hexdigest()[:32]
