"""How far each facilitator is, for a coordinator; and what a coordinator notes for them from paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, Rejected
from scheduler.joining.conduct import code_of
from scheduler.joining.model import TrainingKind
from scheduler.joining.portraits import row_of
from scheduler.joining.questions import questions_of, today_of
from scheduler.joining.readiness import nothing_yet, readiness_in, what_is_missing
from scheduler.joining.tables import PortraitRow, TrainingRow
from scheduler.joining.training import Entered, Training, faults_of, training_of
from scheduler.languages import say
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import lock_programme


@dataclass(frozen=True, slots=True)
class FacilitatorLine:
    """One facilitator: when they signed the code in force (None: not), whether on paper, what they have done by the key
    of its kind, in words what keeps them from being planned today, and until when they are ready."""

    person_id: int
    name: str
    signed_at: datetime | None
    on_paper: bool
    training: Mapping[str, tuple[Training, ...]]
    missing: tuple[str, ...]
    until: date | None
    second_wanted: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """What a coordinator notes from paper: the day of a signature, and days of training by the key of its kind."""

    person_id: int
    signed_on: date | None
    done: Mapping[str, date]


def list_facilitators(
    db: Db, actor: Actor, programme_id: int, asked: Paging, now: datetime
) -> tuple[tuple[FacilitatorLine, ...], Paging]:
    """How far the facilitators of a programme are, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    query = _facilitators(programme_id).where(is_named(PersonRow, asked.q)).order_by(PersonRow.name, PersonRow.id)
    rows, paging = page_of(db, query, asked)
    kinds, today = questions_of(db, programme_id).training, today_of(db, programme_id, now)
    ready, nothing = readiness_in(db, programme_id), nothing_yet(db, programme_id)
    training = training_of(db, programme_id, [row.id for row in rows])
    lines = []
    for person_id, name, portrait in rows:
        found = ready.get(person_id, nothing)
        signed = portrait if portrait is not None and found.signed else None
        line = FacilitatorLine(
            person_id,
            name,
            signed_at=signed.code_signed_at if signed else None,
            on_paper=signed is not None and signed.code_noted_by is not None,
            training=training.get(person_id, {}),
            missing=what_is_missing(kinds, found, today),
            until=found.until,
            second_wanted=portrait is not None and portrait.deputy_wanted,
        )
        lines.append(line)
    return tuple(lines), paging


def count_waiting(db: Db, programme_id: int) -> int:
    """How many trainings wait for a coordinator to look at them."""
    kinds = [kind.key for kind in questions_of(db, programme_id).training]
    waiting = (TrainingRow.verified_at.is_(None), TrainingRow.sent_back_at.is_(None), TrainingRow.kind.in_(kinds))
    of_person = _takes_part(programme_id, TrainingRow.person_id)
    here = select(func.count()).select_from(TrainingRow).join(ParticipantRow, of_person)
    return db.scalar(here.where(TrainingRow.programme_id == programme_id, *waiting)) or 0


def note_from_paper(db: Db, actor: Actor, programme_id: int, noted: Collection[Noted], now: datetime) -> int:
    """Take over signatures and training that are on record elsewhere: verified by the coordinator who notes them.
    Returns how many people they are about. All of it or nothing; what is there already stays.

    Raises NotFound for people who do not facilitate here, and Rejected for days to come.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    people = {each.person_id for each in noted}
    here = set(db.scalars(_facilitators(programme_id).with_only_columns(PersonRow.id).where(PersonRow.id.in_(people))))
    if people != here:
        raise NotFound(say("We can’t find that facilitator."))
    if actor.person_id in people:
        raise Rejected(
            say("You can’t note your own training or signature."), what_to_do=say("Ask another coordinator to do it.")
        )
    kinds, today = questions_of(db, programme_id).training, today_of(db, programme_id, now)
    known, version = training_of(db, programme_id, people), code_of(db, programme_id).version
    for each in noted:
        _must_be_past(each, kinds, today)
        _note_signature(db, actor, programme_id, each, version, now)
        _note_training(db, actor, programme_id, each, known.get(each.person_id, {}), now)
    note(db, Fact.PEOPLE, programme_id, now, sorted(people))
    record(db, actor, "facilitators.noted", now, programme_id, count=len(people))
    return len(people)


def _must_be_past(noted: Noted, kinds: Collection[TrainingKind], today: date) -> None:
    if not set(noted.done) <= {kind.key for kind in kinds}:
        raise NotFound(say("The programme doesn’t ask for that training."))
    faults = tuple(fault for key, day in noted.done.items() for fault in faults_of(Entered(key, day), today))
    if faults or (noted.signed_on is not None and noted.signed_on > today):
        raise Rejected(say("A day to come can’t be noted."), faults, where="signed")


def _note_signature(db: Db, actor: Actor, programme_id: int, noted: Noted, version: int, now: datetime) -> None:
    """A signature on paper counts from the day on which it is noted; one that is here already stays."""
    row = row_of(db, programme_id, noted.person_id)
    is_signed = row.code_signed_at is not None and row.code_version == version
    if noted.signed_on is not None and not is_signed:
        row.code_signed_at, row.code_version, row.code_noted_by = now, version, actor.person_id
    db.flush()


def _note_training(
    db: Db,
    actor: Actor,
    programme_id: int,
    noted: Noted,
    known: Mapping[str, tuple[Training, ...]],
    now: datetime,
) -> None:
    for key, day in noted.done.items():
        same = [one.id for one in known.get(key, ()) if one.done_on == day]
        row = db.get_one(TrainingRow, same[0]) if same else TrainingRow(programme_id=programme_id, kind=key, note="")
        if row.verified_at is None:
            row.person_id, row.done_on, row.entered_at = noted.person_id, day, now
            row.verified_at, row.verified_by, row.sent_back_at, row.answer = now, actor.person_id, None, ""
            db.add(row)
    db.flush()


def _facilitators(programme_id: int) -> Select[int, str, PortraitRow | None]:
    of_portrait = and_(PortraitRow.person_id == PersonRow.id, PortraitRow.programme_id == programme_id)
    return (
        select(PersonRow.id, PersonRow.name, PortraitRow)
        .join(ParticipantRow, _takes_part(programme_id, PersonRow.id))
        .outerjoin(PortraitRow, of_portrait)
        .where(ParticipantRow.kind == Role.FACULTY)
    )


def _takes_part(programme_id: int, person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return and_(*here, ParticipantRow.person_id == person_id)
