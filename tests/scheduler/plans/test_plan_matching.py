"""Which group is which, in plans made apart."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scheduler.plans.plan_matching import Regrouping, matched, regrouped, sessions_elsewhen

GROUPS = st.dictionaries(
    st.sampled_from("abcdef"), st.frozensets(st.integers(0, 9), min_size=1, max_size=5), max_size=6
)
MONDAY, TUESDAY = datetime(2027, 1, 4, 12, tzinfo=UTC), datetime(2027, 1, 5, 12, tzinfo=UTC)


def elsewhere(one: dict[str, frozenset[int]], other: dict[str, frozenset[int]]) -> frozenset[int]:
    return frozenset(regrouped(one, other, matched(one, other)))


def renamed(groups: dict[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    return {f"other {key}": people for key, people in groups.items()}


def parted(groups: dict[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """Everybody in one group at most, as in most programmes."""
    taken: set[int] = set()
    found = {}
    for key, people in groups.items():
        if people - taken:
            found[key] = people - taken
        taken |= people
    return found


@given(GROUPS)
def test_the_same_groups_under_other_keys_are_the_same(groups: dict[str, frozenset[int]]) -> None:
    apart = parted(groups)
    assert elsewhere(apart, renamed(apart)) == frozenset()
    assert matched(apart, renamed(apart)) == {f"other {key}": key for key in apart}


@given(GROUPS, GROUPS)
def test_each_group_goes_on_in_one_at_most_and_with_somebody_of_it(
    one: dict[str, frozenset[int]], other: dict[str, frozenset[int]]
) -> None:
    found = matched(one, other)
    assert len(set(found.values())) == len(found)
    assert all(one[earlier] & other[key] for key, earlier in found.items())


@given(GROUPS, GROUPS)
def test_who_is_in_one_plan_alone_is_elsewhere(
    one: dict[str, frozenset[int]], other: dict[str, frozenset[int]]
) -> None:
    here, there = ({who for people in groups.values() for who in people} for groups in (one, other))
    assert here ^ there <= elsewhere(one, other)


def test_two_who_change_places_are_elsewhere_and_nobody_else() -> None:
    one = {"a": frozenset({1, 2, 3, 4}), "b": frozenset({5, 6, 7, 8})}
    other = {"x": frozenset({1, 2, 3, 8}), "y": frozenset({5, 6, 7, 4})}
    assert elsewhere(one, other) == {4, 8}


def test_a_key_that_stays_goes_before_a_larger_share() -> None:
    one = {"a": frozenset({1, 2, 3}), "b": frozenset({4})}
    assert matched(one, {"a": frozenset({1}), "new": frozenset({2, 3, 4})}) == {"a": "a", "new": "b"}


def test_sessions_are_counted_that_move_come_or_go() -> None:
    people = {"a": frozenset({1, 2})}
    dates = {"a": {0: MONDAY, 1: MONDAY, 2: MONDAY}}
    other = {"x": {0: MONDAY, 1: TUESDAY, 3: MONDAY}}
    same = matched(people, {"x": frozenset({1, 2})})
    assert sessions_elsewhen(same, dates, other) == 3


def test_a_group_that_members_know_goes_on_in_no_other() -> None:
    """The people of a published group are in one that is new: its members see another group."""
    one = {"a": frozenset({1, 2, 3}), "b": frozenset({4, 5})}
    other = {"new": frozenset({1, 2, 3}), "b": frozenset({4, 6})}
    assert matched(one, other) == {"new": "a", "b": "b"}
    assert matched(one, other, one.keys()) == {"b": "b"}
    assert regrouped(one, other, matched(one, other, one.keys())) == {
        **dict.fromkeys((1, 2, 3), Regrouping.CHANGES),
        5: Regrouping.LOSES,
        6: Regrouping.GETS,
    }
    assert matched(one, {"a": frozenset({9})}, one.keys()) == {"a": "a"}, "with others in it, it is the same still"
