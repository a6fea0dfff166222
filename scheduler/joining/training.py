"""The training that facilitators have done: they enter it, and a coordinator verifies it or sends it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, delete, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.joining.answers import mark_saved_if_open
from scheduler.joining.model import MOST_CHARACTERS, Step, TrainingKind
from scheduler.joining.questions import questions_of, today_of
from scheduler.joining.readiness import last_day
from scheduler.joining.tables import TrainingRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import lock_programme

EARLIEST: Final = date(1980, 1, 1)


class TrainingState(StrEnum):
    """What has become of a training that somebody entered."""

    WAITS = "waits"
    VERIFIED = "verified"
    SENT_BACK = "sent back"


@dataclass(frozen=True, slots=True)
class Training:
    """A training that somebody has done. ``ends`` is the last day on which it counts, None for ever; ``answer`` is what
    the coordinator wrote when it was sent back."""

    id: int
    kind: str
    done_on: date | None
    ends: date | None
    note: str
    state: TrainingState
    answer: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What a facilitator says of one kind of training."""

    kind: str
    done_on: date
    note: str = ""


def own_training(db: Db, actor: Actor, programme_id: int) -> Mapping[str, tuple[Training, ...]]:
    """What the actor has entered, by the key of its kind, the newest first."""
    return training_of(db, programme_id, (actor.person_id or 0,)).get(actor.person_id or 0, {})


def training_of(db: Db, programme_id: int, people: Collection[int]) -> Mapping[int, Mapping[str, tuple[Training, ...]]]:
    """By person and kind what these people have entered, the newest first; for the product's own work."""
    kinds = {kind.key: kind for kind in questions_of(db, programme_id).training}
    here = (TrainingRow.programme_id == programme_id, TrainingRow.person_id.in_(people))
    found: dict[int, dict[str, tuple[Training, ...]]] = defaultdict(dict)
    for row in db.scalars(select(TrainingRow).where(*here).order_by(TrainingRow.id.desc())):
        if row.kind in kinds:
            of_person = found[row.person_id]
            of_person[row.kind] = (*of_person.get(row.kind, ()), _value(kinds[row.kind], row))
    return found


def enter(db: Db, actor: Actor, programme_id: int, entered: Collection[Entered], now: datetime) -> int:
    """Take what a facilitator says of their training; returns how many wait for the coordinator because of it.

    What is on record already is left as it is; what was not verified yet is replaced. All of it or nothing.
    """
    actor.must_have(programme_id, Role.FACULTY, Role.GUEST)
    lock_programme(db, programme_id)
    mark_saved_if_open(db, actor, programme_id, Step.CONDUCT, now)
    _must_be_sound(db, programme_id, entered, now)
    assert actor.person_id is not None
    known = training_of(db, programme_id, (actor.person_id,)).get(actor.person_id, {})
    fresh = [each for each in entered if not any(_is_same(each, one) for one in known.get(each.kind, ()))]
    for each in fresh:
        _replace(db, programme_id, actor.person_id, each, now)
    if fresh:
        note(db, Fact.PEOPLE, programme_id, now, (actor.person_id,))
        record(db, actor, "training.entered", now, programme_id, count=len(fresh))
    return len(fresh)


def verify(db: Db, actor: Actor, programme_id: int, training_ids: Collection[int], now: datetime) -> int:
    """Say of trainings that were entered that they were done; returns how many were. Nobody verifies their own."""
    rows = _waiting(db, actor, programme_id, training_ids)
    for row in rows:
        row.verified_at, row.verified_by, row.sent_back_at, row.answer = now, actor.person_id, None, ""
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now, [row.person_id for row in rows])
    for row in rows:
        record(db, actor, "training.verified", now, programme_id, person=row.person_id, kind=row.kind)
    return len(rows)


def send_back(db: Db, actor: Actor, programme_id: int, training_id: int, answer: str, now: datetime) -> None:
    """Ask for a training once more, with a few words for the facilitator: what is missing."""
    words = answer.strip()
    if not words or len(words) > MOST_CHARACTERS:
        raise Rejected(
            say("Please say in a few words what is missing, with no more than %(most)s characters.",
                most=MOST_CHARACTERS), where="answer"
        )  # fmt: skip
    for row in _waiting(db, actor, programme_id, (training_id,)):
        row.sent_back_at, row.answer = now, words
        record(db, actor, "training.sent_back", now, programme_id, person=row.person_id, kind=row.kind)
    db.flush()


def take_away(db: Db, actor: Actor, programme_id: int, training_id: int, now: datetime) -> None:
    """Let a verified training count no more: it was verified by mistake."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    here = (TrainingRow.id == training_id, TrainingRow.programme_id == programme_id)
    row = db.scalar(select(TrainingRow).where(*here, TrainingRow.verified_at.is_not(None)))
    if row is None:
        raise NotFound(say("We can’t find that training."))
    row.verified_at = row.verified_by = None
    db.flush()
    note(db, Fact.PEOPLE, programme_id, now, (row.person_id,))
    record(db, actor, "training.unverified", now, programme_id, person=row.person_id, kind=row.kind)


def _waiting(db: Db, actor: Actor, programme_id: int, training_ids: Collection[int]) -> list[TrainingRow]:
    """The trainings that wait for the coordinator, all of them there. Raises NotFound where one is not."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    rows = list(db.scalars(_of_programme(programme_id).where(TrainingRow.id.in_(training_ids))))
    if len(rows) != len(set(training_ids)):
        raise NotFound(say("We can’t find that training."))
    if any(row.verified_at is not None for row in rows):
        raise NotPossible(say("This training has already been verified."))
    if any(row.person_id == actor.person_id for row in rows):
        raise NotPossible(
            say("You can’t verify your own training."), what_to_do=say("Ask another coordinator to look at it.")
        )
    return rows


def _of_programme(programme_id: int) -> Select[TrainingRow]:
    """What people who take part have entered."""
    of_person = (ParticipantRow.programme_id == programme_id) & (ParticipantRow.person_id == TrainingRow.person_id)
    here = (TrainingRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return select(TrainingRow).join(ParticipantRow, of_person).where(*here).order_by(TrainingRow.id)


def _must_be_sound(db: Db, programme_id: int, entered: Collection[Entered], now: datetime) -> None:
    kinds = {kind.key for kind in questions_of(db, programme_id).training}
    if not {each.kind for each in entered} <= kinds:
        raise NotFound(say("The programme doesn’t ask for that training."))
    faults = tuple(fault for each in entered for fault in faults_of(each, today_of(db, programme_id, now)))
    if faults:
        raise Rejected(say("Your training was not saved."), faults)


def faults_of(each: Entered, today: date) -> list[Fault]:
    """What is wrong with what was entered, by the field that it stands in."""
    faults = []
    if not EARLIEST <= each.done_on <= today:
        faults.append(Fault(f"done-{each.kind}", say("Please give the day on which it was done, up to today.")))
    if len(each.note) > MOST_CHARACTERS:
        most = say("Please use no more than %(most)s characters.", most=MOST_CHARACTERS)
        faults.append(Fault(f"note-{each.kind}", most))
    return faults


def _is_same(each: Entered, one: Training) -> bool:
    """Whether this is on record: sent in again after it was sent back, it must say more."""
    return (each.done_on, each.note.strip()) == (one.done_on, one.note)


def _replace(db: Db, programme_id: int, person_id: int, each: Entered, now: datetime) -> None:
    theirs = (TrainingRow.programme_id == programme_id, TrainingRow.person_id == person_id)
    of_kind = (TrainingRow.kind == each.kind, TrainingRow.verified_at.is_(None))
    db.execute(delete(TrainingRow).where(*theirs, *of_kind))
    row = TrainingRow(programme_id=programme_id, person_id=person_id, kind=each.kind, done_on=each.done_on)
    row.entered_at, row.note = now, each.note.strip()
    db.add(row)
    db.flush()


def _value(kind: TrainingKind, row: TrainingRow) -> Training:
    state = TrainingState.VERIFIED if row.verified_at else TrainingState.WAITS
    state = TrainingState.SENT_BACK if row.sent_back_at else state
    return Training(row.id, row.kind, row.done_on, last_day(kind, row), row.note, state, row.answer)
