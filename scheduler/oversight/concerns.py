"""Concerns: told to the oversight contact, with one's name or without, and answered under a code.

Nobody else reads them: not the coordinator, not who runs commands on the machine. Telling one leaves no line in the
audit trail, which would say who did.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler import clock
from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.oversight.model import ConcernKind
from scheduler.oversight.tables import ConcernRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.programmes.firewall import withheld_from

KINDS: Final[Mapping[ConcernKind, str]] = {
    ConcernKind.BOUNDARIES: mark("Someone overstepped a boundary"),
    ConcernKind.BULLYING: mark("Bullying or belittling"),
    ConcernKind.DISCRIMINATION: mark("Racism, sexism or other discrimination"),
    ConcernKind.CREDIT: mark("Someone took credit for my work"),
    ConcernKind.CONFIDENCE: mark("Something said in confidence got out"),
    ConcernKind.SAFETY: mark("I’m worried about someone’s safety"),
    ConcernKind.OTHER: mark("Something felt off"),
}
"""What it may be about; the last is enough."""
LONGEST: Final = 4000
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern as the oversight contact reads it; ``name`` is empty where none was given."""

    id: int
    kind: ConcernKind
    text: str
    name: str
    email: str
    said_at: datetime
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What its teller finds under the code; ``text`` is empty until there is an answer."""

    said_at: datetime
    text: str
    answered_at: datetime | None
    is_closed: bool


def raise_concern(
    db: Db,
    actor: Actor,
    programme_id: int,
    kind: str,
    text: str,
    now: datetime,
    *,
    named: bool,
    page_url: str = "",
) -> str:
    """Tell the oversight contact something; returns the code under which the answer will stand, shown this once.

    Raises NotPossible where the programme has no oversight contact: then it would reach nobody.
    """
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    if kind not in tuple(ConcernKind):
        raise Rejected(say("Choose what it’s about; “something felt off” is enough."))
    if len(text) > LONGEST:
        raise Rejected(say("Please use no more than %(count)s characters.", count=LONGEST))
    contacts = _contacts(db, programme_id)
    if not contacts:
        raise NotPossible(
            say("This programme has no oversight contact yet, so nobody would see your concern."),
            what_to_do=say("Please speak to someone you trust; your hospital has people for this."),
        )
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    row = ConcernRow(programme_id=programme_id, digest=_digest(code), kind=ConcernKind(kind), said_at=now)
    row.text, row.person_id = text.strip(), actor.person_id if named else None
    db.add(row)
    for person in contacts:
        _tell(db, person, now, page_url)
    return code


def get_answer(db: Db, actor: Actor, programme_id: int, code: str) -> Answer:
    """What became of a concern, for anyone who has its code. Raises NotFound for an unknown code."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    digest = _digest("".join(code.lower().split()))
    row = db.scalar(select(ConcernRow).where(ConcernRow.programme_id == programme_id, ConcernRow.digest == digest))
    if row is None:
        raise NotFound(
            say("No concern was raised under this code."), what_to_do=say("Please check it letter by letter.")
        )
    return Answer(row.said_at, row.answer, row.answered_at, row.closed_at is not None)


def concerns(db: Db, actor: Actor, programme_id: int) -> tuple[Concern, ...]:
    """Everything told in a programme, open ones first, then the newest; for its oversight contacts alone, and none of
    it to a contact who has power over the person who gave their name."""
    _must_oversee(actor, programme_id)
    withheld = withheld_from(db, actor, programme_id, clock.now())
    rows = db.execute(
        select(ConcernRow, PersonRow.name, PersonRow.email)
        .outerjoin(PersonRow, PersonRow.id == ConcernRow.person_id)
        .where(ConcernRow.programme_id == programme_id)
        .order_by(ConcernRow.closed_at.is_not(None), ConcernRow.id.desc())
    )
    return tuple(_value(row, name or "", email or "") for row, name, email in rows if row.person_id not in withheld)


def reply(db: Db, actor: Actor, concern_id: int, text: str, now: datetime, *, close: bool = False) -> None:
    """Write or change the answer; ``close`` once there is nothing left to do."""
    row = db.get(ConcernRow, concern_id)
    if row is None:
        raise NotFound(say("We can’t find that concern."))
    _must_oversee(actor, row.programme_id)
    if row.person_id in withheld_from(db, actor, row.programme_id, now):
        raise NotFound(say("We can’t find that concern."))
    if text.strip() and text.strip() != row.answer:
        row.answer, row.answered_at = text.strip()[:LONGEST], row.answered_at or now
        record(db, actor, "concern.answered", now, row.programme_id, concern=concern_id)
    if close and row.closed_at is None:
        row.closed_at = now
        record(db, actor, "concern.closed", now, row.programme_id, concern=concern_id)


def _must_oversee(actor: Actor, programme_id: int) -> None:
    """By role alone: not even the product's own operator, who may do everything else, reads these."""
    if (programme_id, Role.OVERSIGHT) not in actor.roles:
        raise NotAllowed(say("You don’t have access to this page."))


def _contacts(db: Db, programme_id: int) -> list[PersonRow]:
    has_role = (RoleRow.programme_id == programme_id, RoleRow.role == Role.OVERSIGHT)
    return list(db.scalars(select(PersonRow).join(RoleRow, RoleRow.person_id == PersonRow.id).where(*has_role)))


def _tell(db: Db, person: PersonRow, now: datetime, page_url: str) -> None:
    """A mail that says that something waits, and nothing of it."""
    with in_language(person.language):
        hello = greeting(person.name)
        text = say("Someone in your mentoring programme has raised a concern. Only you can read it, here:")
        subject = say("A concern has been raised with you")
        put_in_outbox(db, person.email, subject, f"{hello}\n\n{text}\n\n{page_url}\n", now, urgent=True)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _value(row: ConcernRow, name: str, email: str) -> Concern:
    return Concern(row.id, row.kind, row.text, name, email, row.said_at, row.answer, row.answered_at, row.closed_at)
