"""The planning problem of a programme as it stands: worked out once, and kept in this process until any fact changes,
or the clock passes a moment from which on it would be another. Drafts, repairs and checks of rules go by the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db, only_looks
from scheduler.memory import Memory
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.known_to import KnownTo
from scheduler.planning.open_dates import NOTICE
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from solvers.instance import Instance

MOST_PROGRAMMES: Final = 3
_READERS: Final = 2
"""The planner and the coordinator: a problem is kept as each may know it."""


@dataclass(frozen=True, slots=True)
class _Known:
    instance: Instance
    good_until: datetime


_known: Final[Memory[_Known]] = Memory(_READERS * MOST_PROGRAMMES)


def present_problem(db: Db, programme_id: int, now: datetime, known_to: KnownTo = KnownTo.PLANNER) -> Instance:
    """What a plan made now would solve, as far as may be known. Whoever changes something has it built anew: their
    change has no mark yet."""
    mark = facts_mark(db, programme_id) if only_looks(db) else None
    if mark is None:
        return build_instance(db, programme_id, now, known_to=known_to)
    known = _known.find((programme_id, mark, known_to))
    if known is None or now >= known.good_until:
        problem = build_instance(db, programme_id, now, known_to=known_to)
        known = _Known(problem, _good_until(db, programme_id, now))
        _known.keep((programme_id, mark, known_to), known)
    return known.instance


def _good_until(db: Db, programme_id: int, now: datetime) -> datetime:
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    starts = select(PlannedSessionRow.starts_at).join(GroupRow).join(PlanRow).where(*published).distinct()
    found = db.scalars(starts).all()
    return good_until(get_programme(db, programme_id), found, now, is_published=bool(found))


def good_until(programme: Programme, starts: Iterable[datetime], now: datetime, *, is_published: bool) -> datetime:
    """The next moment at which the same facts make another problem: a day, a date or a session begins, or a date comes
    too near to be a new one."""
    zone = ZoneInfo(programme.zone)
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)

    def moments() -> Iterator[datetime]:
        yield midnight
        for start in (*(slot.starts_at for slot in programme.slots()), *starts):
            yield start
            if is_published:
                yield start - NOTICE

    return min(moment for moment in moments() if moment > now)
