"""Another e-mail address for somebody who is known: who may get one, and what it ends.

Whoever reads the mail of an address signs in with it. So nobody gives another address to those who look after
programmes, and whoever had the former one learns of the change.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import PARTICIPANTS, Actor
from scheduler.people.tables import ContactInvitationRow, PersonRow, RoleRow
from scheduler.signing_in.tables import LoginRow, SignInLinkRow


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
    """Give somebody another address. The former one is told; logins and links end, unless it is the actor's own."""
    former, person.email = person.email, address
    if person.id != actor.person_id:
        for table in (LoginRow, SignInLinkRow):
            db.execute(delete(table).where(table.person_id == person.id))
    _tell(db, programme_id, person, former, now)
    record(db, actor, "person.address_changed", now, programme_id, person=person.id)


def _tell(db: Db, programme_id: int, person: PersonRow, former: str, now: datetime) -> None:
    with in_language(person.language):
        subject = say("Your e-mail address here has changed")
        text = "\n\n".join(
            (
                greeting(person.name),
                say(
                    "Your coordinator has replaced the address %(former)s by %(address)s. From now on, sign in with "
                    "%(address)s.",
                    former=former,
                    address=person.email,
                ),
                say("If you did not expect this, please answer this e-mail at once.") + "\n",
            )
        )
    put_in_outbox(db, former, subject, text, now, programme_id=programme_id)
