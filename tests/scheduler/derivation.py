"""All that is worked out from stored facts: looked at, and forgotten, so that it can be worked out from scratch."""

from __future__ import annotations

import re
from datetime import datetime
from gzip import decompress
from typing import Any

from sqlalchemy import delete, select, update

from scheduler.availability.tables import AvailabilityRow
from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.calendars.model import Purpose
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.db import Database, Db
from scheduler.releases.tables import ReleaseRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, ProposalRow, SessionRow
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow

_VERSION = re.compile(r"^(?:SEQUENCE|DTSTAMP|CREATED|LAST-MODIFIED):.*\r\n", re.MULTILINE)


def derived(database: Database, *programme_ids: int) -> dict[str, Any]:
    """All that is worked out from stored facts; troubles of these programmes."""
    with database.reading() as db:
        marks = {
            (r.programme_id, r.person_id): (r.marks, r.planner_marks, r.reasons)
            for r in db.scalars(select(AvailabilityRow))
        }
        attendance = {(r.session_id, r.person_id): (r.mark, r.away, r.by_call) for r in db.scalars(select(AttendeeRow))}
        statuses = {r.id: r.status for r in db.scalars(select(SessionRow))}
        offers = select(ProposalRow).where(ProposalRow.by_id.is_(None), ProposalRow.state == "open")
        offered = sorted((r.session_id, r.starts_at) for r in db.scalars(offers))
        troubles = {programme_id: _troubles(db, programme_id) for programme_id in programme_ids}
        feeds = {r.id: (r.etag, r.ended_at is None, r.fault) for r in db.scalars(select(FeedRow))}
        feeds |= _calendars_of_rota_managers(db)
        people = {(r.session_id, r.person_id): r.starts_at for r in db.scalars(select(BookedPersonRow))}
        booked = {r.session_id: (r.starts_at, r.place, r.site_id) for r in db.scalars(select(BookingRow))}
        releases = {
            (r.session_id, r.person_id, r.site_id, r.rota): (r.starts_at, r.ends_at, r.duty)
            for r in db.scalars(select(ReleaseRow).where(ReleaseRow.ended_at.is_(None)))
        }
    return {
        "releases": releases,
        "marks": marks,
        "attendance": attendance,
        "people booked": people,
        "booked": booked,
        "statuses": statuses,
        "offers": offered,
        "troubles": troubles,
        "feeds": feeds,
    }


def _calendars_of_rota_managers(db: Db) -> dict[int, tuple[str, bool, str]]:
    """What they show. Which version of a release that is, is a fact of its own, which is lost with the release."""
    bodies = select(FeedRow, FeedBodyRow.gzipped).join(FeedBodyRow, FeedBodyRow.feed_id == FeedRow.id)
    return {
        row.id: (_VERSION.sub("", decompress(body).decode()), row.ended_at is None, row.fault)
        for row, body in db.execute(bodies.where(FeedRow.purpose == Purpose.COVER))
    }


def _troubles(db: Db, programme_id: int) -> list[tuple[str, tuple[str, ...]]]:
    living = select(TroubleRow).where(TroubleRow.programme_id == programme_id, TroubleRow.state != TroubleState.SETTLED)
    return sorted((row.subject, tuple(row.parts)) for row in db.scalars(living))


Turns = tuple[list[dict[str, object]], list[dict[str, object]]]
"""Of sessions and of who is invited, as rows to be written back."""


def turns_of(db: Db) -> Turns:
    """Whose turn in the chair each session is. It depends on whose it was before, so it is not forgotten."""
    sessions = select(SessionRow.id, SessionRow.chair_id, SessionRow.chair_agreed, SessionRow.chair_wants_id)
    people = select(AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.turn_changed_at)
    return [dict(row._mapping) for row in db.execute(sessions)], [dict(row._mapping) for row in db.execute(people)]


def give_turns_back(db: Db, turns: Turns) -> None:
    """As they were, with feeds to be made anew."""
    for table, rows in zip((SessionRow, AttendeeRow), turns, strict=True):
        db.execute(update(table), rows)
    _forget_feeds(db)


def forget_all_derived(db: Db, now: datetime) -> None:
    """As if nothing had ever been worked out."""
    ahead = select(SessionRow.id).where(SessionRow.starts_at > now, SessionRow.status != SessionStatus.CANCELLED)
    db.execute(delete(AvailabilityRow))
    db.execute(update(AttendeeRow).where(AttendeeRow.session_id.in_(ahead)).values(mark="", away=False))
    db.execute(delete(BookingRow).where(BookingRow.session_id.in_(ahead)))
    db.execute(delete(ProposalRow).where(ProposalRow.by_id.is_(None)))
    db.execute(delete(TroubleRow))
    db.execute(delete(ReleaseRow).where(ReleaseRow.starts_at > now, ReleaseRow.ended_at.is_(None)))
    _forget_feeds(db)


def _forget_feeds(db: Db) -> None:
    db.execute(update(FeedRow).where(FeedRow.ended_at.is_(None)).values(etag=""))
    db.execute(update(FeedBodyRow).values(gzipped=b""))
