"""One entry that is two people: a second person gets an entry of their own, and what is theirs of it.

What somebody wrote, answered or wished stays with the first entry: nobody but they can tell whose it is. The second
person is invited to answer for themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from scheduler.audit.service import record
from scheduler.availability.tables import AbsenceRow, WeeklyRow
from scheduler.changes import Fact, note
from scheduler.charters.tables import AgreementRow, HatsRow
from scheduler.db import Db
from scheduler.enrolment.lapsed_overrides import withdraw_lapsed
from scheduler.enrolment.people_changes import Details, add_person, part_of
from scheduler.enrolment.planned_now import must_not_be_planned
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.languages import say
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import RelationRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.service import lock_programme
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import DutyRow, RotaLineRow, RotaRow, RotaSpanRow
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow, SessionWayRow, WritingPlaceRow


@dataclass(frozen=True, slots=True)
class Theirs:
    """What of an entry is the second person's: lines of rotas by the rota's id and the name in it, published groups by
    their keys, relations, weekly entries and leave by their ids."""

    lines: Collection[tuple[int, str]] = ()
    groups: Collection[str] = ()
    relations: Collection[int] = ()
    weekly: Collection[int] = ()
    leave: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """The second person, and the rotas to upload again: they speak of both in lines whose duties cannot be told apart
    any more."""

    person_id: int
    to_upload: tuple[str, ...]


def split_person(
    db: Db,
    actor: Actor,
    programme_id: int,
    person_id: int,
    wanted: Details,
    site_id: int,
    theirs: Theirs,
    now: datetime,
) -> Split:
    """Give the second person an entry of their own. Raises ``Rejected`` with every fault at its field."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    part = part_of(db, programme_id, person_id)
    if part.left_at is not None:
        raise NotPossible(say("They have left the programme."), what_to_do=say("Bring them back first."))
    must_not_be_planned(db, (programme_id,))
    if theirs.groups and wanted.kind is not part.kind:
        raise Rejected(
            say("Nobody was added."),
            (Fault("role", say("The second person needs the same role to take the place in the group.")),),
        )
    second = add_person(db, actor, programme_id, wanted, site_id, now, is_new=True)
    to_upload = _part_rotas(db, programme_id, person_id, second, theirs.lines)
    for key in theirs.groups:
        _give_place(db, programme_id, key, person_id, second, now)
    _give_rows(db, programme_id, person_id, second, theirs)
    withdraw_lapsed(db, actor, programme_id, now)
    db.expire_all()
    record(db, actor, "people.split", now, programme_id, person=person_id, second=second)
    for fact in (Fact.PEOPLE, Fact.TIME):
        note(db, fact, programme_id, now, (person_id, second))
    if theirs.groups:
        note(db, Fact.PLAN, programme_id, now)
    return Split(second, to_upload)


def _part_rotas(
    db: Db, programme_id: int, first: int, second: int, lines: Collection[tuple[int, str]]
) -> tuple[str, ...]:
    """Lines become the second person's; duties go with them where the rota had no other line of the first."""
    rows = db.execute(
        select(RotaLineRow, RotaRow.name)
        .join(RotaRow, RotaRow.id == RotaLineRow.rota_id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaLineRow.person_id == first)
    ).all()
    chosen = [(row, name) for row, name in rows if (row.rota_id, row.name) in set(lines)]
    staying = {row.rota_id for row, _ in rows} - {
        rota for rota in {row.rota_id for row, _ in chosen}
        if all((row.rota_id, row.name) in set(lines) for row, _ in rows if row.rota_id == rota)
    }  # fmt: skip
    for row, _ in chosen:
        row.person_id = second
    whole = {row.rota_id for row, _ in chosen} - staying
    for table in (DutyRow, RotaSpanRow):
        db.execute(update(table).where(table.rota_id.in_(whole), table.person_id == first).values(person_id=second))
    return tuple(sorted({name for row, name in chosen if row.rota_id in staying}))


def _give_place(db: Db, programme_id: int, key: str, first: int, second: int, now: datetime) -> None:
    """The place in a published group, with its sessions and who came to them; the charter is agreed anew."""
    group = db.scalar(
        select(GroupRow)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.key == key)
    )
    member = db.get(MemberRow, (group.id, first)) if group else None
    if group is None or member is None:
        raise Rejected(say("They are no longer in that group."), what_to_do=say("Look at their page again."))
    role, beside = member.role, member.beside
    db.delete(member)
    db.flush()
    db.add(MemberRow(group_id=group.id, person_id=second, role=role, since=now, beside=beside))
    _give_own_place(db, programme_id, key, first, second, now)
    for planned in group.sessions:
        planned.facilitator_ids = [second if who == first else who for who in planned.facilitator_ids]
        planned.marks = {str(second) if who == str(first) else who: mark for who, mark in planned.marks.items()}
    sessions = select(SessionRow.id).where(SessionRow.programme_id == programme_id, SessionRow.group_key == key)
    for table in (AttendeeRow, AttendedRow, WritingPlaceRow, SessionWayRow):
        db.execute(
            update(table).where(table.session_id.in_(sessions), table.person_id == first).values(person_id=second)
        )
    db.execute(update(SessionRow).where(SessionRow.id.in_(sessions), SessionRow.starts_at > now).values(changed_at=now))
    agreed = (AgreementRow.programme_id == programme_id, AgreementRow.group_key == key)
    db.execute(delete(AgreementRow).where(*agreed, AgreementRow.person_id == first))
    db.execute(
        delete(HatsRow).where(
            HatsRow.programme_id == programme_id, HatsRow.group_key == key, HatsRow.person_id == first
        )
    )


_LISTED = RelationRow.declared.is_(False)
"""What somebody declared stays with the first entry."""


def _give_own_place(db: Db, programme_id: int, key: str, first: int, second: int, now: datetime) -> None:
    """The place in a group that people formed themselves: the next plan takes its people from there."""
    groups = select(OwnGroupRow.id).where(OwnGroupRow.programme_id == programme_id, OwnGroupRow.key == key)
    mine = (OwnMemberRow.own_group_id.in_(groups), OwnMemberRow.person_id == first)
    db.execute(update(OwnMemberRow).where(*mine).values(person_id=second, joined_at=now))


def _give_rows(db: Db, programme_id: int, first: int, second: int, theirs: Theirs) -> None:
    for side in (RelationRow.person_id, RelationRow.about_id):
        listed = (
            RelationRow.programme_id == programme_id,
            side == first,
            RelationRow.id.in_(theirs.relations),
            _LISTED,
        )
        db.execute(update(RelationRow).where(*listed).values({side: second}))
    for table, ids in ((WeeklyRow, theirs.weekly), (AbsenceRow, theirs.leave)):
        mine = (table.programme_id == programme_id, table.person_id == first, table.id.in_(ids))
        db.execute(update(table).where(*mine).values(person_id=second))
