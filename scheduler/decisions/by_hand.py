"""What a coordinator decided by hand of a plan, and what the planner had there."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from scheduler.db import Db
from scheduler.decisions.groups import people_names
from scheduler.decisions.model import ByHand
from scheduler.edits.history import Made, Snapshot, changes_that_hold
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.plans.whole import Sitting, StoredGroup


def placed_by_hand(db: Db, plan_id: int, person_id: int) -> ByHand | None:
    """Whether a coordinator put somebody into their group of a plan: when last, and where the planner had them."""
    of_them = (GroupRow.plan_id == plan_id, MemberRow.person_id == person_id, MemberRow.by_hand.is_(True))
    if db.scalar(select(GroupRow.key).join(MemberRow).where(*of_them).limit(1)) is None:
        return None
    moves = _moves(db, plan_id, person_id)
    return replace(_last(db, moves), group_before=_name_before(moves[0], person_id) if moves else "")


def taken_out_by_hand(db: Db, plan_id: int, person_id: int) -> ByHand | None:
    """Whether a coordinator took somebody who has no group out of one: when, and which that was."""
    moves = _moves(db, plan_id, person_id)
    if not moves or _group_of(moves[-1].entry.after, person_id) is not None:
        return None
    return replace(_last(db, moves), group_before=_name_before(moves[-1], person_id))


def _moves(db: Db, plan_id: int, person_id: int) -> list[Made]:
    """The changes that hold and after which somebody was in another group than before, or in none."""
    return [
        made
        for made in changes_that_hold(db, plan_id)
        if _group_of(made.entry.before, person_id) != _group_of(made.entry.after, person_id)
    ]


def _name_before(made: Made, person_id: int) -> str:
    group = _group_of(made.entry.before, person_id)
    return group[1] if group else ""


def _group_of(snapshot: Snapshot, person_id: int) -> tuple[str, str] | None:
    """Key and name of the group that somebody is in, of those that a change touched."""
    groups = (group for group in snapshot.groups.values() if group is not None)
    return next(((group.key, group.name) for group in groups if group.seat_of(person_id)), None)


def dated_by_hand(db: Db, plan_id: int, group_key: str, round_: int) -> ByHand | None:
    """Whether a coordinator set the date, the room or the facilitators of a session, and when last."""
    of_it = (GroupRow.plan_id == plan_id, GroupRow.key == group_key, PlannedSessionRow.round == round_)
    query = select(PlannedSessionRow.by_hand).join(GroupRow, GroupRow.id == PlannedSessionRow.group_id).where(*of_it)
    if not db.scalar(query):
        return None
    moves = [
        made
        for made in changes_that_hold(db, plan_id)
        if _session_of(made.entry.before, group_key, round_) != _session_of(made.entry.after, group_key, round_)
    ]
    return _last(db, moves)


def _session_of(snapshot: Snapshot, group_key: str, round_: int) -> Sitting | None:
    group: StoredGroup | None = snapshot.groups.get(group_key)
    return group.session_in(round_) if group is not None else None


def _last(db: Db, moves: list[Made]) -> ByHand:
    """Without a change in the history it was taken over from an earlier plan."""
    if not moves:
        return ByHand()
    by = moves[-1].by
    return ByHand(moves[-1].at, people_names(db, [by]).get(by, "") if by is not None else "")
