"""Warm start from the previous plan, or from another: what can stay of it stays, and what is pinned must."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from solvers.engines.compilation import uncompiled
from solvers.engines.search.problem import (
    CAPACITY,
    IN_PERSON_MODE,
    INFEASIBLE,
    MODELS,
    NONE,
    OVERLAP_FIRST,
    OVERLAP_LAST,
    RESIDENTS,
    SITE,
    Smalls,
    is_pinned,
    person_of,
    slot_facts,
)
from solvers.engines.search.row_codec import EncodedInstance, encode_group, encode_previous, is_still_possible
from solvers.engines.search.state import (
    FREE_ROWS,
    MEETING_SITE,
    MODE,
    MODEL,
    State,
    facilitator_load,
    facilitators_of,
    faculty_bookings,
    free_rows,
    group_of,
    residents_of,
    room_bookings,
)
from solvers.engines.search.state_updates import evaluate_group, insert_group, remove_group
from solvers.errors import PinsFail
from solvers.instance import Group


def load_previous(encoded: EncodedInstance, state: State) -> None:
    """Insert the previous groups into an empty state, pinned ones first, each as it was if the rules still allow it.

    Raises PinsFail if a pinned group cannot stay.
    """
    _load_pinned(encoded, state)
    _keep_each(encoded, state, list(enumerate(encoded.instance.previous)), encode_previous)


def _load_pinned(encoded: EncodedInstance, state: State) -> None:
    previous = range(len(encoded.instance.previous))
    pinned = [number for number in previous if uncompiled(is_pinned)(encoded.problem, number)]
    failed = _keep_all_pinned(encoded, state, pinned)
    if failed:
        raise PinsFail(tuple(encoded.instance.previous[number].id for number in failed))


class _FormerBookings:
    """The rooms and facilitators that groups had, booked until it is their turn to be inserted.

    Else a group that has a choice could take the only room or facilitator with which another can meet.
    """

    def __init__(self, encoded: EncodedInstance, state: State) -> None:
        self._encoded, self._state = encoded, state
        self._slots = {slot: index for index, slot in enumerate(encoded.ids.slots)}
        self._rooms = {room: index for index, room in enumerate(encoded.ids.rooms)}
        first, last = (uncompiled(slot_facts)(encoded.problem, kind) for kind in (OVERLAP_FIRST, OVERLAP_LAST))
        self._overlaps = list(zip(first.tolist(), last.tolist(), strict=True))

    def count(self, group: Group, by: int) -> None:
        """Add the bookings of a group (``by`` 1) or subtract them (-1)."""
        problem, residents = self._encoded.problem, int(self._encoded.problem.words[RESIDENTS])
        for session in group.sessions:
            if session.slot not in self._slots:
                continue
            first, last = self._overlaps[self._slots[session.slot]]
            for person in map(self._encoded.number_of.get, session.facilitators):
                if person is not None and person >= residents:
                    uncompiled(faculty_bookings)(problem, self._state, person)[first:last] += by
            if session.room in self._rooms:
                uncompiled(room_bookings)(problem, self._state, self._rooms[session.room])[first:last] += by


def _keep_all_pinned(encoded: EncodedInstance, state: State, pinned: list[int]) -> list[int]:
    """Insert pinned groups; those that fail get a second try before the others. Returns those that fail again."""
    failed = [number for number in pinned if not _keep_pinned(encoded, state, number)]
    if not failed:
        return []
    for number in pinned:
        remove_group(encoded.problem, state, number)
    order = failed + [number for number in pinned if number not in failed]
    return [number for number in order if not _keep_pinned(encoded, state, number)]


def _is_free(encoded: EncodedInstance, state: State, row: Smalls) -> bool:
    """Whether nobody in a row is placed already or at their capacity."""
    problem = encoded.problem
    if any(uncompiled(group_of)(problem, state)[i] != NONE for i in uncompiled(residents_of)(problem, row)):
        return False
    loads, first = uncompiled(facilitator_load)(problem, state), int(problem.words[RESIDENTS])
    return all(
        loads[i - first] < uncompiled(person_of)(problem, i)[CAPACITY]
        for i in uncompiled(facilitators_of)(problem, row)
    )


def load_groups(encoded: EncodedInstance, state: State, groups: Sequence[Group]) -> None:
    """Insert the groups of a plan into an empty state: pinned ones as they were, the others if the rules allow them."""
    _load_pinned(encoded, state)
    former = {group.id: number for number, group in enumerate(encoded.instance.previous)}
    rows = uncompiled(free_rows)(encoded.problem, state)[: state.words[FREE_ROWS]].tolist()
    fresh = iter(reversed(rows))
    numbered = [(former[group.id] if group.id in former else next(fresh, NONE), group) for group in groups]
    _keep_each(encoded, state, [(number, group) for number, group in numbered if number != NONE], encode_group)


def _keep_each(
    encoded: EncodedInstance,
    state: State,
    groups: Sequence[tuple[int, Group]],
    encode: Callable[[EncodedInstance, Group, int], Smalls | None],
) -> None:
    """Insert groups that are not pinned into their rows, each if the rules allow it."""
    groups = [(number, group) for number, group in groups if not uncompiled(is_pinned)(encoded.problem, number)]
    former = _FormerBookings(encoded, state)
    for _, group in groups:
        former.count(group, 1)
    for number, group in groups:
        former.count(group, -1)
        _keep(encoded, state, group, encode(encoded, group, number))


def _keep(encoded: EncodedInstance, state: State, group: Group, row: Smalls | None) -> None:
    if row is None or not is_still_possible(encoded, group) or not _is_free(encoded, state, row):
        return
    if evaluate_group(encoded.problem, state, row, False) != INFEASIBLE:
        insert_group(encoded.problem, state, row)


def _keep_pinned(encoded: EncodedInstance, state: State, number: int) -> bool:
    """Keep a pinned group; its model, mode and site may change where the previous ones no longer fit."""
    row = encode_previous(encoded, encoded.instance.previous[number], number)
    if row is None or not _is_free(encoded, state, row):
        return False
    as_it_was = is_still_possible(encoded, encoded.instance.previous[number])
    if as_it_was and evaluate_group(encoded.problem, state, row, True) != INFEASIBLE:
        insert_group(encoded.problem, state, row)
        return True
    points, best = max(
        ((evaluate_group(encoded.problem, state, variant, True), variant) for variant in _variants(encoded, row)),
        key=lambda appraised: appraised[0],
        default=(INFEASIBLE, row),
    )
    if points == INFEASIBLE:
        return False
    insert_group(encoded.problem, state, best)
    return True


def _variants(encoded: EncodedInstance, row: Smalls) -> Iterator[Smalls]:
    """The row with every combination of model, mode and site."""
    problem = encoded.problem
    sites = sorted({int(uncompiled(person_of)(problem, i)[SITE]) for i in uncompiled(residents_of)(problem, row)})
    for model in range(int(problem.words[MODELS])):
        for mode in range(len(encoded.ids.modes)):
            for site in sites if mode == problem.words[IN_PERSON_MODE] else [NONE]:
                variant = row.copy()
                variant[[MODEL, MODE, MEETING_SITE]] = model, mode, site
                yield variant
