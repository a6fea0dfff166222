"""The audit trail: who did what when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from scheduler.people.model import Actor
from scheduler.safety.tables import AuditRow


def record(db: Session, actor: Actor, action: str, now: datetime, programme_id: int | None, **details: Any) -> None:
    """Add a line to the audit trail, in the transaction of what it tells of. ``details``: ids and counts only."""
    db.add(
        AuditRow(at=now, programme_id=programme_id, actor_id=actor.person_id, action=action, details=details),
    )
