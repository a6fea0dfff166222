"""Appointing coordinators of a programme, and telling them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role, is_address
from scheduler.people.roles import appoint, list_offices
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.links import make_link

LINK_DAYS: Final = 14
LONGEST_NAME: Final = 120


class Appointed(StrEnum):
    """What came of appointing somebody."""

    TOLD = "told"
    """They have the office now, and an e-mail says so."""
    ONESELF = "oneself"
    """The actor has it now, and knows."""
    BEFORE = "before"
    """They had it before."""


def appoint_and_tell(
    db: Db, actor: Actor, programme_id: int, name: str, email: str, base_url: str, now: datetime
) -> Appointed:
    """Make somebody a coordinator of a programme and e-mail them a way in. Who is one already, or is the actor, is told
    nothing.

    Raises ``Rejected`` with the fields at fault, ``NotPossible`` for whoever is, or may be, an oversight contact there.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    must_name_somebody(name, email)
    role = Role.COORDINATOR
    lock_programme(db, programme_id)
    before = {(office.person_id, office.role) for office in list_offices(db, programme_id)}
    person_id = appoint(db, actor, programme_id, name, email, role, now)
    if (person_id, role) in before:
        return Appointed.BEFORE
    if person_id == actor.person_id:
        return Appointed.ONESELF
    _tell(db, actor, programme_id, person_id, base_url, now)
    return Appointed.TOLD


def must_name_somebody(name: str, email: str) -> None:
    """Raise ``Rejected``, with the fields, where a name or an address is none."""
    if faults := _faults(name, email):
        raise Rejected(say("Please check the fields marked below."), faults)


def _faults(name: str, email: str) -> tuple[Fault, ...]:
    found = []
    if not name.strip():
        found.append(Fault("name", say("Enter their name.")))
    elif len(name) > LONGEST_NAME:
        found.append(Fault("name", say("Shorten the name to %(most)s characters.", most=LONGEST_NAME)))
    if not is_address(email.strip()):
        found.append(Fault("email", say("Enter an e-mail address, such as ada.quill@hospital.example.")))
    return tuple(found)


def _tell(db: Db, actor: Actor, programme_id: int, person_id: int, base_url: str, now: datetime) -> None:
    person = db.scalars(select(PersonRow).where(PersonRow.id == person_id)).one()
    programme = get_programme(db, programme_id)
    lasts = timedelta(days=LINK_DAYS)
    link = f"{base_url}/sign-in/{make_link(db, person_id, now, lasts=lasts)}"
    with in_language(person.language):
        subject = say("%(programme)s: you’ve been appointed", programme=programme.name)
        words = say("%(name)s has made you a coordinator of %(programme)s.", name=actor.name, programme=programme.name)
        way_in = say("This link signs you in. It works once, within %(days)s days:", days=LINK_DAYS)
        text = "\n\n".join((greeting(person.name), words, way_in, link)) + "\n"
    put_in_outbox(db, person.email, subject, text, now, over_at=now + lasts, programme_id=programme_id)
