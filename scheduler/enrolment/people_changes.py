"""One person, or those who are ticked: added, corrected, moved to another site or grade by their coordinator.

What somebody has answered themselves is theirs: it is never changed here, as no list changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.addresses import under_others
from scheduler.enrolment.new_addresses import give_address, in_office, office_fault
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.joining.model import COLUMNS, Step
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.lists import LONGEST_TEXT, Line
from scheduler.people.fields import Entry, read_fields
from scheduler.people.model import MOST_GROUPS, PARTICIPANTS, Actor, Role, is_address
from scheduler.people.sites import coming_changes, set_site, today_in
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.plans.membership import rosters
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.text_input import folded
from solvers.vocabulary import MODES

"""Of one facilitator."""


@dataclass(frozen=True, slots=True)
class Details:
    """Who somebody is in a programme; ``stage`` is the number of a resident's grade."""

    name: str
    email: str
    kind: Role
    stage: int | None

    @property
    def plain(self) -> Details:
        """The same without needless blanks and capitals; faculty have no grade."""
        stage = self.stage if self.kind is Role.RESIDENT else None
        return Details(" ".join(self.name.split()), self.email.strip().lower(), self.kind, stage)


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody of the programme who may be meant."""

    person_id: int
    name: str
    email: str
    kind: Role
    stage: int | None
    site_id: int
    has_left: bool


def find_namesakes(db: Db, actor: Actor, programme_id: int, name: str, email: str) -> tuple[Namesake, ...]:
    """Those of the programme, whether they have left it or not, who have this name, in whatever order or accents, or
    this address; the address first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    words, address = sorted(folded(name).split()), email.strip().lower()
    part = ParticipantRow
    people = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, part.kind, part.stage, part.site_id, part.left_at)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
        .order_by(PersonRow.email != address, PersonRow.id)
    )
    return tuple(
        Namesake(who, known, mail, kind, stage, site_id, left_at is not None)
        for who, known, mail, kind, stage, site_id, left_at in people
        if mail == address or (words and sorted(folded(known).split()) == words)
    )


def add_person(
    db: Db, actor: Actor, programme_id: int, wanted: Details, site_id: int, now: datetime, *, is_new: bool = False
) -> int:
    """Let somebody take part, known elsewhere or not; returns their id.

    Raises ``Rejected`` with every fault at its field; where somebody of the same name is there, unless it ``is_new``.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    programme, wanted = get_programme(db, programme_id), wanted.plain
    faults = [
        *_faults(wanted),
        *_known_already(find_namesakes(db, actor, programme_id, wanted.name, wanted.email), wanted, is_new=is_new),
    ]
    if site_id not in {site.id for site in programme.sites}:
        faults.append(Fault("site", say("Choose one of the programme’s sites.")))
    if faults:
        raise Rejected(say("Nobody was added."), tuple(faults))
    person = db.scalar(select(PersonRow).where(PersonRow.email == wanted.email))
    if person is None:
        person = PersonRow(name=wanted.name, email=wanted.email, created_at=now)
        db.add(person)
        db.flush()
    fields = _default_fields(programme, wanted)
    db.add(
        ParticipantRow(
            programme_id=programme_id, person_id=person.id, kind=wanted.kind, site_id=site_id, joined_at=now, **fields
        )
    )
    db.add(RoleRow(programme_id=programme_id, person_id=person.id, role=wanted.kind))
    db.flush()
    record(db, actor, "person.added", now, programme_id, person=person.id)
    note(db, Fact.PEOPLE, programme_id, now, (person.id,))
    return person.id


def correct_person(db: Db, actor: Actor, programme_id: int, person_id: int, wanted: Details, now: datetime) -> None:
    """Correct who somebody is. Another address is still the same person, and the former one is told of it. Raises
    ``Rejected`` with every fault."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    part, person, wanted = part_of(db, programme_id, person_id), db.get_one(PersonRow, person_id), wanted.plain
    faults = [*_faults(wanted), *_not_theirs(db, actor, programme_id, person, wanted)]
    if part.kind is not wanted.kind:
        faults += _in_the_way_of_another_kind(db, programme_id, person_id)
    if faults:
        raise Rejected(say("Nothing was changed."), tuple(faults))
    changed = _different(person, part, wanted)
    if not changed:
        return
    person.name = wanted.name
    if part.kind is not wanted.kind:
        _change_kind(db, part, wanted)
    part.stage = wanted.stage
    db.flush()
    record(db, actor, "person.changed", now, programme_id, person=person_id, changed=changed)
    if person.email != wanted.email:
        give_address(db, actor, programme_id, person, wanted.email, now)
        db.flush()
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))


def change_ways(
    db: Db,
    actor: Actor,
    programme_id: int,
    person_id: int,
    modes: Sequence[str],
    models: Collection[str],
    capacity: int,
    now: datetime,
) -> None:
    """Say for somebody who has not answered how they meet, and in which kinds of group; of faculty, how many groups
    they lead at most. What they answered themselves stays."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    part, own = part_of(db, programme_id, person_id), own_columns(db, programme_id, person_id)
    known = {model.key for model in get_programme(db, programme_id).models}
    faults = list(_ways_at_fault(part, modes, models, capacity, known, own))
    if faults:
        raise Rejected(say("Nothing was changed."), tuple(faults))
    liked = {key: part.models.get(key, 1) for key in models}
    said: Mapping[str, Any] = {
        "modes": [mode for mode in MODES if mode in modes],
        "models": liked,
        "capacity": capacity,
    }
    wanted = {column: value for column, value in said.items() if column not in own}
    if sorted(part.modes) == sorted(modes):
        wanted.pop("modes", None)  # they keep their order
    changed = [column for column, value in wanted.items() if getattr(part, column) != value]
    for column in changed:
        setattr(part, column, wanted[column])
    if changed:
        db.flush()
        record(db, actor, "person.changed", now, programme_id, person=person_id, changed=changed)
        note(db, Fact.PEOPLE, programme_id, now, (person_id,))


def set_grade(db: Db, actor: Actor, programme_id: int, people: Collection[int], stage: int, now: datetime) -> int:
    """Give these residents a grade, by its number; returns how many had another one. Faculty have none."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    theirs = (*_here(programme_id, people), ParticipantRow.kind == Role.RESIDENT, ParticipantRow.stage != stage)
    changed = db.scalars(
        update(ParticipantRow).where(*theirs).values(stage=stage).returning(ParticipantRow.person_id)
    ).all()
    db.expire_all()
    if changed:
        record(db, actor, "people.grade_set", now, programme_id, people=sorted(changed), stage=stage)
        note(db, Fact.PEOPLE, programme_id, now, changed)
    return len(changed)


def set_sites(
    db: Db, actor: Actor, programme_id: int, people: Collection[int], site_id: int, first_day: date, now: datetime
) -> int:
    """Say that these people work at a site from a day on; from today or before it counts at once. Returns of how many
    that is new: whoever works there then already, and what comes later, stays as it is."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    programme = get_programme(db, programme_id)
    if site_id not in {site.id for site in programme.sites}:
        raise Rejected(say("Choose one of the programme’s sites."), where="site")
    here = db.scalars(select(ParticipantRow).where(*_here(programme_id, people))).all()
    coming, today = coming_changes(db, programme_id, [part.person_id for part in here]), today_in(programme.zone, now)
    changed = [
        part.person_id for part in here if set_site(db, part, site_id, first_day, today, coming.get(part.person_id, ()))
    ]
    if changed:
        db.flush()
        of = {"people": sorted(changed), "site": site_id, "first_day": str(first_day)}
        record(db, actor, "people.site_set", now, programme_id, **of)
        note(db, Fact.PEOPLE, programme_id, now, changed)
    return len(changed)


def part_of(db: Db, programme_id: int, person_id: int) -> ParticipantRow:
    """Somebody's part in the programme, whether they have left it or not."""
    part = db.get(ParticipantRow, (programme_id, person_id))
    if part is None:
        raise NotFound(say("We can’t find that person in this programme."))
    return part


def own_columns(db: Db, programme_id: int, person_id: int) -> frozenset[str]:
    """What of somebody’s part they have answered themselves, by its columns."""
    row = db.get(AnswerRow, (programme_id, person_id))
    steps = (Step(step) for step in row.steps) if row else ()
    return frozenset(column for step in steps for column in COLUMNS.get(step, ()))


def _here(programme_id: int, people: Collection[int]) -> tuple[Any, ...]:
    return (
        ParticipantRow.programme_id == programme_id,
        ParticipantRow.left_at.is_(None),
        ParticipantRow.person_id.in_(people),
    )


def _faults(wanted: Details) -> Iterator[Fault]:
    if not wanted.name:
        yield Fault("name", say("Enter the person’s name."))
    elif len(wanted.name) > LONGEST_TEXT:
        yield Fault("name", say("Please use no more than %(count)s characters.", count=LONGEST_TEXT))
    if not is_address(wanted.email):
        yield Fault("email", say("“%(text)s” is not an e-mail address.", text=wanted.email))
    if wanted.kind not in PARTICIPANTS:
        yield Fault("role", say("Choose resident or facilitator."))
    if wanted.kind is Role.RESIDENT and wanted.stage is None:
        yield Fault("stage", say("A resident needs a grade."))


def _known_already(found: Iterable[Namesake], wanted: Details, *, is_new: bool) -> Iterator[Fault]:
    for each in found:
        if each.email == wanted.email:
            yield Fault("email", say("%(name)s already has this e-mail address.", name=each.name))
        elif not is_new:
            yield Fault(
                "name", say("Is this %(name)s, who has the address %(email)s?", name=each.name, email=each.email)
            )


def _not_theirs(db: Db, actor: Actor, programme_id: int, person: PersonRow, wanted: Details) -> Iterator[Fault]:
    elsewhere = bool(under_others(db, actor, programme_id, [person.id]))
    if elsewhere and person.name != wanted.name:
        yield Fault(
            "name",
            say(
                "They are also in a programme that you don’t coordinate, so only the person who runs this service can "
                "change their name."
            ),
        )
    if person.email == wanted.email:
        return
    if in_office(db, actor, [person.id]):
        yield Fault("email", office_fault(person.email))
    elif elsewhere:
        yield Fault(
            "email",
            say("%(address)s is also in a programme that you don’t coordinate.", address=person.email)
            + " "
            + say("Ask the person who runs this service to change the address."),
        )
    elif db.scalar(select(PersonRow.id).where(PersonRow.email == wanted.email)) is not None:
        yield Fault("email", say("Someone else has this address. If the two are one person, merge them instead."))


def _in_the_way_of_another_kind(db: Db, programme_id: int, person_id: int) -> Iterator[Fault]:
    if any(person_id in roster for roster in rosters(db, programme_id).values()):
        yield Fault("role", say("They are in a published group. Take them out of it first, then change their role."))


def _different(person: PersonRow, part: ParticipantRow, wanted: Details) -> list[str]:
    now = {"name": person.name, "email": person.email, "kind": part.kind, "stage": part.stage}
    return [field for field, value in now.items() if getattr(wanted, field) != value]


def _change_kind(db: Db, part: ParticipantRow, wanted: Details) -> None:
    """Residents like what faculty offer, so what is known of both cannot stay."""
    role = db.get(RoleRow, (part.programme_id, part.person_id, part.kind))
    if role is not None:
        db.delete(role)
    part.kind, part.guest = wanted.kind, False
    for column, value in _default_fields(get_programme(db, part.programme_id), wanted).items():
        if column in ("stage", "models", "capacity"):
            setattr(part, column, value)
    if db.get(RoleRow, (part.programme_id, part.person_id, wanted.kind)) is None:
        db.add(RoleRow(programme_id=part.programme_id, person_id=part.person_id, role=wanted.kind))


def _default_fields(programme: Programme, wanted: Details) -> Mapping[str, Any]:
    """What a list that says nothing more would store."""
    cells = {} if wanted.stage is None else {"stage": str(wanted.stage)}
    return read_fields(Entry(Line(0, cells), wanted.kind, {model.key: None for model in programme.models}))


def _ways_at_fault(
    part: ParticipantRow,
    modes: Sequence[str],
    models: Collection[str],
    capacity: int,
    known: Collection[str],
    own: Collection[str],
) -> Iterator[Fault]:
    if "modes" not in own and (not modes or not set(modes) <= set(MODES)):
        yield Fault("modes", say("Choose at least one way to meet."))
    if "models" not in own and not set(models) <= set(known):
        yield Fault("models", say("One of these is not a kind of group that the programme offers."))
    elif "models" not in own and not models and part.kind is Role.RESIDENT:
        yield Fault("models", say("Please accept at least one kind of group."))
    if not 0 <= capacity <= MOST_GROUPS:
        yield Fault("capacity", say("Enter a number from 0 to %(most)s.", most=MOST_GROUPS))
