"""Mail that does not arrive: noted by address, told to the coordinator, forgotten when it arrives again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlalchemy import Select, delete, func, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import mark, say
from scheduler.mail.model import TroubleKind
from scheduler.mail.tables import MailRow, TroubleRow
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow

_ENHANCED: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class Cause(StrEnum):
    """Why mail does not arrive, as far as codes tell (RFC 3463 section 3)."""

    NO_MAILBOX = "no_mailbox"
    FULL = "full"
    REFUSED = "refused"
    OTHER = "other"


_CAUSES: Final[tuple[tuple[str, Cause], ...]] = (
    ("5.2.2", Cause.FULL),
    ("4.2.2", Cause.FULL),
    ("5.1.", Cause.NO_MAILBOX),
    ("5.2.1", Cause.NO_MAILBOX),
    ("5.7.", Cause.REFUSED),
    ("550", Cause.NO_MAILBOX),
    ("551", Cause.NO_MAILBOX),
    ("553", Cause.NO_MAILBOX),
    ("552", Cause.FULL),
    ("554", Cause.REFUSED),
)

WORDS: Final[Mapping[Cause, tuple[str, str]]] = MappingProxyType(
    {
        Cause.NO_MAILBOX: (
            mark("This e-mail address does not exist."),
            mark("Ask for the right address, correct it in your list of people and upload the list again."),
        ),
        Cause.FULL: (
            mark("Their mailbox is full."),
            mark("Let them know some other way. E-mail will get through again once they have made room."),
        ),
        Cause.REFUSED: (
            mark("Their mail server is refusing our e-mails."),
            mark("Ask their IT department to let our e-mails through, or ask for another address."),
        ),
        Cause.OTHER: (
            mark("Their mail server did not accept the e-mail."),
            mark("Check that the address is right. If it is, ask for another one."),
        ),
    }
)
"""What a cause means, and what to do; to be said."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody whom mail does not reach, since when, why, and what to do."""

    person_id: int
    name: str
    address: str
    status: str
    since: datetime
    last_at: datetime
    words: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many messages wait, of these how many were tried in vain, how many were given up; since when they wait."""

    waiting: int
    tried: int
    given_up: int
    troubles: int
    oldest_at: datetime | None


def cause_of(status: str) -> Cause:
    """What a status code means."""
    return next((cause for code, cause in _CAUSES if status.startswith(code)), Cause.OTHER)


def status_of(code: int, reply: str) -> str:
    """The enhanced status in a server's reply, or the reply's own code."""
    found = _ENHANCED.search(reply)
    return found[1] if found else str(code)


def note_trouble(db: Db, address: str, kind: TroubleKind, status: str, now: datetime) -> None:
    """Note that mail to an address did not arrive."""
    row = db.get(TroubleRow, address.lower())
    if row is None:
        row = TroubleRow(address=address.lower(), kind=kind, status=status, first_at=now, last_at=now)
        db.add(row)
    row.kind, row.status, row.last_at = kind, status, now


def note_arrival(db: Db, address: str) -> None:
    """A server took mail to an address that one refused before. What was taken before it returned proves nothing."""
    db.execute(delete(TroubleRow).where(TroubleRow.address == address.lower(), TroubleRow.kind == TroubleKind.REFUSED))


def list_troubles(db: Db, actor: Actor, programme_id: int, asked: Paging) -> tuple[tuple[Trouble, ...], Paging]:
    """Those of the programme whom mail does not reach, by name. Whose address was corrected is not among them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    query = _unreached(programme_id).where(is_named(PersonRow, asked.q)).order_by(PersonRow.name, PersonRow.id)
    rows, paging = page_of(db, query, asked)
    return tuple(_trouble(person, row) for person, row in rows), paging


def find_trouble(db: Db, actor: Actor, programme_id: int, person_id: int) -> Trouble | None:
    """What keeps mail from one person, if anything does."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = db.execute(_unreached(programme_id).where(PersonRow.id == person_id)).first()
    return _trouble(*found) if found else None


def count_troubles(db: Db, actor: Actor, programme_id: int) -> int:
    """How many of the programme mail does not reach."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return db.scalar(_unreached(programme_id).with_only_columns(func.count(), maintain_column_froms=True)) or 0


def forget_trouble(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> None:
    """Take somebody from the list, because the coordinator knows that mail arrives again."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = db.execute(_unreached(programme_id).where(PersonRow.id == person_id)).first()
    if found is None:
        raise NotFound(say("That person is not on the list."))
    db.execute(delete(TroubleRow).where(TroubleRow.address == found[0].email.lower()))
    record(db, actor, "mail_trouble.forgotten", now, programme_id, person=person_id)


def _unreached(programme_id: int) -> Select[PersonRow, TroubleRow]:
    taking_part = select(ParticipantRow.person_id).where(
        ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None)
    )
    with_role = select(RoleRow.person_id).where(RoleRow.programme_id == programme_id)
    return (
        select(PersonRow, TroubleRow)
        .join(TroubleRow, TroubleRow.address == func.lower(PersonRow.email))
        .where(PersonRow.id.in_(taking_part.union(with_role)))
    )


def outbox_state(db: Db) -> OutboxState:
    """Where the outbox stands: numbers only."""
    waits = MailRow.next_try_at.is_not(None)
    waiting, oldest = db.execute(select(func.count(), func.min(MailRow.created_at)).where(waits)).one()
    tried = db.scalars(select(func.count()).select_from(MailRow).where(waits, MailRow.attempts > 0)).one()
    given_up = MailRow.next_try_at.is_(None), MailRow.sent_at.is_(None), MailRow.error != "over"
    lost = db.scalars(select(func.count()).select_from(MailRow).where(*given_up)).one()
    troubles = db.scalars(select(func.count()).select_from(TroubleRow)).one()
    return OutboxState(waiting, tried, lost, troubles, oldest)


def _trouble(person: PersonRow, row: TroubleRow) -> Trouble:
    words, what_to_do = WORDS[cause_of(row.status)]
    return Trouble(
        person_id=person.id,
        name=person.name,
        address=person.email,
        status=row.status,
        since=row.first_at,
        last_at=row.last_at,
        words=say(words),
        what_to_do=say(what_to_do),
    )
