"""The history of a draft's changes by hand: each with what it touched as it was and as it is, so that any number of
them can be undone and done again to the letter."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.edits.codec import edit_from_json, edit_to_json, pin_from_json, pin_to_json
from scheduler.edits.explanations import Wishes, write_told
from scheduler.edits.model import CarryOver, Edit, Pin, PinChanges, SetPin
from scheduler.edits.opened import MOST_DRAFTS, Edited
from scheduler.edits.stored import group_from_json, group_to_json, write_group
from scheduler.edits.tables import DraftEditRow, DraftPinRow, EditedDraftRow
from scheduler.memory import Derived
from scheduler.plans.counts import keep_counts
from scheduler.plans.model import UNPUBLISHED, PlanState
from scheduler.plans.tables import GroupRow, PlanRow, UnplacedRow
from scheduler.plans.whole import StoredGroup, group_of_row

_given: Final[Derived[frozenset[int]]] = Derived(MOST_DRAFTS)
"""By the draft, and the mark of its last change: the numbers that its groups had."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a change touches of a draft, at one moment: groups by key (None for one that is not there), who of its
    people counts as without a group, what they may read of their wishes, and the figures and pins of the whole."""

    groups: Mapping[str, StoredGroup | None]
    unplaced: Mapping[int, bool]
    told: Mapping[int, Wishes | None]
    pins: tuple[Pin, ...]
    score: int
    bound: int | None
    points: Mapping[str, int]

    @property
    def people(self) -> frozenset[int]:
        """Everybody in its groups."""
        return frozenset(seat.person_id for group in self.groups.values() if group for seat in group.members)

    @property
    def named(self) -> frozenset[int]:
        """Everybody of whom it says anything."""
        pinned = {who for pin in self.pins for who in (pin.person_id, pin.other_id) if who is not None}
        return self.people | self.unplaced.keys() | self.told.keys() | pinned

    def about(self, people: Collection[int]) -> Snapshot:
        """The same without what it says, beside its groups, of anybody else."""
        return replace(
            self,
            unplaced={who: is_so for who, is_so in self.unplaced.items() if who in people},
            told={who: wishes for who, wishes in self.told.items() if who in people},
            pins=tuple(pin for pin in self.pins if {pin.person_id, pin.other_id} - {None} <= set(people)),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in the history. ``cut`` is what it took out of the plan's reasons, ``published`` what was published
    then, of one that carried over what had changed (``scheduler/edits/meanwhile.py``)."""

    edit: Edit
    before: Snapshot
    after: Snapshot
    cut: Mapping[str, Any]
    published: Mapping[str, Any] | None = None


def taken(
    plan: PlanRow,
    groups: Mapping[str, StoredGroup | None],
    unplaced: Mapping[int, bool],
    told: Mapping[int, Wishes | None],
    pins: tuple[Pin, ...],
) -> Snapshot:
    """A snapshot with a plan's figures as they are."""
    return Snapshot(groups, unplaced, told, pins, plan.score, plan.bound, dict(plan.points))


def write(db: Db, plan: PlanRow, wanted: Snapshot, pins: tuple[Pin, ...]) -> dict[str, StoredGroup | None]:
    """Let a draft be so where a snapshot says it; its ``pins`` are those that it has. Returns the groups as they are
    stored then."""
    stored = _write_groups(db, plan.id, wanted.groups)
    _write_unplaced(db, plan.id, wanted.unplaced)
    write_told(db, plan.id, wanted.told)
    plan.score, plan.bound, plan.points = wanted.score, wanted.bound, dict(wanted.points)
    if wanted.pins != pins:
        _write_pins(db, plan.id, wanted.pins)
    keep_counts(db, plan)
    db.flush()
    return stored


def _write_groups(db: Db, plan_id: int, groups: Mapping[str, StoredGroup | None]) -> dict[str, StoredGroup | None]:
    rows = {
        row.key: row
        for row in db.scalars(
            select(GroupRow)
            .where(GroupRow.plan_id == plan_id, GroupRow.key.in_(groups))
            .options(selectinload(GroupRow.members), selectinload(GroupRow.sessions))
        )
    }
    written: dict[str, GroupRow] = {}
    for key, group in groups.items():
        row = rows.get(key)
        if group is None:
            if row is not None:
                db.delete(row)
            continue
        if row is None:
            row = GroupRow(id=group.id, plan_id=plan_id, members=[], sessions=[])
            db.add(row)
        write_group(row, group)
        written[key] = row
    db.flush()
    return {key: group_of_row(written[key]) if key in written else None for key in groups}


def _write_unplaced(db: Db, plan_id: int, unplaced: Mapping[int, bool]) -> None:
    of_them = (UnplacedRow.plan_id == plan_id, UnplacedRow.person_id.in_(unplaced))
    known = set(db.scalars(select(UnplacedRow.person_id).where(*of_them)))
    gone = [who for who in known if not unplaced[who]]
    if gone:
        db.execute(delete(UnplacedRow).where(UnplacedRow.plan_id == plan_id, UnplacedRow.person_id.in_(gone)))
    db.add_all(
        UnplacedRow(plan_id=plan_id, person_id=who) for who, is_so in unplaced.items() if is_so and who not in known
    )


def unplaced_of(db: Db, plan_id: int, people: Collection[int]) -> dict[int, bool]:
    """Who of these people the plan leaves without a group."""
    of_them = (UnplacedRow.plan_id == plan_id, UnplacedRow.person_id.in_(people))
    known = set(db.scalars(select(UnplacedRow.person_id).where(*of_them)))
    return {who: who in known for who in people}


def _write_pins(db: Db, plan_id: int, pins: tuple[Pin, ...]) -> None:
    db.execute(delete(DraftPinRow).where(DraftPinRow.plan_id == plan_id))
    for pin in pins:
        add_pin(db, plan_id, pin)


def add_pin(db: Db, plan_id: int, pin: Pin) -> None:
    """Keep a pin, after all others."""
    db.add(
        DraftPinRow(
            plan_id=plan_id,
            kind=pin.kind,
            group_key=pin.group,
            person_id=pin.person_id,
            other_id=pin.other_id,
            round=pin.round,
        )
    )
    db.flush()


# --- entries ---------------------------------------------------------------------------------------------------


def add_entry(db: Db, plan_id: int, entry: Entry, now: datetime, made_by: int | None) -> Edited:
    """Put a change at the end of the history; what had been undone can't be done again."""
    row = _edited(db, plan_id, now)
    db.execute(delete(DraftEditRow).where(DraftEditRow.plan_id == plan_id, DraftEditRow.number > row.position))
    row.position += 1
    db.add(
        DraftEditRow(
            plan_id=plan_id,
            number=row.position,
            edit=edit_to_json(entry.edit),
            before=_to_json(entry.before) | {"cut": dict(entry.cut)},
            after=_to_json(entry.after) | ({} if entry.published is None else {"published": dict(entry.published)}),
            made_at=now,
            made_by=made_by,
        )
    )
    return _counted(db, row, now)


def go_to(db: Db, plan_id: int, position: int, now: datetime) -> Edited:
    """Say that so many changes of the history hold now."""
    row = _edited(db, plan_id, now)
    row.position = position
    return _counted(db, row, now)


def forget_histories(db: Db, programmes: Collection[int], people: Collection[int], now: datetime) -> None:
    """Forget the changes by hand of every plan whose history names one of these people, published ones too."""
    end_histories(db, programmes, people, now, states=tuple(PlanState))


def end_histories(
    db: Db,
    programmes: Collection[int],
    people: Collection[int],
    now: datetime,
    *,
    states: Collection[PlanState] = UNPUBLISHED,
) -> None:
    """Forget the changes of drafts whose history names one of these people, so that none of them is undone any more;
    the drafts stay as they are. What is published keeps its history, to be read."""
    drafts = (PlanRow.programme_id.in_(programmes), PlanRow.state.in_(states))
    rows = db.scalars(select(DraftEditRow).join(PlanRow, PlanRow.id == DraftEditRow.plan_id).where(*drafts))
    naming = {row.plan_id for row in rows if not _named(row).isdisjoint(people)}
    db.execute(delete(DraftEditRow).where(DraftEditRow.plan_id.in_(naming)))
    for edited in db.scalars(select(EditedDraftRow).where(EditedDraftRow.plan_id.in_(naming))):
        _counted(db, edited, now)


def _named(row: DraftEditRow) -> frozenset[int]:
    published = row.after.get("published", {}).values()
    in_groups = {who for residents, leads, *_ in published for who in (*residents, *leads)}
    return _from_json(row.before).named | _from_json(row.after).named | in_groups


def entry_at(db: Db, plan_id: int, number: int) -> Entry | None:
    """A change of the history, if there is one of that number."""
    row = db.get(DraftEditRow, (plan_id, number))
    return _entry(row) if row is not None else None


@dataclass(frozen=True, slots=True)
class Carried:
    """When what had changed of the published plan was carried over into a draft, and what was published then."""

    at: datetime
    published: Mapping[str, Any]


def carried_last(db: Db, plan_id: int) -> Carried | None:
    """The last time that it was, of those that hold."""
    found = db.execute(
        select(DraftEditRow.made_at, DraftEditRow.after)
        .join(EditedDraftRow, EditedDraftRow.plan_id == DraftEditRow.plan_id)
        .where(
            DraftEditRow.plan_id == plan_id,
            DraftEditRow.number <= EditedDraftRow.position,
            DraftEditRow.edit["kind"].as_string() == CarryOver.__name__,
        )
        .order_by(DraftEditRow.number.desc())
        .limit(1)
    ).first()
    return Carried(found.made_at, found.after["published"]) if found is not None else None


@dataclass(frozen=True, slots=True)
class Made:
    """A change that holds, with the moment at which it was made and by whom."""

    entry: Entry
    at: datetime
    by: int | None


def changes_that_hold(db: Db, plan_id: int) -> tuple[Made, ...]:
    """The history of a plan without what was undone, the first change first."""
    rows = db.scalars(
        select(DraftEditRow)
        .join(EditedDraftRow, EditedDraftRow.plan_id == DraftEditRow.plan_id)
        .where(DraftEditRow.plan_id == plan_id, DraftEditRow.number <= EditedDraftRow.position)
        .order_by(DraftEditRow.number)
    )
    return tuple(Made(_entry(row), row.made_at, row.made_by) for row in rows)


def groups_by_hand(db: Db, plan_id: int) -> frozenset[str]:
    """The keys of the groups that the changes that hold have touched; also of those that somebody was taken out of."""
    touched = (
        select(DraftEditRow.before)
        .join(EditedDraftRow, EditedDraftRow.plan_id == DraftEditRow.plan_id)
        .where(DraftEditRow.plan_id == plan_id, DraftEditRow.number <= EditedDraftRow.position)
    )
    return frozenset(key for before in db.scalars(touched) for key in before["groups"])


def numbers_given(db: Db, plan_id: int, edited: Edited) -> frozenset[int]:
    """The numbers that groups of a draft had before the changes that hold."""
    return _given.get(plan_id, edited.mark, lambda: _read_numbers(db, plan_id, edited.position))


def _read_numbers(db: Db, plan_id: int, position: int) -> frozenset[int]:
    before = select(DraftEditRow.before).where(DraftEditRow.plan_id == plan_id, DraftEditRow.number <= position)
    groups = (group for found in db.scalars(before) for group in found["groups"].values() if group is not None)
    return frozenset(group["number"] for group in groups if group["number"] is not None)


def _entry(row: DraftEditRow) -> Entry:
    return Entry(edit_from_json(row.edit), _from_json(row.before), _from_json(row.after), row.before["cut"])


@dataclass(frozen=True, slots=True)
class Around:
    """The edits that would be undone and done again. ``names`` is what the groups that they touch were called before,
    by their keys; ``by_hand`` is how many of the changes that hold are the coordinator's own."""

    undo: Edit | None
    redo: Edit | None
    names: Mapping[str, str]
    by_hand: int


def edits_around(db: Db, plan_id: int, position: int) -> Around:
    """The edits at which the history of a draft stands."""
    rows = db.execute(
        select(DraftEditRow.number, DraftEditRow.edit, DraftEditRow.before).where(
            DraftEditRow.plan_id == plan_id, DraftEditRow.number.in_((position, position + 1))
        )
    ).all()
    edits = {number: edit_from_json(edit) for number, edit, _before in rows}
    groups = [(key, group) for _number, _edit, before in rows for key, group in before["groups"].items()]
    names = {key: group["name"] for key, group in groups if group is not None}
    return Around(edits.get(position), edits.get(position + 1), names, _count_by_hand(db, plan_id, position))


def _count_by_hand(db: Db, plan_id: int, position: int) -> int:
    """Without pins, which change no group, and without what was carried over, which others have changed."""
    kind = DraftEditRow.edit["kind"].as_string()
    own = kind.not_in((SetPin.__name__, PinChanges.__name__, CarryOver.__name__))
    counted = select(func.count()).where(DraftEditRow.plan_id == plan_id, DraftEditRow.number <= position, own)
    return db.scalar(counted) or 0


def _edited(db: Db, plan_id: int, now: datetime) -> EditedDraftRow:
    row = db.get(EditedDraftRow, plan_id)
    if row is None:
        row = EditedDraftRow(plan_id=plan_id, version=0, position=0, mark="", saved_at=now)
        db.add(row)
    return row


def _counted(db: Db, row: EditedDraftRow, now: datetime) -> Edited:
    row.version, row.mark, row.saved_at = row.version + 1, secrets.token_hex(8), now
    db.flush()
    return Edited(row.version, row.position, row.mark, row.saved_at)


# --- JSON ------------------------------------------------------------------------------------------------------


def _to_json(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "groups": {key: group_to_json(group) for key, group in snapshot.groups.items()},
        "unplaced": {str(who): is_so for who, is_so in snapshot.unplaced.items()},
        "told": {str(who): wishes for who, wishes in snapshot.told.items()},
        "pins": [pin_to_json(pin) for pin in snapshot.pins],
        "score": snapshot.score,
        "bound": snapshot.bound,
        "points": dict(snapshot.points),
    }


def _from_json(value: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        groups={key: group_from_json(group) for key, group in value["groups"].items()},
        unplaced={int(who): is_so for who, is_so in value["unplaced"].items()},
        told={int(who): wishes for who, wishes in value["told"].items()},
        pins=tuple(map(pin_from_json, value["pins"])),
        score=value["score"],
        bound=value["bound"],
        points=value["points"],
    )
