"""Feeds: opened, listed, rotated, revoked, brought up to date after a change.

A feed's address is a secret of 256 bits of which only the digest is kept. Its body is rendered when what it shows has
changed, and stored; `serving` finds it for clients that ask.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from scheduler.calendars.contents import Published, Sessions, load_sessions, of_feed, of_programme
from scheduler.calendars.feeds import (
    FeedAddress,
    FeedInfo,
    Purpose,
    Refreshed,
    Subject,
    feed_path,
)
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.calendars.updating import bring_up_to_date, end, is_open, load_held, load_roles, may_keep
from scheduler.calendars.wording import Wording, wording_for
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.model import Actor
from scheduler.people.signing_in import digest
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.tables import ProgrammeRow, RoomRow, SiteRow
from scheduler.safety.service import record


def open_feed(
    db: Session, actor: Actor, subject: Subject, now: datetime, *, page_url: str = "", owner_id: int | None = None
) -> FeedAddress:
    """Make a feed and its secret address, which is shown this once. `page_url` is where its reader finds the pages.

    The owner is the actor; only the product itself may open one for somebody else. Raises NotAllowed where the owner's
    part in the programme does not give them such a feed, NotFound where its subject does not exist.
    """
    holder = _holder(actor, owner_id)
    token = secrets.token_urlsafe(32)
    row = _new_row(token, holder, subject, page_url, now)
    sessions = load_sessions(db, of_feed(row), now)
    if not may_keep(row, load_roles(db, row.programme_id, RoleRow.person_id == holder), sessions, now):
        raise NotAllowed("This calendar is not yours to have.")
    row.name = _name(db, row, sessions)
    db.add(row)
    db.flush()
    db.add(FeedBodyRow(feed_id=row.id, gzipped=b""))
    if bring_up_to_date(db, load_held(db, FeedRow.id == row.id), sessions, now).refused:
        raise NotPossible(f"This calendar cannot be made: {row.fault}.", what_to_do="Tell your coordinator.")
    db.flush()
    record(db, actor, "feed.opened", now, row.programme_id, feed=row.id, purpose=row.purpose)
    return FeedAddress(row.id, token, row.name, feed_path(token, row.name))


def list_feeds(db: Session, actor: Actor) -> tuple[FeedInfo, ...]:
    """The actor's feeds, newest first; never their addresses."""
    rows = db.scalars(select(FeedRow).where(FeedRow.owner_id == actor.person_id).order_by(FeedRow.id.desc()))
    return tuple(_info(row) for row in rows)


def revoke(db: Session, actor: Actor, feed_id: int, now: datetime) -> None:
    """Close a feed whose address leaked: it answers 410 from now on."""
    row = _own_feed(db, actor, feed_id)
    row.revoked_at, row.etag = row.revoked_at or now, ""
    db.execute(update(FeedBodyRow).where(FeedBodyRow.feed_id == row.id).values(gzipped=b""))
    record(db, actor, "feed.revoked", now, row.programme_id, feed=row.id)


def rotate(db: Session, actor: Actor, feed_id: int, now: datetime) -> FeedAddress:
    """A new address in place of the old one, which shows a notice for 30 days and then answers 410."""
    row = _own_feed(db, actor, feed_id)
    if row.ended_at or row.revoked_at:
        raise NotPossible("This calendar address has ended.", what_to_do="Open a new one.")
    subject = Subject(Purpose(row.purpose), row.programme_id, row.group_key, row.room_id, row.site_id)
    address = open_feed(db, actor, subject, now, page_url=row.page_url, owner_id=row.owner_id)
    end(db, load_held(db, FeedRow.id == row.id), now)
    record(db, actor, "feed.rotated", now, row.programme_id, feed=row.id, successor=address.feed_id)
    return address


def end_feeds(db: Session, actor: Actor, person_id: int, programme_id: int, now: datetime) -> int:
    """End every feed that a person holds in a programme which they leave; returns how many."""
    held = load_held(db, is_open(), FeedRow.owner_id == person_id, FeedRow.programme_id == programme_id)
    end(db, held, now)
    record(db, actor, "feeds.ended", now, programme_id, feeds=len(held))
    return len(held)


def refresh(db: Session, programme_id: int, now: datetime) -> Refreshed:
    """Render again exactly those feeds whose content has changed, and end those whose owner has left what they show.

    To be called in the transaction of a change, and once a day, since cancelled sessions go after 30 days. A body with
    faults is not stored: the feed goes on serving its last good one, and tells its fault.
    """
    members = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    over_all = and_(FeedRow.programme_id.is_(None), FeedRow.owner_id.in_(members))
    held = load_held(db, is_open(), or_(FeedRow.programme_id == programme_id, over_all))
    if not held:
        return Refreshed(0, 0, 0)
    sessions = load_sessions(db, of_programme(programme_id), now)
    roles = load_roles(db, programme_id)
    keeps = [may_keep(feed.row, roles, sessions, now) for feed in held]
    end(db, (feed for feed, stays in zip(held, keeps, strict=True) if not stays), now)
    stored = bring_up_to_date(db, (feed for feed, stays in zip(held, keeps, strict=True) if stays), sessions, now)
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
        name="",
        page_url=page_url,
        etag="",
        changed_at=now,
        created_at=now,
    )


def _holder(actor: Actor, owner_id: int | None) -> int:
    holder = actor.person_id if owner_id is None else owner_id
    if holder is None or (holder != actor.person_id and not actor.trusted):
        raise NotAllowed("A calendar address is opened by the person who uses it.")
    return holder


def _own_feed(db: Session, actor: Actor, feed_id: int) -> FeedRow:
    row = db.get(FeedRow, feed_id)
    if row is None or not (actor.trusted or row.owner_id == actor.person_id):
        raise NotFound("There is no such calendar of yours.")
    return row


def _info(row: FeedRow) -> FeedInfo:
    return FeedInfo(
        id=row.id,
        purpose=Purpose(row.purpose),
        programme_id=row.programme_id,
        name=row.name,
        created_at=row.created_at,
        changed_at=row.changed_at,
        last_used_at=row.last_used_at,
        ended_at=row.ended_at,
        revoked_at=row.revoked_at,
        fault=row.fault,
    )


def _name(db: Session, row: FeedRow, sessions: Sessions) -> str:
    """How the calendar is called, in its owner's language."""
    wording = wording_for(db.scalars(select(PersonRow.language).where(PersonRow.id == row.owner_id)).one())
    match Purpose(row.purpose):
        case Purpose.PERSON:
            return wording.person
        case Purpose.BUSY:
            return wording.busy_times
        case Purpose.ROOM:
            return _room_name(db, row)
        case Purpose.SITE:
            return wording.covering.format(site=_site_name(db, row))
        case purpose:
            return _programme_name(purpose, _programme(db, row), wording, sessions.shown_in(row))


def _programme_name(purpose: Purpose, programme: str, wording: Wording, sessions: Sequence[Published]) -> str:
    if purpose is Purpose.GROUP:
        if not sessions:
            raise NotFound("There is no such group.")
        return f"{programme}: {sessions[-1].row.group_name}"
    template = {Purpose.FACILITATOR: wording.facilitating, Purpose.PROGRAMME: wording.whole}.get(purpose)
    return template.format(programme=programme) if template else programme


def _room_name(db: Session, row: FeedRow) -> str:
    of_site = select(RoomRow.name).join(SiteRow, SiteRow.id == RoomRow.site_id)
    return _known(db.scalar(of_site.where(RoomRow.id == row.room_id, SiteRow.programme_id == row.programme_id)), "room")


def _site_name(db: Session, row: FeedRow) -> str:
    in_programme = and_(SiteRow.id == row.site_id, SiteRow.programme_id == row.programme_id)
    return _known(db.scalar(select(SiteRow.name).where(in_programme)), "site")


def _programme(db: Session, row: FeedRow) -> str:
    name = db.scalar(select(ProgrammeRow.name).where(ProgrammeRow.id == row.programme_id))
    return _known(name, "programme")


def _known(name: str | None, kind: str) -> str:
    if name is None:
        raise NotFound(f"There is no such {kind}.")
    return name
