"""Coordinators of a programme: appointed by another one, and told by e-mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from scheduler.db import Db
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.offices.model import LASTS, LINK_DAYS, Appointed, Keeping, OfficeRules
from scheduler.offices.service import must_name_somebody
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint, list_offices
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.links import make_mailed_link


def appoint_and_tell(
    db: Db, actor: Actor, programme_id: int, name: str, email: str, base_url: str, now: datetime
) -> Appointed:
    """Make somebody a coordinator of a programme and e-mail them a way in. Who is one already, or is the actor, is told
    nothing.

    Raises ``Rejected`` with the fields at fault, ``NotPossible`` for whoever is, or may be, an oversight contact there.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    must_name_somebody(name, email)
    lock_programme(db, programme_id)
    before = _coordinators(db, programme_id)
    person_id = appoint(db, actor, programme_id, name, email, Role.COORDINATOR, now)
    if person_id in before:
        return Appointed.BEFORE
    if person_id == actor.person_id:
        return Appointed.ONESELF
    _tell(db, actor, programme_id, person_id, base_url, now)
    return Appointed.TOLD


def _coordinators(db: Db, programme_id: int) -> Collection[int]:
    return {one.person_id for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR}


def _tell(db: Db, actor: Actor, programme_id: int, person_id: int, base_url: str, now: datetime) -> None:
    person, programme = db.get_one(PersonRow, person_id), get_programme(db, programme_id)
    link = make_mailed_link(db, person_id, base_url, now, LASTS)
    with in_language(person.language):
        subject = say("%(programme)s: you’ve been appointed", programme=programme.name)
        words = say("%(name)s has made you a coordinator of %(programme)s.", name=actor.name, programme=programme.name)
        way_in = say("This link signs you in. It works once, within %(days)s days:", days=LINK_DAYS)
        text = "\n\n".join((greeting(person.name), words, way_in, link.words)) + "\n"
    put_in_outbox(db, person.email, subject, text, now, over_at=now + LASTS, programme_id=programme_id)


COORDINATOR: Final = OfficeRules(
    Role.COORDINATOR,
    keeping=Keeping(
        1,
        _coordinators,
        mark("A programme needs a coordinator."),
        before_dismissing=mark("Appoint someone else first."),
    ),
)
"""The last one stays: someone has to run the programme."""
