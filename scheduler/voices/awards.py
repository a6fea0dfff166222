"""Nominations of facilitators for an award: by a member or a coordinator, with their name, and sent on only once the
nominee agrees."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, Select, exists, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import EXPORTED, record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.records import plain_cell
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.text_input import required_text
from scheduler.voices.tables import NominationRow

LONGEST: Final = 1500
_BY = aliased(PersonRow)


@dataclass(frozen=True, slots=True)
class Nominee:
    """A facilitator who can be nominated."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Nomination:
    """A nomination. ``agrees`` is None until the nominee has answered; ``by`` is empty for an entry that is gone."""

    id: int
    programme_id: int
    programme: str
    name: str
    by: str
    text: str
    day: date
    agrees: bool | None


def nominees(db: Db, actor: Actor, programme_id: int) -> tuple[Nominee, ...]:
    """Whom one can nominate: the programme's facilitators but oneself."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY, Role.COORDINATOR)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(*_facilitates(programme_id), PersonRow.id != (actor.person_id or 0))
        .order_by(PersonRow.name, PersonRow.id)
    )
    return tuple(Nominee(person_id, name) for person_id, name in rows)


def nominate(db: Db, actor: Actor, programme_id: int, person_id: int, text: str, now: datetime) -> None:
    """Nominate somebody, once. Raises NotFound of who is no facilitator there, ``NotPossible`` a second time."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY, Role.COORDINATOR)
    lock_programme(db, programme_id)
    if person_id not in {each.person_id for each in nominees(db, actor, programme_id)}:
        raise NotFound(say("That facilitator isn’t in this programme."))
    same = (NominationRow.programme_id == programme_id, NominationRow.nominee_id == person_id)
    if db.scalar(select(exists().where(*same, NominationRow.by_id == actor.person_id))):
        raise NotPossible(say("You have already nominated them."), what_to_do=say("One nomination is enough."))
    words = required_text(text, LONGEST)
    db.add(
        NominationRow(
            programme_id=programme_id, nominee_id=person_id, by_id=actor.person_id, text=words, day=now.date()
        )
    )


def own_nominations(db: Db, actor: Actor) -> tuple[Nomination, ...]:
    """What others would like to send on about the actor, the newest first."""
    if not actor.is_anywhere(Role.FACULTY):
        return ()
    return _found(db, NominationRow.nominee_id == actor.person_id)


def answer_nomination(db: Db, actor: Actor, nomination_id: int, agrees: bool) -> None:
    """Agree that a nomination is sent on, or not; the last word counts."""
    row = db.get(NominationRow, nomination_id)
    if row is None or row.nominee_id != actor.person_id:
        raise NotFound(say("That nomination isn’t about you."))
    row.agrees = agrees


def agreed_nominations(db: Db, actor: Actor, programme_id: int) -> tuple[Nomination, ...]:
    """What may be sent on, for coordinators. Of a nomination whose nominee has not agreed they learn nothing."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return _found(db, NominationRow.programme_id == programme_id, NominationRow.agrees.is_(True))


def nominations_csv(db: Db, actor: Actor, programme_id: int, now: datetime) -> str:
    """The same for a spreadsheet (RFC 4180)."""
    found = agreed_nominations(db, actor, programme_id)
    record(db, actor, EXPORTED, now, programme_id, what="table", name="nominations", format="csv")
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\r\n")
    table.writerow([say("date"), say("facilitator"), say("nominated by"), say("reason")])
    for each in found:
        table.writerow([each.day.isoformat(), *map(plain_cell, (each.name, each.by, each.text))])
    return lines.getvalue()


def _facilitates(programme_id: int) -> Iterable[ColumnElement[bool]]:
    return (
        ParticipantRow.programme_id == programme_id,
        ParticipantRow.kind == Role.FACULTY,
        ~ParticipantRow.guest,
        ParticipantRow.left_at.is_(None),
    )


def _found(db: Db, *which: ColumnElement[bool]) -> tuple[Nomination, ...]:
    query: Select[NominationRow, str, str, str | None] = (
        select(NominationRow, ProgrammeRow.name, PersonRow.name, _BY.name)
        .join(ProgrammeRow, ProgrammeRow.id == NominationRow.programme_id)
        .join(PersonRow, PersonRow.id == NominationRow.nominee_id)
        .outerjoin(_BY, _BY.id == NominationRow.by_id)
        .where(*which)
        .order_by(NominationRow.id.desc())
    )
    return tuple(map(_value, db.execute(query)))


def _value(found: Row[NominationRow, str, str, str | None]) -> Nomination:
    row, programme, name, by = found
    return Nomination(row.id, row.programme_id, programme, name, by or "", row.text, row.day, row.agrees)
