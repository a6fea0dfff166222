"""How far somebody is, worked out by the database: the one expression for every list that filters or counts by it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, case, cast, literal, or_

from scheduler.joining.model import STEPS, JoiningState
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow


def joining_state() -> ColumnElement[str]:
    """As :func:`~scheduler.joining.model.state_of` has it, of a participant and their answer, if there is any (an outer
    join). A test compares both."""
    return case(
        (ParticipantRow.left_at.is_not(None), case(
            (ParticipantRow.declined, literal(JoiningState.DECLINED.value)), else_=literal(JoiningState.LEFT.value),
        )),
        (AnswerRow.agreed_at.is_(None), literal(JoiningState.NOT.value)),
        (or_(*(_has_saved_all(kind) for kind in STEPS)), literal(JoiningState.ANSWERED.value)),
        else_=literal(JoiningState.HALF.value),
    )  # fmt: skip


def _has_saved_all(kind: Role) -> ColumnElement[bool]:
    """The saved steps are looked at as they are written: ``["kind", "topics"]``."""
    saved = cast(AnswerRow.steps, String)
    return and_(ParticipantRow.kind == kind, *(saved.contains(f'"{step.value}"') for step in STEPS[kind]))
