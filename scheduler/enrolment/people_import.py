"""Take over the coordinator's list of people: all or nothing, in the caller's transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.addresses import change_addresses, under_others
from scheduler.enrolment.people_lists import ListedPerson, read_people
from scheduler.errors import Fault, Rejected
from scheduler.joining.model import COLUMNS, WISHES, Step
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.people.model import PARTICIPANTS, Actor, Role, WishKind
from scheduler.people.sites import coming_changes, set_site, today_in
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow, WishRow
from scheduler.programmes.service import get_programme


class ImportState(StrEnum):
    """What an import did to one person's part in the programme."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """What an import did. ``namesakes`` are names that two or more people share: rotas will ask who is meant."""

    added: int
    changed: int
    unchanged: int
    namesakes: tuple[str, ...]


def import_people(db: Db, actor: Actor, programme_id: int, content: bytes, now: datetime) -> PeopleImported:
    """Add and update the people of a list in the product's own columns, as :func:`take_over_people` does."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    listed = read_people(content, [site.key for site in programme.sites], [model.key for model in programme.models])
    return take_over_people(db, actor, programme_id, listed, now)


def take_over_people(
    db: Db, actor: Actor, programme_id: int, listed: Sequence[ListedPerson], now: datetime
) -> PeopleImported:
    """Add and update the people of a list. People who are not on it, what it does not say of those who are, and what
    people answered themselves, stay."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    sites = {site.key: site.id for site in programme.sites}
    moved_house = change_addresses(db, actor, programme_id, listed, now)
    persons = _persons(db, listed, now)
    elsewhere = under_others(db, actor, programme_id, [row.id for row in persons.values()])
    today = today_in(programme.zone, now)
    known = participants(db, programme_id)
    coming = coming_changes(db, programme_id, known)
    own = answered(db, programme_id)
    states: dict[int, ImportState] = {}
    for person in listed:
        row = persons[person.email]
        renamed = row.name != person.name and row.id not in elsewhere
        if renamed:
            row.name = person.name
        there = known.get(row.id)
        fields = columns_taken(person, there, own.get(row.id, frozenset()))
        part = {"programme_id": programme_id, "kind": person.kind, **fields}
        if there is None:
            part["site_id"] = sites[person.site]
        elsewhere_now = there is not None and set_site(
            db, there, sites[person.site], person.site_from, today, coming.get(row.id, ())
        )
        state = _take_over(db, there, row.id, part, now)
        other = renamed or elsewhere_now or row.id in moved_house
        states[row.id] = ImportState.CHANGED if other and state == ImportState.UNCHANGED else state
    db.flush()
    apart = _avoided(db, programme_id)
    _replace_wishes(db, programme_id, listed, own)
    apart ^= _avoided(db, programme_id)
    _give_roles(db, programme_id, listed, persons)
    different = [who for who, state in states.items() if state is not ImportState.UNCHANGED]
    note(db, Fact.PEOPLE, programme_id, now, {*different, *(who for who, _ in apart)})
    counts = Counter(states.values())
    added, changed, unchanged = (counts[state] for state in ImportState)
    record(db, actor, "people.imported", now, programme_id, added=added, changed=changed)
    return PeopleImported(added, changed, unchanged, _namesakes(db, programme_id))


def person_ids_by_address(db: Db, programme_id: int) -> dict[str, int]:
    """E-mail address → person id of everybody in the programme, who was taken up first before the others."""
    rows = db.execute(
        select(PersonRow.email, PersonRow.id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
        .order_by(PersonRow.id)
    )
    return dict(rows.all())


def _persons(db: Db, listed: Iterable[ListedPerson], now: datetime) -> dict[str, PersonRow]:
    """The person behind each address, new where nobody has it yet."""
    wanted = {person.email: person for person in listed}
    known = set(db.scalars(select(PersonRow.email).where(PersonRow.email.in_(wanted))))
    new = [person for email, person in wanted.items() if email not in known]
    if new:
        db.execute(insert(PersonRow), [{"name": p.name, "email": p.email, "created_at": now} for p in new])
    return {row.email: row for row in db.scalars(select(PersonRow).where(PersonRow.email.in_(wanted)))}


def participants(db: Db, programme_id: int) -> dict[int, ParticipantRow]:
    rows = db.scalars(select(ParticipantRow).where(ParticipantRow.programme_id == programme_id))
    return {row.person_id: row for row in rows}


def _take_over(
    db: Db, row: ParticipantRow | None, person_id: int, columns: Mapping[str, Any], now: datetime
) -> ImportState:
    """Bring one participant to what the list says."""
    if row is None:
        db.add(ParticipantRow(person_id=person_id, joined_at=now, **columns))
        return ImportState.ADDED
    different = {column: value for column, value in columns.items() if getattr(row, column) != value}
    for column, value in different.items():
        setattr(row, column, value)
    return ImportState.CHANGED if different else ImportState.UNCHANGED


def answered(db: Db, programme_id: int) -> Mapping[int, frozenset[Step]]:
    """Which steps people have saved themselves: what they said is theirs, whatever a list says later."""
    rows = db.execute(select(AnswerRow.person_id, AnswerRow.steps).where(AnswerRow.programme_id == programme_id))
    return {person_id: frozenset(Step(step) for step in steps) for person_id, steps in rows}


def columns_taken(person: ListedPerson, there: ParticipantRow | None, own: frozenset[Step]) -> Mapping[str, Any]:
    """What of a row is stored of a participant, who may be there already: what the row says and they have not said
    themselves. Somebody who changes from resident to faculty, or back, begins with the groups of the new part."""
    answered_columns = {column for step in own for column in COLUMNS.get(step, ())}
    said = {"stage", *person.said, *(("models",) if there is not None and there.kind != person.kind else ())}
    return {
        column: value
        for column, value in person.fields.items()
        if column not in answered_columns and (there is None or column in said)
    }


def wishes_taken(person: ListedPerson, own: frozenset[Step]) -> Mapping[WishKind, tuple[str, ...]]:
    """The wishes about others that a row says and that its person has not said themselves."""
    said = {WishKind.WANT: person.wants, WishKind.AVOID: person.avoids, WishKind.CHOICE: person.choices}
    mine = {kind for step in own for kind in WISHES.get(step, ())}
    return {kind: named for kind, named in said.items() if f"{kind}s" in person.said and kind not in mine}


def wish_faults(listed: Iterable[ListedPerson], addresses: Collection[str]) -> Iterator[Fault]:
    """Wishes about people who are not in the programme."""
    for person in listed:
        for kind, named in wishes_taken(person, frozenset()).items():
            for address in named:
                if address not in addresses:
                    words = say(
                        "The column “%(column)s” names %(address)s, who is not in this programme.",
                        column=f"{kind}s",
                        address=address,
                    )
                    yield Fault(person.where, words)


def _replace_wishes(
    db: Db, programme_id: int, listed: Sequence[ListedPerson], own: Mapping[int, frozenset[Step]]
) -> None:
    ids = person_ids_by_address(db, programme_id)
    if faults := tuple(wish_faults(listed, ids)):
        raise Rejected(
            say("The list of people was not imported."),
            faults,
            what_to_do=say("Correct the file and upload it again."),
        )
    said: dict[WishKind, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for person in listed:
        who = ids[person.email]
        for kind, named in wishes_taken(person, own.get(who, frozenset())).items():
            said[kind][who] = tuple(address for address in named if address != person.email)
    rows = sorted(
        {(who, ids[one], kind) for kind, theirs in said.items() for who, named in theirs.items() for one in named}
    )
    for kind, theirs in said.items():
        of_them = (WishRow.programme_id == programme_id, WishRow.kind == kind, WishRow.person_id.in_(theirs))
        db.execute(delete(WishRow).where(*of_them))
    if rows:
        values = (
            {"programme_id": programme_id, "person_id": who, "about_id": whom, "kind": kind} for who, whom, kind in rows
        )
        db.execute(insert(WishRow), list(values))


def _avoided(db: Db, programme_id: int) -> set[tuple[int, int]]:
    """Who avoids whom."""
    avoids = (WishRow.programme_id == programme_id, WishRow.kind == WishKind.AVOID)
    rows = db.execute(select(WishRow.person_id, WishRow.about_id).where(*avoids))
    return {(who, whom) for who, whom in rows}


def _give_roles(db: Db, programme_id: int, listed: Sequence[ListedPerson], persons: Mapping[str, PersonRow]) -> None:
    """Everybody on the list is what the list says: resident or faculty, and not what they were before."""
    wanted = {(persons[person.email].id, person.kind) for person in listed}
    on_the_list = RoleRow.person_id.in_({person_id for person_id, _ in wanted})
    here = (RoleRow.programme_id == programme_id, on_the_list, RoleRow.role.in_(PARTICIPANTS))
    has = {(row.person_id, row.role): row for row in db.scalars(select(RoleRow).where(*here))}
    for key in has.keys() - wanted:
        db.delete(has[key])
    db.add_all(
        RoleRow(programme_id=programme_id, person_id=who, role=role) for who, role in sorted(wanted - has.keys())
    )


def _namesakes(db: Db, programme_id: int) -> tuple[str, ...]:
    names = db.scalars(
        select(PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    )
    return tuple(sorted(name for name, times in Counter(names).items() if times > 1))
