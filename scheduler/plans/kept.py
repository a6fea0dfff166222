"""What is worked out from whole plans, kept until something of their programme changes: a few answers, in memory.

The mark of the facts says whether what is kept is still so, and for drafts, which are no facts, the newest line of the
programme's audit trail.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Db, only_looks, seen_once
from scheduler.memory import Memory
from scheduler.plans.model import PlanState
from scheduler.plans.tables import PlanRow
from scheduler.programmes.facts_mark import facts_mark

_kept: Final[Memory[Any]] = Memory(96)
"""What a coordinator's pages ask for of a published plan and three drafts, in some programmes at a time."""
Found = TypeVar("Found")


def kept(db: Db, programme_id: int, what: Hashable, look: Callable[[], Found]) -> Found:
    """What ``look`` finds, looked for once until the programme changes. The value is frozen, and so is ``what``."""
    facts = facts_mark(db, programme_id)
    key = None if facts is None else (facts, programme_id, _newest(db, programme_id), what)
    return cast(Found, _kept.get(key, look))


def kept_for_readers(db: Db, programme_id: int, what: Hashable, look: Callable[[], Found]) -> Found:
    """The same for a transaction that only looks. One that changes something looks itself: what it has done has no mark
    yet, and nobody else may see it."""
    return kept(db, programme_id, what, look) if only_looks(db) else look()


@dataclass(frozen=True, slots=True)
class PlanMark:
    """What of a plan is another once anything of it is."""

    id: int
    state: PlanState | None
    score: int = 0
    created_at: datetime | None = None
    changed_at: datetime | None = None


def plan_mark(db: Db, plan_id: int) -> PlanMark:
    """The mark of a plan as it is."""
    columns = (PlanRow.state, PlanRow.score, PlanRow.created_at, PlanRow.changed_at)
    found = db.execute(select(*columns).where(PlanRow.id == plan_id)).one_or_none()
    return PlanMark(plan_id, None) if found is None else PlanMark(plan_id, *found)


def published_mark(db: Db, programme_id: int) -> PlanMark | None:
    """The mark of what members see, if they see anything."""
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    plan_id = db.scalar(select(PlanRow.id).where(*published))
    return None if plan_id is None else plan_mark(db, plan_id)


def _newest(db: Db, programme_id: int) -> int:
    """The place of the programme's newest line in the audit trail. Places are given as lines are committed; by their
    moments or numbers, one that was begun earlier and committed later would go unnoticed."""
    return seen_once(db, ("newest line", programme_id), lambda: _find_newest(db, programme_id))


def _find_newest(db: Db, programme_id: int) -> int:
    sealed = (AuditRow.programme_id == programme_id, AuditRow.place.is_not(None))
    return db.scalar(select(AuditRow.place).where(*sealed).order_by(AuditRow.place.desc()).limit(1)) or 0
