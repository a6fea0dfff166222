"""Shares by what people are: figures of many, nothing of few, and the difference that is largest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.equity.disclosure import FEWEST
from scheduler.equity.fairness import Aspect, Fairness, Measure, Nights, Person, fairness_of

persons = st.lists(
    st.builds(
        lambda stage, site, hours, can, met: person(stage, site, hours, can, met),
        st.integers(1, 3), st.integers(1, 2), st.booleans(), st.integers(0, 4), st.integers(0, 1),
    ),
    max_size=60,
)  # fmt: skip


def person(stage: int = 1, site: int = 1, part_time: bool = False, can: int = 4, met: int = 1) -> Person:
    values = {
        Aspect.GRADE: stage, Aspect.SITE: site, Aspect.HOURS: part_time, Aspect.NIGHTS: Nights.UNKNOWN,
    }  # fmt: skip
    got = {Measure.ATTENDANCE: (can, 4), Measure.LEFT_OUT: (int(can < 3), 1), Measure.WISHES: (met, 1)}
    return Person(values, {**got, Measure.TRAVEL: (0, 1), Measure.PLACED: (1, 1)})


def shares(found: Fairness, measure: Measure, aspect: Aspect) -> dict[object, float | None]:
    compared = next(each for each in found.measures if each.measure is measure)
    return {cell.value: cell.share for cell in compared.aspects.get(aspect, ())}


def test_shares_are_of_everything_counted_together() -> None:
    found = fairness_of([*[person(1, can=4)] * 10, *[person(2, can=n % 2 * 4) for n in range(10)]])
    assert shares(found, Measure.ATTENDANCE, Aspect.GRADE) == {1: 1.0, 2: 0.5}
    assert shares(found, Measure.LEFT_OUT, Aspect.GRADE) == {1: 0.0, 2: 0.5}
    assert shares(found, Measure.ATTENDANCE, Aspect.SITE) == {}, "all are of one site"
    assert next(each.share for each in found.measures if each.measure is Measure.ATTENDANCE) == 0.75


def test_the_largest_difference_is_told_with_whether_it_may_be_chance() -> None:
    many = fairness_of([*[person(1, can=4)] * 100, *[person(2, can=n % 4) for n in range(100)]])
    assert many.largest is not None
    assert (many.largest.measure, many.largest.aspect) == (Measure.LEFT_OUT, Aspect.GRADE)
    assert (many.largest.high.value, many.largest.low.value, many.largest.points) == (2, 1, 75)
    assert many.largest.beyond_chance
    few = fairness_of([*[person(1, can=4 - n % 2) for n in range(6)], *[person(2, can=3) for _ in range(6)]])
    assert few.largest is not None
    assert not few.largest.beyond_chance


def test_of_equal_differences_that_which_chance_cannot_explain_is_told() -> None:
    """Of 22 who work nights 6 travel, of 35 others none; between two small grades it is as many points by chance."""

    def one(stage: int, nights: Nights, travels: bool) -> Person:
        values = {Aspect.GRADE: stage, Aspect.SITE: 1, Aspect.HOURS: False, Aspect.NIGHTS: nights}
        return Person(values, {Measure.TRAVEL: (int(travels), 1), Measure.PLACED: (1, 1)})

    people = [
        *[one(1, Nights.NO, False)] * 11,
        *[one(2, Nights.NO, False)] * 13, *[one(2, Nights.YES, True)] * 2, *[one(2, Nights.YES, False)] * 8,
        *[one(3, Nights.NO, False)] * 11, *[one(3, Nights.YES, True)] * 1, *[one(3, Nights.YES, False)] * 0,
        *[one(4, Nights.YES, True)] * 3, *[one(4, Nights.YES, False)] * 8,
    ]  # fmt: skip
    largest = fairness_of(people).largest
    assert largest is not None
    assert (largest.aspect, largest.points, largest.beyond_chance) == (Aspect.NIGHTS, 25, True)
    assert (largest.high.value, largest.low.value) == (Nights.YES, Nights.NO)


def test_what_all_are_alike_in_is_told() -> None:
    found = fairness_of([person(stage) for stage in (1, 2) for _ in range(8)])
    assert found.alike == {Aspect.SITE: 1, Aspect.HOURS: False, Aspect.NIGHTS: Nights.UNKNOWN}


def test_nobody_differs_where_all_are_alike() -> None:
    found = fairness_of([person(stage) for stage in (1, 2) for _ in range(8)])
    assert found.largest is None
    assert shares(found, Measure.PLACED, Aspect.GRADE) == {1: 1.0, 2: 1.0}


def test_a_plan_of_few_says_nothing() -> None:
    found = fairness_of([person(1), person(2), person(2)])
    assert all(each.share is None for each in found.measures)
    assert shares(found, Measure.PLACED, Aspect.GRADE) == {1: None, 2: None}
    assert fairness_of([]).people == 0


@given(persons)
def test_no_share_is_shown_of_few(people: list[Person]) -> None:
    found = fairness_of(people)
    for compared in found.measures:
        for cells in compared.aspects.values():
            assert sum(cell.people for cell in cells) == len(people)
            assert all(cell.share is None for cell in cells if cell.people < FEWEST)
            hidden = [cell for cell in cells if cell.share is None]
            assert len(hidden) != 1
            assert not hidden or len(hidden) == len(cells) or sum(cell.people for cell in hidden) >= FEWEST
    if found.largest:
        assert found.largest.high.people >= FEWEST <= found.largest.low.people
        assert found.largest.points > 0
