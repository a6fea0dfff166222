"""What is hidden cannot be found out: another table looks the same, and hides something else.

The hiding is not asked how it works. Every way to deal what is counted out among the same people is tried: what is
shown would fit several of them, and they differ in each hidden cell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.equity.disclosure import FEWEST, Cell, Counted, cells_to_hide

FEW = 2
"""Cells of fewer people are hidden here: all ways to deal out can be tried among few."""
got = st.tuples(st.integers(0, 2), st.just(2))
small_tables = st.integers(1, 3).flatmap(
    lambda aspects: st.lists(
        st.tuples(st.tuples(*(st.integers(0, 2) for _ in range(aspects))), got), min_size=FEW, max_size=6
    )
)
tables = st.lists(st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 1)), got), min_size=FEWEST, max_size=60)


def cells_of(people: list[Counted]) -> Counter[Cell]:
    return Counter(cell for values, _ in people for cell in enumerate(values))


def sums(people: list[Counted]) -> dict[Cell, tuple[int, int]]:
    """What would be shown of each cell if nothing were hidden."""
    found: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
    for values, counted in people:
        for cell in enumerate(values):
            found[cell].append(counted)  # type: ignore[arg-type]
    return {cell: (sum(one for one, _ in each), sum(of for _, of in each)) for cell, each in found.items()}


def other_worlds(people: list[Counted]) -> Iterator[dict[Cell, tuple[int, int]]]:
    """The same people and the same things counted, dealt out in every way."""
    for dealt in set(permutations([counted for _, counted in people])):
        yield sums([(values, counted) for (values, _), counted in zip(people, dealt, strict=True)])


@settings(max_examples=150, deadline=None)
@given(small_tables)
def test_no_combination_of_what_is_shown_gives_a_hidden_cell_away(people: list[Counted]) -> None:
    hidden = cells_to_hide(people, FEW)
    real, worlds = sums(people), list(other_worlds(people))
    alike = [one for one in worlds if all(one[cell] == real[cell] for cell in real if cell not in hidden)]
    for cell in hidden:
        told_by_the_sum = all(one[cell] == real[cell] for one in worlds)
        assert told_by_the_sum or any(one[cell] != real[cell] for one in alike), cell


@given(tables)
def test_small_cells_are_hidden_and_never_one_alone(people: list[Counted]) -> None:
    hidden, sizes = cells_to_hide(people), cells_of(people)
    assert {cell for cell, size in sizes.items() if size < FEWEST} <= hidden
    for aspect in {aspect for aspect, _ in sizes}:
        own = [cell for cell in hidden if cell[0] == aspect]
        every = [cell for cell in sizes if cell[0] == aspect]
        assert not own or len(own) == len(every) or (len(own) > 1 and sum(sizes[cell] for cell in own) >= FEWEST)


@given(tables)
def test_nothing_is_hidden_where_all_cells_are_large(people: list[Counted]) -> None:
    many = people * FEWEST
    assert cells_to_hide(many) == frozenset()


def test_the_second_smallest_is_hidden_with_the_smallest() -> None:
    people: list[Counted] = [
        (("few",), (1, 1)), *[(("some",), (n % 2, 1)) for n in range(6)], *[(("most",), (n % 2, 1)) for n in range(20)]
    ]  # fmt: skip
    assert cells_to_hide(people) == {(0, "few"), (0, "some")}


def test_the_same_people_under_another_heading_give_nothing_away() -> None:
    """Those of the second site are those of the second grade: the grade would tell of the site."""
    people: list[Counted] = [
        *[(("tiny", 1), (1, 1)) for _ in range(2)],
        *[(("other", 2), (0, 1)) for _ in range(6)],
        *[(("main", 1), (n % 2, 1)) for n in range(12)],
    ]
    hidden = cells_to_hide(people)
    assert {(0, "tiny"), (0, "other")} <= hidden
    assert (1, 2) in hidden
