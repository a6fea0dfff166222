"""Turns in the chair are even, go to who can come, and change as little as they can."""

from __future__ import annotations

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from scheduler.sessions.turns import Open, share_out

ABLE = st.lists(st.sets(st.integers(1, 4)), min_size=1, max_size=6)


def opened(able: list[set[int]], so_far: dict[int, int] | None = None) -> list[Open]:
    return [Open(n, tuple(sorted(who)), (so_far or {}).get(n)) for n, who in enumerate(able)]


def spread(loads: list[int]) -> int:
    return max(loads) - min(loads)


@given(ABLE, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_turns_are_as_even_as_any_way_to_share_them_out(able: list[set[int]], done: list[int]) -> None:
    past = dict(enumerate(done, 1))
    found = share_out(opened(able), past)
    assert found.keys() == {n for n, who in enumerate(able) if who}, "only a session to which nobody can come has none"
    assert all(chair in able[n] for n, chair in found.items())

    def loads(chairs: tuple[int, ...]) -> list[int]:
        counts = Counter(past) + Counter(chairs)
        return [counts[who] for who in range(1, 5)]

    every = [loads(chairs) for chairs in product(*(sorted(who) for who in able if who))]
    ours = loads(tuple(found.values()))
    assert sum(n * n for n in ours) == min(sum(n * n for n in each) for each in every)
    assert spread(ours) <= 1 or all(spread(each) > 1 for each in every), "by one at most, wherever that can be had"


@given(ABLE)
def test_turns_that_are_even_stay_and_in_order_they_go_round(able: list[set[int]]) -> None:
    before = share_out(opened(able), {})
    assert share_out(opened(able, dict(before)), {}) == before
    assert list(share_out(opened([{1, 2, 3, 4}] * 5), {}).values()) == [1, 2, 3, 4, 1]


def test_who_drops_out_of_one_gives_it_to_who_has_fewest_and_nothing_else_moves() -> None:
    everybody = {1, 2, 3}
    so_far = {0: 1, 1: 2, 2: 3, 3: 1}
    found = share_out(opened([everybody, {1, 3}, everybody, everybody], so_far), {})
    assert found[1] in (1, 3)
    assert sorted(Counter(found.values()).values()) == [1, 1, 2]
    assert sum(found[n] != who for n, who in so_far.items()) <= 2


def test_a_turn_that_was_agreed_stays_though_it_is_one_too_many() -> None:
    ahead = [Open(0, (1, 2), 1, stays=True), Open(1, (1, 2), 1, stays=True), Open(2, (1, 2), None)]
    assert share_out(ahead, {}) == {0: 1, 1: 1, 2: 2}
