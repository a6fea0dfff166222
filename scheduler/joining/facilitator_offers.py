"""Who is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select

from scheduler.db import Db, seen_once
from scheduler.joining.questions import questions_of
from scheduler.joining.readiness import ready_among
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.people.pauses import paused_facilitators


def people_to_plan(db: Db, programme_id: int, people: Mapping[int, Role], now: datetime) -> frozenset[int]:
    """Those of these people whom the programme plans: everybody, or only who said yes, or only facilitators who are
    ready; never a facilitator who is paused."""
    questions = questions_of(db, programme_id)
    planned = frozenset(people) - paused_facilitators(db, programme_id)
    if questions.only_joined:
        planned &= seen_once(db, ("agreed", programme_id), lambda: frozenset(db.scalars(_agreed(programme_id))))
    faculty = frozenset(who for who in planned if people[who] != Role.RESIDENT)
    return planned - faculty | ready_among(db, programme_id, faculty, now)


def _agreed(programme_id: int) -> Select[int]:
    return select(AnswerRow.person_id).where(AnswerRow.programme_id == programme_id, AnswerRow.agreed_at.is_not(None))
