"""Take over the coordinator's lists of people and relations: all or nothing, in the caller's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from scheduler.availability.service import recompute
from scheduler.errors import Fault, Rejected
from scheduler.joining.model import COLUMNS, WISHES, Step
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.people.lists import ListedPerson, read_people, read_relations
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, RoleRow, WishRow
from scheduler.programmes.service import get_programme
from scheduler.safety.service import record


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """What an import did. ``namesakes`` are names that two or more people share: rotas will ask who is meant."""

    added: int
    changed: int
    unchanged: int
    namesakes: tuple[str, ...]


def import_people(db: Session, actor: Actor, programme_id: int, content: bytes, now: datetime) -> PeopleImported:
    """Add and update the people of a list. People who are not on it, and what people answered themselves, stay."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    sites = {site.key: site.id for site in programme.sites}
    listed = read_people(content, sites, {model.key: None for model in programme.models})
    persons = _persons(db, listed, now)
    elsewhere = _in_other_programmes(db, programme_id, [row.id for row in persons.values()])
    known = _participants(db, programme_id)
    own = _answered(db, programme_id)
    states: dict[int, str] = {}
    for person in listed:
        row = persons[person.email]
        renamed = row.name != person.name and row.id not in elsewhere
        if renamed:
            row.name = person.name
        columns = _said_by_the_list(_columns(person, sites[person.site]), own.get(row.id, frozenset()))
        state = _take_over(db, known.get(row.id), row.id, {"programme_id": programme_id, **columns}, now)
        states[row.id] = "changed" if renamed and state == "unchanged" else state
    db.flush()
    _replace_wishes(db, programme_id, listed, own)
    _give_roles(db, programme_id, listed, persons)
    recompute(db, programme_id, now, [person_id for person_id, state in states.items() if state != "unchanged"])
    counts = Counter(states.values())
    record(db, actor, "people.imported", now, programme_id, added=counts["added"], changed=counts["changed"])
    return PeopleImported(counts["added"], counts["changed"], counts["unchanged"], _namesakes(db, programme_id))


def import_relations(db: Session, actor: Actor, programme_id: int, content: bytes, now: datetime) -> int:
    """Replace the programme's relations by those of a list, but for what people declared themselves; returns how many
    there are on it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    listed = read_relations(content)
    ids = addresses(db, programme_id)
    faults = [
        Fault(relation.where, say("Nobody in this programme has the address %(address)s.", address=address))
        for relation in listed
        for address in (relation.person, relation.about)
        if address not in ids
    ]
    faults += [Fault(r.where, say("A relation needs two different people.")) for r in listed if r.person == r.about]
    if faults:
        raise Rejected(
            say("The list of relations was not imported."),
            tuple(faults),
            what_to_do=say("Import the people first, or mend it."),
        )
    db.execute(delete(RelationRow).where(RelationRow.programme_id == programme_id, RelationRow.declared.is_(False)))
    db.add_all(
        RelationRow(
            programme_id=programme_id,
            person_id=ids[relation.person],
            about_id=ids[relation.about],
            kind=relation.kind,
            first_day=relation.first_day,
            last_day=relation.last_day,
        )
        for relation in listed
    )
    record(db, actor, "relations.imported", now, programme_id, relations=len(listed))
    return len(listed)


def addresses(db: Session, programme_id: int) -> dict[str, int]:
    """E-mail address → person id of everybody in the programme."""
    rows = db.execute(
        select(PersonRow.email, PersonRow.id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
    )
    return dict(rows.all())


def _persons(db: Session, listed: Iterable[ListedPerson], now: datetime) -> dict[str, PersonRow]:
    """The person behind each address, new where nobody has it yet."""
    wanted = {person.email: person for person in listed}
    known = {row.email: row for row in db.scalars(select(PersonRow).where(PersonRow.email.in_(wanted)))}
    for email, person in wanted.items():
        if email not in known:
            known[email] = PersonRow(name=person.name, email=email, created_at=now)
            db.add(known[email])
    db.flush()
    return known


def _participants(db: Session, programme_id: int) -> dict[int, ParticipantRow]:
    rows = db.scalars(select(ParticipantRow).where(ParticipantRow.programme_id == programme_id))
    return {row.person_id: row for row in rows}


def _take_over(
    db: Session, row: ParticipantRow | None, person_id: int, columns: Mapping[str, Any], now: datetime
) -> str:
    """Bring one participant to what the list says: added, changed or unchanged."""
    if row is None:
        db.add(ParticipantRow(person_id=person_id, joined_at=now, **columns))
        return "added"
    different = {column: value for column, value in columns.items() if getattr(row, column) != value}
    for column, value in different.items():
        setattr(row, column, value)
    return "changed" if different else "unchanged"


def _answered(db: Session, programme_id: int) -> Mapping[int, frozenset[Step]]:
    """Which steps people have saved themselves: what they said is theirs, whatever a list says later."""
    rows = db.execute(select(AnswerRow.person_id, AnswerRow.steps).where(AnswerRow.programme_id == programme_id))
    return {person_id: frozenset(Step(step) for step in steps) for person_id, steps in rows}


def _said_by_the_list(columns: Mapping[str, object], own: frozenset[Step]) -> Mapping[str, object]:
    answered = {column for step in own for column in COLUMNS.get(step, ())}
    return {column: value for column, value in columns.items() if column not in answered}


def _is_answered(kind: str, own: frozenset[Step]) -> bool:
    return any(kind in WISHES.get(step, ()) for step in own)


def _columns(listed: ListedPerson, site_id: int) -> Mapping[str, object]:
    return {
        "kind": listed.kind,
        "stage": listed.stage,
        "site_id": site_id,
        "modes": list(listed.modes),
        "models": dict(listed.models),
        "interests": list(listed.interests),
        "tags": list(listed.tags),
        "company": list(listed.company),
        "external": listed.external,
        "capacity": listed.capacity,
    }


def _replace_wishes(
    db: Session, programme_id: int, listed: tuple[ListedPerson, ...], own: Mapping[int, frozenset[Step]]
) -> None:
    ids = addresses(db, programme_id)
    faults = [
        Fault(
            person.where,
            say(
                "The column “%(column)s” names %(address)s, whom this programme does not know.",
                column=f"{kind}s",
                address=address,
            ),
        )
        for person in listed
        for kind, address in _wishes(person)
        if address not in ids
    ]
    if faults:
        raise Rejected(
            say("The list of people was not imported."), tuple(faults), what_to_do=say("Mend it and upload it again.")
        )
    rows = {
        (ids[person.email], ids[address], kind)
        for person in listed
        for kind, address in _wishes(person)
        if address != person.email and not _is_answered(kind, own.get(ids[person.email], frozenset()))
    }
    for kind in ("want", "avoid", "choice"):
        theirs = [who for person in listed if not _is_answered(kind, own.get(who := ids[person.email], frozenset()))]
        db.execute(
            delete(WishRow).where(
                WishRow.programme_id == programme_id, WishRow.kind == kind, WishRow.person_id.in_(theirs)
            )
        )
    if rows:
        db.execute(
            insert(WishRow),
            [
                {"programme_id": programme_id, "person_id": who, "about_id": whom, "kind": kind}
                for who, whom, kind in sorted(rows)
            ],
        )


def _wishes(person: ListedPerson) -> Iterator[tuple[str, str]]:
    for kind, named in (("want", person.wants), ("avoid", person.avoids), ("choice", person.choices)):
        for address in named:
            yield kind, address


def _in_other_programmes(db: Session, programme_id: int, person_ids: list[int]) -> set[int]:
    """Those of the people who have a part elsewhere too: their name is not one programme's to change."""
    rows = select(RoleRow.person_id).where(RoleRow.programme_id != programme_id, RoleRow.person_id.in_(person_ids))
    return set(db.scalars(rows))


def _give_roles(
    db: Session, programme_id: int, listed: tuple[ListedPerson, ...], persons: Mapping[str, PersonRow]
) -> None:
    """Everybody on the list is what the list says: resident or faculty, and not what they were before."""
    wanted = {(persons[person.email].id, person.kind) for person in listed}
    on_the_list = RoleRow.person_id.in_({person_id for person_id, _ in wanted})
    here = (RoleRow.programme_id == programme_id, on_the_list, RoleRow.role.in_((Role.RESIDENT, Role.FACULTY)))
    has = {(row.person_id, row.role): row for row in db.scalars(select(RoleRow).where(*here))}
    for key in has.keys() - wanted:
        db.delete(has[key])
    db.add_all(
        RoleRow(programme_id=programme_id, person_id=who, role=role) for who, role in sorted(wanted - has.keys())
    )


def _namesakes(db: Session, programme_id: int) -> tuple[str, ...]:
    names = db.scalars(
        select(PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
    )
    return tuple(sorted(name for name, times in Counter(names).items() if times > 1))
