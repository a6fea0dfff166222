"""What a coordinator decided by hand of a plan, and what the planner had there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    moves = _moves(changes_that_hold(db, plan_id), person_id)
    return replace(_last(db, moves), group_before=_name_before(moves[0], person_id) if moves else "")


def taken_out_by_hand(db: Db, plan_id: int, person_id: int) -> ByHand | None:
    """Whether a coordinator took somebody who has no group out of one: when, and which that was."""
    changes = changes_that_hold(db, plan_id)
    return taken_out_last(changes, names_of_makers(db, changes), person_id)


def taken_out_last(changes: Iterable[Made], makers: Mapping[int, str], person_id: int) -> ByHand | None:
    """The same of changes that hold, and of the names of who made them: for many people at once."""
    moves = _moves(changes, person_id)
    if not moves or _group_of(moves[-1].entry.after, person_id) is not None:
        return None
    return replace(_made(moves[-1], makers), group_before=_name_before(moves[-1], person_id))


def dropped_last(changes: Iterable[Made], makers: Mapping[int, str], group_key: str, round_: int) -> ByHand | None:
    """Whether a coordinator took a session out, so that the group does not meet in a round: when last."""
    moves = _datings(changes, group_key, round_)
    is_gone = bool(moves) and _session_of(moves[-1].entry.after, group_key, round_) is None
    return _made(moves[-1], makers) if is_gone else None


def names_of_makers(db: Db, changes: Iterable[Made]) -> Mapping[int, str]:
    """What those who made changes are called, by their ids."""
    ids = {made.by for made in changes if made.by is not None}
    return people_names(db, ids) if ids else {}


def _moves(changes: Iterable[Made], person_id: int) -> list[Made]:
    """The changes after which somebody was in another group than before, or in none."""
    return [
        made for made in changes if _group_of(made.entry.before, person_id) != _group_of(made.entry.after, person_id)
    ]


def _datings(changes: Iterable[Made], group_key: str, round_: int) -> list[Made]:
    """The changes after which a group's session of a round was another than before."""
    return [
        made
        for made in changes
        if _session_of(made.entry.before, group_key, round_) != _session_of(made.entry.after, group_key, round_)
    ]


def _name_before(made: Made, person_id: int) -> str:
    group = _group_of(made.entry.before, person_id)
    return group[1] if group else ""


def _group_of(snapshot: Snapshot, person_id: int) -> tuple[str, str] | None:
    """Key and name of the group that somebody is in, of those that a change touched."""
    groups = (group for group in snapshot.groups.values() if group is not None)
    return next(((group.key, group.name) for group in groups if group.seat_of(person_id)), None)


def dated_by_hand(db: Db, plan_id: int, group_key: str, round_: int) -> ByHand | None:
    """Whether a coordinator set the date, the room or the facilitators of a session, or took the session out of its
    round, and when last."""
    of_it = (GroupRow.plan_id == plan_id, GroupRow.key == group_key, PlannedSessionRow.round == round_)
    query = select(PlannedSessionRow.by_hand).join(GroupRow, GroupRow.id == PlannedSessionRow.group_id).where(*of_it)
    by_hand = db.scalar(query)
    changes = changes_that_hold(db, plan_id)
    if by_hand is None:
        return dropped_last(changes, names_of_makers(db, changes), group_key, round_)
    return _last(db, _datings(changes, group_key, round_)) if by_hand else None


def _session_of(snapshot: Snapshot, group_key: str, round_: int) -> Sitting | None:
    group: StoredGroup | None = snapshot.groups.get(group_key)
    return group.session_in(round_) if group is not None else None


def _last(db: Db, moves: Sequence[Made]) -> ByHand:
    """Without a change in the history it was taken over from an earlier plan."""
    return _made(moves[-1], names_of_makers(db, moves[-1:])) if moves else ByHand()


def _made(made: Made, makers: Mapping[int, str]) -> ByHand:
    return ByHand(made.at, makers.get(made.by, "") if made.by is not None else "")
