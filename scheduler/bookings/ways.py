"""How long the way from one session to another takes, for somebody who has to be at both in person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from scheduler.bookings.places import plain
from scheduler.db import Db
from scheduler.programmes.tables import JourneyRow, SiteRow

USUAL_WAY = timedelta(minutes=30)
"""Between two sites for which no programme says how long the way takes."""
_NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways between the sites of all programmes: sites of one name are one site, and the longest way counts that any
    programme gives, in either direction. Where no site is named none takes time: :data:`NO_WAYS`."""

    names: Mapping[int, str]
    longest: Mapping[frozenset[str], timedelta]

    def between(self, one: int | None, other: int | None) -> timedelta:
        """The way between two sites by id; None stands for a session that is not in person."""
        if one is None or other is None or not self.names:
            return _NO_TIME
        sites = frozenset((self.names[one], self.names[other]))
        return _NO_TIME if len(sites) == 1 else self.longest.get(sites, USUAL_WAY)


NO_WAYS = Ways({}, {})
"""Where nobody has a way to go, or only the time itself counts."""


def ways(db: Db) -> Ways:
    """The ways of this installation as they are kept now."""
    names = {site_id: plain(name) for site_id, name in db.execute(select(SiteRow.id, SiteRow.name))}
    start, end = aliased(SiteRow), aliased(SiteRow)
    rows = db.execute(
        select(start.name, end.name, JourneyRow.minutes)
        .join(start, start.id == JourneyRow.from_site_id)
        .join(end, end.id == JourneyRow.to_site_id)
    )
    longest: dict[frozenset[str], timedelta] = {}
    for one, other, minutes in rows:
        sites = frozenset((plain(one), plain(other)))
        longest[sites] = max(longest.get(sites, _NO_TIME), timedelta(minutes=minutes))
    return Ways(names, longest)
