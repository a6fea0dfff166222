"""Date assignment for one group: a slot or none for each round, given what the other groups have booked.

Attendance, holding and previous slots are additive over the slots; being left out, missing twice running, rhythm and
cadence are not. So dates come from dynamic programming over the slots (exact for the additive part and for how late the
first of them is, with a bonus on attendance for the rest), followed by coordinate ascent over the rounds, each
optimised exactly, until no single round can improve.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.cadence import add_cadence, slot_weeks_off, weeks_off
from solvers.engines.search.lateness import (
    add_first_values,
    fill_first_values,
    first_of,
    first_value,
    group_lateness,
    may_be_first,
)
from solvers.engines.search.problem import (
    AFTER,
    BEFORE,
    CLOSED,
    IN_PERSON_MODE,
    NONE,
    PRESENT,
    PREVIOUS_GROUPS,
    ROUND_OF,
    W_CADENCE,
    W_LEFT_OUT,
    W_RHYTHM,
    W_TWICE,
    WEEKLY_TIME,
    Bytes,
    Problem,
    Smalls,
    absence_points,
    availability_of,
    available,
    first_room,
    is_pinned,
    model_of,
    pin_slot,
    previous_room,
    previous_slot,
    room_capacity,
    room_claimed,
    room_free,
    round_start,
    slot_fact,
    slot_facts,
    weight,
)
from solvers.engines.search.quick_estimate import bit_of, mark_attendance
from solvers.engines.search.slot_values import PIN_BONUS, compute_slot_values, highest, keeps_room
from solvers.engines.search.state import (
    ADDITIVE_SCORE,
    BACKPOINTER,
    DATE_SCORE,
    ESTIMATED_SCORE,
    FACILITATORS,
    FIRST_VALUE,
    MARGINAL_VALUE,
    MEETING_SITE,
    MODE,
    MODEL,
    PREFIX_BEST,
    ROW,
    SIZE,
    SLOT_ATTENDANCE,
    SLOT_VALUE,
    State,
    attendance_masks,
    attending_of,
    candidate_dates,
    dates_of,
    facilitators_of,
    faculty_bookings,
    residents_of,
    room_bookings,
    rooms_of,
    scratch_line,
    turnout_of,
    weekly_counts,
)


@compiled
def _add_scaled(total: Smalls, flags: Bytes, gain: int) -> None:
    for slot in range(len(total)):
        total[slot] += gain * flags[slot]


@compiled
def _dynamic_program(problem: Problem, state: State, attendance_bonus: int, dates: Smalls) -> None:
    """Choose the dates with the highest sum of slot values, ``attendance_bonus`` added for each attendance."""
    prefix_best, backpointer = scratch_line(problem, state, PREFIX_BEST), scratch_line(problem, state, BACKPOINTER)
    slot_value, attendance, before = (
        scratch_line(problem, state, SLOT_VALUE),
        scratch_line(problem, state, SLOT_ATTENDANCE),
        slot_facts(problem, BEFORE),
    )
    best, chosen = 0, NONE
    for slot in range(len(slot_value)):
        # At a slot, prefix_best and backpointer cover the slots before it; best and chosen end up covering all.
        prefix_best[slot], backpointer[slot] = best, chosen
        value = slot_value[slot] + attendance_bonus * attendance[slot]
        value += max(prefix_best[before[slot]], first_value(problem, state, slot))
        if value > best:
            best, chosen = value, slot
    dates[:] = NONE
    while chosen != NONE:
        dates[slot_fact(problem, ROUND_OF, chosen)] = chosen
        is_first = first_value(problem, state, chosen) > prefix_best[before[chosen]]
        chosen = NONE if is_first else backpointer[before[chosen]]


@compiled
def _drop_closed(problem: Problem, slot_value: Smalls, dates: Smalls) -> None:
    """Drop dates that are closed now or too close to the one before."""
    earliest = 0
    for number in range(len(dates)):
        slot = dates[number]
        if slot != NONE and (slot_value[slot] < CLOSED // 2 or slot < earliest):
            dates[number] = NONE
        elif slot != NONE:
            earliest = slot_fact(problem, AFTER, slot)


@compiled
def _fill_masks(problem: Problem, state: State, row: Smalls, dates: Smalls) -> None:
    """Fill in who attends in which rounds and how often each weekly time is used."""
    used, masks = weekly_counts(problem, state), attendance_masks(problem, state)
    used[:] = 0
    residents = residents_of(problem, row)
    masks[: len(residents)] = 0
    for number in range(len(dates)):
        if dates[number] != NONE:
            used[slot_fact(problem, WEEKLY_TIME, dates[number])] += 1
            mark_attendance(problem, residents, masks, dates[number], bit_of(number))


@compiled
def _window_start(problem: Problem, dates: Smalls, number: int) -> int:
    first = round_start(problem, number)
    for earlier in range(number - 1, -1, -1):
        if dates[earlier] != NONE:
            return max(first, slot_fact(problem, AFTER, dates[earlier]))
    return first


@compiled
def _window_end(problem: Problem, dates: Smalls, number: int) -> int:
    last = round_start(problem, number + 1)
    for later in range(number + 1, len(dates)):
        if dates[later] != NONE:
            return min(last, slot_fact(problem, BEFORE, dates[later]))
    return last


@compiled
def _highest_count(used: Smalls) -> int:
    top = 0
    for weekly_time in range(len(used)):
        top = max(top, used[weekly_time])
    return top


@compiled
def _best_in_window(weekly_time: Smalls, value: Smalls, used: Smalls, rhythm: int) -> int:
    """Index in a window of the highest value, rhythm included; NONE if no slot there is better than no session."""
    top, best, chosen = _highest_count(used), 0, NONE
    most = max(rhythm, 0)
    for index in range(len(value)):
        if value[index] > best - most:
            total = value[index] + (rhythm if used[weekly_time[index]] == top else 0)
            if total > best:
                best, chosen = total, index
    return chosen


@compiled
def _neighbour(dates: Smalls, number: int) -> int:
    """The slot of a round; NONE where it has none, or where there is no such round."""
    return dates[number] if 0 <= number < len(dates) else NONE  # type: ignore[return-value]


@compiled
def _is_surely_best(
    problem: Problem, state: State, row: Smalls, dates: Smalls, number: int, first: int, last: int, slot: int
) -> bool:
    """Whether an upper bound shows a slot to be the best of a window for a round, given the other rounds."""
    if weight(problem, W_CADENCE) > 0:
        return False
    bit = bit_of(number)
    slot_value, used = scratch_line(problem, state, SLOT_VALUE), weekly_counts(problem, state)
    residents, masks = residents_of(problem, row), attendance_masks(problem, state)
    rhythm = weight(problem, W_RHYTHM)
    value, most = slot_value[slot], highest(slot_value[first:last]) + max(rhythm, 0)
    if may_be_first(problem, dates, number):
        otherwise = first_value(problem, state, first_of(dates[number + 1 :]))
        value += first_value(problem, state, slot) - otherwise
        most += max(0, highest(scratch_line(problem, state, FIRST_VALUE)[first:last]) - otherwise)
    for index in range(len(residents)):
        gain = absence_points(problem, masks[index] | bit) - absence_points(problem, masks[index])
        value += gain * available(problem, residents[index], slot)
        most += max(gain, 0)
    if used[slot_fact(problem, WEEKLY_TIME, slot)] == _highest_count(used):
        value += rhythm
    off = slot_weeks_off(problem, _neighbour(dates, number - 1), slot, _neighbour(dates, number + 1))
    return value + weight(problem, W_CADENCE) * row[SIZE] * off >= most


@compiled
def _best_slot(problem: Problem, state: State, row: Smalls, dates: Smalls, number: int, first: int, last: int) -> int:
    """The best slot of a window for a round, given the other rounds; NONE if no session is better."""
    if first >= last:
        return NONE
    value, slot_value = (
        scratch_line(problem, state, MARGINAL_VALUE)[: last - first],
        scratch_line(problem, state, SLOT_VALUE)[first:last],
    )
    value[:] = slot_value
    add_cadence(problem, value, first, row[SIZE], _neighbour(dates, number - 1), _neighbour(dates, number + 1))
    if may_be_first(problem, dates, number):
        add_first_values(problem, state, value, first, first_of(dates[number + 1 :]))
    residents, masks, bit = residents_of(problem, row), attendance_masks(problem, state), bit_of(number)
    for index in range(len(residents)):
        gain = absence_points(problem, masks[index] | bit) - absence_points(problem, masks[index])
        if gain != 0:
            _add_scaled(value, availability_of(problem, residents[index])[first:last], gain)
    chosen = _best_in_window(
        slot_facts(problem, WEEKLY_TIME)[first:last], value, weekly_counts(problem, state), weight(problem, W_RHYTHM)
    )
    return NONE if chosen == NONE else first + chosen


@compiled
def _optimise_round(problem: Problem, state: State, row: Smalls, dates: Smalls, number: int) -> bool:
    """Optimise the slot of one round, given the others; whether it changed."""
    old, bit = dates[number], bit_of(number)
    used, masks = weekly_counts(problem, state), attendance_masks(problem, state)
    if old != NONE:
        used[slot_fact(problem, WEEKLY_TIME, old)] -= 1
        for index in range(row[SIZE]):
            masks[index] &= ~bit
    first, last = _window_start(problem, dates, number), _window_end(problem, dates, number)
    if old != NONE and first <= old < last and _is_surely_best(problem, state, row, dates, number, first, last, old):
        new = old
    else:
        new = _best_slot(problem, state, row, dates, number, first, last)
    dates[number] = new
    if new != NONE:
        used[slot_fact(problem, WEEKLY_TIME, new)] += 1
        mark_attendance(problem, residents_of(problem, row), masks, new, bit)
    return new != old


@compiled
def coordinate_ascent(problem: Problem, state: State, row: Smalls, dates: Smalls, sweeps: int) -> None:
    """Improve the dates one round at a time until a full sweep changes nothing, for at most ``sweeps`` sweeps."""
    _fill_masks(problem, state, row, dates)
    unchanged = number = 0
    rounds = len(dates)
    for _ in range(sweeps * rounds):
        unchanged = 0 if _optimise_round(problem, state, row, dates, number) else unchanged + 1
        if unchanged >= rounds:
            return
        number = number + 1 if number + 1 < rounds else 0


@compiled
def _date_score(problem: Problem, state: State, row: Smalls, dates: Smalls) -> int:
    """The date score; CLOSED if a pinned session is missing. The attendance masks must be those of ``dates``."""
    slot_value, masks = scratch_line(problem, state, SLOT_VALUE), attendance_masks(problem, state)
    points = weight(problem, W_RHYTHM) * _highest_count(weekly_counts(problem, state))
    points += weight(problem, W_CADENCE) * row[SIZE] * weeks_off(problem, dates)
    points += group_lateness(problem, row, first_of(dates))
    for slot in dates:
        if slot != NONE:
            points += slot_value[slot]
    for index in range(row[SIZE]):
        points += absence_points(problem, masks[index])
    if not is_pinned(problem, row[ROW]):
        return points
    for number in range(len(dates)):
        pin = pin_slot(problem, row[ROW], number)
        if pin >= 0 and dates[number] != pin:
            return CLOSED
        if pin >= 0:
            points -= PIN_BONUS
    return points


@compiled
def _was_here(problem: Problem, row: Smalls, number: int, slot: int) -> bool:
    """Whether the group met at a slot in a round of the previous plan, and in a room."""
    if row[ROW] >= problem.words[PREVIOUS_GROUPS]:
        return False
    was = previous_slot(problem, row[ROW], number)
    return bool(was == slot and previous_room(problem, row[ROW], number) >= 0)


@compiled
def _free_room(problem: Problem, state: State, row: Smalls, number: int, slot: int) -> int:
    """The group's previous room, or else the smallest that holds it; one that was another group's only at need."""
    if row[MODE] != problem.words[IN_PERSON_MODE]:
        return NONE
    if _was_here(problem, row, number, slot) and keeps_room(problem, state, row, number):
        return previous_room(problem, row[ROW], number)
    claimed = NONE
    for room in range(first_room(problem, row[MEETING_SITE]), first_room(problem, row[MEETING_SITE] + 1)):
        large = room_capacity(problem, room) >= row[SIZE] + row[FACILITATORS]
        if large and room_free(problem, room)[slot] and room_bookings(problem, state, room)[slot] == 0:
            if not room_claimed(problem, room, slot):
                return room
            claimed = room if claimed == NONE else claimed
    return claimed


@compiled
def _choose_attending(problem: Problem, state: State, row: Smalls, slot: int) -> int:
    """Choose as many facilitators as must be present, as bits by their index in the group."""
    facilitators = facilitators_of(problem, row)
    need, bits = model_of(problem, row[MODEL])[PRESENT], 0
    for index in range(len(facilitators)):
        free = faculty_bookings(problem, state, facilitators[index])[slot] == 0
        if need > 0 and free and availability_of(problem, facilitators[index])[slot]:
            bits |= 1 << index
            need -= 1
    return bits


@compiled
def _allocate(problem: Problem, state: State, row: Smalls) -> None:
    """Allocate to every session its room and the facilitators who must attend, and write its turnout."""
    dates, rooms, attending = dates_of(problem, row), rooms_of(problem, row), attending_of(problem, row)
    turnout, attendance = turnout_of(problem, row), scratch_line(problem, state, SLOT_ATTENDANCE)
    for number in range(len(dates)):
        slot = dates[number]
        rooms[number], attending[number], turnout[number] = NONE, 0, 0
        if slot != NONE:
            turnout[number] = attendance[slot]
            rooms[number] = _free_room(problem, state, row, number, slot)
            attending[number] = _choose_attending(problem, state, row, slot)


@compiled
def _additive_score(problem: Problem, state: State, row: Smalls) -> int:
    """The additive part of the date score of a dated group, its cadence and how late it begins: the bound leaves out
    what these cost."""
    slot_value = scratch_line(problem, state, SLOT_VALUE)
    points = weight(problem, W_CADENCE) * row[SIZE] * weeks_off(problem, dates_of(problem, row))
    points += group_lateness(problem, row, first_of(dates_of(problem, row)))
    for slot in dates_of(problem, row):
        if slot != NONE:
            points += slot_value[slot] - (PIN_BONUS if slot_value[slot] >= PIN_BONUS // 2 else 0)
    return points


@compiled
def assign_dates(problem: Problem, state: State, row: Smalls, from_scratch: bool) -> int:
    """Assign dates to a group that has no bookings, starting from its dates and, ``from_scratch``, from none as well.

    A pinned group always starts from none as well, because its dates could leave no room for the pinned ones.
    Writes dates, rooms, attending facilitators and scores into ``row``; returns the date score, CLOSED if pins fail.
    """
    compute_slot_values(problem, state, row)
    fill_first_values(problem, state, row)
    dates, candidate = dates_of(problem, row), candidate_dates(problem, state)
    also_fresh = from_scratch or is_pinned(problem, row[ROW])
    attendance_bonus = -(weight(problem, W_LEFT_OUT) + weight(problem, W_TWICE)) // 6
    _drop_closed(problem, scratch_line(problem, state, SLOT_VALUE), dates)
    best, rhythm = CLOSED, 0
    for start in range(2 if also_fresh else 1):
        if start == 0:
            candidate[:] = dates
        else:
            _dynamic_program(problem, state, attendance_bonus, candidate)
        coordinate_ascent(problem, state, row, candidate, 3)
        points = _date_score(problem, state, row, candidate)
        if points > best:
            best, rhythm = points, weight(problem, W_RHYTHM) * _highest_count(weekly_counts(problem, state))
            dates[:] = candidate
    _allocate(problem, state, row)
    row[DATE_SCORE] = best
    row[ESTIMATED_SCORE] = best - rhythm
    row[ADDITIVE_SCORE] = _additive_score(problem, state, row)
    return best
