"""What was said of a date is void once the session has another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from scheduler.sessions.tables import ApologyRow, DeputyRow


def forget_answers(db: Session, session_ids: Sequence[int], now: datetime) -> None:
    """Sessions have other dates now: apologies for the old ones are void, and so is who would have stood in."""
    db.execute(delete(ApologyRow).where(ApologyRow.session_id.in_(session_ids)))
    going = (DeputyRow.session_id.in_(session_ids), DeputyRow.state.in_(("asked", "accepted")))
    db.execute(update(DeputyRow).where(*going).values(state="withdrawn", answered_at=now))
