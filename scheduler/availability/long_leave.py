"""Long leave as time: from the midnight before its first day to the midnight after its last, by the clocks of the site
at which the person works then. Whoever is on it keeps their place, and is counted nowhere until the day they are back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.intervals import Interval, moment, whole_days
from scheduler.availability.tables import AbsenceRow
from scheduler.db import Db
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.tables import ProgrammeRow, SiteRow

_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_AFTERNOON, _MORNING_ENDS = time(12), time(13)
"""Leave from midday begins at noon, and leave until midday ends at one: nobody is promised to be there at lunch."""

Leave = Mapping[int, tuple[Interval, ...]]
"""Somebody's id → their long leave."""


def leave_of_programme(db: Db, programme_id: int, people: Collection[int] | None = None) -> Leave:
    """The long leave of these people in a programme, or of everybody who has any."""
    whose = (AbsenceRow.programme_id == programme_id,)
    rows = db.execute(
        select(AbsenceRow, SiteRow.zone, ProgrammeRow.zone)
        .join(
            ParticipantRow,
            (ParticipantRow.programme_id == AbsenceRow.programme_id)
            & (ParticipantRow.person_id == AbsenceRow.person_id),
        )
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .join(ProgrammeRow, ProgrammeRow.id == AbsenceRow.programme_id)
        .where(*(whose if people is None else (*whose, AbsenceRow.person_id.in_(people))))
    )
    found: dict[int, list[Interval]] = defaultdict(list)
    for row, site_zone, zone in rows:
        found[row.person_id].append(_span(row, ZoneInfo(site_zone or zone)))
    return {person_id: tuple(spans) for person_id, spans in found.items()}


def _span(row: AbsenceRow, zone: ZoneInfo) -> Interval:
    first, last = row.first_day, row.last_day
    starts = whole_days(first, first, zone).start
    ends = whole_days(last, last, zone).end if last else _FOR_EVER
    if row.from_midday:
        starts = moment(datetime.combine(first, _AFTERNOON), zone)
    if row.until_midday and last:
        ends = moment(datetime.combine(last, _MORNING_ENDS), zone, ends=True)
    return Interval(starts, ends)


def is_away(leave: Leave, person_id: int, span: Interval) -> bool:
    """Whether somebody is on long leave during any part of a span of time."""
    return any(each.overlaps(span) for each in leave.get(person_id, ()))


def away_now(db: Db, person_ids: Collection[int], now: datetime) -> frozenset[tuple[int, int]]:
    """Who of these people is on long leave at this moment: pairs of programme and person."""
    of_them = AbsenceRow.person_id.in_(person_ids)
    programmes = db.scalars(select(AbsenceRow.programme_id).where(of_them).distinct()).all()
    return frozenset(
        (programme_id, person_id)
        for programme_id in programmes
        for person_id, spans in leave_of_programme(db, programme_id, person_ids).items()
        if any(span.start <= now < span.end for span in spans)
    )
