"""A person's calendar of their circles: titles that say nothing, at an address that says nothing.

It is apart from all other feeds, so that none of them, whoever holds it, can show a circle.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.calendars.icalendar_text import render_calendar, render_event, render_notice
from scheduler.calendars.model import Calendar, Event, Notice
from scheduler.circles.dates import neutral_title
from scheduler.circles.service import must_be_eligible
from scheduler.circles.tables import CircleFeedRow, CircleMeetingRow, CircleMemberRow, CircleRow
from scheduler.db import Db
from scheduler.languages import in_language, say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import SessionStatus
from scheduler.signing_in.links import digest


def open_own_feed(db: Db, actor: Actor, programme_id: int, now: datetime) -> str:
    """A new secret for the actor's calendar, shown this once; one of before no longer works."""
    must_be_eligible(actor, programme_id)
    secret = secrets.token_urlsafe(32)
    row = db.get(CircleFeedRow, actor.person_id) or CircleFeedRow(person_id=actor.person_id)
    row.digest, row.opened_at = digest(secret), now
    db.add(row)
    return secret


def close_own_feed(db: Db, actor: Actor) -> None:
    """No longer have a calendar."""
    if row := db.get(CircleFeedRow, actor.person_id):
        db.delete(row)


def has_feed(db: Db, actor: Actor) -> bool:
    """Whether the actor has a calendar."""
    return db.get(CircleFeedRow, actor.person_id) is not None


def find_calendar(db: Db, secret: str, now: datetime) -> bytes | None:
    """The calendar behind a secret; None where there is none."""
    feed = db.scalar(select(CircleFeedRow).where(CircleFeedRow.digest == digest(secret)))
    if feed is None:
        return None
    person = db.get_one(PersonRow, feed.person_id)
    with in_language(person.language):
        return _calendar(db, feed, now)


def _calendar(db: Db, feed: CircleFeedRow, now: datetime) -> bytes:
    mine = select(CircleMemberRow.circle_id).where(CircleMemberRow.person_id == feed.person_id)
    rows = db.execute(
        select(CircleMeetingRow, CircleRow, ProgrammeRow.zone)
        .join(CircleRow, CircleRow.id == CircleMeetingRow.circle_id)
        .join(ProgrammeRow, ProgrammeRow.id == CircleRow.programme_id)
        .where(CircleMeetingRow.circle_id.in_(mine))
        .order_by(CircleMeetingRow.starts_at)
        .options(selectinload(CircleRow.members))
    ).all()
    fragments = [render_event(_event(meeting, circle, zone, feed)) for meeting, circle, zone in rows]
    if not fragments:
        nothing = Notice(f"nothing-{feed.digest[:16]}@mentor-rounds", say("No dates yet"), now.date(), feed.opened_at)
        fragments = [render_notice(nothing)]
    return render_calendar(Calendar(say("Dates")), fragments, feed.opened_at)


def _event(meeting: CircleMeetingRow, circle: CircleRow, zone: str, feed: CircleFeedRow) -> Event:
    minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    is_agreed = circle.charter_version and all(each.agreed_version == circle.charter_version for each in circle.members)
    return Event(
        # No two people's calendars share an identifier: it would tell that they are in one circle.
        uid=f"{digest(f'{feed.digest}{meeting.id}')[:32]}@mentor-rounds",
        starts_at=meeting.starts_at.astimezone(UTC),
        ends_at=meeting.ends_at.astimezone(UTC),
        zone=zone,
        title=neutral_title(minutes),
        created_at=meeting.found_at.astimezone(UTC),
        changed_at=meeting.found_at.astimezone(UTC),
        status=SessionStatus.CONFIRMED if is_agreed else SessionStatus.TENTATIVE,
        private=True,
    )
