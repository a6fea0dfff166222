"""An early start: the search weighs the first session's date exactly, and only the first's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solvers.instance import Instance, Slot
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.builders import DAY, MONDAY_NOON, a_model, a_resident, an_instance, only


def a_term(within: int | None, weight: int = -10) -> Instance:
    """Two rounds. The second slot of the first round suits everybody, the first one person less; ann may ask."""
    days = (0, 14, 28, 42)
    slots = tuple(Slot(MONDAY_NOON + day * DAY, number // 2) for number, day in enumerate(days))
    people = [a_resident("ann", "2222", first_within_days=within), a_resident("bob", "2222"), a_resident("cat", "0222")]
    worth = {"placed": 50, "attend": {"2": 10}, "first_late": weight}
    return an_instance(
        people, rounds=2, slots=slots, models=(a_model(size=(3, 3), facilitators=(0, 0)),), weights=only(**worth)
    )


def first_day(instance: Instance) -> int:
    [group] = (answer := solve(instance, Limits(1, workers=1))).groups
    assert check(instance, answer).score == answer.score == best_score(instance)
    return (instance.slots[min(session.slot for session in group.sessions)].start - instance.slots[0].start).days


@pytest.mark.parametrize(
    ("within", "weight", "day"),
    [
        (None, -10, 14),  # who does not ask is met when most can come
        (15, -10, 14),  # in time already
        (7, -10, 0),  # two weeks late cost more than one person who cannot come
        (7, -4, 14),  # and here they cost less
    ],
)
def test_an_early_start_is_weighed_against_who_can_come(within: int | None, weight: int, day: int) -> None:
    assert first_day(a_term(within, weight)) == day


def test_a_group_that_cannot_begin_in_time_begins_as_soon_as_it_can() -> None:
    late = replace(a_term(7), residents=tuple(replace(each, availability="0022") for each in a_term(7).residents))
    assert first_day(late) == 28


def test_who_cannot_be_met_in_time_is_placed_all_the_same() -> None:
    """The most that a late start costs is less than a place is worth."""
    never = replace(a_term(7), residents=tuple(replace(each, availability="0000") for each in a_term(7).residents))
    answer = solve(never, Limits(1, workers=1))
    assert (len(answer.groups), check(never, answer).points["first_late"]) == (1, -40)
