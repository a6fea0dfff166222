"""Nominations of facilitators for an award: by a member or a coordinator, with their name, and sent on only once the
nominee agrees."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, Select, delete, exists, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import EXPORTED, record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.groups.records import plain_cell
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.text_input import required_text
from scheduler.voices.tables import NominationRow

LONGEST: Final = 1500
_BY = aliased(PersonRow)


@dataclass(frozen=True, slots=True)
class Nominee:
    """A facilitator who can be nominated. ``own`` is one of a group that who asks is in or was in."""

    person_id: int
    name: str
    own: bool = False


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
    """Whom one can nominate: the programme's facilitators but oneself, those of one's own groups first."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY, Role.COORDINATOR)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(*_facilitates(programme_id), PersonRow.id != (actor.person_id or 0))
        .order_by(PersonRow.name, PersonRow.id)
    )
    own = _own_facilitators(db, actor, programme_id)
    found = [Nominee(person_id, name, person_id in own) for person_id, name in rows]
    return tuple(sorted(found, key=lambda one: not one.own))


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


def made_nominations(db: Db, actor: Actor, programme_id: int) -> tuple[Nomination, ...]:
    """What the actor has nominated people for there, the newest first. What a nominee answered is not in it."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY, Role.COORDINATOR)
    found = _found(db, NominationRow.by_id == actor.person_id, NominationRow.programme_id == programme_id)
    return tuple(replace(each, agrees=None) for each in found)


def take_back(db: Db, actor: Actor, programme_id: int, nomination_id: int) -> None:
    """Take back what one has nominated somebody for. Raises NotFound for what is another's."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY, Role.COORDINATOR)
    row = db.get(NominationRow, nomination_id)
    if row is None or row.by_id != actor.person_id or row.programme_id != programme_id:
        raise NotFound(say("That nomination isn’t yours."))
    db.delete(row)


def take_back_all(db: Db, person_id: int) -> None:
    """Take back all that somebody has nominated others for, in every programme: kept without their name, they could
    nominate the same person again and again."""
    db.execute(delete(NominationRow).where(NominationRow.by_id == person_id))


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


def _own_facilitators(db: Db, actor: Actor, programme_id: int) -> frozenset[int]:
    """Who facilitates, or did, in a published plan's group that the actor is in or was in."""
    mine, other = aliased(MemberRow), aliased(MemberRow)
    return frozenset(
        db.scalars(
            select(other.person_id)
            .join(mine, mine.group_id == other.group_id)
            .join(GroupRow, GroupRow.id == mine.group_id)
            .join(PlanRow, PlanRow.id == GroupRow.plan_id)
            .where(
                PlanRow.programme_id == programme_id,
                PlanRow.revision.is_not(None),
                mine.person_id == actor.person_id,
                other.role == MemberRole.FACILITATOR,
            )
        )
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
