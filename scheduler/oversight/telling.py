"""Raising a concern, with one's name or without, signed in or not, while in a programme or after.

It goes to the contacts that its teller chooses, and to nobody else. No line of the audit trail tells of it: that would
say who did. Without a name, nothing that is stored points to a person.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from scheduler.db import Db
from scheduler.errors import NotPossible, Rejected
from scheduler.languages import say
from scheduler.mail.notes import write_to
from scheduler.oversight.contacts import contacts_for, facilitators_beside, is_named_in
from scheduler.oversight.model import ConcernKind, ReplyBy, Urgency
from scheduler.oversight.tables import ConcernReaderRow, ConcernRow
from scheduler.people.model import Actor
from scheduler.people.roles import contacts_of
from scheduler.people.tables import PersonRow

LONGEST: Final = 4000
LONGEST_LINE: Final = 200
SMALL_GROUP: Final = 6
"""In a group with fewer people than this, what somebody writes easily shows who they are."""
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH: Final = 16
_Choice = TypeVar("_Choice", ConcernKind, Urgency, ReplyBy)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of a concern beside what it is about: how soon they would like an answer, about whom or what
    it is (``about_id`` is a facilitator of a group of theirs), how they may be reached, and the contacts whom it is to
    go to, by id; None where they chose none, which is enough where there is one to choose."""

    urgency: str = Urgency.ANY
    about: str = ""
    about_id: int | None = None
    reply_by: str = ReplyBy.CODE
    reach: str = ""
    contacts: Collection[int] | None = None


USUAL: Final = Told()


def raise_concern(
    db: Db,
    actor: Actor | None,
    programme_id: int,
    kind: str,
    text: str,
    now: datetime,
    *,
    named: bool,
    told: Told = USUAL,
    page_url: str = "",
) -> str:
    """Tell oversight contacts something; returns the code under which the conversation goes on, shown this once.

    ``actor`` is None for who is not signed in; only who is can give their name. Raises NotPossible where nobody could
    read it, Rejected for what has to be put otherwise.
    """
    row = ConcernRow(
        programme_id=programme_id,
        kind=_one_of(ConcernKind, kind, say("Choose what it’s about; “something felt off” is enough."), "kind"),
        urgency=_one_of(Urgency, told.urgency, say("Choose how soon you’d like an answer."), "urgency"),
        reply_by=_one_of(ReplyBy, told.reply_by, say("Choose how you may be reached."), "reply_by"),
        text=_short(text, LONGEST, "text"),
        about=_short(told.about, LONGEST_LINE, "about"),
        reach=_short(told.reach, LONGEST_LINE, "reach"),
        about_id=_about(db, actor, programme_id, told.about_id),
        person_id=actor.person_id if actor and named else None,
        said_at=now,
    )
    if row.reply_by is ReplyBy.CODE:
        row.reach = ""
    elif not row.reach:
        raise Rejected(say("Write where you can be reached, or choose the code only."), where="reach")
    readers = _readers(db, actor, programme_id, told.contacts, row)
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    row.digest = digest_of(code)
    db.add(row)
    db.flush()
    db.add_all(ConcernReaderRow(concern_id=row.id, person_id=person.id, since=now) for person in readers)
    tell_contacts(db, readers, page_url, now, is_urgent=row.urgency is Urgency.NOW)
    return code


def digest_of(code: str) -> str:
    """Of a code, however it was typed."""
    return hashlib.sha256("".join(sign for sign in code.lower() if sign.isalnum()).encode()).hexdigest()


def tell_contacts(
    db: Db, readers: Collection[PersonRow], page_url: str, now: datetime, *, is_urgent: bool = False
) -> None:
    """Mail that something waits, and nothing of it."""

    def words() -> str:
        found = say("Someone in your mentoring programme has raised a concern. Only those it was sent to can read it:")
        return " ".join((found, say("They would like an answer today or tomorrow."))) if is_urgent else found

    write_to(db, readers, lambda: say("A concern has been raised with you"), words, page_url, now, urgent=True)


def _readers(
    db: Db, actor: Actor | None, programme_id: int, chosen: Collection[int] | None, row: ConcernRow
) -> Sequence[PersonRow]:
    """The contacts whom it goes to: those chosen, none of whom it is about."""
    may_choose = {contact.person_id for contact in contacts_for(db, actor, programme_id)}
    if not may_choose:
        raise NotPossible(
            say("This programme has no oversight contact who could read your concern."),
            what_to_do=say("Please speak to someone you trust; your hospital has people for this."),
        )
    wanted = may_choose if chosen is None and len(may_choose) == 1 else set(chosen or ())
    if not wanted or wanted - may_choose:
        raise Rejected(say("Choose who should read it."), where="contacts")
    people = [person for person in contacts_of(db, programme_id) if person.id in wanted]
    free = [person for person in people if person.id != row.about_id and not is_named_in(person, row.about)]
    if not free:
        raise Rejected(
            say("You’ve said that it is about the person you are sending it to."),
            where="contacts",
            what_to_do=say("Choose another contact; nothing has been sent."),
        )
    return free


def _about(db: Db, actor: Actor | None, programme_id: int, about_id: int | None) -> int | None:
    if about_id is None or about_id in {one.person_id for one in facilitators_beside(db, actor, programme_id)}:
        return about_id
    raise Rejected(say("Choose someone from the list, or write it in your own words."), where="about_id")


def _one_of(words: type[_Choice], given: str, message: str, where: str) -> _Choice:
    if given not in tuple(words):
        raise Rejected(message, where=where)
    return words(given)


def _short(text: str, longest: int, where: str) -> str:
    if len(text.strip()) > longest:
        raise Rejected(say("Please use no more than %(count)s characters.", count=longest), where=where)
    return text.strip()
