"""Feeds: opened, listed, rotated, revoked, brought up to date after a change.

A feed's address is a secret of 256 bits of which only the digest is kept. Its body is rendered when what it shows has
changed, and stored; `serving` finds it for clients that ask.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select, update

from scheduler.audit.service import record, record_each
from scheduler.calendars.contents import load_sessions, of_feed, of_programme
from scheduler.calendars.feed_names import name_of
from scheduler.calendars.feed_updates import end_with_notice, is_open, load_feeds, load_roles, may_keep, update_bodies
from scheduler.calendars.feeds import TAKING_PART, Choices, FeedAddress, FeedInfo, Refreshed, Subject, feed_path
from scheduler.calendars.model import Purpose
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, RoleRow
from scheduler.signing_in.links import digest

NOTHING_CHOSEN: Final = Choices()


def open_feed(
    db: Db,
    actor: Actor,
    subject: Subject,
    now: datetime,
    *,
    page_url: str = "",
    owner_id: int | None = None,
    choices: Choices = NOTHING_CHOSEN,
) -> FeedAddress:
    """Make a feed and its secret address, which is shown this once. `page_url` is where its reader finds the pages.

    The owner is the actor; only the product itself may open one for somebody else. Raises NotAllowed where the owner's
    part in the programme does not give them such a feed, NotFound where its subject does not exist.
    """
    holder = _holder(actor, owner_id)
    token = secrets.token_urlsafe(32)
    row = _new_row(token, holder, subject, page_url, now)
    row.alarm_minutes, row.names_group = choices.alarm_minutes, choices.names_group
    sessions = load_sessions(db, of_feed(row), now)
    if not may_keep(row, load_roles(db, row.programme_id, RoleRow.person_id == holder), sessions, now):
        raise NotAllowed(say("You don’t have access to that calendar."))
    row.name = name_of(db, row, sessions)
    db.add(row)
    db.flush()
    db.add(FeedBodyRow(feed_id=row.id, gzipped=b""))
    if update_bodies(db, load_feeds(db, FeedRow.id == row.id), sessions, now).refused:
        raise NotPossible(
            say("This calendar could not be put together: %(fault)s.", fault=row.fault),
            what_to_do=say("Please tell your coordinator."),
        )
    db.flush()
    record(db, actor, "feed.opened", now, row.programme_id, feed=row.id, purpose=row.purpose)
    return FeedAddress(row.id, token, row.name, feed_path(token, row.name))


def list_feeds(db: Db, actor: Actor) -> tuple[FeedInfo, ...]:
    """The actor's own feeds, newest first; never their addresses. What they made for rota managers is none of them."""
    own = (FeedRow.owner_id == actor.person_id, FeedRow.purpose != Purpose.COVER)
    rows = db.scalars(select(FeedRow).where(*own).order_by(FeedRow.id.desc()))
    return tuple(info_of(row) for row in rows)


def revoke(db: Db, actor: Actor, feed_id: int, now: datetime) -> None:
    """Close a feed whose address leaked: it answers 410 from now on."""
    row = _own_feed(db, actor, feed_id)
    row.revoked_at, row.etag = row.revoked_at or now, ""
    db.execute(update(FeedBodyRow).where(FeedBodyRow.feed_id == row.id).values(gzipped=b""))
    record(db, actor, "feed.revoked", now, row.programme_id, feed=row.id)


def rotate(db: Db, actor: Actor, feed_id: int, now: datetime) -> FeedAddress:
    """A new address in place of the old one, which shows a notice for 30 days and then answers 410."""
    row = _own_feed(db, actor, feed_id)
    if row.ended_at or row.revoked_at:
        raise NotPossible(
            say("This calendar link no longer works."), what_to_do=say("Make a new one on your calendar page.")
        )
    before = info_of(row)
    holder = None if row.purpose is Purpose.COVER else row.owner_id
    address = open_feed(db, actor, before.subject, now, page_url=row.page_url, owner_id=holder, choices=before.choices)
    end_with_notice(db, load_feeds(db, FeedRow.id == row.id), now)
    record(db, actor, "feed.rotated", now, row.programme_id, feed=row.id, successor=address.feed_id)
    return address


def choose(db: Db, actor: Actor, feed_id: int, choices: Choices, now: datetime) -> None:
    """Take over what the owner of a feed chose; its address stays."""
    row = _own_feed(db, actor, feed_id)
    if row.ended_at or row.revoked_at:
        raise NotPossible(
            say("This calendar link no longer works."), what_to_do=say("Make a new one on your calendar page.")
        )
    row.alarm_minutes, row.names_group = choices.alarm_minutes, choices.names_group
    db.flush()
    sessions = load_sessions(db, of_feed(row), now)
    update_bodies(db, load_feeds(db, FeedRow.id == row.id), sessions, now)
    record(db, actor, "feed.chosen", now, row.programme_id, feed=row.id)


def end_feeds(db: Db, actor: Actor, people: Collection[int], programme_id: int, now: datetime) -> int:
    """End what people hold as residents or facilitators of a programme which they leave; returns how many feeds.

    With the last programme go the feeds over all of them. What somebody holds for looking after the programme stays.
    """
    elsewhere = select(ParticipantRow.person_id).where(
        ParticipantRow.person_id.in_(people),
        ParticipantRow.programme_id != programme_id,
        ParticipantRow.left_at.is_(None),
    )
    here = and_(FeedRow.programme_id == programme_id, FeedRow.purpose.in_(TAKING_PART))
    last = and_(FeedRow.programme_id.is_(None), FeedRow.owner_id.not_in(elsewhere))
    held = load_feeds(db, is_open(), FeedRow.owner_id.in_(people), or_(here, last))
    end_with_notice(db, held, now)
    theirs = Counter(feed.row.owner_id for feed in held)
    record_each(db, actor, "feeds.ended", now, programme_id, [{"feeds": theirs[who]} for who in people])
    return len(held)


def refresh(db: Db, programme_id: int, now: datetime) -> Refreshed:
    """Render again exactly those feeds whose content has changed, and end those whose owner has left what they show.

    To be called in the transaction of a change, and once a day, since cancelled sessions go after 30 days. A body with
    faults is not stored: the feed goes on serving its last good one, and tells its fault.
    """
    members = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    over_all = and_(FeedRow.programme_id.is_(None), FeedRow.owner_id.in_(members))
    held = load_feeds(db, is_open(), or_(FeedRow.programme_id == programme_id, over_all))
    if not held:
        return Refreshed(0, 0, 0)
    sessions = load_sessions(db, of_programme(programme_id), now)
    roles = load_roles(db, programme_id)
    keeps = [may_keep(feed.row, roles, sessions, now) for feed in held]
    end_with_notice(db, (feed for feed, stays in zip(held, keeps, strict=True) if not stays), now)
    stored = update_bodies(db, (feed for feed, stays in zip(held, keeps, strict=True) if stays), sessions, now)
    db.flush()
    return Refreshed(stored.changed, keeps.count(False), stored.refused)


def _new_row(token: str, holder: int, subject: Subject, page_url: str, now: datetime) -> FeedRow:
    return FeedRow(
        digest=digest(token),
        programme_id=subject.programme_id,
        owner_id=holder,
        purpose=subject.purpose,
        group_key=subject.group_key,
        room_id=subject.room_id,
        site_id=subject.site_id,
        manager_id=subject.manager_id,
        name="",
        page_url=page_url,
        etag="",
        changed_at=now,
        created_at=now,
    )


def _holder(actor: Actor, owner_id: int | None) -> int:
    holder = actor.person_id if owner_id is None else owner_id
    if holder is None or (holder != actor.person_id and not actor.trusted):
        raise NotAllowed(say("Only the person who uses a calendar link can make it."))
    return holder


def _own_feed(db: Db, actor: Actor, feed_id: int) -> FeedRow:
    row = db.get(FeedRow, feed_id)
    if row is None or not (actor.trusted or row.owner_id == actor.person_id or _is_theirs(actor, row)):
        raise NotFound(say("That calendar isn’t one of yours."))
    return row


def info_of(row: FeedRow) -> FeedInfo:
    """A feed as its owner reads of it."""
    return FeedInfo(
        id=row.id,
        purpose=row.purpose,
        programme_id=row.programme_id,
        name=row.name,
        created_at=row.created_at,
        changed_at=row.changed_at,
        last_used_at=row.last_used_at,
        ended_at=row.ended_at,
        revoked_at=row.revoked_at,
        fault=row.fault,
        choices=Choices(row.alarm_minutes, row.names_group),
        group_key=row.group_key,
        room_id=row.room_id,
        site_id=row.site_id,
        manager_id=row.manager_id,
    )


def _is_theirs(actor: Actor, row: FeedRow) -> bool:
    """Whether somebody looks after a feed for a rota manager: every coordinator does, whoever made it."""
    return row.purpose is Purpose.COVER and actor.has(row.programme_id or 0, Role.COORDINATOR)
