"""Another e-mail address for somebody who is known: who may get one, and what it ends.

Whoever reads the mail of an address signs in with it. So nobody gives another address to those who look after
programmes, and whoever had the former one learns of the change, and can undo it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import delete, exists, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.joining.tables import AnswerRow
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import PARTICIPANTS, Actor
from scheduler.people.roles import contacts_of
from scheduler.people.tables import ContactInvitationRow, PersonRow, RoleRow
from scheduler.signing_in.address_changes import SEALED_FOR, seal
from scheduler.signing_in.tables import ApiTokenRow, LoginRow, PasskeyRow, SignInLinkRow


def in_office(db: Db, actor: Actor, people: Collection[int]) -> frozenset[int]:
    """Those of these people who coordinate a programme, are its oversight contact or have been asked to become one, but
    for the actor: their address is not another's to change. The operator may change all."""
    if actor.trusted:
        return frozenset()
    office = (RoleRow.role.not_in(PARTICIPANTS), RoleRow.person_id.in_(people), RoleRow.person_id != actor.person_id)
    asked = (ContactInvitationRow.person_id.in_(people), ContactInvitationRow.person_id != actor.person_id)
    either = select(RoleRow.person_id).where(*office).union(select(ContactInvitationRow.person_id).where(*asked))
    return frozenset(db.scalars(either))


def office_fault(address: str) -> str:
    """Why somebody’s address stays, and who can change it."""
    return (
        say("%(address)s belongs to a coordinator or an oversight contact.", address=address)
        + " "
        + say("They can change it themselves if they coordinate; otherwise ask the person who runs this service.")
    )


def give_address(db: Db, actor: Actor, programme_id: int, person: PersonRow, address: str, now: datetime) -> None:
    """Give somebody another address. Unless it is the actor's own, the former one is told, logins, links,
    passkeys and tokens end, and what is theirs alone is sealed until the change is known to be right."""
    former, person.email = person.email, address
    if person.id != actor.person_id:
        link = (
            ""
            if actor.trusted
            else seal(db, person, former, programme_id, now, has_answered=has_answered(db, person.id))
        )
        for table in (LoginRow, SignInLinkRow, PasskeyRow, ApiTokenRow):
            db.execute(delete(table).where(table.person_id == person.id))
        _tell(db, programme_id, person, former, link, now)
    record(db, actor, "person.address_changed", now, programme_id, person=person.id)


def has_answered(db: Db, person_id: int) -> bool:
    """Whether somebody has answers in any programme."""
    return bool(db.scalar(select(exists().where(AnswerRow.person_id == person_id))))


def _tell(db: Db, programme_id: int, person: PersonRow, former: str, link: str, now: datetime) -> None:
    with in_language(person.language):
        subject = say("Your e-mail address here has changed")
        changed = say(
            "Your coordinator has replaced the address %(former)s by %(address)s. From now on, sign in with "
            "%(address)s.",
            former=former,
            address=person.email,
        )
        text = "\n\n".join((greeting(person.name), changed, *closing(db, programme_id, link))) + "\n"
    put_in_outbox(db, former, subject, text, now, urgent=True)


def closing(db: Db, programme_id: int, link: str) -> Iterator[str]:
    """How a changed address is confirmed or put back, and with whom to speak who does not run the programme."""
    if link:
        yield say(
            "Please say here whether that is right. Until then, for up to %(days)s days, nobody can open what is yours "
            "alone, such as your wishes and notes:",
            days=SEALED_FOR.days,
        )
        yield link
    contacts = ", ".join(f"{one.name} <{one.email}>" for one in contacts_of(db, programme_id))
    if contacts:
        yield say("If anything about this worries you, write to an oversight contact: %(contacts)s.", contacts=contacts)
    else:
        yield say("If anything about this worries you, speak to the person who runs this service.")
