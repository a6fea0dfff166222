"""Directors: who answers for a programme. They read its evidence and nothing about anybody in it.

So nobody is a director who has another part in the same programme: neither who runs it, nor who hears its concerns, nor
who is in a group of it. A coordinator asks, and the person accepts themselves, as oversight contacts do. Whoever comes
to another part later reads no evidence as long as they have it: the two are looked at each time something is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.likeness import find_alike
from scheduler.people.model import Actor, Role
from scheduler.people.roles import entry_of, list_offices
from scheduler.people.tables import ContactInvitationRow, PersonRow, RoleRow
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.links import make_link
from scheduler.terms.appointments import LINK_DAYS, Appointed, must_name_somebody

LASTS: Final = timedelta(days=LINK_DAYS)


@dataclass(frozen=True, slots=True)
class Director:
    """A director of a programme, or who has been asked to be one and has not ``accepted`` yet."""

    person_id: int
    name: str
    email: str
    accepted: bool


def must_direct(actor: Actor, programme_id: int) -> None:
    """Raise NotAllowed to everybody but a director without any other part in the programme, and the operator."""
    has = {role for one, role in actor.roles if one == programme_id}
    if not actor.trusted and has != {Role.DIRECTOR}:
        raise NotAllowed(say("You don’t have access to this page."))


def list_directors(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Director, ...]:
    """Who is a director, and who has been asked and can still accept, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    person = (PersonRow.id, PersonRow.name, PersonRow.email)
    has = select(*person).join(RoleRow, RoleRow.person_id == PersonRow.id)
    asked = select(*person).join(ContactInvitationRow, ContactInvitationRow.person_id == PersonRow.id)
    row = ContactInvitationRow
    directs = has.where(RoleRow.programme_id == programme_id, RoleRow.role == Role.DIRECTOR)
    waits = asked.where(row.programme_id == programme_id, row.role == Role.DIRECTOR, row.invited_at > now - LASTS)
    found = [
        *(Director(*each, accepted=True) for each in db.execute(directs)),
        *(Director(*each, accepted=False) for each in db.execute(waits)),
    ]
    return tuple(sorted(found, key=lambda each: (each.name, each.person_id)))


def invite_director(
    db: Db, actor: Actor, programme_id: int, name: str, email: str, base_url: str, now: datetime
) -> Appointed:
    """Ask somebody to become a director; they hear of it by e-mail.

    Raises ``Rejected`` with the fields at fault, ``NotPossible`` for who has another part in the programme, or may be
    somebody who runs it.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    must_name_somebody(name, email)
    lock_programme(db, programme_id)
    person = entry_of(db, name, email, now)
    _must_have_no_part(db, programme_id, person, *filter(None, (actor.person_id,)))
    if db.get(RoleRow, (programme_id, person.id, Role.DIRECTOR.value)) is not None:
        return Appointed.BEFORE
    row = db.get(ContactInvitationRow, (programme_id, person.id))
    row = row or ContactInvitationRow(programme_id=programme_id, person_id=person.id)
    row.role, row.invited_at = Role.DIRECTOR, now
    db.add(row)
    record(db, actor, "director.invited", now, programme_id, person=person.id)
    _invite(db, actor, programme_id, person, base_url, now)
    return Appointed.TOLD


def get_invitation(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[str, ...]:
    """The names of the coordinators of the programme that asks the actor. Raises NotFound where none does."""
    _own_invitation(db, actor, programme_id, now)
    return tuple(one.name for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR)


def accept_invitation(
    db: Db, actor: Actor, programme_id: int, now: datetime, *, declares: bool, in_this_browser: Collection[int]
) -> None:
    """Become a director. ``in_this_browser`` are the ids of people who have been signed in there before.

    Raises NotFound for who was not asked, or too long ago; NotPossible for who has another part, or may be a
    coordinator; Rejected for who does not declare that they have none.
    """
    row = _own_invitation(db, actor, programme_id, now)
    lock_programme(db, programme_id)
    person = db.get_one(PersonRow, row.person_id)
    _must_have_no_part(db, programme_id, person)
    coordinators = {one.person_id for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR}
    if coordinators & set(in_this_browser):
        raise NotPossible(
            say("A coordinator of this programme has been signed in in this browser."),
            what_to_do=say("Please accept on a device of your own: sign in there with your own e-mail address."),
        )
    if not declares:
        raise Rejected(say("Please confirm that you have no other part in this programme."), where="declares")
    db.delete(row)
    db.add(RoleRow(programme_id=programme_id, person_id=person.id, role=Role.DIRECTOR))
    note(db, Fact.PEOPLE, programme_id, now, (person.id,))
    record(db, actor, "director.added", now, programme_id, person=person.id)


def dismiss_director(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> None:
    """Let somebody be a director no more, or ask them no longer. Raises NotFound for who is neither."""
    actor.must_have(programme_id, Role.COORDINATOR)
    role = db.get(RoleRow, (programme_id, person_id, Role.DIRECTOR.value))
    asked = db.get(ContactInvitationRow, (programme_id, person_id))
    if role is not None:
        db.delete(role)
        note(db, Fact.PEOPLE, programme_id, now, (person_id,))
        record(db, actor, "director.dismissed", now, programme_id, person=person_id)
    elif asked is not None and asked.role == Role.DIRECTOR:
        db.delete(asked)
        record(db, actor, "director.uninvited", now, programme_id, person=person_id)
    else:
        raise NotFound(say("We can’t find that person in this programme."))


def step_down(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Be a director no more. Raises NotFound for who is none."""
    row = db.get(RoleRow, (programme_id, actor.person_id or 0, Role.DIRECTOR.value))
    if row is None:
        raise NotFound(say("You’re not the director of that programme."))
    db.delete(row)
    note(db, Fact.PEOPLE, programme_id, now, (row.person_id,))
    record(db, actor, "director.stepped_down", now, programme_id, person=row.person_id)


def _must_have_no_part(db: Db, programme_id: int, person: PersonRow, *more: int) -> None:
    """Raise NotPossible for who has another part in the programme, or may be who runs it or hears its concerns, under
    another name or address. ``more`` are people who run it whatever is on record."""
    others = (RoleRow.programme_id == programme_id, RoleRow.role != Role.DIRECTOR)
    has_part = select(RoleRow.person_id).where(*others, RoleRow.person_id == person.id)
    if person.id in more or db.scalar(has_part.limit(1)) is not None:
        raise _has_part(say("They already have a part in this programme."))
    in_office = {*more, *(office.person_id for office in list_offices(db, programme_id))}
    if find_alike(db, person, in_office) is not None:
        raise _has_part(
            say("This looks like someone who is already a coordinator or an oversight contact under another entry.")
        )


def _has_part(message: str) -> NotPossible:
    return NotPossible(
        message,
        what_to_do=say("Choose someone else: a director reads figures, and nothing about anyone in the programme."),
    )


def _own_invitation(db: Db, actor: Actor, programme_id: int, now: datetime) -> ContactInvitationRow:
    row = db.get(ContactInvitationRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if row is None or row.role != Role.DIRECTOR or row.invited_at <= now - LASTS:
        raise NotFound(say("This invitation is no longer open. Ask the coordinator for a new one."))
    return row


def _invite(db: Db, actor: Actor, programme_id: int, person: PersonRow, base_url: str, now: datetime) -> None:
    programme = get_programme(db, programme_id).name
    secret = make_link(db, person.id, now, lasts=LASTS)
    with in_language(person.language):
        subject = say("%(programme)s: would you be its director?", programme=programme)
        text = "\n\n".join(
            (
                greeting(person.name),
                say(
                    "%(name)s would like you to be the director of %(programme)s. You would read how the programme is "
                    "doing, in figures about all of it; about no one in it would you read anything.",
                    name=actor.name,
                    programme=programme,
                ),
                say("This link signs you in. It works once, within %(days)s days:", days=LINK_DAYS),
                f"{base_url}/sign-in/{secret}?next=/director/asked/{programme_id}",
                say("Please open it on a device of your own, and decide there.") + "\n",
            )
        )
    put_in_outbox(db, person.email, subject, text, now, over_at=now + LASTS, programme_id=programme_id)
