"""The audit trail: who did what when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

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
    _add(db, [AuditRow(at=now, programme_id=programme_id, actor_id=actor.person_id, action=action, details=details)])


def record_each(
    db: Db, actor: Acting, action: str, now: datetime, programme_id: int | None, details: Iterable[Mapping[str, Any]]
) -> None:
    """Add a line for each of these ``details``."""
    line = {"at": now, "programme_id": programme_id, "actor_id": actor.person_id, "action": action}
    _add(db, [AuditRow(**line, details=dict(each)) for each in details])


def _add(db: Db, lines: list[AuditRow]) -> None:
    """Add lines, and remember them with the connection: at the end of its transaction they are sealed, and no line that
    came into the table in another way."""
    db.add_all(lines)
    db.connection().info.setdefault(_ADDED, []).extend(lines)


def take_added(db: Db) -> list[AuditRow]:
    """The lines that the transaction has added, once."""
    found: list[AuditRow] = db.connection().info.pop(_ADDED, [])
    return found
