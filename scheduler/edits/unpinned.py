"""What a coordinator has changed of a draft by hand that no pin keeps: the planner may change it when it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.db import Db
from scheduler.edits.history import changes_that_hold
from scheduler.edits.model import Draft, DraftGroup, MovePerson, Pin, PinKind, SetDate


@dataclass(frozen=True, slots=True)
class Unpinned:
    """``pins`` would keep what can be kept: people, facilitators and dates that were set by hand. No pin keeps a
    session ``dropped`` from a round (group and round), nor somebody ``taken_out`` without a group."""

    pins: tuple[Pin, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()
    taken_out: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pins or self.dropped or self.taken_out)


def unpinned_of(db: Db, draft: Draft, staying: Mapping[str, frozenset[int]]) -> Unpinned:
    """What is so of a draft; ``staying`` are the groups whose people stay, with the rounds in which their dates do."""
    pins = tuple(pin for group in draft.groups if group.is_whole for pin in _pins(group, staying))
    without = {member.person_id for member in draft.without}
    groups = {group.key: group for group in draft.groups}
    edits = [made.entry.edit for made in changes_that_hold(db, draft.plan_id)]
    dropped = dict.fromkeys(
        (edit.group, edit.round)
        for edit in edits
        if isinstance(edit, SetDate) and edit.starts_at is None and _misses(groups.get(edit.group), edit.round)
    )
    out = (edit.person_id for edit in edits if isinstance(edit, MovePerson) and edit.to is None)
    return Unpinned(pins, tuple(dropped), tuple(dict.fromkeys(who for who in out if who in without)))


def _pins(group: DraftGroup, staying: Mapping[str, frozenset[int]]) -> Iterator[Pin]:
    if group.key not in staying:
        yield from (Pin(PinKind.PERSON, group.key, one.person_id) for one in group.residents if one.by_hand)
        yield from (Pin(PinKind.FACILITATOR, group.key, one.person_id) for one in group.facilitators if one.by_hand)
    kept = staying.get(group.key, frozenset())
    for session in group.sessions:
        if session.by_hand and not session.is_settled and session.round not in kept:
            yield Pin(PinKind.DATE, group.key, round=session.round)


def _misses(group: DraftGroup | None, round_: int) -> bool:
    return group is not None and all(session.round != round_ for session in group.sessions)
