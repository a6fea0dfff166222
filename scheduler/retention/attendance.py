"""Who came to sessions of a programme long over: made into numbers of sessions, and of people who are alike.

Figures by grade, site, part-time and nights are kept for five people or more; values of fewer are counted as one, with
as many others as it takes that nobody can be told from what is kept (:mod:`scheduler.equity.disclosure`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, case, func, select

from scheduler.availability.model import PatternCategory
from scheduler.availability.tables import WeeklyRow
from scheduler.db import Db
from scheduler.equity.disclosure import FEWEST, cells_to_hide
from scheduler.equity.fairness import Aspect, Nights
from scheduler.equity.figures import nights_of
from scheduler.people.tables import ParticipantRow
from scheduler.plans.model import MemberRole
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.attendance_sums import count_without_names
from scheduler.sessions.tables import AttendanceShareRow, AttendedRow, AttendeeRow, SessionRow
from solvers.vocabulary import COMING

_RESIDENTS: Final = AttendeeRow.role == MemberRole.RESIDENT
_COUNTS: Final = ("invited", "could_come", "noted", "came")
_ASPECTS: Final = (Aspect.GRADE, Aspect.SITE, Aspect.HOURS, Aspect.NIGHTS)
POOLED: Final = ""
"""The value under which values of few people are counted together."""


def attendance_left(db: Db, programme_id: int, now: datetime) -> int:
    """How many residents are still named at sessions that are over."""
    here = (SessionRow.programme_id == programme_id, SessionRow.ends_at < now, _RESIDENTS)
    rows = select(func.count()).select_from(AttendeeRow).join(SessionRow, SessionRow.id == AttendeeRow.session_id)
    return db.scalar(rows.where(*here)) or 0


def keep_numbers(db: Db, programme_id: int, now: datetime) -> int:
    """Keep only numbers of them; returns of how many names that was."""
    count = attendance_left(db, programme_id, now)
    if count:
        _add_shares(db, get_programme(db, programme_id), now)
        count_without_names(db, now, _RESIDENTS, programme_id=programme_id)
    return count


def _add_shares(db: Db, programme: Programme, now: datetime) -> None:
    """What was kept before, of people who are named no more, stays and is added to."""
    counts, values = _counts(db, programme.id, now), _values(db, programme)
    people = [who for who in counts if who in values]
    told = [(values[who], counts[who]) for who in people]
    hidden = cells_to_hide(told) if len(told) >= FEWEST else frozenset(
        (number, value) for each, _ in told for number, value in enumerate(each)
    )  # fmt: skip
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (1 + len(_COUNTS)))
    for each, counted in told:
        for place, value in enumerate(each):
            word = POOLED if (place, value) in hidden else str(value)
            of = sums[_ASPECTS[place].value, word]
            for at, number in enumerate((1, *counted)):
                of[at] += number
    for (aspect, value), numbers in sums.items():
        row = db.get(AttendanceShareRow, (programme.id, aspect, value)) or AttendanceShareRow(
            programme_id=programme.id, aspect=aspect, value=value, people=0, **dict.fromkeys(_COUNTS, 0)
        )
        for name, number in zip(("people", *_COUNTS), numbers, strict=True):
            setattr(row, name, getattr(row, name) + number)
        db.add(row)
    db.flush()


def _counts(db: Db, programme_id: int, now: datetime) -> Mapping[int, tuple[int, ...]]:
    """By resident: at how many sessions they were invited, could come, were noted, and came."""
    same = and_(AttendedRow.session_id == AttendeeRow.session_id, AttendedRow.person_id == AttendeeRow.person_id)
    sums: tuple[Any, ...] = (
        func.count(),
        func.sum(case((AttendeeRow.mark.in_(COMING), 1), else_=0)),
        func.count(AttendedRow.came),
        func.sum(case((AttendedRow.came, 1), else_=0)),
    )
    rows = db.execute(
        select(AttendeeRow.person_id, *sums)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .outerjoin(AttendedRow, same)
        .where(SessionRow.programme_id == programme_id, SessionRow.ends_at < now, _RESIDENTS)
        .group_by(AttendeeRow.person_id)
    )
    return {who: tuple(map(int, numbers)) for who, *numbers in rows}


def _values(db: Db, programme: Programme) -> Mapping[int, tuple[Hashable, ...]]:
    """What each resident was, those too who have left: grade, site, part-time or not, nights or not."""
    part_time = set(
        db.scalars(
            select(WeeklyRow.person_id).where(
                WeeklyRow.programme_id == programme.id, WeeklyRow.category == PatternCategory.NOT_WORKING
            )
        )
    )
    sites, nights = {site.id: site.key for site in programme.sites}, nights_of(db, programme)
    rows = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.stage, ParticipantRow.site_id).where(
            ParticipantRow.programme_id == programme.id
        )
    )
    return {
        who: (
            str(stage),
            sites[site_id],
            "part-time" if who in part_time else "full-time",
            nights.get(who, Nights.UNKNOWN).value,
        )
        for who, stage, site_id in rows
    }
