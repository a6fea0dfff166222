"""What people are to each other, as either of the two says: declared, seen, dated and taken back by its author.

Relations of power, sponsoring and advising are open to the two and to the coordinators, with who declared them. That
somebody treats another, is family, or that there was a complaint, is for its author and the planner alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.lapsed_overrides import withdraw_lapsed
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.joining.people_search import find_people, participants_among
from scheduler.languages import mark, say
from scheduler.people.model import PARTICIPANTS, Actor, RelationKind, Role
from scheduler.people.relations import SECRET_KINDS, hidden_number
from scheduler.people.roles import OFFICES
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, RoleRow
from scheduler.programmes.service import lock_programme


@dataclass(frozen=True, slots=True)
class Tie:
    """What somebody may say they are to another; with ``from_me`` they are it, otherwise the other is it to them."""

    kind: RelationKind
    from_me: bool
    words: str

    @property
    def secret(self) -> bool:
        """Whether it stays between its author and the planner."""
        return self.kind in SECRET_KINDS


TIES: Final[Mapping[str, Tie]] = {
    "supervises": Tie(RelationKind.SUPERVISES, True, mark("I supervise them")),
    "supervises-me": Tie(RelationKind.SUPERVISES, False, mark("They supervise me")),
    "assesses": Tie(RelationKind.ASSESSES, True, mark("I assess them")),
    "assesses-me": Tie(RelationKind.ASSESSES, False, mark("They assess me")),
    "line-manages": Tie(RelationKind.LINE_MANAGES, True, mark("I’m their manager")),
    "line-manages-me": Tie(RelationKind.LINE_MANAGES, False, mark("They’re my manager")),
    "panel": Tie(RelationKind.PANEL, True, mark("I sit on a panel that makes decisions about them")),
    "panel-me": Tie(RelationKind.PANEL, False, mark("They sit on a panel that makes decisions about me")),
    "sponsors": Tie(RelationKind.SPONSORS, True, mark("I sponsor them")),
    "sponsors-me": Tie(RelationKind.SPONSORS, False, mark("They sponsor me")),
    "advises": Tie(RelationKind.ADVISES, True, mark("I advise them on a project")),
    "advises-me": Tie(RelationKind.ADVISES, False, mark("They advise me on a project")),
    "treats": Tie(RelationKind.TREATS, True, mark("I treat them")),
    "treats-me": Tie(RelationKind.TREATS, False, mark("They treat me")),
    "family": Tie(RelationKind.FAMILY, True, mark("We’re family or partners")),
    "complaint": Tie(RelationKind.PRIOR_COMPLAINT, True, mark("There was a complaint between us")),
}
"""What can be declared, by the value of its choice."""
_BY_SIDE: Final = {(tie.kind, tie.from_me): tie for tie in TIES.values()}


@dataclass(frozen=True, slots=True)
class Declared:
    """A relation between the actor and somebody, in the actor's words. ``own`` ones can be changed and taken back by
    the actor; of others ``listed`` says that they are on the coordinator's list, and not declared by the other."""

    id: int
    name: str
    tie: Tie
    first_day: date | None
    last_day: date | None
    own: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class PersonFound:
    """Somebody who may be meant, by a search."""

    person_id: int
    name: str
    site: str = ""


def list_declared(db: Db, actor: Actor, programme_id: int) -> tuple[Declared, ...]:
    """What the actor has declared, and what is openly on record about them, by names. Never what another has declared
    in confidence, nor what is never given as a reason."""
    _must_be_here(actor, programme_id)
    one, other = aliased(PersonRow), aliased(PersonRow)
    rows = db.execute(
        select(RelationRow, one.name, other.name)
        .join(one, one.id == RelationRow.person_id)
        .join(other, other.id == RelationRow.about_id)
        .where(RelationRow.programme_id == programme_id, _is_known_to(actor))
    )
    found = [_value(row, actor.person_id or 0, one_name, other_name) for row, one_name, other_name in rows]
    return tuple(sorted(found, key=lambda each: (not each.own, each.name, each.id)))


def find_declarable(db: Db, actor: Actor, programme_id: int, text: str) -> tuple[PersonFound, ...]:
    """Whom a name finds: everybody who takes part, the coordinators and the oversight contacts."""
    _must_be_here(actor, programme_id)
    wanted = text.strip().casefold()
    searcher = Actor(actor.person_id, actor.name, actor.roles | {(programme_id, Role.RESIDENT)})
    found = [PersonFound(one.person_id, one.name, one.site) for one in find_people(db, searcher, programme_id, text,
                                                                                   *PARTICIPANTS)]  # fmt: skip
    known = {each.person_id for each in found}
    if len(wanted) >= 2:
        found += [
            PersonFound(id_, name)
            for id_, name in _in_office(db, programme_id)
            if wanted in name.casefold() and id_ not in known and id_ != actor.person_id
        ]
    return tuple(found)


def declare(
    db: Db,
    actor: Actor,
    programme_id: int,
    about_id: int,
    tie: str,
    first_day: date | None,
    last_day: date | None,
    now: datetime,
) -> None:
    """Put on record what the actor and somebody of the programme are to each other, between two days (open where
    None). Raises Rejected with every fault."""
    _must_be_here(actor, programme_id)
    lock_programme(db, programme_id)
    me = actor.person_id or 0
    said = TIES.get(tie)
    if said is None or about_id not in _known_among(db, programme_id, about_id):
        raise Rejected(say("We can’t find that person."), what_to_do=say("Choose the person, and how you know them."))
    if about_id == me:
        raise Rejected(say("A relation is between two different people."), what_to_do=say("Choose someone else."))
    _must_be_in_order(first_day, last_day)
    pair = (me, about_id) if said.from_me else (about_id, me)
    row = RelationRow(
        id=hidden_number() if said.secret else None,
        programme_id=programme_id,
        person_id=pair[0],
        about_id=pair[1],
        kind=said.kind,
        first_day=first_day,
        last_day=last_day,
        declared=True,
        declared_by_id=me,
    )
    if _is_told_already(db, row):
        raise Rejected(
            say("You’ve already told us this."), what_to_do=say("Change the days of what you’ve told us instead.")
        )
    db.add(row)
    _done(db, actor, "relation.declared", row, now)


def change_days(
    db: Db,
    actor: Actor,
    programme_id: int,
    relation_id: int,
    first_day: date | None,
    last_day: date | None,
    now: datetime,
) -> None:
    """Say anew from when until when something holds that the actor declared."""
    row = _own_row(db, actor, programme_id, relation_id)
    if row is None:
        raise NotFound(say("We can’t find that relation."))
    _must_be_in_order(first_day, last_day)
    row.first_day, row.last_day = first_day, last_day
    _done(db, actor, "relation.dated", row, now)


def take_back(db: Db, actor: Actor, programme_id: int, relation_id: int, now: datetime) -> None:
    """Take back what the actor declared: also after they have left. What the coordinator's list or the other of the two
    says stays. What is there no more is taken back already."""
    row = _own_row(db, actor, programme_id, relation_id)
    if row is None:
        return
    db.delete(row)
    withdraw_lapsed(db, actor, programme_id, now)
    _done(db, actor, "relation.taken_back", row, now)


def declared_by(programme_id: int, person_id: int | None) -> ColumnElement[bool]:
    """Of a query of relations: those that this person has declared in a programme."""
    return and_(RelationRow.programme_id == programme_id, RelationRow.declared_by_id == person_id)


def tie_of(row: RelationRow, person_id: int) -> Tie:
    """A relation in the words of one of its two."""
    return _BY_SIDE.get((row.kind, row.person_id == person_id)) or _BY_SIDE[row.kind, True]


def _must_be_here(actor: Actor, programme_id: int) -> None:
    actor.must_be_confirmed()
    if actor.person_id is None:
        raise NotFound(say("We can’t find that relation."))
    actor.must_have(programme_id, *PARTICIPANTS, Role.COORDINATOR)


def _is_known_to(actor: Actor) -> ColumnElement[bool]:
    mine = or_(RelationRow.person_id == actor.person_id, RelationRow.about_id == actor.person_id)
    return or_(RelationRow.declared_by_id == actor.person_id, and_(mine, RelationRow.kind.not_in(SECRET_KINDS)))


def _value(row: RelationRow, me: int, person: str, about: str) -> Declared:
    name = about if row.person_id == me else person
    own = row.declared_by_id == me
    return Declared(row.id, name, tie_of(row, me), row.first_day, row.last_day, own, not row.declared)


def _own_row(db: Db, actor: Actor, programme_id: int, relation_id: int) -> RelationRow | None:
    """What the actor has declared; locked with its programme. Raises NotFound to anyone who never took part."""
    if actor.person_id is None or not _has_part(db, actor, programme_id):
        raise NotFound(say("We can’t find that relation."))
    lock_programme(db, programme_id)
    return db.scalar(
        select(RelationRow).where(declared_by(programme_id, actor.person_id), RelationRow.id == relation_id)
    )


def _has_part(db: Db, actor: Actor, programme_id: int) -> bool:
    return (
        actor.has(programme_id, *PARTICIPANTS, Role.COORDINATOR)
        or db.get(ParticipantRow, (programme_id, actor.person_id)) is not None
    )


def _must_be_in_order(first_day: date | None, last_day: date | None) -> None:
    if first_day and last_day and last_day < first_day:
        raise Rejected(say("Nothing was saved."), (Fault("until", say("The last day is before the first.")),))


def _is_told_already(db: Db, row: RelationRow) -> bool:
    """Whether the actor has declared the same for days of which some are the same."""
    same = select(RelationRow).where(
        declared_by(row.programme_id, row.declared_by_id),
        RelationRow.person_id == row.person_id,
        RelationRow.about_id == row.about_id,
        RelationRow.kind == row.kind,
    )
    return any(_overlap(row, other) for other in db.scalars(same))


def _overlap(one: RelationRow, other: RelationRow) -> bool:
    begins = max(each.first_day or date.min for each in (one, other))
    return begins <= min(each.last_day or date.max for each in (one, other))


def _known_among(db: Db, programme_id: int, person_id: int) -> frozenset[int]:
    in_office = {id_ for id_, _ in _in_office(db, programme_id)}
    return frozenset({*participants_among(db, programme_id, (person_id,)), *in_office})


def _in_office(db: Db, programme_id: int) -> Iterator[tuple[int, str]]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(RoleRow.programme_id == programme_id, RoleRow.role.in_(OFFICES))
        .order_by(PersonRow.name)
    )
    return ((id_, name) for id_, name in rows)


def _done(db: Db, actor: Actor, action: str, row: RelationRow, now: datetime) -> None:
    """What is open is in the record, with the two; of what is secret there is no line."""
    pair = (row.person_id, row.about_id)
    if row.kind not in SECRET_KINDS:
        record(db, actor, action, now, row.programme_id, person=pair[0], about=pair[1])
    db.flush()
    note(db, Fact.PEOPLE, row.programme_id, now, pair)
