"""A list of what facilitators have signed and done elsewhere: for coordinators who come from paper.

A CSV with the columns email and code_signed, and one for each kind of training by its key; a cell is a day or empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.joining.facilitator_list import Noted, note_from_paper
from scheduler.joining.questions import questions_of, today_of
from scheduler.languages import say
from scheduler.lists import Line, read_each, read_lines
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow

EMAIL, SIGNED = "email", "code_signed"


def columns_of(db: Db, programme_id: int) -> tuple[str, ...]:
    """The columns of the list in this programme."""
    return (EMAIL, SIGNED, *(kind.key for kind in questions_of(db, programme_id).training))


def import_paper_list(db: Db, actor: Actor, programme_id: int, content: bytes, now: datetime) -> int:
    """Note everything on the list, all or nothing; returns how many people it is about. Raises ``Rejected`` with every
    fault."""
    actor.must_have(programme_id, Role.COORDINATOR)
    columns, today = columns_of(db, programme_id), today_of(db, programme_id, now)
    lines = read_lines(content, columns, say("list of facilitators"))
    people = _people(db, programme_id)
    faults: list[Fault] = []
    noted = list(read_each(lines, lambda line: _noted(line, columns[2:], people, today), faults))
    faults.extend(_twice(lines))
    if faults:
        raise Rejected(say("The list of facilitators was not saved."), tuple(faults))
    return note_from_paper(db, actor, programme_id, noted, now)


def _noted(line: Line, keys: Iterable[str], people: Mapping[str, int], today: date) -> Noted:
    address = line.text(EMAIL).lower()
    if address not in people:
        raise ValueError(
            say(
                "No facilitator in this programme has the address “%(address)s”. Check it, or add the person to the "
                "list of people first.",
                address=address,
            )
        )
    days = {name: _day(line, name, today) for name in (SIGNED, *keys)}
    signed_on = days.pop(SIGNED)
    return Noted(people[address], signed_on, {key: day for key, day in days.items() if day is not None})


def _day(line: Line, column: str, today: date) -> date | None:
    day = line.day(column)
    if day is not None and day > today:
        raise ValueError(
            say(
                "%(day)s in the column “%(column)s” is still to come. Write the day on which it was signed or done.",
                day=day.isoformat(),
                column=column,
            )
        )
    return day


def _twice(lines: Iterable[Line]) -> Iterable[Fault]:
    seen: set[str] = set()
    for line in lines:
        address = line.cells.get(EMAIL, "").lower()
        if address in seen:
            yield Fault(line.where, say("“%(address)s” is on the list twice.", address=address))
        seen.add(address)


def _people(db: Db, programme_id: int) -> Mapping[str, int]:
    rows = db.execute(
        select(PersonRow.email, PersonRow.id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.left_at.is_(None),
            ParticipantRow.kind == Role.FACULTY,
        )
    )
    return {email.lower(): person_id for email, person_id in rows}
