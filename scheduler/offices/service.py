"""Coming to an office by one's own acceptance, and leaving it: one way for all offices, by the rules of each.

A coordinator asks, and the person accepts themselves: signed in as themselves, in a browser in which no coordinator of
the programme has been signed in. Who cannot have the office is refused when they are asked and when they accept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import in_language, say
from scheduler.lists import LONGEST_ADDRESS
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.offices.model import ACTIONS, LASTS, LINK_DAYS, LONGEST_NAME, Appointed, Asking, OfficeRules, Step
from scheduler.people.model import Actor, Role, is_address
from scheduler.people.roles import entry_of, list_offices
from scheduler.people.tables import ContactInvitationRow, PersonRow, RoleRow
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.signing_in.links import make_mailed_link


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who has been asked and has not accepted yet."""

    person_id: int
    name: str
    email: str
    invited_at: datetime


@dataclass(frozen=True, slots=True)
class OwnInvitation:
    """An open question to somebody whether they would take an office."""

    programme_id: int
    programme: str
    role: Role


def invite(
    db: Db, office: OfficeRules, actor: Actor, programme_id: int, name: str, email: str, base_url: str, now: datetime
) -> Appointed:
    """Ask somebody to take an office; they hear of it by e-mail.

    Raises ``Rejected`` with the fields at fault, ``NotPossible`` for who cannot have it, or is asked to take another.
    """
    asking = _asking(office)
    actor.must_have(programme_id, Role.COORDINATOR)
    must_name_somebody(name, email)
    lock_programme(db, programme_id)
    person = entry_of(db, name, email, now)
    asking.must_be_free(db, programme_id, person, tuple(filter(None, (actor.person_id,))))
    if db.get(RoleRow, (programme_id, person.id, office.role.value)) is not None:
        return Appointed.BEFORE
    row = db.get(ContactInvitationRow, (programme_id, person.id))
    _must_not_be_asked_otherwise(row, office, now)
    row = row or ContactInvitationRow(programme_id=programme_id, person_id=person.id)
    row.role, row.invited_at = office.role, now
    db.add(row)
    record(db, actor, ACTIONS[office.role, Step.ASKED], now, programme_id, person=person.id)
    _write(db, asking, actor, programme_id, person, base_url, now)
    _follow(db, office, programme_id, Step.ASKED, person, now)
    return Appointed.TOLD


def list_invited(db: Db, office: OfficeRules, actor: Actor, programme_id: int, now: datetime) -> tuple[Invited, ...]:
    """Who has been asked and can still accept, by name."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = ContactInvitationRow
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, row.invited_at)
        .join(PersonRow, PersonRow.id == row.person_id)
        .where(row.programme_id == programme_id, row.invited_at > now - LASTS, row.role == office.role)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return tuple(Invited(*each) for each in rows)


def withdraw_invitation(
    db: Db, office: OfficeRules, actor: Actor, programme_id: int, person_id: int, now: datetime
) -> None:
    """Ask somebody no longer. Raises NotFound for who was not asked."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(ContactInvitationRow, (programme_id, person_id))
    if row is None or row.role != office.role:
        raise NotFound(say("We can’t find that person in this programme."))
    db.delete(row)
    record(db, actor, ACTIONS[office.role, Step.ASKED_NO_MORE], now, programme_id, person=person_id)


def own_invitations(db: Db, actor: Actor, now: datetime) -> tuple[OwnInvitation, ...]:
    """What the actor is asked and can still accept, by programme: so that it is found without the e-mail, too."""
    row = ContactInvitationRow
    rows = db.execute(
        select(row.programme_id, ProgrammeRow.name, row.role)
        .join(ProgrammeRow, ProgrammeRow.id == row.programme_id)
        .where(row.person_id == actor.person_id, row.invited_at > now - LASTS)
        .order_by(ProgrammeRow.name, row.programme_id)
    )
    return tuple(OwnInvitation(*each) for each in rows)


def get_invitation(db: Db, office: OfficeRules, actor: Actor, programme_id: int, now: datetime) -> tuple[str, ...]:
    """The names of the coordinators of the programme that asks the actor. Raises NotFound where none does."""
    _own_invitation(db, office, actor, programme_id, now)
    return tuple(one.name for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR)


def accept_invitation(
    db: Db,
    office: OfficeRules,
    actor: Actor,
    programme_id: int,
    now: datetime,
    *,
    declares: bool,
    in_this_browser: Collection[int],
) -> None:
    """Take an office. ``in_this_browser`` are the ids of people who have been signed in there before.

    Raises NotFound for who was not asked, or too long ago; NotPossible for who cannot have it; Rejected for who does
    not declare that nothing is in the way.
    """
    row, asking = _own_invitation(db, office, actor, programme_id, now), _asking(office)
    lock_programme(db, programme_id)
    person = db.get_one(PersonRow, row.person_id)
    asking.must_be_free(db, programme_id, person, ())
    _must_be_own_browser(db, programme_id, in_this_browser)
    if not declares:
        raise Rejected(say(asking.declaration), where="declares")
    db.delete(row)
    db.add(RoleRow(programme_id=programme_id, person_id=person.id, role=office.role))
    note(db, Fact.PEOPLE, programme_id, now, (person.id,))
    record(db, actor, ACTIONS[office.role, Step.ACCEPTED], now, programme_id, person=person.id)
    _follow(db, office, programme_id, Step.ACCEPTED, person, now)


def dismiss(db: Db, office: OfficeRules, actor: Actor, programme_id: int, person_id: int, now: datetime) -> bool:
    """Take an office from somebody; returns whether they had it. Raises NotPossible where too few would be left."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = db.get(RoleRow, (programme_id, person_id, office.role.value))
    if row is not None:
        _must_not_be_missed(db, office, row, Step.DISMISSED)
        _leave(db, office, actor, row, Step.DISMISSED, now)
    return row is not None


def step_down(db: Db, office: OfficeRules, actor: Actor, programme_id: int, now: datetime) -> None:
    """Leave an office, without a reason. Raises NotFound for who has it not, NotPossible where too few would be
    left."""
    if office.may_leave is not None:
        office.may_leave(actor, programme_id)
    lock_programme(db, programme_id)
    row = db.get(RoleRow, (programme_id, actor.person_id or 0, office.role.value))
    if row is None:
        raise NotFound(say(office.none))
    _must_not_be_missed(db, office, row, Step.STEPPED_DOWN)
    _leave(db, office, actor, row, Step.STEPPED_DOWN, now)


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
    if not is_address(email.strip()) or len(email.strip()) > LONGEST_ADDRESS:
        found.append(Fault("email", say("Enter an e-mail address, such as ada.quill@hospital.example.")))
    return tuple(found)


def _must_be_own_browser(db: Db, programme_id: int, in_this_browser: Collection[int]) -> None:
    coordinators = {one.person_id for one in list_offices(db, programme_id) if one.role is Role.COORDINATOR}
    if coordinators & set(in_this_browser):
        raise NotPossible(
            say("A coordinator of this programme has been signed in in this browser."),
            what_to_do=say("Please accept on a device of your own: sign in there with your own e-mail address."),
        )


def _must_not_be_asked_otherwise(row: ContactInvitationRow | None, office: OfficeRules, now: datetime) -> None:
    """One open question at a time: another one would put an end to the first without a word."""
    if row is None or row.role == office.role or row.invited_at <= now - LASTS:
        return
    asked = {
        Role.OVERSIGHT: say("They’ve been asked to be an oversight contact and haven’t answered yet."),
        Role.DIRECTOR: say("They’ve been asked to be the director and haven’t answered yet."),
    }
    raise NotPossible(asked[row.role], what_to_do=say("Withdraw that invitation first, or choose someone else."))


def _must_not_be_missed(db: Db, office: OfficeRules, row: RoleRow, step: Step) -> None:
    keeping = office.keeping
    if keeping is None:
        return
    counted = keeping.who(db, row.programme_id)
    if row.person_id in counted and len(counted) <= keeping.least:
        way = keeping.before_dismissing if step is Step.DISMISSED else keeping.before_stepping_down
        raise NotPossible(say(keeping.why), what_to_do=say(way))


def _leave(db: Db, office: OfficeRules, actor: Actor, row: RoleRow, step: Step, now: datetime) -> None:
    programme_id, person = row.programme_id, db.get_one(PersonRow, row.person_id)
    db.delete(row)
    note(db, Fact.PEOPLE, programme_id, now, (person.id,))
    record(db, actor, ACTIONS[office.role, step], now, programme_id, person=person.id)
    db.flush()
    _follow(db, office, programme_id, step, person, now)


def _follow(db: Db, office: OfficeRules, programme_id: int, step: Step, person: PersonRow, now: datetime) -> None:
    if office.follows is not None:
        office.follows(db, programme_id, step, person, now)


def _asking(office: OfficeRules) -> Asking:
    if office.asking is None:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    return office.asking


def _own_invitation(
    db: Db, office: OfficeRules, actor: Actor, programme_id: int, now: datetime
) -> ContactInvitationRow:
    row = db.get(ContactInvitationRow, (programme_id, actor.person_id)) if actor.person_id is not None else None
    if row is None or row.role != office.role or row.invited_at <= now - LASTS:
        raise NotFound(say("This invitation is no longer open. Ask the coordinator for a new one."))
    return row


def _write(
    db: Db, asking: Asking, actor: Actor, programme_id: int, person: PersonRow, base_url: str, now: datetime
) -> None:
    programme = get_programme(db, programme_id).name
    link = make_mailed_link(db, person.id, base_url, now, LASTS, query=f"?next={asking.page}/{programme_id}")
    with in_language(person.language):
        subject = say(asking.subject, programme=programme)
        text = "\n\n".join(
            (
                greeting(person.name),
                say(asking.text, name=actor.name, programme=programme),
                say("This link signs you in. It works once, within %(days)s days:", days=LINK_DAYS),
                link.words,
                say("Please open it on a device of your own, and decide there.") + "\n",
            )
        )
    put_in_outbox(db, person.email, subject, text, now, over_at=now + LASTS, programme_id=programme_id)
