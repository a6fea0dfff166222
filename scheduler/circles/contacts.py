"""A circle's own contacts, whom it chooses among those who are willing, and the concerns that go to them.

Nobody who runs the programme, under whatever address, is one, nor anybody with power over a member, nor a member. A
concern is read by the contact it is for and by whoever raised it; the programme's own figures and record hold nothing
of it. A contact reads the circle's name and never who is in it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from scheduler.circles.model import LONGEST_CONCERN, MOST_CONTACTS, Concern, Contact
from scheduler.circles.service import coordinators_of, row_of
from scheduler.circles.tables import CircleConcernRow, CircleContactRow, CircleRow, WillingContactRow
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import in_language, mark, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.likeness import find_alike
from scheduler.people.model import PARTICIPANTS, Actor, Role
from scheduler.people.roles import must_not_be_both
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.programmes.firewall import power_in
from scheduler.programmes.service import get_programme
from scheduler.signing_in.address_changes import sealed_people
from scheduler.text_input import required_text

_WAITS = mark("Something is waiting for you to read. Please sign in:")
_ANSWERED = mark("There is an answer for you to read. Please sign in:")


def may_be_willing(db: Db, actor: Actor, programme_id: int) -> bool:
    """Whether the actor might be chosen: takes part or is an oversight contact, and does not run the programme."""
    takes_part = actor.has(programme_id, *PARTICIPANTS, Role.OVERSIGHT)
    runs_it = actor.has(programme_id, Role.COORDINATOR)
    return takes_part and not runs_it and get_programme(db, programme_id).conduct.circles


def is_willing(db: Db, actor: Actor, programme_id: int) -> bool:
    """Whether circles may choose the actor."""
    return db.get(WillingContactRow, (programme_id, actor.person_id)) is not None


def say_willing(db: Db, actor: Actor, programme_id: int, *, willing: bool) -> None:
    """Let circles choose the actor from now on, or no longer: then no circle has them as its contact."""
    row = db.get(WillingContactRow, (programme_id, actor.person_id))
    if not willing:
        if row is not None:
            db.delete(row)
        here = select(CircleRow.id).where(CircleRow.programme_id == programme_id)
        mine = (CircleContactRow.person_id == actor.person_id, CircleContactRow.circle_id.in_(here))
        for chosen in db.scalars(select(CircleContactRow).where(*mine)):
            db.delete(chosen)
        return
    if not may_be_willing(db, actor, programme_id):
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    must_not_be_both(db, programme_id, db.get_one(PersonRow, actor.person_id), Role.OVERSIGHT)
    if row is None:
        db.add(WillingContactRow(programme_id=programme_id, person_id=actor.person_id))


def contacts_to_choose(db: Db, actor: Actor, circle_id: int, now: datetime) -> tuple[Contact, ...]:
    """Who is willing and may be this circle's contact."""
    row = row_of(db, actor, circle_id)
    members = {member.person_id for member in row.members}
    power = power_in(db, (row.programme_id,), now)[row.programme_id].all
    runs_it = coordinators_of(db, row.programme_id)
    people = db.scalars(
        select(PersonRow)
        .join(WillingContactRow, WillingContactRow.person_id == PersonRow.id)
        .where(WillingContactRow.programme_id == row.programme_id, PersonRow.id.not_in(members | runs_it))
        .where(PersonRow.id.in_(_still_here(row.programme_id)))
        .order_by(PersonRow.name, PersonRow.id)
    ).all()
    return tuple(
        Contact(person.id, person.name)
        for person in people
        if members.isdisjoint(power.get(person.id, ())) and find_alike(db, person, runs_it) is None
    )


def choose_contacts(db: Db, actor: Actor, circle_id: int, people: Collection[int], now: datetime) -> None:
    """Choose the circle's contacts: at most three."""
    row = row_of(db, actor, circle_id)
    allowed = {each.person_id for each in contacts_to_choose(db, actor, circle_id, now)}
    if not set(people) <= allowed:
        raise NotFound(say("You can’t choose that person."))
    if len(set(people)) > MOST_CONTACTS:
        raise NotPossible(say("Please choose no more than %(count)s contacts.", count=MOST_CONTACTS))
    kept = {each.person_id: each for each in row.contacts}
    row.contacts = [kept.get(who) or CircleContactRow(person_id=who) for who in sorted(set(people))]


def raise_circle_concern(
    db: Db, actor: Actor, circle_id: int, to_id: int, text: str, now: datetime, *, named: bool, page_url: str = ""
) -> None:
    """Write to one of the circle's contacts."""
    row = row_of(db, actor, circle_id)
    chosen = {each.person_id for each in row.contacts} & {
        each.person_id for each in contacts_to_choose(db, actor, circle_id, now)
    }
    if to_id not in chosen:
        raise NotFound(say("You can’t write to that person here."))
    plain = required_text(text, LONGEST_CONCERN)
    db.add(
        CircleConcernRow(
            circle_id=row.id, from_id=actor.person_id, to_id=to_id, named=named, text=plain, answer="", said_at=now
        )
    )
    _write_to(db, to_id, _WAITS, now, page_url)


def own_concerns(db: Db, actor: Actor, circle_id: int) -> tuple[Concern, ...]:
    """What the actor has raised in one of their circles, with the answers."""
    row = row_of(db, actor, circle_id)
    return _values(db, CircleConcernRow.circle_id == row.id, CircleConcernRow.from_id == actor.person_id)


def concerns_for(db: Db, actor: Actor) -> tuple[Concern, ...]:
    """What members of circles have written to the actor; nothing of a programme that they run themselves."""
    actor.must_be_confirmed()
    runs = [programme_id for programme_id, role in actor.roles if role is Role.COORDINATOR]
    elsewhere = select(CircleRow.id).where(CircleRow.programme_id.not_in(runs))
    return _values(db, CircleConcernRow.to_id == actor.person_id, CircleConcernRow.circle_id.in_(elsewhere))


def answer_concern(db: Db, actor: Actor, concern_id: int, text: str, now: datetime, *, page_url: str = "") -> None:
    """Answer a concern, once."""
    if concern_id not in {each.id for each in concerns_for(db, actor)}:
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    row = db.get_one(CircleConcernRow, concern_id, with_for_update=True)
    if row.answer:
        raise NotPossible(say("You have already answered this."))
    row.answer = required_text(text, LONGEST_CONCERN)
    if row.from_id is not None:
        _write_to(db, row.from_id, _ANSWERED, now, page_url)


def _values(db: Db, *which: ColumnElement[bool]) -> tuple[Concern, ...]:
    rows = db.execute(
        select(CircleConcernRow, CircleRow.name)
        .join(CircleRow, CircleRow.id == CircleConcernRow.circle_id)
        .where(*which)
        .order_by(CircleConcernRow.said_at.desc(), CircleConcernRow.id)
    ).all()
    ids = {each for row, _ in rows for each in (row.to_id, row.from_id) if each is not None}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return tuple(
        Concern(
            row.id, name, names.get(row.to_id or 0, ""), row.text, names.get(row.from_id or 0, "") if row.named else "",
            row.said_at, row.answer,
        )
        for row, name in rows
    )  # fmt: skip


def _still_here(programme_id: int) -> Select[int]:
    here = (Role.RESIDENT, Role.FACULTY, Role.OVERSIGHT)
    return select(RoleRow.person_id).where(RoleRow.programme_id == programme_id, RoleRow.role.in_(here))


def _write_to(db: Db, person_id: int, sentence: str, now: datetime, page_url: str) -> None:
    """An e-mail that names neither a circle nor a programme, and is answered to nobody who runs one; none to an address
    that somebody else has given them, until it is known to be right."""
    if sealed_people(db, (person_id,), now):
        return
    person = db.get_one(PersonRow, person_id)
    with in_language(person.language):
        text = f"{greeting(person.name)}\n\n{say(sentence)}\n\n{page_url}\n"
        put_in_outbox(db, person.email, say("Something to read"), text, now)
