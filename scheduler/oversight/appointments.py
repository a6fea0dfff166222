"""Becoming an oversight contact: a coordinator asks, and the person accepts themselves.

The coordinator can't make herself one under another address. Who may be a coordinator under another entry is refused,
when they are asked and when they accept; they accept signed in as themselves, in a browser in which no coordinator of
the programme has been signed in; and the other contacts hear of everybody who is asked, accepts or is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.languages import in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.notes import write_to
from scheduler.mail.service import put_in_outbox
from scheduler.oversight.contacts import must_oversee
from scheduler.oversight.tables import ConcernReaderRow, ConcernRow
from scheduler.people.model import Actor, Role
from scheduler.people.roles import LEAST_CONTACTS, contacts_of, dismiss, entry_of, list_offices, must_not_be_both
from scheduler.people.tables import ContactInvitationRow, PersonRow, RoleRow
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.signing_in.links import make_link
from scheduler.terms.appointments import LINK_DAYS, Appointed, must_name_somebody

LASTS: Final = timedelta(days=LINK_DAYS)


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who has been asked and has not accepted yet."""

    person_id: int
    name: str
    email: str
    invited_at: datetime


def invite_contact(
    db: Db, actor: Actor, programme_id: int, name: str, email: str, base_url: str, now: datetime
) -> Appointed:
    """Ask somebody to become an oversight contact; they hear of it by e-mail, and so do the contacts there are.

    Raises ``Rejected`` with the fields at fault, ``NotPossible`` for who coordinates the programme, or may be who does.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    must_name_somebody(name, email)
    lock_programme(db, programme_id)
    person = entry_of(db, name, email, now)
    must_not_be_both(db, programme_id, person, Role.OVERSIGHT, *filter(None, (actor.person_id,)))
    others = contacts_of(db, programme_id)
    if person.id in {other.id for other in others}:
        return Appointed.BEFORE
    row = db.get(ContactInvitationRow, (programme_id, person.id))
    row = row or ContactInvitationRow(programme_id=programme_id, person_id=person.id)
    row.role, row.invited_at = Role.OVERSIGHT, now
    db.add(row)
    record(db, actor, "oversight.invited", now, programme_id, person=person.id)
    _invite(db, actor, programme_id, person, base_url, now)
    _tell_others(
        db, programme_id, others, now,
        lambda programme: say(
            "%(name)s has been asked to become an oversight contact of %(programme)s. Nothing changes until they have "
            "accepted.", name=person.name, programme=programme,
        ),
    )  # fmt: skip
    return Appointed.TOLD


def list_invited(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Invited, ...]:
    """Who has been asked and can still accept, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, ContactInvitationRow.invited_at)
        .join(PersonRow, PersonRow.id == ContactInvitationRow.person_id)
        .where(ContactInvitationRow.programme_id == programme_id, ContactInvitationRow.invited_at > now - LASTS)
        .where(ContactInvitationRow.role == Role.OVERSIGHT)
        .order_by(PersonRow.name)
    )
    return tuple(Invited(*row) for row in rows)


def withdraw_invitation(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> None:
    """Ask somebody no longer."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(ContactInvitationRow, (programme_id, person_id))
    if row is None or row.role != Role.OVERSIGHT:
        raise NotFound(say("We can’t find that person in this programme."))
    db.delete(row)
    record(db, actor, "oversight.uninvited", now, programme_id, person=person_id)


def get_invitation(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[str, ...]:
    """The names of the coordinators of the programme that asks the actor. Raises NotFound where none does."""
    _own_invitation(db, actor, programme_id, now)
    return tuple(one.name for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR)


def accept_invitation(
    db: Db, actor: Actor, programme_id: int, now: datetime, *, declares: bool, in_this_browser: Collection[int]
) -> None:
    """Become an oversight contact. ``in_this_browser`` are the ids of people who have been signed in there before.

    Raises NotFound for who was not asked, or too long ago; NotPossible for who may be a coordinator of the programme;
    Rejected for who does not declare that they are none.
    """
    row = _own_invitation(db, actor, programme_id, now)
    lock_programme(db, programme_id)
    person = db.get_one(PersonRow, row.person_id)
    must_not_be_both(db, programme_id, person, Role.OVERSIGHT)
    coordinators = {one.person_id for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR}
    if coordinators & set(in_this_browser):
        raise NotPossible(
            say("A coordinator of this programme has been signed in in this browser."),
            what_to_do=say("Please accept on a device of your own: sign in there with your own e-mail address."),
        )
    if not declares:
        raise Rejected(
            say("Please confirm that you don’t coordinate this programme."),
            where="declares",
        )
    others = contacts_of(db, programme_id)
    _read_nothing(db, programme_id, person.id)
    db.delete(row)
    db.add(RoleRow(programme_id=programme_id, person_id=person.id, role=Role.OVERSIGHT))
    note(db, Fact.PEOPLE, programme_id, now, (person.id,))
    record(db, actor, "oversight.added", now, programme_id, person=person.id)
    _tell_others(
        db, programme_id, others, now,
        lambda programme: say(
            "%(name)s is now an oversight contact of %(programme)s, too. They read only concerns that people send to "
            "them, or that one of you hands to them.", name=person.name, programme=programme,
        ),
    )  # fmt: skip


def dismiss_contact(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> None:
    """Remove an oversight contact. All of them hear of it, the one who goes too.

    Raises NotPossible where fewer than two would be left.
    """
    lock_programme(db, programme_id)
    before = contacts_of(db, programme_id)
    dismiss(db, actor, programme_id, person_id, Role.OVERSIGHT, now)
    gone = next((person for person in before if person.id == person_id), None)
    if gone is None:
        return
    _read_nothing(db, programme_id, person_id)
    _tell_others(
        db, programme_id, before, now,
        lambda programme: say(
            "%(name)s is no longer an oversight contact of %(programme)s: a coordinator has removed them. People whose "
            "concerns only they could read are asked to choose someone else.", name=gone.name, programme=programme,
        ),
    )  # fmt: skip


def step_down(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Be an oversight contact no more, without a reason. The others hear of it, and so does the one who goes.

    Raises NotAllowed to anyone else, NotPossible where fewer than two would be left.
    """
    must_oversee(actor, programme_id)
    lock_programme(db, programme_id)
    before = contacts_of(db, programme_id)
    gone = next((person for person in before if person.id == actor.person_id), None)
    row = db.get(RoleRow, (programme_id, actor.person_id, Role.OVERSIGHT.value)) if gone is not None else None
    if gone is None or row is None:
        raise NotFound(say("You’re not an oversight contact of that programme."))
    if len(before) <= LEAST_CONTACTS:
        raise NotPossible(
            say("People need at least two oversight contacts to choose between."),
            what_to_do=say("Ask a coordinator to name someone else first. Once they have accepted, you can step down."),
        )
    db.delete(row)
    _read_nothing(db, programme_id, gone.id)
    note(db, Fact.PEOPLE, programme_id, now, (gone.id,))
    record(db, actor, "oversight.stepped_down", now, programme_id, person=gone.id)
    _tell_others(
        db, programme_id, before, now,
        lambda programme: say(
            "%(name)s has stepped down as an oversight contact of %(programme)s. People whose concerns only they could "
            "read are asked to choose someone else.", name=gone.name, programme=programme,
        ),
    )  # fmt: skip


def _read_nothing(db: Db, programme_id: int, person_id: int) -> None:
    """Who is removed, or comes anew, reads nothing of before: it would have to be handed to them."""
    of_programme = select(ConcernRow.id).where(ConcernRow.programme_id == programme_id)
    theirs = (ConcernReaderRow.person_id == person_id, ConcernReaderRow.concern_id.in_(of_programme))
    db.execute(delete(ConcernReaderRow).where(*theirs))


def _own_invitation(db: Db, actor: Actor, programme_id: int, now: datetime) -> ContactInvitationRow:
    row = db.get(ContactInvitationRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if row is None or row.role != Role.OVERSIGHT or row.invited_at <= now - LASTS:
        raise NotFound(say("This invitation is no longer open. Ask the coordinator for a new one."))
    return row


def _invite(db: Db, actor: Actor, programme_id: int, person: PersonRow, base_url: str, now: datetime) -> None:
    programme = get_programme(db, programme_id).name
    secret = make_link(db, person.id, now, lasts=LASTS)
    link = f"{base_url}/sign-in/{secret}?next=/oversight/contact/{programme_id}"
    with in_language(person.language):
        subject = say("%(programme)s: would you be an oversight contact?", programme=programme)
        text = "\n\n".join(
            (
                greeting(person.name),
                say(
                    "%(name)s would like you to be an oversight contact of %(programme)s. People in it could then "
                    "choose you when they raise a concern, and your name would be on the page where they do.",
                    name=actor.name,
                    programme=programme,
                ),
                say("This link signs you in. It works once, within %(days)s days:", days=LINK_DAYS),
                link,
                say("Please open it on a device of your own, and decide there.") + "\n",
            )
        )
    put_in_outbox(db, person.email, subject, text, now, over_at=now + LASTS, programme_id=programme_id)


def _tell_others(
    db: Db, programme_id: int, people: Collection[PersonRow], now: datetime, words: Callable[[str], str]
) -> None:
    programme = get_programme(db, programme_id).name

    def said() -> str:
        known = say("If you think that something is wrong with this, please tell the head of the programme.")
        return f"{words(programme)}\n\n{known}"

    write_to(db, people, lambda: say("The oversight contacts have changed"), said, "", now, urgent=False)
