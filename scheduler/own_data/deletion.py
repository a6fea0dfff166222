"""Deleting what is held on a person: one kind of it, or everything, in one transaction.

What others have a part in stays without its author: how many came to a session, a concern with its conversation, thanks
to somebody. The record of who did what goes on naming the emptied entry's number, so that its chain still holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, func, select, update

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.circles.departures import take_out_of_circles
from scheduler.db import Base, Db
from scheduler.edits.history import forget_histories
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.own_data.emptied import entries_of, forget_in_contents
from scheduler.own_data.held import addresses_of, exported
from scheduler.own_data.model import Fate, Held, Kind, LeftOut
from scheduler.own_data.register import BY_ADDRESS, REFERENCES
from scheduler.people.model import Actor, Role
from scheduler.people.roles import OFFICES
from scheduler.people.tables import ContactInvitationRow, ParticipantRow, PersonRow, RoleRow
from scheduler.planning.forgotten_traits import (
    forget_circumstances_in_runs,
    forget_people_in_runs,
    forget_wishes_in_runs,
)
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.programmes.service import lock_programme
from scheduler.publishing.leavers import leave
from scheduler.publishing.unmet_wishes import forget_all_unmet
from scheduler.sessions.attendance_sums import count_without_names
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.voices.awards import take_back_all
from scheduler.voices.facilitation import take_names_off_feedback
from scheduler.voices.releases import take_names_off_answers

DELETABLE: Final = (
    Kind.WISHES, Kind.CIRCUMSTANCES, Kind.OWN_TIME, Kind.WORDS, Kind.NOTES, Kind.GOALS, Kind.THANKS,
)  # fmt: skip
"""Kinds that somebody can delete and go on taking part."""
DELETED: Final = "own_data.deleted"
ERASED: Final = "person.erased"
NOBODY: Final = "—"
"""The name of an emptied entry, in every language."""
_FOLLOWS: Final = {Kind.WISHES: Fact.PEOPLE, Kind.CIRCUMSTANCES: Fact.PEOPLE, Kind.OWN_TIME: Fact.TIME}
_BLANK: Final[dict[str, Any]] = {
    "tags": [], "company": [], "firm": [], "traits": {}, "like": [], "unlike": [], "together": {}, "needs": "",
    "text": "",
}  # fmt: skip
"""What stands instead in rows of which only a part is deleted."""
_GOING: Final = tuple(state for state in RunState if not state.ended)


def delete_kind(db: Db, actor: Actor, kind: Kind, now: datetime) -> None:
    """Delete all of one kind that is held on the actor, in every programme. What is gone already is gone. Raises
    NotFound for a kind that is worked out, or that others need while they take part."""
    actor.must_be_confirmed()
    if kind not in DELETABLE or actor.person_id is None:
        raise NotFound(say("We can’t find that answer."))
    who = actor.person_id
    programmes = _programmes_of(db, who)
    for each in programmes:
        lock_programme(db, each)
    if kind is Kind.THANKS:
        take_back_all(db, who)
    for table, column, held in _of_kind(kind):
        _forget(db, table, table.c[column] == who, column, held)
    for each in programmes:
        _forget_elsewhere(db, kind, each, who)
    db.flush()
    db.expire_all()
    record(db, actor, DELETED, now, None, kind=kind.value)
    if kind in _FOLLOWS:
        for each in programmes:
            note(db, _FOLLOWS[kind], each, now, (who,))


def _of_kind(kind: Kind) -> Iterator[tuple[Table, str, Held]]:
    for (name, column), held in REFERENCES.items():
        for each in exported(held):
            if each.kind is kind:
                yield Base.metadata.tables[name], column, each


def _forget(db: Db, table: Table, where: ColumnElement[bool], column: str, held: Held) -> None:
    """Delete rows that hold nothing else, empty a part of those that do, take the name off those that stay."""
    beside = exported(REFERENCES[table.name, column])
    if held.fate is Fate.NAMELESS:
        db.execute(update(table).where(where).values({column: None}))
    elif any(each.kind is not held.kind for each in beside):
        db.execute(update(table).where(where).values({name: _BLANK[name] for name in held.columns if name in _BLANK}))
    else:
        db.execute(delete(table).where(where))


def _forget_elsewhere(db: Db, kind: Kind, programme_id: int, person_id: int) -> None:
    if kind is Kind.WISHES:
        forget_wishes_in_runs(db, programme_id, (person_id,))
    if kind is Kind.CIRCUMSTANCES:
        forget_circumstances_in_runs(db, programme_id, (person_id,))
        forget_all_unmet(db, programme_id, (person_id,))


def delete_everything(db: Db, actor: Actor, person_id: int, now: datetime) -> None:
    """Delete all that is held on a person: the actor, or somebody in programmes of which the actor is a coordinator of
    every one. They leave each programme first, as leaving does, and their entry becomes nobody's.

    Raises NotFound to anybody else, NotPossible where somebody else would be left without what they need.
    """
    actor.must_be_confirmed()
    programmes = _programmes_of(db, person_id)
    _must_be_theirs(db, actor, person_id, programmes)
    for each in programmes:
        lock_programme(db, each)
    _must_be_possible(db, person_id, programmes)
    left = select(ParticipantRow.programme_id).where(ParticipantRow.left_at.is_(None))
    for each in sorted(db.scalars(left.where(ParticipantRow.person_id == person_id)).all()):
        leave(db, actor, each, now, person_id=person_id)
    entries = entries_of(db, person_id)
    for each in programmes:
        take_out_of_circles(db, each, entries, now)
    db.flush()
    forget_histories(db, programmes, entries, now)
    counted = count_without_names(db, now, AttendeeRow.person_id.in_(entries))
    take_names_off_answers(db, entries)
    take_names_off_feedback(db, entries)
    forget_in_contents(db, programmes, entries)
    for each in programmes:
        forget_people_in_runs(db, each, entries)
    _forget_all_rows(db, entries)
    for row in db.scalars(select(PersonRow).where(PersonRow.id.in_(entries))).all():
        _empty(db, row, now)
    db.flush()
    db.expire_all()
    for programme in (*programmes,) or (None,):
        record(db, actor, ERASED, now, programme, person=person_id)
    _note_all(db, programmes, entries, counted, now)


def _programmes_of(db: Db, person_id: int) -> tuple[int, ...]:
    """Every programme in which somebody has any part, or had, in order."""
    here = (
        select(table.programme_id).where(table.person_id == person_id)
        for table in (RoleRow, ParticipantRow, ContactInvitationRow)
    )
    first, *more = here
    return tuple(sorted(set(db.scalars(first.union(*more)))))


def _must_be_theirs(db: Db, actor: Actor, person_id: int, programmes: Collection[int]) -> None:
    person = db.get(PersonRow, person_id)
    coordinates = bool(programmes) and all(actor.has(each, Role.COORDINATOR) for each in programmes)
    if person is None or person.erased_at is not None or not (actor.person_id == person_id or coordinates):
        raise NotFound(say("We can’t find that person in this programme."))


def _must_be_possible(db: Db, person_id: int, programmes: Collection[int]) -> None:
    offices = select(RoleRow.role).where(RoleRow.person_id == person_id, RoleRow.role.in_(OFFICES))
    if db.scalar(offices.limit(1)) is not None:
        raise NotPossible(
            say("A coordinator or oversight contact can’t be deleted: others rely on them."),
            what_to_do=say("Hand that over to someone else first."),
        )
    going = select(RunRow.id).where(RunRow.programme_id.in_(programmes), RunRow.state.in_(_GOING))
    if db.scalar(going.limit(1)) is not None:
        raise NotPossible(
            say("A plan is being worked out just now."), what_to_do=say("Please try again in a few minutes.")
        )


def _forget_all_rows(db: Db, entries: Collection[int]) -> None:
    """Every row that names one of these entries meets its fate; those of others' tables first that hang on it."""
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for (name, column), held in sorted(REFERENCES.items(), key=lambda each: -order[each[0][0]]):
        table, fate = Base.metadata.tables[name], held.fate if isinstance(held, LeftOut) else held[0].fate
        theirs = table.c[column].in_(entries)
        if fate is Fate.DELETED:
            db.execute(delete(table).where(theirs))
        elif fate is Fate.NAMELESS:
            db.execute(update(table).where(theirs).values({column: None, **_ALSO.get(name, {})}))


_ALSO: Final[dict[str, dict[str, Any]]] = {
    "concern": {"reach": "", "reply_by": "code"},
    "session": {"chair_agreed": False, "chair_wants_id": None},
}
"""What else goes with the name: an address to be answered at (the code goes on opening the conversation), and what they
agreed on with others for their turn in the chair."""


def _empty(db: Db, row: PersonRow, now: datetime) -> None:
    for name, (column, held) in BY_ADDRESS.items():
        table = Base.metadata.tables[name]
        if held.fate is Fate.DELETED:
            db.execute(delete(table).where(func.lower(table.c[column]).in_(addresses_of(row))))
    values = {"name": NOBODY, "search_name": "", "former_names": [], "former_mailboxes": [], "zone": "",
              "language": "en", "language_known": False, "erased_at": now,
              "email": f"erased-{row.id}@person.invalid"}  # fmt: skip
    db.execute(update(PersonRow).where(PersonRow.id == row.id).values(values))


def _note_all(
    db: Db, programmes: Collection[int], entries: Collection[int], counted: Collection[int], now: datetime
) -> None:
    """What hangs on them is worked out anew at the end of the transaction."""
    of = dict(db.execute(select(SessionRow.id, SessionRow.programme_id).where(SessionRow.id.in_(counted))).all())
    for each in programmes:
        note(db, Fact.PEOPLE, each, now, entries)
        note(db, Fact.TIME, each, now, entries)
        note(db, Fact.SESSIONS, each, now, [one for one, where in of.items() if where == each])
