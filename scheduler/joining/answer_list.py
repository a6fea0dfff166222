"""Who has answered, page by page: how far somebody is, is worked out by the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, true

from scheduler import clock
from scheduler.db import Db
from scheduler.joining.model import STEPS, JoiningState
from scheduler.joining.questions import questions_of
from scheduler.joining.state_query import joining_state
from scheduler.joining.tables import AnswerRow
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.firewall import withheld_from

Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class ParticipantLine:
    """One person on the coordinator's page of answers. ``needs`` is what they wrote for the coordinators to read, which
    is ``withheld`` from one who has power over them."""

    person_id: int
    name: str
    kind: Role
    state: JoiningState
    saved: int
    steps: int
    invited_at: datetime | None
    reminded_at: datetime | None
    changed_at: datetime | None
    needs: str
    left_at: datetime | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """How many are how far; of whom an answer is waited for, how many were never invited and how many were."""

    by_state: Mapping[JoiningState, int]
    uninvited: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Consents:
    """How many take part, how many of them are residents, were invited or said yes without that, and said yes. Where
    consents ``are_needed``, nobody else is planned."""

    people: int
    residents: int
    invited: int
    agreed: int
    are_needed: bool

    @property
    def is_nobody_asked(self) -> bool:
        """Whether there are people, and none of them was invited or has said yes."""
        return bool(self.people) and not self.invited


def list_answers(
    db: Db, actor: Actor, programme_id: int, asked: Paging, state: JoiningState | None = None
) -> tuple[tuple[ParticipantLine, ...], Paging]:
    """How far people are, or those who are so far: whoever has not answered first, then by name. What they answered is
    not in it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    query = (
        _everybody(select(PersonRow.id, PersonRow.name, ParticipantRow, joining_state(), AnswerRow), programme_id)
        .where(is_named(PersonRow, asked.q), joining_state() == state.value if state else true())
        .order_by(_rank(), PersonRow.name, PersonRow.id)
    )
    rows, paging = page_of(db, query, asked)
    withheld = withheld_from(db, actor, programme_id, clock.now())
    lines = map(_line, rows)
    return tuple(
        replace(line, needs="", withheld=True) if line.person_id in withheld else line for line in lines
    ), paging


def left_at_of(db: Db, actor: Actor, programme_id: int, person_id: int) -> datetime | None:
    """When somebody left; None while they take part."""
    actor.must_have(programme_id, Role.COORDINATOR)
    part = db.get(ParticipantRow, (programme_id, person_id))
    return part.left_at if part else None


def has_agreed(db: Db, actor: Actor, programme_id: int, person_id: int) -> bool:
    """Whether somebody has said yes."""
    actor.must_have(programme_id, Role.COORDINATOR)
    answer = db.get(AnswerRow, (programme_id, person_id))
    return answer is not None and answer.agreed_at is not None


def count_answers(db: Db, actor: Actor, programme_id: int) -> AnswerCounts:
    """How many are how far, of everybody in the programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    state, invited = joining_state().label("state"), AnswerRow.invited_at.is_not(None).label("invited")
    listed = _everybody(select(state, invited), programme_id).subquery()
    rows = db.execute(select(listed.c.state, listed.c.invited, func.count()).group_by(listed.c.state, listed.c.invited))
    by_state, open_ = dict.fromkeys(JoiningState, 0), {True: 0, False: 0}
    for name, was_invited, count in rows:
        by_state[JoiningState(name)] += count
        if JoiningState(name).is_unfinished:
            open_[bool(was_invited)] += count
    return AnswerCounts(by_state, open_[False], open_[True])


def count_consents(db: Db, actor: Actor, programme_id: int) -> Consents:
    """How many of those who take part were invited and have said yes."""
    actor.must_have(programme_id, Role.COORDINATOR)
    resident = func.count(case((ParticipantRow.kind == Role.RESIDENT, 1)))
    asked = func.coalesce(AnswerRow.invited_at, AnswerRow.agreed_at)
    counts = (func.count(), resident, func.count(asked), func.count(AnswerRow.agreed_at))
    here = ParticipantRow.left_at.is_(None)
    people, residents, invited, agreed = db.execute(_everybody(select(*counts), programme_id).where(here)).one()
    return Consents(people, residents, invited, agreed, are_needed=questions_of(db, programme_id).only_joined)


def _everybody(columns: Select[*Ts], programme_id: int) -> Select[*Ts]:
    answer = and_(AnswerRow.person_id == PersonRow.id, AnswerRow.programme_id == programme_id)
    return (
        columns.select_from(PersonRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .outerjoin(AnswerRow, answer)
        .where(ParticipantRow.programme_id == programme_id)
    )


def _rank() -> ColumnElement[int]:
    return case({state.value: place for place, state in enumerate(JoiningState)}, value=joining_state())


def _line(found: Row[int, str, ParticipantRow, str, AnswerRow]) -> ParticipantLine:
    person_id, name, part, state, answer = found
    row: AnswerRow | None = answer  # nobody says so, but an outer join may find none
    return ParticipantLine(
        person_id=person_id,
        name=name,
        kind=part.kind,
        state=JoiningState(state),
        saved=len(set(row.steps) & set(STEPS[part.kind])) if row else 0,
        steps=len(STEPS[part.kind]),
        invited_at=row.invited_at if row else None,
        reminded_at=row.reminded_at if row else None,
        changed_at=row.changed_at if row else None,
        needs=row.needs if row else "",
        left_at=part.left_at,
    )
