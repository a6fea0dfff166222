"""What the calendar of a rota manager shows: who has to be released from the rotas that they keep, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from scheduler.calendars.model import Event
from scheduler.calendars.tables import FeedRow
from scheduler.calendars.wording import Wording, wording_for
from scheduler.db import Db
from scheduler.releases.keepers import ReleaseOf, releases_of_managers
from scheduler.sessions.model import SessionStatus


def cover_events(db: Db, feeds: Sequence[tuple[FeedRow, str]], now: datetime) -> Mapping[int, tuple[Event, ...]]:
    """The events of feeds for rota managers, each in its language, by the feed's number; in one query."""
    if not feeds:
        return {}
    by_manager: dict[int, list[ReleaseOf]] = defaultdict(list)
    for each in releases_of_managers(db, {row.manager_id or 0 for row, _ in feeds}, now):
        by_manager[each.manager_id].append(each)
    return {row.id: _events(row, by_manager[row.manager_id or 0], wording_for(language)) for row, language in feeds}


def _events(feed: FeedRow, shown: Iterable[ReleaseOf], wording: Wording) -> tuple[Event, ...]:
    """One event a person and session: of several, as after a rota has come under another name, one that is needed."""
    found: dict[str, ReleaseOf] = {}
    for each in shown:
        if each.ended and each.changed_at < feed.created_at:
            continue  # over before anybody had this calendar
        uid = sha256(f"release:{feed.manager_id}:{each.session_uid}:{each.person_id}".encode()).hexdigest()[:32]
        if uid not in found or found[uid].ended or (not each.ended and each.starts_at < found[uid].starts_at):
            found[uid] = each
    return tuple(_event(uid, each, wording) for uid, each in found.items())


def _event(uid: str, release: ReleaseOf, wording: Wording) -> Event:
    return Event(
        uid=uid,
        starts_at=release.starts_at,
        ends_at=release.ends_at,
        zone=release.zone,
        title=wording.release.format(name=release.name),
        created_at=release.created_at,
        changed_at=release.changed_at,
        status=SessionStatus.CANCELLED if release.ended else SessionStatus.CONFIRMED,
        sequence=release.sequence,
        description=f"{release.duty} · {release.rota}",
        location=release.site,
        takes_time=False,
    )
