"""What people said once a term, as it may be read by a director: a pulse that has closed, and what they work on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scheduler.db import Db
from scheduler.equity.shares import in_fives
from scheduler.evidence.programme_counts import names_in, without_names
from scheduler.people.model import OPERATOR
from scheduler.voices.goal_weights import area_summaries
from scheduler.voices.pulse import StatementResult, pulse_result


def pulse_of(db: Db, programme_id: int, now: datetime) -> dict[str, Any] | None:
    """The term's pulse once it has closed: how many were asked, of each statement the share that agreed, and what the
    coordinator says has changed since."""
    found = pulse_result(db, OPERATOR, programme_id, now)
    if found is None:
        return None
    return {
        "instrument": found.pulse.instrument,
        "opened": found.pulse.opens_on.isoformat(),
        "asked": in_fives(found.asked),
        "statements": [_statement(each) for each in found.statements],
        "changed": without_names(found.pulse.changed_text, names_in(db, programme_id)),
    }


def _statement(found: StatementResult) -> dict[str, Any]:
    share = found.share
    if share is None:
        return {"statement": found.question, "answers": None, "agree": None}
    return {
        "statement": found.question, "answers": found.answers,
        "agree": share.value, "low": share.low, "high": share.high,
    }  # fmt: skip


def areas_of(db: Db, programme_id: int) -> list[dict[str, Any]]:
    """What five people or more work on: how much it matters to the middle of them, and how far they are."""
    return [
        {"area": each.area, "people": each.people, "importance": each.importance, "progress": each.progress}
        for each in area_summaries(db, OPERATOR, programme_id)
    ]
