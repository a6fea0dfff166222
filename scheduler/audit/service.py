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
EXPORTED: Final = "data.exported"
"""Somebody has taken something out as a file; ``what`` says what it was."""
REFUSED_CHANGE: Final = "draft.refused"
"""A coordinator has tried to keep a change of a draft that is against safety or against what somebody keeps to
themselves. The oversight contact reads how many of both there were."""
_ADDED: Final = "audit lines"


class Acting(Protocol):
    """Who does something; ``person_id`` is None for the product itself."""

    @property
    def person_id(self) -> int | None: ...


def record(db: Db, actor: Acting, action: str, now: datetime, programme_id: int | None, **details: Any) -> None:
    """Add a line to the audit trail, in the transaction of what it tells of. ``details``: ids, counts
    and dates, and the reason that a coordinator gave."""
    row = AuditRow(at=now, programme_id=programme_id, actor_id=actor.person_id, action=action, details=details)
    db.add(row)
    _remember(db, [row])


def record_each(
    db: Db, actor: Acting, action: str, now: datetime, programme_id: int | None, details: Iterable[Mapping[str, Any]]
) -> None:
    """Add a line for each of these ``details``, in one statement."""
    line = {"at": now, "programme_id": programme_id, "actor_id": actor.person_id, "action": action}
    if lines := [{**line, "details": dict(each)} for each in details]:
        _remember(db, db.scalars(insert(AuditRow).returning(AuditRow.id), lines).all())


def _remember(db: Db, lines: Iterable[AuditRow | int]) -> None:
    """Remember lines with the connection: at the end of its transaction they are sealed, and no line that came into the
    table in another way."""
    db.connection().info.setdefault(_ADDED, []).extend(lines)


def take_added(db: Db) -> list[int]:
    """The ids of the lines that the transaction has added, once; they are stored by now."""
    found: list[AuditRow | int] = db.connection().info.pop(_ADDED, [])
    ids = (each.id if isinstance(each, AuditRow) else each for each in found)
    return [each for each in ids if each is not None]
