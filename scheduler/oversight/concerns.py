"""Concerns as the contact reads them to whom they were sent, or handed: answering, handing over, closing.

Nobody else reads them: not the coordinator, not another contact, not who runs commands on the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from scheduler import clock
from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.oversight.contacts import is_named_in, must_oversee
from scheduler.oversight.conversations import let_read, messages_of
from scheduler.oversight.model import ConcernKind, ConcernStatus, Contact, Message, ReplyBy, Urgency, Writer
from scheduler.oversight.tables import ConcernMessageRow, ConcernReaderRow, ConcernRow
from scheduler.oversight.telling import LONGEST, tell_contacts
from scheduler.oversight.wording import KINDS as KINDS
from scheduler.people.model import Actor, Role
from scheduler.people.roles import contacts_of
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.firewall import withheld_from
from scheduler.text_input import required_text

REPEATED: Final = 3
"""So many concerns about one person are shown as a sign, however small each is."""
_ORDER: Final = {urgency: place for place, urgency in enumerate(Urgency)}
_OPEN_FIRST: Final = (ConcernStatus.NEW, ConcernStatus.SEEN, ConcernStatus.ANSWERED, ConcernStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern as its contact reads it; ``name`` and ``email`` are empty where no name was given, ``reach`` where its
    teller wants to be written to here only. ``first_answer`` is how long they waited for the first answer."""

    id: int
    kind: ConcernKind
    urgency: Urgency
    text: str
    about: str
    about_id: int | None
    about_name: str
    reply_by: ReplyBy
    reach: str
    name: str
    email: str
    said_at: datetime
    status: ConcernStatus
    first_answer: timedelta | None


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """One concern with its conversation, who reads it, and to whom it could be handed."""

    programme_id: int
    concern: Concern
    messages: tuple[Message, ...]
    readers: tuple[Contact, ...]
    others: tuple[Contact, ...]
    facilitators: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A sign: so many concerns name one person, of which the contact reads ``readable``. They need not come from so
    many people."""

    person_id: int
    name: str
    count: int
    readable: int


def concerns(db: Db, actor: Actor, programme_id: int) -> tuple[Concern, ...]:
    """The concerns of a programme that the actor may read: open ones first, then by urgency, then the newest."""
    must_oversee(actor, programme_id)
    found = _readable(db, actor, programme_id)
    return tuple(sorted(found, key=lambda one: (_OPEN_FIRST.index(one.status), _ORDER[one.urgency], -one.id)))


def get_concern(db: Db, actor: Actor, concern_id: int) -> ConcernPage:
    """One concern with all that was written. Raises NotFound for who may not read it."""
    row = _own(db, actor, concern_id)
    concern = next(one for one in _readable(db, actor, row.programme_id) if one.id == concern_id)
    ids = set(db.scalars(select(ConcernReaderRow.person_id).where(ConcernReaderRow.concern_id == concern_id)))
    contacts = contacts_of(db, row.programme_id)
    return ConcernPage(
        row.programme_id,
        concern,
        messages_of(db, concern_id),
        tuple(Contact(person.id, person.name) for person in contacts if person.id in ids),
        tuple(Contact(person.id, person.name) for person in contacts if person.id not in ids and _fits(person, row)),
        facilitators_in(db, row.programme_id),
    )


def see(db: Db, actor: Actor, concern_id: int, now: datetime) -> None:
    """Note that a concern has been opened: its teller may know."""
    row = _own(db, actor, concern_id)
    row.seen_at = row.seen_at or now


def reply(db: Db, actor: Actor, concern_id: int, text: str, now: datetime, *, close: bool = False) -> None:
    """Answer, which its teller reads under the code; ``close`` once there is nothing left to do. What was answered
    before stays."""
    row = _own(db, actor, concern_id)
    if text.strip() or not close:
        plain = required_text(text, LONGEST)
        writer = Writer.CONTACT
        db.add(
            ConcernMessageRow(concern_id=row.id, writer=writer, person_id=actor.person_id, text=plain, written_at=now)
        )
        row.answered_at, row.seen_at = row.answered_at or now, row.seen_at or now
        record(db, actor, "concern.answered", now, row.programme_id, concern=concern_id)
    if close and row.closed_at is None:
        row.closed_at, row.seen_at = now, row.seen_at or now
        record(db, actor, "concern.closed", now, row.programme_id, concern=concern_id)
    db.flush()


def hand_over(
    db: Db, actor: Actor, concern_id: int, person_id: int, now: datetime, *, stays: bool, page_url: str = ""
) -> None:
    """Let another contact read a concern with all that was written; the actor reads on only if they ``stay``.

    Raises NotPossible for somebody whom the concern is about, NotFound for who is no contact.
    """
    row = _own(db, actor, concern_id)
    contact = next((one for one in contacts_of(db, row.programme_id) if one.id == person_id), None)
    if contact is None or person_id == actor.person_id:
        raise NotFound(say("We can’t find that person in this programme."))
    if not _fits(contact, row):
        raise NotPossible(say("This concern is about them, or from them."), what_to_do=say("Choose another contact."))
    let_read(db, row.id, person_id, now)
    if not stays:
        own = db.get(ConcernReaderRow, (concern_id, actor.person_id))
        db.delete(own)
    record(db, actor, "concern.handed_over", now, row.programme_id, concern=concern_id, person=person_id)
    tell_contacts(db, (contact,), page_url, now)
    db.flush()


def say_about(db: Db, actor: Actor, concern_id: int, person_id: int | None, now: datetime) -> None:
    """Note which facilitator a concern is about, or that it is about none: so that it is seen when they repeat.

    Raises NotPossible where that is somebody who reads it.
    """
    row = _own(db, actor, concern_id)
    if person_id is not None:
        if person_id not in {one.person_id for one in facilitators_in(db, row.programme_id)}:
            raise NotFound(say("We can’t find that person in this programme."))
        if db.get(ConcernReaderRow, (concern_id, person_id)) is not None:
            raise NotPossible(
                say("They read this concern themselves."),
                what_to_do=say("Hand it to another contact, who can then say who it is about."),
            )
    row.about_id, row.seen_at = person_id, row.seen_at or now


def repeated(db: Db, actor: Actor, programme_id: int) -> tuple[Repeated, ...]:
    """Who is named in several concerns, to a contact who reads at least one of them; never the contact themselves.
    How many there are is told, of those of others nothing else."""
    must_oversee(actor, programme_id)
    readable = Counter(one.about_id for one in _readable(db, actor, programme_id) if one.about_id is not None)
    rows = db.execute(
        select(ConcernRow.about_id, PersonRow.name, func.count())
        .join(PersonRow, PersonRow.id == ConcernRow.about_id)
        .where(ConcernRow.programme_id == programme_id, ConcernRow.about_id.in_(readable))
        .group_by(ConcernRow.about_id, PersonRow.name)
        .order_by(func.count().desc(), PersonRow.name)
    )
    return tuple(
        Repeated(person_id, name, count, readable[person_id])
        for person_id, name, count in rows
        if count >= REPEATED and person_id is not None and person_id != actor.person_id
    )


def facilitators_in(db: Db, programme_id: int) -> tuple[Contact, ...]:
    """Everybody who facilitates in a programme, or did, by name."""
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.kind == Role.FACULTY)
    people = select(PersonRow.id, PersonRow.name).join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
    return tuple(Contact(*row) for row in db.execute(people.where(*here).order_by(PersonRow.name, PersonRow.id)))


def _fits(person: PersonRow, row: ConcernRow) -> bool:
    return person.id not in (row.about_id, row.person_id) and not is_named_in(person, row.about)


def _own(db: Db, actor: Actor, concern_id: int) -> ConcernRow:
    """A concern that the actor may read."""
    row = db.get(ConcernRow, concern_id)
    if row is None:
        raise NotFound(say("We can’t find that concern."))
    must_oversee(actor, row.programme_id)
    is_reader = db.get(ConcernReaderRow, (concern_id, actor.person_id)) is not None
    if not is_reader or row.person_id in withheld_from(db, actor, row.programme_id, clock.now()):
        raise NotFound(say("We can’t find that concern."))
    return row


def _readable(db: Db, actor: Actor, programme_id: int) -> Sequence[Concern]:
    """What the actor was sent or handed, but for concerns of people who gave their name and over whom they have
    power."""
    about = aliased(PersonRow)
    rows = db.execute(
        select(ConcernRow, PersonRow.name, PersonRow.email, about.name)
        .join(ConcernReaderRow, ConcernReaderRow.concern_id == ConcernRow.id)
        .outerjoin(PersonRow, PersonRow.id == ConcernRow.person_id)
        .outerjoin(about, about.id == ConcernRow.about_id)
        .where(ConcernRow.programme_id == programme_id, ConcernReaderRow.person_id == actor.person_id)
    ).all()
    last = _last_writers(db, [row.id for row, *_ in rows])
    withheld = withheld_from(db, actor, programme_id, clock.now())
    return [
        Concern(
            id=row.id,
            kind=row.kind,
            urgency=row.urgency,
            text=row.text,
            about=row.about,
            about_id=row.about_id,
            about_name=about_name or "",
            reply_by=row.reply_by,
            reach=row.reach,
            name=name or "",
            email=email or "",
            said_at=row.said_at,
            status=_status(row, last.get(row.id)),
            first_answer=row.answered_at - row.said_at if row.answered_at else None,
        )
        for row, name, email, about_name in rows
        if row.person_id not in withheld
    ]


def _status(row: ConcernRow, last: Writer | None) -> ConcernStatus:
    if row.closed_at is not None:
        return ConcernStatus.CLOSED
    if last is Writer.CONTACT:
        return ConcernStatus.ANSWERED
    return ConcernStatus.NEW if row.seen_at is None else ConcernStatus.SEEN


def _last_writers(db: Db, concern_ids: Sequence[int]) -> Mapping[int, Writer]:
    rows = db.execute(
        select(ConcernMessageRow.concern_id, ConcernMessageRow.writer)
        .where(ConcernMessageRow.concern_id.in_(concern_ids), ConcernMessageRow.writer != Writer.NOTE)
        .order_by(ConcernMessageRow.id)
    )
    return dict(rows.all())
