"""Who is planned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Select, select

from scheduler.db import Db, only_looks, seen_once
from scheduler.joining.questions import questions_of
from scheduler.joining.readiness import FEW, ready_among
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.people.pauses import paused_facilitators


def people_to_plan(db: Db, programme_id: int, people: Mapping[int, Role], now: datetime) -> frozenset[int]:
    """Those of these people whom the programme plans: everybody, or only who said yes, or only facilitators who are
    ready; never a facilitator who is paused."""
    questions = questions_of(db, programme_id)
    planned = frozenset(people) - paused_facilitators(db, programme_id)
    if questions.only_joined:
        planned &= _agreed(db, programme_id, planned)
    faculty = frozenset(who for who in planned if people[who] != Role.RESIDENT)
    return planned - faculty | ready_among(db, programme_id, faculty, now)


def _agreed(db: Db, programme_id: int, people: Collection[int]) -> frozenset[int]:
    """Who said yes: of a few people when something is stored, else of all, looked for once."""
    if not only_looks(db) and len(people) <= FEW:
        return frozenset(db.scalars(_saying_yes(programme_id).where(AnswerRow.person_id.in_(people))))
    return seen_once(db, ("agreed", programme_id), lambda: frozenset(db.scalars(_saying_yes(programme_id))))


def _saying_yes(programme_id: int) -> Select[int]:
    return select(AnswerRow.person_id).where(AnswerRow.programme_id == programme_id, AnswerRow.agreed_at.is_not(None))
