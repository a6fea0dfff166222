"""Dates for one group: a slot or none for each round, against everything the other groups have booked.

Attendance, holding and earlier slots add up over the slots; being left out, missing twice running and rhythm do
not. So dates come from a chain over the slots (exact for what adds up, with a lean towards attendance for the rest)
and are then improved round by round, each time exactly, until no single round can be bettered.
"""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.glancing import bit_of, mark_coming
from solvers.engines.search.offers import MUST, highest, prepare
from solvers.engines.search.problem import (
    AFTER,
    BEAT,
    BEFORE,
    CLOSED,
    IN_PERSON,
    NOBODY,
    PRESENT,
    ROUND_OF,
    W_LEFT_OUT,
    W_RHYTHM,
    W_TWICE,
    Bytes,
    Problem,
    Smalls,
    comes,
    comes_of,
    fact,
    facts,
    first_room,
    is_pinned,
    missing,
    model_of,
    pin_slot,
    room_capacity,
    room_free,
    round_start,
    weight,
)
from solvers.engines.search.state import (
    BACK,
    COUNT,
    DATED,
    GLANCED,
    LEADERS,
    LINEAR,
    MODE,
    MODEL,
    PLACE,
    REACH,
    ROW,
    SIZE,
    VALUE,
    WORTH,
    State,
    beats,
    chairs_of,
    dates_of,
    faculty_busy,
    leaders_of,
    line,
    masks,
    residents_of,
    room_busy,
    rooms_of,
    spare_dates,
    turnout_of,
)


@compiled
def _add_gain(total: Smalls, part: Bytes, gain: int) -> None:
    for slot in range(len(total)):
        total[slot] += gain * part[slot]


@compiled
def _chain(problem: Problem, state: State, lean: int, dates: Smalls) -> None:
    """Choose the dates with the highest sum of worth, each attendance counting ``lean`` more."""
    reach, back = line(problem, state, REACH), line(problem, state, BACK)
    worth, count, before = line(problem, state, WORTH), line(problem, state, COUNT), facts(problem, BEFORE)
    best, chosen = 0, NOBODY
    for slot in range(len(worth)):
        # reach and back at a slot tell of the slots before it; the last stretch stays in best and chosen.
        reach[slot], back[slot] = best, chosen
        value = worth[slot] + lean * count[slot] + reach[before[slot]]
        if value > best:
            best, chosen = value, slot
    dates[:] = NOBODY
    while chosen != NOBODY:
        dates[fact(problem, ROUND_OF, chosen)] = chosen
        chosen = back[before[chosen]]


@compiled
def _drop_closed(problem: Problem, worth: Smalls, dates: Smalls) -> None:
    """Give up dates that are closed now or too close to the one before."""
    earliest = 0
    for number in range(len(dates)):
        slot = dates[number]
        if slot != NOBODY and (worth[slot] < CLOSED // 2 or slot < earliest):
            dates[number] = NOBODY
        elif slot != NOBODY:
            earliest = fact(problem, AFTER, slot)


@compiled
def _read_masks(problem: Problem, state: State, row: Smalls, dates: Smalls) -> None:
    """Note who comes in which rounds and how often each beat is used."""
    used, marks = beats(problem, state), masks(problem, state)
    used[:] = 0
    residents = residents_of(problem, row)
    marks[: len(residents)] = 0
    for number in range(len(dates)):
        if dates[number] != NOBODY:
            used[fact(problem, BEAT, dates[number])] += 1
            mark_coming(problem, residents, marks, dates[number], bit_of(number))


@compiled
def _window_start(problem: Problem, dates: Smalls, number: int) -> int:
    first = round_start(problem, number)
    for earlier in range(number - 1, -1, -1):
        if dates[earlier] != NOBODY:
            return max(first, fact(problem, AFTER, dates[earlier]))
    return first


@compiled
def _window_end(problem: Problem, dates: Smalls, number: int) -> int:
    last = round_start(problem, number + 1)
    for later in range(number + 1, len(dates)):
        if dates[later] != NOBODY:
            return min(last, fact(problem, BEFORE, dates[later]))
    return last


@compiled
def _commonest(used: Smalls) -> int:
    top = 0
    for beat in range(len(used)):
        top = max(top, used[beat])
    return top


@compiled
def _best_in_window(beat: Smalls, value: Smalls, used: Smalls, rhythm: int) -> int:
    """Where in a window the value is highest, rhythm counted; NOBODY if nothing there is better than no session."""
    top, best, chosen = _commonest(used), 0, NOBODY
    most = max(rhythm, 0)
    for index in range(len(value)):
        if value[index] > best - most:
            total = value[index] + (rhythm if used[beat[index]] == top else 0)
            if total > best:
                best, chosen = total, index
    return chosen


@compiled
def _stands(problem: Problem, state: State, row: Smalls, first: int, last: int, bit: int, slot: int) -> bool:
    """Whether a slot surely is the best of a window, given the other rounds: seen without looking at each."""
    worth, used = line(problem, state, WORTH), beats(problem, state)
    residents, marks = residents_of(problem, row), masks(problem, state)
    rhythm = weight(problem, W_RHYTHM)
    value, most = worth[slot], highest(worth[first:last]) + max(rhythm, 0)
    for place in range(len(residents)):
        gain = missing(problem, marks[place] | bit) - missing(problem, marks[place])
        value += gain * comes(problem, residents[place], slot)
        most += max(gain, 0)
    if used[fact(problem, BEAT, slot)] == _commonest(used):
        value += rhythm
    return value >= most


@compiled
def _best_slot(problem: Problem, state: State, row: Smalls, first: int, last: int, bit: int) -> int:
    """The best slot of a window for a round, given the other rounds; NOBODY for none."""
    if first >= last:
        return NOBODY
    value, worth = line(problem, state, VALUE)[: last - first], line(problem, state, WORTH)[first:last]
    value[:] = worth
    residents, marks = residents_of(problem, row), masks(problem, state)
    for place in range(len(residents)):
        gain = missing(problem, marks[place] | bit) - missing(problem, marks[place])
        if gain != 0:
            _add_gain(value, comes_of(problem, residents[place])[first:last], gain)
    chosen = _best_in_window(facts(problem, BEAT)[first:last], value, beats(problem, state), weight(problem, W_RHYTHM))
    return NOBODY if chosen == NOBODY else first + chosen


@compiled
def _choose_round(problem: Problem, state: State, row: Smalls, dates: Smalls, number: int) -> bool:
    """Choose the slot of a round anew; whether it changed."""
    old, bit = dates[number], bit_of(number)
    used, marks = beats(problem, state), masks(problem, state)
    if old != NOBODY:
        used[fact(problem, BEAT, old)] -= 1
        for place in range(row[SIZE]):
            marks[place] &= ~bit
    first, last = _window_start(problem, dates, number), _window_end(problem, dates, number)
    if old != NOBODY and first <= old < last and _stands(problem, state, row, first, last, bit, old):
        new = old
    else:
        new = _best_slot(problem, state, row, first, last, bit)
    dates[number] = new
    if new != NOBODY:
        used[fact(problem, BEAT, new)] += 1
        mark_coming(problem, residents_of(problem, row), marks, new, bit)
    return new != old


@compiled
def improve(problem: Problem, state: State, row: Smalls, dates: Smalls, sweeps: int) -> None:
    """Better the dates one round at a time until all rounds in a row stay, or ``sweeps`` times over."""
    _read_masks(problem, state, row, dates)
    unchanged = number = 0
    rounds = len(dates)
    for _ in range(sweeps * rounds):
        unchanged = 0 if _choose_round(problem, state, row, dates, number) else unchanged + 1
        if unchanged >= rounds:
            return
        number = number + 1 if number + 1 < rounds else 0


@compiled
def _sum_up(problem: Problem, state: State, row: Smalls, dates: Smalls) -> int:
    """Points of the dates; CLOSED if a pinned session is not among them. Needs the masks of ``dates``."""
    worth, marks = line(problem, state, WORTH), masks(problem, state)
    points = weight(problem, W_RHYTHM) * _commonest(beats(problem, state))
    for slot in dates:
        if slot != NOBODY:
            points += worth[slot]
    for place in range(row[SIZE]):
        points += missing(problem, marks[place])
    if not is_pinned(problem, row[ROW]):
        return points
    for number in range(len(dates)):
        pin = pin_slot(problem, row[ROW], number)
        if pin >= 0 and dates[number] != pin:
            return CLOSED
        if pin >= 0:
            points -= MUST
    return points


@compiled
def _free_room(problem: Problem, state: State, row: Smalls, slot: int) -> int:
    if row[MODE] != problem.words[IN_PERSON]:
        return NOBODY
    for room in range(first_room(problem, row[PLACE]), first_room(problem, row[PLACE] + 1)):
        large = room_capacity(problem, room) >= row[SIZE] + row[LEADERS]
        if large and room_free(problem, room)[slot] and room_busy(problem, state, room)[slot] == 0:
            return room
    return NOBODY


@compiled
def _chairs(problem: Problem, state: State, row: Smalls, slot: int) -> int:
    """Book as many facilitators as must be present, as bits by their place in the group."""
    leaders = leaders_of(problem, row)
    need, bits = model_of(problem, row[MODEL])[PRESENT], 0
    for place in range(len(leaders)):
        free = faculty_busy(problem, state, leaders[place])[slot] == 0
        if need > 0 and free and comes_of(problem, leaders[place])[slot]:
            bits |= 1 << place
            need -= 1
    return bits


@compiled
def _furnish(problem: Problem, state: State, row: Smalls) -> None:
    """Give every session its room and the facilitators who must attend, and note how many can come."""
    dates, rooms, chairs = dates_of(problem, row), rooms_of(problem, row), chairs_of(problem, row)
    turnout, count = turnout_of(problem, row), line(problem, state, COUNT)
    for number in range(len(dates)):
        slot = dates[number]
        rooms[number], chairs[number], turnout[number] = NOBODY, 0, 0
        if slot != NOBODY:
            turnout[number] = count[slot]
            rooms[number] = _free_room(problem, state, row, slot)
            chairs[number] = _chairs(problem, state, row, slot)


@compiled
def _sum_linear(problem: Problem, state: State, row: Smalls) -> int:
    """What the sessions of a dated group earn one by one."""
    worth, points = line(problem, state, WORTH), 0
    for slot in dates_of(problem, row):
        if slot != NOBODY:
            points += worth[slot] - (MUST if worth[slot] >= MUST // 2 else 0)
    return points


@compiled
def arrange(problem: Problem, state: State, row: Smalls, afresh: bool) -> int:
    """Date a group whose own bookings are not counted, from its present dates and, ``afresh``, from none as well.

    A pinned group is always dated afresh as well, because old dates could leave no room for the pinned ones.
    Writes dates, rooms, attending facilitators and points into ``row``; returns the points, CLOSED if pins fail.
    """
    prepare(problem, state, row)
    dates, other = dates_of(problem, row), spare_dates(problem, state)
    fresh = afresh or is_pinned(problem, row[ROW])
    lean = -(weight(problem, W_LEFT_OUT) + weight(problem, W_TWICE)) // 6
    _drop_closed(problem, line(problem, state, WORTH), dates)
    best, beat = CLOSED, 0
    for turn in range(2 if fresh else 1):
        if turn == 0:
            other[:] = dates
        else:
            _chain(problem, state, lean, other)
        improve(problem, state, row, other, 3)
        points = _sum_up(problem, state, row, other)
        if points > best:
            best, beat = points, weight(problem, W_RHYTHM) * _commonest(beats(problem, state))
            dates[:] = other
    _furnish(problem, state, row)
    row[DATED] = best
    row[GLANCED] = best - beat
    row[LINEAR] = _sum_linear(problem, state, row)
    return best
