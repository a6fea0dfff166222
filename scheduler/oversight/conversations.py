"""The conversation about a concern, for whoever has its code: signed in or not. Messages are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.mail.notes import write_to
from scheduler.oversight.contacts import is_named_in, readers_of
from scheduler.oversight.model import Contact, Message, Writer
from scheduler.oversight.tables import ConcernMessageRow, ConcernReaderRow, ConcernRow
from scheduler.oversight.telling import LONGEST, digest_of, tell_contacts
from scheduler.people.roles import contacts_of
from scheduler.people.tables import PersonRow
from scheduler.text_input import required_text


@dataclass(frozen=True, slots=True)
class Conversation:
    """A concern as its teller reads it: what they said, what came of it, and who reads it now. Where nobody does any
    more, ``others`` are those they may choose instead."""

    said_at: datetime
    text: str
    messages: tuple[Message, ...]
    readers: tuple[Contact, ...]
    others: tuple[Contact, ...]
    is_closed: bool


def get_conversation(db: Db, programme_id: int, code: str) -> Conversation:
    """The conversation under a code. Raises NotFound for one that was never given in this programme."""
    row = _under(db, programme_id, code)
    readers = readers_of(_reader_ids(db, row.id), programme_id, db)
    return Conversation(
        row.said_at,
        row.text,
        messages_of(db, row.id),
        tuple(Contact(person.id, person.name) for person in readers),
        () if readers else tuple(Contact(person.id, person.name) for person in _may_read(db, row)),
        row.closed_at is not None,
    )


def add_message(db: Db, programme_id: int, code: str, text: str, now: datetime, *, page_url: str = "") -> None:
    """Say something more; a concern that was closed is open again. Raises NotPossible where nobody would read it."""
    row = _under(db, programme_id, code)
    readers = readers_of(_reader_ids(db, row.id), programme_id, db)
    if not readers:
        raise NotPossible(
            say("The contact who read your concern no longer looks after the programme."),
            what_to_do=say("Choose first who should go on with it."),
        )
    plain = required_text(text, LONGEST)
    db.add(ConcernMessageRow(concern_id=row.id, writer=Writer.TELLER, text=plain, written_at=now))
    row.closed_at = None
    write_to(
        db,
        readers,
        lambda: say("A concern has been raised with you"),
        lambda: say("Someone has added something to a concern that they raised with you:"),
        page_url,
        now,
        urgent=True,
    )


def choose_reader(db: Db, programme_id: int, code: str, person_id: int, now: datetime, *, page_url: str = "") -> None:
    """Let another contact go on with a concern that nobody reads any more."""
    row = _under(db, programme_id, code)
    if readers_of(_reader_ids(db, row.id), programme_id, db):
        raise NotPossible(say("Someone is already looking after your concern."))
    person = next((each for each in _may_read(db, row) if each.id == person_id), None)
    if person is None:
        raise NotFound(say("We can’t find that person in this programme."))
    let_read(db, row.id, person.id, now)
    tell_contacts(db, (person,), page_url, now)


def let_read(db: Db, concern_id: int, person_id: int, now: datetime) -> None:
    """Let a contact read a concern from now on; a note in the conversation says so, to its teller as well."""
    if db.get(ConcernReaderRow, (concern_id, person_id)) is None:
        db.add(ConcernReaderRow(concern_id=concern_id, person_id=person_id, since=now))
    db.add(ConcernMessageRow(concern_id=concern_id, writer=Writer.NOTE, person_id=person_id, text="", written_at=now))
    db.flush()


def messages_of(db: Db, concern_id: int) -> tuple[Message, ...]:
    """What was written below a concern, in order."""
    rows = db.execute(
        select(ConcernMessageRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ConcernMessageRow.person_id)
        .where(ConcernMessageRow.concern_id == concern_id)
        .order_by(ConcernMessageRow.id)
    )
    return tuple(Message(row.writer, name or "", row.text, row.written_at) for row, name in rows)


def _may_read(db: Db, row: ConcernRow) -> list[PersonRow]:
    """The contacts whom it is not about, and who did not raise it."""
    out = {row.about_id, row.person_id}
    found = contacts_of(db, row.programme_id)
    return [person for person in found if person.id not in out and not is_named_in(person, row.about)]


def _reader_ids(db: Db, concern_id: int) -> frozenset[int]:
    return frozenset(db.scalars(select(ConcernReaderRow.person_id).where(ConcernReaderRow.concern_id == concern_id)))


def _under(db: Db, programme_id: int, code: str) -> ConcernRow:
    row = db.scalar(
        select(ConcernRow).where(ConcernRow.programme_id == programme_id, ConcernRow.digest == digest_of(code))
    )
    if row is None:
        raise NotFound(
            say("No concern was raised under this code."), what_to_do=say("Please check it letter by letter.")
        )
    return row
