"""Groups that people form themselves, by a code that one gives to another. The planner only dates them.

Whoever gives a code that does not let somebody in is told the same whatever the reason: no such code, full, closed, or
two people in it who may not share a group.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.groups.tables import LookingRow, OwnGroupRow, OwnMemberRow
from scheduler.groups.writing import written
from scheduler.languages import mark, say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, WishRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ModelRow
from scheduler.safety.model import FORBIDDING
from scheduler.safety.service import record
from solvers.instance import MODES

OWN: Final = "own"
"""The key of the model that self-formed groups have; nobody is ever planned into one."""
MOST_RESIDENTS: Final = 12
MOST_FACILITATORS: Final = 3
LONGEST_NAME: Final = 60
LONGEST_WORDS: Final = 160
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter or digit that looks like another one on paper."""
_CODE_LENGTH: Final = 10
"""Some 49 bits: nobody who is signed in guesses one."""
_NOT_LET_IN = mark("This code does not let you in.")
_ASK = mark("Check it letter by letter, or ask whoever gave it to you whether there is still room.")


@dataclass(frozen=True, slots=True)
class Forming:
    """A self-formed group as its people see it, with the code that lets others in."""

    id: int
    programme_id: int
    name: str
    code: str
    mode: str
    residents: tuple[str, ...]
    facilitators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody who looks for a group."""

    person_id: int
    name: str
    words: str
    since: date


def start(db: Session, actor: Actor, programme_id: int, name: str, mode: str, now: datetime) -> Forming:
    """Begin a group of one's own; the code in the answer is to be given away."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    _must_be_free(db, actor, programme_id)
    if mode not in MODES:
        raise Rejected(say("Choose how you would meet."))
    _offer_the_model(db, programme_id)
    row = OwnGroupRow(
        programme_id=programme_id,
        key=f"g{secrets.token_hex(6)}",
        code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
        name=written(name, LONGEST_NAME),
        mode=mode,
        created_at=now,
        members=[OwnMemberRow(person_id=actor.person_id, role="resident", joined_at=now)],
    )
    db.add(row)
    db.flush()
    record(db, actor, "own_group.started", now, programme_id, own_group=row.id)
    return _value(db, row)


def join(db: Session, actor: Actor, programme_id: int, code: str, now: datetime) -> Forming:
    """Come in by a code, as a resident or a facilitator, as one takes part in the programme."""
    actor.must_have(programme_id, Role.RESIDENT, Role.FACULTY)
    lock_programme(db, programme_id)
    row = db.scalar(_open(programme_id).where(OwnGroupRow.code == code.strip().lower().replace(" ", "")))
    if row is None:
        raise NotPossible(say(_NOT_LET_IN), what_to_do=say(_ASK))
    if any(member.person_id == actor.person_id for member in row.members):
        return _value(db, row)
    add_member(db, actor, row, now)
    return _value(db, row)


def add_member(db: Session, actor: Actor, row: OwnGroupRow, now: datetime) -> None:
    """Take somebody in, as far as there is room and everybody may share a group."""
    role = _role(db, actor, row.programme_id)
    if role == "resident":
        _must_be_free(db, actor, row.programme_id)
    most = MOST_RESIDENTS if role == "resident" else MOST_FACILITATORS
    is_full = sum(member.role == role for member in row.members) >= most
    if is_full or not may_share(db, row.programme_id, {actor.person_id or 0, *(m.person_id for m in row.members)}):
        raise NotPossible(say(_NOT_LET_IN), what_to_do=say(_ASK))
    row.members.append(OwnMemberRow(person_id=actor.person_id, role=role, joined_at=now))
    if looking := db.get(LookingRow, (row.programme_id, actor.person_id)):
        db.delete(looking)
    db.flush()
    record(db, actor, "own_group.joined", now, row.programme_id, own_group=row.id)


def leave(db: Session, actor: Actor, own_group_id: int, now: datetime) -> None:
    """Go again; a group without residents is given up. Nobody has to say why."""
    row = _own(db, actor, own_group_id)
    lock_programme(db, row.programme_id)
    row.members = [member for member in row.members if member.person_id != actor.person_id]
    if not any(member.role == "resident" for member in row.members):
        row.closed_at = now
    record(db, actor, "own_group.left", now, row.programme_id, own_group=row.id)


def own_forming(db: Session, actor: Actor, programme_id: int) -> tuple[Forming, ...]:
    """The self-formed groups that the actor is in."""
    mine = select(OwnMemberRow.own_group_id).where(OwnMemberRow.person_id == actor.person_id)
    rows = db.scalars(_open(programme_id).where(OwnGroupRow.id.in_(mine)).order_by(OwnGroupRow.id)).all()
    return tuple(_value(db, row) for row in rows)


def look_for_a_group(db: Session, actor: Actor, programme_id: int, words: str, now: datetime) -> None:
    """Let others in the programme know that one looks for a group; everybody on the list is planned like the rest."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    _must_be_free(db, actor, programme_id)
    known = db.get(LookingRow, (programme_id, actor.person_id))
    row = known or LookingRow(programme_id=programme_id, person_id=actor.person_id, since=now.date())
    row.words = written(words, LONGEST_WORDS) if words.strip() else ""
    db.add(row)


def look_no_more(db: Session, actor: Actor, programme_id: int) -> None:
    """Come off the list."""
    if row := db.get(LookingRow, (programme_id, actor.person_id)):
        db.delete(row)


def looking(db: Session, actor: Actor, programme_id: int) -> tuple[Looking, ...]:
    """Who looks for a group, for residents of the programme; those who came first stand first."""
    actor.must_have(programme_id, Role.RESIDENT)
    rows = db.execute(
        select(LookingRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == LookingRow.person_id)
        .join(
            ParticipantRow,
            (ParticipantRow.person_id == PersonRow.id) & (ParticipantRow.programme_id == LookingRow.programme_id),
        )
        .where(LookingRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(LookingRow.since, PersonRow.name)
    )
    return tuple(Looking(row.person_id, name, row.words, row.since) for row, name in rows)


def may_share(db: Session, programme_id: int, person_ids: Collection[int]) -> bool:
    """Whether nothing forbids these people to share a group. Why not is told to nobody."""
    pairs = (
        select(table.person_id)
        .where(table.programme_id == programme_id, kinds)
        .where(table.person_id.in_(person_ids), table.about_id.in_(person_ids))
        .limit(1)
        for table, kinds in ((RelationRow, RelationRow.kind.in_(FORBIDDING)), (WishRow, WishRow.kind == "avoid"))
    )
    return all(db.scalar(pair) is None for pair in pairs)


def find_open(db: Session, programme_id: int, own_group_id: int) -> OwnGroupRow | None:
    """A self-formed group that has not been given up, for the product's own work."""
    return db.scalar(_open(programme_id).where(OwnGroupRow.id == own_group_id))


def open_groups(db: Session, programme_id: int) -> tuple[OwnGroupRow, ...]:
    """Every self-formed group of a programme, for the product's own work."""
    return tuple(db.scalars(_open(programme_id).order_by(OwnGroupRow.id)))


def _open(programme_id: int) -> Select[OwnGroupRow]:
    mine = (OwnGroupRow.programme_id == programme_id, OwnGroupRow.closed_at.is_(None))
    return select(OwnGroupRow).where(*mine).options(selectinload(OwnGroupRow.members))


def _own(db: Session, actor: Actor, own_group_id: int) -> OwnGroupRow:
    row = db.get(OwnGroupRow, own_group_id)
    if row is None or row.closed_at or all(member.person_id != actor.person_id for member in row.members):
        raise NotFound(say("There is no such group of yours."))
    return row


def _role(db: Session, actor: Actor, programme_id: int) -> str:
    part = db.get(ParticipantRow, (programme_id, actor.person_id))
    if part is None or part.left_at is not None:
        raise NotPossible(say(_NOT_LET_IN), what_to_do=say(_ASK))
    return "resident" if part.kind == "resident" else "facilitator"


def _must_be_free(db: Session, actor: Actor, programme_id: int) -> None:
    """A resident is in one group of a programme."""
    in_one = (
        select(OwnMemberRow.own_group_id)
        .join(OwnGroupRow, OwnGroupRow.id == OwnMemberRow.own_group_id)
        .where(OwnGroupRow.programme_id == programme_id, OwnGroupRow.closed_at.is_(None))
        .where(OwnMemberRow.person_id == actor.person_id)
    )
    if db.scalar(in_one.limit(1)) is not None:
        raise NotPossible(say("You are in a group of your own already."), what_to_do=say("Leave it first."))


def _offer_the_model(db: Session, programme_id: int) -> None:
    known = select(ModelRow.id).where(ModelRow.programme_id == programme_id, ModelRow.key == OWN)
    if db.scalar(known) is None:
        db.add(
            ModelRow(
                programme_id=programme_id, key=OWN, name=say("Own group"), size_min=1, size_max=MOST_RESIDENTS,
                target=None, spread_min=0, spread_max=99, facilitators_min=0, facilitators_max=MOST_FACILITATORS,
                present=0,
            )
        )  # fmt: skip
        db.flush()


def _value(db: Session, row: OwnGroupRow) -> Forming:
    ids = [member.person_id for member in row.members]
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())

    def people(role: str) -> tuple[str, ...]:
        return tuple(sorted(names[member.person_id] for member in row.members if member.role == role))

    return Forming(row.id, row.programme_id, row.name, row.code, row.mode, people("resident"), people("facilitator"))
