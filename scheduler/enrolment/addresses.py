"""A changed e-mail address keeps the person: a list says which one they had, or that it is somebody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.enrolment.new_addresses import give_address, in_office, office_fault
from scheduler.enrolment.people_lists import NEW, ListedPerson
from scheduler.errors import Fault, NotAllowed, NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role, is_address
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.rotas.names import keys_of
from scheduler.signing_in.address_changes import lift


def change_addresses(
    db: Db, actor: Actor, programme_id: int, listed: Sequence[ListedPerson], now: datetime
) -> frozenset[int]:
    """Give people their new addresses; returns whose those are.

    Raises ``Rejected`` with every row that may be somebody known under another address, and does not say; and every one
    whose address is not the actor's to change.
    """
    here = {person.email: person for person in _people(db, programme_id)}
    taken = _taken(db, listed)
    faults = tuple(_faults(db, actor, programme_id, listed, here, taken))
    if faults:
        raise Rejected(
            say("The list of people was not imported."),
            faults,
            what_to_do=say("Correct the file and upload it again."),
        )
    changed = set()
    for person in listed:
        if person.former in here and person.email not in taken:
            give_address(db, actor, programme_id, here[person.former], person.email, now)
            changed.add(here[person.former].id)
    db.flush()
    return frozenset(changed)


def address_faults(db: Db, actor: Actor, programme_id: int, listed: Sequence[ListedPerson]) -> tuple[Fault, ...]:
    """The faults for which :func:`change_addresses` would refuse a list."""
    here = {person.email: person for person in _people(db, programme_id)}
    return tuple(_faults(db, actor, programme_id, listed, here, _taken(db, listed)))


def set_address(db: Db, actor: Actor, former: str, address: str, now: datetime) -> None:
    """Give somebody another address, in all their programmes: for the operator alone."""
    if not actor.trusted:
        raise NotAllowed(say("You don’t have access to this page."))
    row = db.scalar(select(PersonRow).where(PersonRow.email == former.strip().lower()))
    wanted = address.strip().lower()
    if row is None:
        raise NotFound(say("Nobody has the e-mail address %(address)s.", address=former))
    if not is_address(wanted) or db.scalar(select(PersonRow.id).where(PersonRow.email == wanted)) is not None:
        raise Rejected(
            say("%(address)s can’t be used as an e-mail address.", address=address),
            what_to_do=say("Check it: someone else may already have it."),
        )
    row.email = wanted
    lift(db, row.id, now)
    record(db, actor, "person.address_changed", now, None, person=row.id)


def under_others(db: Db, actor: Actor, programme_id: int, people: Collection[int]) -> frozenset[int]:
    """Those who have a part in a programme that the actor does not coordinate: their name and address, by which they
    sign in there too, are not the actor's to change."""
    there = select(RoleRow.person_id, RoleRow.programme_id).where(
        RoleRow.programme_id != programme_id, RoleRow.person_id.in_(people)
    )
    return frozenset(who for who, where in db.execute(there) if not actor.has(where, Role.COORDINATOR))


def _taken(db: Db, listed: Sequence[ListedPerson]) -> set[str]:
    """The addresses of the list that somebody has."""
    return set(db.scalars(select(PersonRow.email).where(PersonRow.email.in_([each.email for each in listed]))))


def _people(db: Db, programme_id: int) -> Sequence[PersonRow]:
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    part = ParticipantRow.person_id == PersonRow.id
    return db.scalars(select(PersonRow).join(ParticipantRow, part).where(*here)).all()


def _faults(
    db: Db,
    actor: Actor,
    programme_id: int,
    listed: Sequence[ListedPerson],
    here: Mapping[str, PersonRow],
    taken: set[str],
) -> Iterator[Fault]:
    unlisted: dict[str, list[PersonRow]] = defaultdict(list)
    on_the_list = {person.email for person in listed}
    for row in here.values():
        if row.email not in on_the_list:
            for key in keys_of(row.name):
                unlisted[key].append(row)
    ids = [row.id for row in here.values()]
    elsewhere, office = under_others(db, actor, programme_id, ids), in_office(db, actor, ids)
    for person in listed:
        if person.email in taken:
            continue  # known by this address
        if person.former in here and here[person.former].id in office:
            yield Fault(person.where, office_fault(person.former))
        elif person.former in here and here[person.former].id in elsewhere:
            yield Fault(
                person.where,
                say("%(address)s is also in a programme that you don’t coordinate.", address=person.former)
                + " "
                + say("Ask the person who runs this service to change the address."),
            )
        elif person.former not in ("", NEW, *here):
            yield Fault(
                person.where,
                say("Nobody in this programme has the e-mail address %(address)s.", address=person.former),
            )
        elif not person.former and (same := {row for key in keys_of(person.name) for row in unlisted[key]}):
            yield Fault(person.where, _may_be(person, same))


def _may_be(person: ListedPerson, same: Collection[PersonRow]) -> str:
    addresses = ", ".join(sorted(row.email for row in same))
    return say(
        "%(name)s may be the person who has the address %(addresses)s so far. If so, write that address in the column "
        "“former_email”. If this is someone else, write “new” there.",
        name=person.name,
        addresses=addresses,
    )
