"""Differences beyond chance: known probabilities, and false alarms no oftener than promised."""

from __future__ import annotations

from random import Random

import pytest

from scheduler.equity.chance import AT_MOST, beyond_chance, by_chance


def cell(yes: int, of: int) -> list[tuple[int, int]]:
    return [(1, 1)] * yes + [(0, 1)] * (of - yes)


@pytest.mark.parametrize(
    ("cells", "likely"),
    [
        ([cell(6, 22), cell(0, 35)], 0.0012),  # 56 * 0.1872, one degree
        ([cell(3, 11), cell(0, 10)], 0.080),  # 20 * 0.1530
        ([cell(10, 20), cell(10, 20), cell(10, 20)], 1.0),
        ([cell(2, 10), cell(5, 10), cell(8, 10)], 0.031),  # 29 * 0.24, two degrees
        ([cell(1, 10), cell(3, 10), cell(6, 10), cell(8, 10)], 0.0097),  # 39 * 0.2929, three degrees
    ],
)
def test_probabilities_are_those_of_the_tables(cells: list[list[tuple[int, int]]], likely: float) -> None:
    assert by_chance(cells) == pytest.approx(likely, rel=0.05)


def test_nothing_to_compare_is_chance() -> None:
    assert by_chance([]) == by_chance([cell(3, 5)]) == by_chance([cell(5, 5), cell(7, 7)]) == 1.0


def test_of_several_each_is_judged_by_all() -> None:
    assert beyond_chance({"a": 0.01, "b": 0.02, "c": 0.9}) == {"a", "b"}
    assert beyond_chance({"a": 0.02, "b": 0.02, "c": 0.9}) == frozenset()


def test_chance_alone_is_rarely_called_more() -> None:
    """What is dealt out at random, a few of many, over four cuts at a time."""
    random, alarms, terms = Random(1), 0, 600
    for _ in range(terms):
        people = [(int(random.random() < 0.15), 1) for _ in range(57)]
        cuts = {
            number: by_chance([people[:size], people[size:]] if number else [people[:8], people[8:20], people[20:]])
            for number, size in enumerate((0, 6, 22, 35))
        }
        alarms += bool(beyond_chance(cuts))
    assert alarms / terms <= AT_MOST * 1.3
