"""Groups that people form themselves, by a code that one gives to another. The planner only dates them.

A code that is right lets everybody in, whoever else is in the group: nothing told at that moment depends on anybody's
list or relations. Two people who may not share a group are parted by the planner, without a word.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.joining.readiness import is_ready
from scheduler.languages import mark, say, say_many
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow, SeekerRow
from scheduler.people.model import Actor, Role
from scheduler.people.pauses import must_not_be_paused
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.group_keys import new_group_key
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ModelRow, ProgrammeRow
from scheduler.text_input import required_text
from solvers.vocabulary import MODES

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
_NOT_LET_IN = mark("That code didn’t work.")
_ASK = mark("Check it letter by letter, or ask the person who gave it to you whether there is still room.")


@dataclass(frozen=True, slots=True)
class SelfFormedGroup:
    """A self-formed group as its people see it, with the code that lets others in."""

    id: int
    programme_id: int
    name: str
    code: str
    mode: str
    residents: tuple[str, ...]
    facilitators: tuple[str, ...]
    purpose: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Seeker:
    """Somebody who looks for a group."""

    person_id: int
    name: str
    words: str
    since: date


def start_group(
    db: Db, actor: Actor, programme_id: int, name: str, mode: str, now: datetime, purpose: str = ""
) -> SelfFormedGroup:
    """Begin a group of one's own; the code in the answer is to be given away. ``purpose`` is what its mentor is for."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    must_be_free(db, actor, programme_id)
    if mode not in MODES:
        raise Rejected(say("Choose how you would like to meet."))
    _offer_the_model(db, programme_id)
    row = OwnGroupRow(
        programme_id=programme_id,
        key=new_group_key(),
        code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
        name=required_text(name, LONGEST_NAME),
        mode=mode,
        created_at=now,
        purpose=purpose,
        members=[OwnMemberRow(person_id=actor.person_id, role=MemberRole.RESIDENT, joined_at=now)],
    )
    db.add(row)
    db.flush()
    _note_change(db, row, actor, now)
    record(db, actor, "own_group.started", now, programme_id, own_group=row.id)
    return _value(db, row)


def join_group(db: Db, actor: Actor, programme_id: int, code: str, now: datetime) -> SelfFormedGroup:
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


def add_member(db: Db, actor: Actor, row: OwnGroupRow, now: datetime) -> None:
    """Take somebody in, as far as there is room."""
    must_go_on(db, row.programme_id)
    role = _role(db, actor, row.programme_id)
    if role == MemberRole.RESIDENT:
        must_be_free(db, actor, row.programme_id)
    else:
        _must_be_ready(db, actor, row.programme_id, now)
        _must_have_room(db, actor, row.programme_id)
    most = MOST_RESIDENTS if role == MemberRole.RESIDENT else MOST_FACILITATORS
    if sum(member.role == role for member in row.members) >= most:
        raise NotPossible(say(_NOT_LET_IN), what_to_do=say(_ASK))
    row.members.append(OwnMemberRow(person_id=actor.person_id, role=role, joined_at=now))
    if looking := db.get(SeekerRow, (row.programme_id, actor.person_id)):
        db.delete(looking)
    db.flush()
    _note_change(db, row, actor, now)
    record(db, actor, "own_group.joined", now, row.programme_id, own_group=row.id)


def leave_group(db: Db, actor: Actor, own_group_id: int, now: datetime) -> None:
    """Go again; a group without residents is given up. Nobody has to say why."""
    row = _own(db, actor, own_group_id)
    lock_programme(db, row.programme_id)
    row.members = [member for member in row.members if member.person_id != actor.person_id]
    if not any(member.role == MemberRole.RESIDENT for member in row.members):
        row.closed_at = now
    _note_change(db, row, actor, now)
    record(db, actor, "own_group.left", now, row.programme_id, own_group=row.id)


def _note_change(db: Db, row: OwnGroupRow, actor: Actor, now: datetime) -> None:
    """Who is in a self-formed group is part of the planning problem."""
    note(db, Fact.PEOPLE, row.programme_id, now, (actor.person_id,) if actor.person_id is not None else ())


def own_self_formed_groups(db: Db, actor: Actor, programme_id: int) -> tuple[SelfFormedGroup, ...]:
    """The self-formed groups that the actor is in."""
    mine = select(OwnMemberRow.own_group_id).where(OwnMemberRow.person_id == actor.person_id)
    rows = db.scalars(_open(programme_id).where(OwnGroupRow.id.in_(mine)).order_by(OwnGroupRow.id)).all()
    return tuple(_value(db, row) for row in rows)


def start_looking(db: Db, actor: Actor, programme_id: int, words: str, now: datetime) -> None:
    """Let others in the programme know that one looks for a group; everybody on the list is planned like the rest."""
    actor.must_have(programme_id, Role.RESIDENT)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    must_be_free(db, actor, programme_id)
    known = db.get(SeekerRow, (programme_id, actor.person_id))
    row = known or SeekerRow(programme_id=programme_id, person_id=actor.person_id, since=now.date())
    row.words = required_text(words, LONGEST_WORDS) if words.strip() else ""
    db.add(row)


def stop_looking(db: Db, actor: Actor, programme_id: int) -> None:
    """Come off the list."""
    if row := db.get(SeekerRow, (programme_id, actor.person_id)):
        db.delete(row)


def list_seekers(db: Db, actor: Actor, programme_id: int) -> tuple[Seeker, ...]:
    """Who looks for a group, for residents of the programme; those who came first stand first."""
    actor.must_have(programme_id, Role.RESIDENT)
    rows = db.execute(
        select(SeekerRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == SeekerRow.person_id)
        .join(
            ParticipantRow,
            (ParticipantRow.person_id == PersonRow.id) & (ParticipantRow.programme_id == SeekerRow.programme_id),
        )
        .where(SeekerRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(SeekerRow.since, PersonRow.name)
    )
    return tuple(Seeker(row.person_id, name, row.words, row.since) for row, name in rows)


def find_open_group(db: Db, programme_id: int, own_group_id: int) -> OwnGroupRow | None:
    """A self-formed group that has not been given up, for the product's own work."""
    return db.scalar(_open(programme_id).where(OwnGroupRow.id == own_group_id))


def open_groups(db: Db, programme_id: int) -> tuple[OwnGroupRow, ...]:
    """Every self-formed group of a programme, for the product's own work."""
    return tuple(db.scalars(_open(programme_id).order_by(OwnGroupRow.id)))


def _open(programme_id: int) -> Select[OwnGroupRow]:
    mine = (OwnGroupRow.programme_id == programme_id, OwnGroupRow.closed_at.is_(None))
    return select(OwnGroupRow).where(*mine).options(selectinload(OwnGroupRow.members))


def _own(db: Db, actor: Actor, own_group_id: int) -> OwnGroupRow:
    row = db.get(OwnGroupRow, own_group_id)
    if row is None or row.closed_at or all(member.person_id != actor.person_id for member in row.members):
        raise NotFound(say("That group isn’t one of yours."))
    return row


def _role(db: Db, actor: Actor, programme_id: int) -> MemberRole:
    part = db.get(ParticipantRow, (programme_id, actor.person_id))
    if part is None or part.left_at is not None:
        raise NotPossible(say(_NOT_LET_IN), what_to_do=say(_ASK))
    return MemberRole.RESIDENT if part.kind == Role.RESIDENT else MemberRole.FACILITATOR


def must_be_free(db: Db, actor: Actor, programme_id: int) -> None:
    """A resident is in one group of a programme, unless its rules allow more."""
    several = select(ProgrammeRow.several_groups).where(ProgrammeRow.id == programme_id)
    if db.scalar(several):
        return
    in_one = (
        select(OwnMemberRow.own_group_id)
        .join(OwnGroupRow, OwnGroupRow.id == OwnMemberRow.own_group_id)
        .where(OwnGroupRow.programme_id == programme_id, OwnGroupRow.closed_at.is_(None))
        .where(OwnMemberRow.person_id == actor.person_id)
    )
    if db.scalar(in_one.limit(1)) is not None:
        raise NotPossible(
            say("You are already in a group that you formed yourselves."), what_to_do=say("Leave that group first.")
        )


def _must_be_ready(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Nobody facilitates before the code is signed and their training is in date, or while they are paused."""
    must_not_be_paused(db, actor, programme_id)
    if not is_ready(db, programme_id, actor.person_id or 0, now):
        raise NotPossible(
            say("You can facilitate a group once you’ve signed the code of conduct and your training is verified."),
            what_to_do=say("Please look at “Code of conduct” in your answers; then come back here."),
        )


def _must_have_room(db: Db, actor: Actor, programme_id: int) -> None:
    """Facilitators lead no more groups than they have offered, published and self-formed ones together."""
    part = db.get_one(ParticipantRow, (programme_id, actor.person_id))
    published = (key for key, roster in rosters(db, programme_id).items() if actor.person_id in roster)
    formed = db.scalars(
        select(OwnGroupRow.key)
        .join(OwnMemberRow, OwnMemberRow.own_group_id == OwnGroupRow.id)
        .where(OwnGroupRow.programme_id == programme_id, OwnGroupRow.closed_at.is_(None))
        .where(OwnMemberRow.person_id == actor.person_id)
    )
    if len({*published, *formed}) >= part.capacity:
        raise NotPossible(
            say_many(
                "You’ve offered to take %(num)s group, and you already have it.",
                "You’ve offered to take %(num)s groups, and you already have them.",
                part.capacity,
            ),
            what_to_do=say("If you’d like to take one more, raise that number in your answers first."),
        )


def group_to_leave(db: Db, actor: Actor, programme_id: int) -> str:
    """The name of the published group that a resident will no longer be in once a self-formed group of theirs is
    planned; empty where there is none, or where the programme lets them be in several."""
    if get_programme(db, programme_id).conduct.several_groups:
        return ""
    own = select(OwnGroupRow.key).where(OwnGroupRow.programme_id == programme_id)
    name = (
        select(GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, has_not_left())
        .where(MemberRow.person_id == actor.person_id, MemberRow.role == MemberRole.RESIDENT, GroupRow.key.not_in(own))
    )
    return db.scalar(name.limit(1)) or ""


def _offer_the_model(db: Db, programme_id: int) -> None:
    known = select(ModelRow.id).where(ModelRow.programme_id == programme_id, ModelRow.key == OWN)
    if db.scalar(known) is None:
        db.add(
            ModelRow(
                programme_id=programme_id, key=OWN, name=say("Self-formed group"), size_min=1, size_max=MOST_RESIDENTS,
                target=None, spread_min=0, spread_max=99, facilitators_min=0, facilitators_max=MOST_FACILITATORS,
                present=0,
            )
        )  # fmt: skip
        db.flush()


def _value(db: Db, row: OwnGroupRow) -> SelfFormedGroup:
    ids = [member.person_id for member in row.members]
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())

    def people(role: MemberRole) -> tuple[str, ...]:
        return tuple(sorted(names[member.person_id] for member in row.members if member.role == role))

    return SelfFormedGroup(
        row.id,
        row.programme_id,
        row.name,
        row.code,
        row.mode,
        people(MemberRole.RESIDENT),
        people(MemberRole.FACILITATOR),
        row.purpose,
        row.key,
    )
