"""What a plan leaves alone that is made while groups meet."""

from __future__ import annotations

from dataclasses import replace

from scheduler.planning.left_alone import LeftAlone, Standing, leaving_alone
from scheduler.planning.taken import Span
from solvers.instance import Group, Instance, Session
from tests.solvers.builders import DAY, HOUR, MONDAY_NOON, a_facilitator, a_resident, a_room, an_instance, some_slots

PEOPLE = (a_resident("ann", "2222"), a_resident("bob", "2222"), a_resident("cat", "2222"), a_facilitator("fay", "2222"))


def meeting() -> Instance:
    """Ann and Bob meet at the second slot of round 0 and the first of round 1; Cat is new."""
    sessions = (Session(0, 1, ("fay",), "hall"), Session(1, 2, ("fay",), "hall"))
    group = Group("g1", "peer", "in_person", ("ann", "bob"), ("fay",), sessions, "north")
    return an_instance(
        PEOPLE, slots=some_slots(0, 2, 7, 9, rounds=2), rooms=(a_room("hall", "1111"),), previous=(group,)
    )


def marks(instance: Instance) -> dict[str, str]:
    people = (*instance.residents, *instance.faculty, *instance.rooms)
    return {each.id: each.availability for each in people}


def left_alone(day: int, **more: object) -> LeftAlone:
    start = MONDAY_NOON + day * DAY
    plain: dict[str, object] = {"room": "hall", "people": frozenset({"fay"})}
    return LeftAlone("g1", 0, Span(start, start + HOUR), **{**plain, **more})  # type: ignore[arg-type]


def test_a_session_that_stays_closes_its_round_to_its_group_and_its_time_to_what_it_takes() -> None:
    closed = leaving_alone(meeting(), Standing((left_alone(2),)))
    assert marks(closed) == {"ann": "0022", "bob": "0022", "cat": "2222", "fay": "2022", "hall": "1011"}
    assert [session.round for session in closed.previous[0].sessions] == [1]


def test_no_other_date_of_the_group_comes_too_close_but_those_that_it_has_stay() -> None:
    instance = replace(meeting(), min_gap_days=8)
    closed = leaving_alone(instance, Standing((left_alone(2),)))
    assert marks(closed)["ann"] == "0020"
    without_its_date = replace(instance, previous=(replace(instance.previous[0], sessions=()),))
    assert marks(leaving_alone(without_its_date, Standing((left_alone(2),))))["ann"] == "0000"


def test_an_extra_session_takes_only_its_time() -> None:
    closed = leaving_alone(meeting(), Standing((left_alone(9, extra=True),)))
    assert marks(closed) == {"ann": "2220", "bob": "2220", "cat": "2222", "fay": "2220", "hall": "1110"}
    assert len(closed.previous[0].sessions) == 2


def test_a_date_that_stays_is_the_only_one_of_its_round() -> None:
    closed = leaving_alone(meeting(), Standing(dates=frozenset({("g1", 0)})))
    assert marks(closed) == {"ann": "0222", "bob": "0222", "cat": "2222", "fay": "2222", "hall": "1111"}
    assert closed.previous == meeting().previous


def test_nobody_gets_a_new_date_too_soon() -> None:
    closed = leaving_alone(meeting(), Standing(earliest=MONDAY_NOON + 3 * DAY))
    assert marks(closed) == {"ann": "0222", "bob": "0222", "cat": "0022", "fay": "2222", "hall": "1111"}
