"""Dates for one group: a slot or none for each round, against everything the other groups have booked.

Attendance, holding and earlier slots add up over the slots; being left out, missing twice running and rhythm do
not. So dates come from a chain over the slots (exact for what adds up, with a lean towards attendance for the rest)
and are then improved round by round, each time exactly, until no single round can be bettered.
"""

from __future__ import annotations

from solvers.engines.search.compiled import compiled
from solvers.engines.search.merit import bit_count
from solvers.engines.search.problem import (
    CLOSED,
    FREE,
    MASK_BITS,
    MODES,
    NOBODY,
    PRESENT,
    W_LEFT_OUT,
    W_MOVED,
    W_RHYTHM,
    W_TWICE,
    Problem,
    Smalls,
)
from solvers.engines.search.state import (
    DATED,
    LEADERS,
    MODE,
    MODEL,
    PLACE,
    ROW,
    SIZE,
    Bench,
    State,
    chairs_of,
    dates_of,
    leaders_of,
    residents_of,
    rooms_of,
)

MUST = 10**6
"""Added to the value of a pinned slot, so that it is chosen whenever it is open."""


@compiled
def _bit(number: int) -> int:
    return 1 << number if number < MASK_BITS else 0


@compiled
def missing(problem: Problem, mask: int) -> int:
    """Points of one resident who comes in the rounds of ``mask`` for being left out and missing twice running."""
    rounds = min(problem.rounds, MASK_BITS)
    absent = ~mask & ((1 << rounds) - 1)
    if absent == 0:
        return 0 if problem.rounds >= problem.enough else int(problem.weight[W_LEFT_OUT])
    points = problem.weight[W_TWICE] * bit_count(absent & (absent >> 1))
    if problem.rounds - bit_count(absent) < problem.enough:
        points += problem.weight[W_LEFT_OUT]
    return int(points)


@compiled
def _add(total: Smalls, part: Smalls) -> None:
    for slot in range(len(total)):
        total[slot] += part[slot]


@compiled
def _survey(problem: Problem, bench: Bench, row: Smalls) -> None:
    """Add up, slot by slot, what a session would earn and how many could come."""
    bench.worth[:] = 0
    bench.count[:] = 0
    for resident in residents_of(problem, row):
        _add(bench.worth, problem.points[resident])
        _add(bench.count, problem.comes[resident])


@compiled
def _close_for_quorum(problem: Problem, bench: Bench, row: Smalls) -> None:
    need = problem.quorum[row[SIZE]]
    worth, count = bench.worth, bench.count
    for slot in range(len(worth)):
        if count[slot] < need:
            worth[slot] = CLOSED


@compiled
def _close_for_leaders(problem: Problem, state: State, row: Smalls) -> None:
    present = problem.model[row[MODEL], PRESENT]
    if present <= 0:
        return
    there = state.bench.value
    there[:] = 0
    for leader in leaders_of(problem, row):
        comes, busy = problem.comes[leader], state.faculty_busy[leader - problem.residents]
        for slot in range(len(comes)):
            there[slot] += comes[slot] * (busy[slot] == 0)
    worth = state.bench.worth
    for slot in range(len(worth)):
        if there[slot] < present:
            worth[slot] = CLOSED


@compiled
def _close_for_rooms(problem: Problem, state: State, row: Smalls) -> None:
    if row[MODE] != problem.in_person:
        return
    room_there = state.bench.value
    room_there[:] = 0
    for room in range(problem.site_rooms[row[PLACE]], problem.site_rooms[row[PLACE] + 1]):
        if problem.room[room, 0] >= row[SIZE] + row[LEADERS]:
            free, busy = problem.room_free[room], state.room_busy[room]
            for slot in range(len(free)):
                room_there[slot] += free[slot] * (busy[slot] == 0)
    worth = state.bench.worth
    for slot in range(len(worth)):
        if room_there[slot] == 0:
            worth[slot] = CLOSED


@compiled
def _favour_earlier(problem: Problem, bench: Bench, row: Smalls) -> None:
    """Reward the slots of the earlier plan and hold the pinned rounds."""
    label = row[ROW]
    if label >= problem.labels:
        return
    for number in range(problem.rounds):
        old, pin = problem.old_slot[label, number], problem.pin_slot[label, number]
        if old != NOBODY:
            bench.worth[old] -= problem.weight[W_MOVED] * row[SIZE]
        if pin == FREE:
            continue
        for slot in range(problem.round_start[number], problem.round_start[number + 1]):
            bench.worth[slot] = bench.worth[slot] + MUST if slot == pin else CLOSED


@compiled
def prepare(problem: Problem, state: State, row: Smalls) -> None:
    """Lay out what a session of the group would earn at every slot, CLOSED where it cannot be held."""
    _survey(problem, state.bench, row)
    _close_for_quorum(problem, state.bench, row)
    _close_for_leaders(problem, state, row)
    _close_for_rooms(problem, state, row)
    _favour_earlier(problem, state.bench, row)


@compiled
def _chain(problem: Problem, bench: Bench, lean: int, dates: Smalls) -> None:
    """Choose the dates with the highest sum of worth, each attendance counting ``lean`` more."""
    reach, back = bench.reach, bench.back
    reach[0], back[0] = 0, NOBODY
    for slot in range(len(bench.worth)):
        value = bench.worth[slot] + lean * bench.count[slot] + reach[problem.before[slot]]
        if value > reach[slot]:
            reach[slot + 1], back[slot + 1] = value, slot
        else:
            reach[slot + 1], back[slot + 1] = reach[slot], back[slot]
    dates[:] = NOBODY
    slot = back[len(bench.worth)]
    while slot != NOBODY:
        dates[problem.round_of[slot]] = slot
        slot = back[problem.before[slot]]


@compiled
def _drop_closed(problem: Problem, bench: Bench, dates: Smalls) -> None:
    """Give up dates that are closed now or too close to the one before."""
    earliest = 0
    for number in range(problem.rounds):
        slot = dates[number]
        if slot != NOBODY and (bench.worth[slot] < CLOSED // 2 or slot < earliest):
            dates[number] = NOBODY
        elif slot != NOBODY:
            earliest = problem.after[slot]


@compiled
def _read_masks(problem: Problem, bench: Bench, row: Smalls, dates: Smalls) -> None:
    """Note who comes in which rounds and how often each beat is used."""
    bench.beats[:] = 0
    bench.masks[: row[SIZE]] = 0
    residents = residents_of(problem, row)
    for number in range(problem.rounds):
        slot = dates[number]
        if slot == NOBODY:
            continue
        bench.beats[problem.beat[slot]] += 1
        for place in range(len(residents)):
            if problem.comes[residents[place], slot]:
                bench.masks[place] |= _bit(number)


@compiled
def _window_start(problem: Problem, dates: Smalls, number: int) -> int:
    first = problem.round_start[number]
    for earlier in range(number - 1, -1, -1):
        if dates[earlier] != NOBODY:
            return int(max(first, problem.after[dates[earlier]]))
    return int(first)


@compiled
def _window_end(problem: Problem, dates: Smalls, number: int) -> int:
    last = problem.round_start[number + 1]
    for later in range(number + 1, problem.rounds):
        if dates[later] != NOBODY:
            return int(min(last, problem.before[dates[later]]))
    return int(last)


@compiled
def _clear_round(problem: Problem, bench: Bench, row: Smalls, dates: Smalls, number: int) -> None:
    if dates[number] == NOBODY:
        return
    bench.beats[problem.beat[dates[number]]] -= 1
    for place in range(row[SIZE]):
        bench.masks[place] &= ~_bit(number)


@compiled
def _fill_round(problem: Problem, bench: Bench, row: Smalls, dates: Smalls, number: int, slot: int) -> None:
    dates[number] = slot
    if slot == NOBODY:
        return
    bench.beats[problem.beat[slot]] += 1
    residents = residents_of(problem, row)
    for place in range(len(residents)):
        if problem.comes[residents[place], slot]:
            bench.masks[place] |= _bit(number)


@compiled
def _value_window(problem: Problem, bench: Bench, row: Smalls, number: int, first: int, last: int) -> None:
    """What each slot of a window is worth, given the other rounds, apart from rhythm."""
    value = bench.value[first:last]
    worth = bench.worth[first:last]
    for index in range(len(value)):
        value[index] = worth[index]
    residents = residents_of(problem, row)
    bit = _bit(number)
    for place in range(len(residents)):
        gain = missing(problem, bench.masks[place] | bit) - missing(problem, bench.masks[place])
        if gain != 0:
            comes = problem.comes[residents[place], first:last]
            for index in range(len(value)):
                value[index] += gain * comes[index]


@compiled
def _commonest(beats: Smalls) -> int:
    top = 0
    for beat in range(len(beats)):
        top = max(top, beats[beat])
    return int(top)


@compiled
def _best_in_window(problem: Problem, bench: Bench, first: int, last: int) -> int:
    top, rhythm = _commonest(bench.beats), problem.weight[W_RHYTHM]
    best, chosen = 0, NOBODY
    for slot in range(first, last):
        value = bench.value[slot]
        if value > best - rhythm:
            if bench.beats[problem.beat[slot]] == top:
                value += rhythm
            if value > best:
                best, chosen = value, slot
    return chosen


@compiled
def improve(problem: Problem, bench: Bench, row: Smalls, dates: Smalls, sweeps: int) -> None:
    """Better the dates one round at a time, up to ``sweeps`` times over all rounds."""
    _read_masks(problem, bench, row, dates)
    for _ in range(sweeps):
        changed = False
        for number in range(problem.rounds):
            old = dates[number]
            _clear_round(problem, bench, row, dates, number)
            first, last = _window_start(problem, dates, number), _window_end(problem, dates, number)
            _value_window(problem, bench, row, number, first, last)
            new = _best_in_window(problem, bench, first, last)
            _fill_round(problem, bench, row, dates, number, new)
            changed = changed or new != old
        if not changed:
            return


@compiled
def _sum_up(problem: Problem, bench: Bench, row: Smalls, dates: Smalls) -> int:
    """Points of the dates; CLOSED if a pinned session is not among them. Needs the masks of ``dates``."""
    points = problem.weight[W_RHYTHM] * _commonest(bench.beats)
    for number in range(problem.rounds):
        if dates[number] != NOBODY:
            points += bench.worth[dates[number]]
    for place in range(row[SIZE]):
        points += missing(problem, bench.masks[place])
    if row[ROW] < problem.labels:
        for number in range(problem.rounds):
            if problem.pin_slot[row[ROW], number] >= 0:
                if dates[number] != problem.pin_slot[row[ROW], number]:
                    return CLOSED
                points -= MUST
    return int(points)


@compiled
def _free_room(problem: Problem, state: State, row: Smalls, slot: int) -> int:
    if row[MODE] != problem.in_person:
        return NOBODY
    for room in range(problem.site_rooms[row[PLACE]], problem.site_rooms[row[PLACE] + 1]):
        large = problem.room[room, 0] >= row[SIZE] + row[LEADERS]
        if large and problem.room_free[room, slot] and state.room_busy[room, slot] == 0:
            return room
    return NOBODY


@compiled
def _chairs(problem: Problem, state: State, row: Smalls, slot: int) -> int:
    """Book as many facilitators as must be present, as bits by their place in the group."""
    leaders = leaders_of(problem, row)
    need, bits = problem.model[row[MODEL], PRESENT], 0
    for place in range(len(leaders)):
        free = state.faculty_busy[leaders[place] - problem.residents, slot] == 0
        if need > 0 and free and problem.comes[leaders[place], slot]:
            bits |= 1 << place
            need -= 1
    return bits


@compiled
def _furnish(problem: Problem, state: State, row: Smalls) -> None:
    """Give every session its room and the facilitators who must attend."""
    dates, rooms, chairs = dates_of(problem, row), rooms_of(problem, row), chairs_of(problem, row)
    for number in range(problem.rounds):
        slot = dates[number]
        rooms[number], chairs[number] = NOBODY, 0
        if slot != NOBODY:
            rooms[number] = _free_room(problem, state, row, slot)
            chairs[number] = _chairs(problem, state, row, slot)


@compiled
def arrange(problem: Problem, state: State, row: Smalls, afresh: bool) -> int:
    """Date a group whose own bookings are not counted, from its present dates and, ``afresh``, from none as well.

    A pinned group is always dated afresh as well, because old dates could leave no room for the pinned ones.
    Writes dates, rooms, attending facilitators and points into ``row``; returns the points, CLOSED if pins fail.
    """
    bench = state.bench
    prepare(problem, state, row)
    dates = dates_of(problem, row)
    _drop_closed(problem, bench, dates)
    improve(problem, bench, row, dates, 3)
    points = _sum_up(problem, bench, row, dates)
    if afresh or (row[ROW] < problem.labels and problem.pinned[row[ROW]]):
        other = bench.dates[0]
        lean = -(problem.weight[W_LEFT_OUT] + problem.weight[W_TWICE]) // 6
        _chain(problem, bench, lean, other)
        improve(problem, bench, row, other, 4)
        fresh_points = _sum_up(problem, bench, row, other)
        if fresh_points > points:
            points = fresh_points
            dates[:] = other
    _furnish(problem, state, row)
    row[DATED] = points
    return points


@compiled
def _kept(problem: Problem, row: Smalls, number: int, slot: int) -> int:
    """What keeping an earlier slot saves."""
    if row[ROW] >= problem.labels or problem.old_slot[row[ROW], number] != slot:
        return 0
    return int(-problem.weight[W_MOVED] * row[SIZE])


@compiled
def glance(problem: Problem, state: State, row: Smalls) -> int:
    """Estimate the points of the present dates: exact but for rooms, facilitators, pins and rhythm."""
    dates, residents = dates_of(problem, row), residents_of(problem, row)
    masks, need = state.bench.masks, problem.quorum[row[SIZE]]
    masks[: row[SIZE]] = 0
    points = 0
    for number in range(problem.rounds):
        slot = dates[number]
        if slot == NOBODY:
            continue
        come = earned = 0
        for resident in residents:
            come += problem.comes[resident, slot]
            earned += problem.points[resident, slot]
        if come >= need:
            points += earned + _kept(problem, row, number, slot)
            for place in range(len(residents)):
                masks[place] |= _bit(number) * problem.comes[residents[place], slot]
    for place in range(len(residents)):
        points += missing(problem, masks[place])
    return int(points)


@compiled
def mode_allowed(problem: Problem, row: Smalls, mode: int) -> bool:
    """Whether everybody in the group accepts a mode."""
    for resident in residents_of(problem, row):
        if not (problem.person[resident, MODES] >> mode) & 1:
            return False
    for leader in leaders_of(problem, row):
        if not (problem.person[leader, MODES] >> mode) & 1:
            return False
    return True
