"""What the hospital's list says of somebody's work: their specialty and, of facilitators, their level. They see it, and
put it right; then it is their own word, and no list takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.joining.answers import answer_row
from scheduler.joining.model import Step
from scheduler.languages import say
from scheduler.lists import LONGEST_TEXT
from scheduler.people.model import PARTICIPANTS, Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import lock_programme


@dataclass(frozen=True, slots=True)
class Listed:
    """Empty where it is not on record; of residents there is no ``level`` (None). ``is_own`` once they have put it
    right themselves."""

    specialty: str
    level: str | None
    is_own: bool


def own_listed(db: Db, actor: Actor, programme_id: int) -> Listed:
    """What is on record of the actor. Raises NotFound for who takes no part."""
    part = _part(db, actor, programme_id)
    level = part.mentor_level if part.kind is Role.FACULTY else None
    return Listed(part.specialty, level, Step.LISTED.value in answer_row(db, part).steps)


def correct_listed(db: Db, actor: Actor, programme_id: int, specialty: str, level: str, now: datetime) -> None:
    """Put it right, or take it off the record, at any time; the level of a resident is not looked at.

    Raises NotFound for who takes no part, NotPossible for who has left, ``Rejected`` with the fields at fault.
    """
    part = _part(db, actor, programme_id)
    if part.left_at is not None:
        raise NotPossible(say("You have left this programme."), what_to_do=say("Rejoin it first, then change this."))
    wanted = {"specialty": " ".join(specialty.split())}
    if part.kind is Role.FACULTY:
        wanted["mentor_level"] = " ".join(level.split())
    words = say("Please use no more than %(count)s characters.", count=LONGEST_TEXT)
    if faults := tuple(Fault(name, words) for name, text in wanted.items() if len(text) > LONGEST_TEXT):
        raise Rejected(say("Nothing was changed."), faults)
    lock_programme(db, programme_id)
    row = answer_row(db, part)
    if Step.LISTED.value not in row.steps:
        row.steps = [*row.steps, Step.LISTED.value]
    for name, text in wanted.items():
        setattr(part, name, text)
    db.flush()
    record(db, actor, "joining.list_corrected", now, programme_id)
    note(db, Fact.PEOPLE, programme_id, now, (part.person_id,))


def _part(db: Db, actor: Actor, programme_id: int) -> ParticipantRow:
    actor.must_be_confirmed()
    part = db.get(ParticipantRow, (programme_id, actor.person_id)) if actor.has(programme_id, *PARTICIPANTS) else None
    if part is None or part.guest:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    return part
