"""What was said of a date is void once the session has another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from scheduler.db import Db
from scheduler.sessions.model import DEPUTY_FOUND_OR_ASKED, DeputyState
from scheduler.sessions.tables import DeputyRow


def forget_answers(db: Db, session_ids: Sequence[int], now: datetime) -> None:
    """Sessions have other dates now: who would have stood in does no longer. Apologies are for a time, and stay so."""
    going = (DeputyRow.session_id.in_(session_ids), DeputyRow.state.in_(DEPUTY_FOUND_OR_ASKED))
    db.execute(update(DeputyRow).where(*going).values(state=DeputyState.WITHDRAWN, answered_at=now))
