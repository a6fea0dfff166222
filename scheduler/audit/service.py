"""The audit trail: who did what when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import insert

from scheduler.audit.tables import AuditRow
from scheduler.db import Db

OVERRIDDEN: Final = "rule.overridden"
"""A coordinator has overridden rules, with a reason; ``count`` says how many."""
CHECK_OVERRIDDEN: Final = "check.overridden"
"""A coordinator has overridden one of the checks before a plan is published, by name and with a reason."""
REFUSED_CHANGE: Final = "draft.refused"
"""A coordinator has tried to keep a change of a draft that is against safety or against what somebody keeps to
themselves. The oversight contact reads how many of both there were."""


class Acting(Protocol):
    """Who does something; ``person_id`` is None for the product itself."""

    @property
    def person_id(self) -> int | None: ...


def record(db: Db, actor: Acting, action: str, now: datetime, programme_id: int | None, **details: Any) -> None:
    """Add a line to the audit trail, in the transaction of what it tells of. ``details``: ids, counts
    and dates, and the reason that a coordinator gave."""
    db.add(
        AuditRow(at=now, programme_id=programme_id, actor_id=actor.person_id, action=action, details=details),
    )


def record_each(
    db: Db, actor: Acting, action: str, now: datetime, programme_id: int | None, details: Iterable[Mapping[str, Any]]
) -> None:
    """Add a line for each of these ``details``, in one statement."""
    line = {"at": now, "programme_id": programme_id, "actor_id": actor.person_id, "action": action}
    if lines := [{**line, "details": dict(each)} for each in details]:
        db.execute(insert(AuditRow), lines)
