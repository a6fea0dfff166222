"""Whom facilitators supervise, assess or treat, and who is planned."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db, seen_once
from scheduler.errors import Rejected
from scheduler.joining.people_search import participants_among
from scheduler.joining.questions import questions_of
from scheduler.joining.readiness import ready_among
from scheduler.joining.tables import AnswerRow
from scheduler.languages import mark, say
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.pauses import paused_facilitators
from scheduler.people.relations import SECRET_KINDS
from scheduler.people.tables import PersonRow, RelationRow

DECLARABLE: Mapping[RelationKind, str] = {
    RelationKind.SUPERVISES: mark("I supervise them"),
    RelationKind.ASSESSES: mark("I assess them"),
    RelationKind.LINE_MANAGES: mark("I’m their manager"),
    RelationKind.PANEL: mark("I sit on a panel that makes decisions about them"),
    RelationKind.TREATS: mark("I’m their doctor, or they’re mine"),
    RelationKind.FAMILY: mark("We’re family or partners"),
    RelationKind.SPONSORS: mark("I sponsor them"),
    RelationKind.ADVISES: mark("I advise them on a project"),
}
"""What somebody may say they are to another; a complaint is nobody's to declare here."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A relation that is on record between the actor and somebody. ``own`` ones can be taken back by the actor."""

    id: int
    name: str
    kind: RelationKind
    first_day: date | None
    last_day: date | None
    own: bool


def list_declared(db: Db, actor: Actor, programme_id: int) -> tuple[Declared, ...]:
    """What is on record about the actor and others that the actor may know: what they are to them, by their names."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    rows = db.execute(
        select(RelationRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == RelationRow.about_id)
        .where(
            RelationRow.programme_id == programme_id,
            RelationRow.person_id == actor.person_id,
            RelationRow.kind.in_(DECLARABLE),
        )
        .order_by(PersonRow.name, RelationRow.id)
    )
    return tuple(Declared(row.id, name, row.kind, row.first_day, row.last_day, row.declared) for row, name in rows)


def declare(
    db: Db, actor: Actor, programme_id: int, about_id: int, kind: str, last_day: date | None, now: datetime
) -> None:
    """Put a relation on record, until ``last_day`` or without an end."""
    actor.must_have(programme_id, Role.FACULTY)
    if kind not in DECLARABLE or about_id not in participants_among(db, programme_id, (about_id,)):
        raise Rejected(say("We can’t find that person."), what_to_do=say("Choose the person, and how you know them."))
    if about_id == actor.person_id:
        raise Rejected(say("A relation is between two different people."), what_to_do=say("Choose someone else."))
    db.add(
        RelationRow(
            id=_hidden_number() if kind in SECRET_KINDS else None,
            programme_id=programme_id,
            person_id=actor.person_id,
            about_id=about_id,
            kind=RelationKind(kind),
            last_day=last_day,
            declared=True,
        )
    )
    note(db, Fact.PEOPLE, programme_id, now, (about_id,))  # with whom somebody may share a group
    if kind not in SECRET_KINDS:
        record(db, actor, "relation.declared", now, programme_id)


def _hidden_number() -> int:
    """The number of a relation that nobody else may know of: below nought, so that none is missing from the numbers
    that others see."""
    return -1 - secrets.randbelow(2**31 - 1)


def take_back(db: Db, actor: Actor, programme_id: int, relation_id: int, now: datetime) -> None:
    """Take back what the actor declared; what the coordinator's list says stays."""
    own = (RelationRow.id == relation_id, RelationRow.programme_id == programme_id, RelationRow.declared.is_(True))
    gone = delete(RelationRow).where(*own, RelationRow.person_id == actor.person_id)
    about = db.scalars(gone.returning(RelationRow.about_id)).all()
    note(db, Fact.PEOPLE, programme_id, now, about)
    if about:
        record(db, actor, "relation.taken_back", now, programme_id)


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
