"""People as programs send and read them: the columns of the list, one entry a person, known by the address.

What people said to the planner alone (topics, wishes, company, sites) is taken and never given back, as on the pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.enrolment.addresses import address_faults
from scheduler.enrolment.comparison import Comparison
from scheduler.enrolment.people_comparison import compare_people
from scheduler.enrolment.people_import import PeopleImported, person_ids_by_address, take_over_people, wish_faults
from scheduler.enrolment.people_lists import ListedPerson, ListedRelation, people_of, relations_of
from scheduler.enrolment.relations_comparison import absent_keys, compare_relations, relation_faults
from scheduler.enrolment.relations_import import take_over_relations
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.lists import Line
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SentLine(Line):
    """One entry of what was sent, counted from 0."""

    @property
    def where(self) -> str:
        """The place to name in a message."""
        return f"items[{self.number}]"


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """Somebody who takes part, as programs read them. ``site`` is its short name; ``models`` are kinds of group by
    their short names, with how much a resident likes them."""

    id: int
    name: str
    email: str
    role: str
    site: str
    stage: int | None
    modes: tuple[str, ...]
    models: Mapping[str, int]
    capacity: int
    specialty: str
    mentor_level: str


def list_known(db: Db, actor: Actor, programme_id: int) -> tuple[PersonKnown, ...]:
    """Everybody who takes part, in the order in which they came."""
    actor.must_have(programme_id, Role.COORDINATOR)
    sites = {site.id: site.key for site in get_programme(db, programme_id).sites}
    rows = db.execute(
        select(PersonRow, ParticipantRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(PersonRow.id)
    )
    return tuple(
        PersonKnown(
            person.id, person.name, person.email, part.kind.value, sites[part.site_id], part.stage, tuple(part.modes),
            dict(part.models), part.capacity, part.specialty, part.mentor_level,
        )
        for person, part in rows
    )  # fmt: skip


def preview_people(db: Db, actor: Actor, programme_id: int, sent: Sequence[Cells], now: datetime) -> Comparison:
    """What taking these entries would do. Raises ``Rejected`` with every fault."""
    actor.must_have(programme_id, Role.COORDINATOR)
    programme = get_programme(db, programme_id)
    return _compared(db, actor, programme, _people(db, actor, programme, sent), now)


def take_people(
    db: Db, actor: Actor, programme_id: int, sent: Sequence[Cells], now: datetime
) -> tuple[Comparison, PeopleImported]:
    """Add and change these people, all or nothing; returns what that did. Raises ``Rejected`` with every fault."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    programme = get_programme(db, programme_id)
    listed = _people(db, actor, programme, sent)
    found = _compared(db, actor, programme, listed, now)
    return found, take_over_people(db, actor, programme_id, listed, now)


def _compared(db: Db, actor: Actor, programme: Programme, listed: Sequence[ListedPerson], now: datetime) -> Comparison:
    return compare_people(db, actor, programme, listed, programme, {}, now)


def _people(db: Db, actor: Actor, programme: Programme, sent: Sequence[Cells]) -> tuple[ListedPerson, ...]:
    lines = [SentLine(number, cells) for number, cells in enumerate(sent)]
    listed, faults = people_of(lines, [site.key for site in programme.sites], [model.key for model in programme.models])
    times = Counter(person.email for person in listed)
    faults += [
        Fault(person.where, say("The e-mail address %(email)s appears more than once.", email=person.email))
        for person in listed
        if times[person.email] > 1
    ]
    if not faults:
        addresses = {*person_ids_by_address(db, programme.id), *(person.email for person in listed)}
        faults += (*address_faults(db, actor, programme.id, listed), *wish_faults(listed, addresses))
    if faults:
        raise Rejected(say("The list of people was not imported."), tuple(faults))
    return listed


def preview_relations(db: Db, actor: Actor, programme_id: int, sent: Sequence[Cells | None]) -> Comparison:
    """What putting these relations in the place of those on the coordinator's list would do."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return compare_relations(db, programme_id, _relations(db, programme_id, sent))


def take_relations(db: Db, actor: Actor, programme_id: int, sent: Sequence[Cells | None], now: datetime) -> Comparison:
    """Put these relations in the place of those on the coordinator's list; what people declared themselves stays.
    An entry of None is passed over."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    listed = _relations(db, programme_id, sent)
    found = compare_relations(db, programme_id, listed)
    take_over_relations(db, actor, programme_id, listed, absent_keys(db, programme_id, listed), now)
    return found


def _relations(db: Db, programme_id: int, sent: Sequence[Cells | None]) -> tuple[ListedRelation, ...]:
    lines = [SentLine(number, cells) for number, cells in enumerate(sent) if cells is not None]
    listed, faults = relations_of(lines)
    faults += [] if faults else list(relation_faults(db, programme_id, listed))
    if faults:
        raise Rejected(say("The list of relations was not imported."), tuple(faults))
    return listed
