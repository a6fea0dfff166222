"""No sum or difference of what is shown is about few people: every combination is tried by brute force, and the ways in
which somebody would go about it by name."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.equity.combinations import FEWEST, Unit, figures_to_hide, find_telling
from scheduler.equity.disclosure import cells_to_hide

FEW = 2
Figures = dict[str, list[Unit]]


def people(*names: str) -> list[Unit]:
    return [(name, "") for name in names]


def several(prefix: str, count: int) -> list[Unit]:
    return people(*(f"{prefix}{number}" for number in range(count)))


def tells(figures: Collection[Collection[Unit]], fewest: int) -> bool:
    """Whether the units of few enough people hold a combination, tried for all of them: the units of everybody else
    then have a smaller rank without them than with them."""
    units = sorted({unit for figure in figures for unit in figure})
    owners = sorted({whose for whose, _ in units})  # type: ignore[type-var]
    table = [[Fraction(unit in set(figure)) for unit in units] for figure in figures]
    whole = rank(table)
    for count in range(1, fewest):
        for few in combinations(owners, count):
            others = [number for number, (whose, _) in enumerate(units) if whose not in few]
            if rank([[row[number] for number in others] for row in table]) < whole:
                return True
    return False


def rank(table: list[list[Fraction]]) -> int:
    rows, found = [list(row) for row in table], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for number, row in enumerate(rows):
            if row is not pivot and row[column]:
                times = row[column] / pivot[column]
                rows[number] = [one - times * other for one, other in zip(row, pivot, strict=True)]
        found += 1
    return found


units = st.tuples(st.integers(0, 6), st.integers(0, 1))
tables = st.lists(st.lists(units, min_size=1, max_size=9), min_size=1, max_size=5)


@settings(max_examples=120, deadline=None)
@given(tables, st.integers(2, 4))
def test_a_combination_is_found_exactly_where_there_is_one(figures: list[list[Unit]], fewest: int) -> None:
    assert (find_telling(figures, fewest) is not None) is tells(figures, fewest)


@settings(max_examples=60, deadline=None)
@given(tables, tables, st.integers(2, 4))
def test_what_is_left_beside_what_was_published_tells_of_nobody(
    before: list[list[Unit]], wanted: list[list[Unit]], fewest: int
) -> None:
    published = [
        figure
        for number, figure in enumerate(before)
        if number not in figures_to_hide(dict(enumerate(before)), fewest=fewest)
    ]
    hidden = figures_to_hide(dict(enumerate(wanted)), published, fewest=fewest)
    shown = [figure for number, figure in enumerate(wanted) if number not in hidden]
    assert not tells([*published, *shown], fewest)


def shown(figures: Mapping[str, Collection[Unit]], published: Collection[Collection[Unit]] = ()) -> set[str]:
    return set(figures) - figures_to_hide(figures, published, rather_not={"all"})


def test_a_total_minus_its_parts() -> None:
    few, some, most = several("a", 2), several("b", 7), several("c", 20)
    assert shown({"all": few + some + most, "few": few, "some": some, "most": most}) == {"all", "most"}


def test_a_site_minus_a_grade_that_is_all_of_it_but_one() -> None:
    """Every cell is large, and yet North minus the first years is Zoe."""
    first, zoe, others = several("a", 6), people("zoe"), several("b", 12)
    figures = {"all": first + zoe + others, "year 1": first, "year 2": zoe + others, "north": first + zoe}
    assert "north" not in shown(figures) or "year 1" not in shown(figures)
    assert "all" in shown(figures)


def test_two_sites_minus_two_grades() -> None:
    """Only four figures together tell of one person."""
    one, two, three = (several(name, 6) for name in "abc")
    zoe, rest = people("zoe"), several("r", 30)
    figures: Figures = {
        "all": one + two + three + zoe + rest,
        "north": one + two, "south": three + zoe,
        "year 1": one + three, "year 2": two,
    }  # fmt: skip
    assert find_telling(list(figures.values())) is not None
    found = shown(figures)
    assert not tells([figures[name] for name in found], 2)
    assert "all" in found


def test_this_month_minus_last_month_where_one_person_joined() -> None:
    before = several("a", 9)
    now = before + people("zoe")
    assert shown({"year 1": now}, [before]) == set()
    assert shown({"year 1": before}, [before]) == {"year 1"}
    assert shown({"year 1": before + several("new", 5)}, [before]) == {"year 1"}


def test_this_month_minus_last_month_where_one_person_left_and_another_came() -> None:
    before, after = several("a", 8) + people("zoe"), several("a", 8) + people("yan")
    assert shown({"year 1": after}, [before]) == set(), "the difference is between the two of them"


def test_a_month_in_which_one_person_alone_had_a_session() -> None:
    """The same people, but what was counted since is one person's."""
    before = [(name, "first") for name, _ in several("a", 9)]
    assert shown({"attendance": [*before, ("a3", "second")]}, [before]) == set()
    everybody = [*before, *((name, "second") for name, _ in several("a", 9))]
    assert shown({"attendance": everybody}, [before]) == {"attendance"}


def test_a_hidden_figure_comes_back_once_enough_have_changed() -> None:
    first = several("a", 9)
    second = first + people("zoe")
    third = second + several("b", 5)
    assert shown({"all": second}, [first]) == set()
    assert shown({"all": third}, [first]) == {"all"}


def test_filters_over_each_other_over_three_months() -> None:
    """Three releases, two cuts: somebody who moves from one site to another is never alone in a difference."""
    north, south = several("n", 10), several("s", 10)
    months = [(north, south), (north[1:], [*south, north[0]]), (north[1:], [*south, north[0]])]
    published: list[list[Unit]] = []
    for here, there in months:
        wanted = {"all": here + there, "north": here, "south": there}
        published += [wanted[name] for name in sorted(shown(wanted, published))]
        assert not tells(published, 2)
    assert len(published) == 5, "the sum of all stays, and the sites stand still once one has moved"


def test_it_is_quick_where_a_house_is_large_and_the_term_long() -> None:
    """Three hundred people in four grades and three sites, ten months with a session for almost all of them."""
    published: list[list[Unit]] = []
    began = time.process_time()
    for month in range(10):
        cells: dict[str, list[Unit]] = {}
        for who in range(300):
            things = [(who, each) for each in range(month + 1) if (who + each) % 50]
            for cell in ("all", f"grade{who % 4}", f"site{who // 4 % 3}", f"nights{who % 7 > 1}"):
                cells.setdefault(cell, []).extend(things)
        published += [cells[name] for name in sorted(shown(cells, published))]
    assert len(published) > 60
    assert time.process_time() - began < 30


def test_the_equity_of_a_plan_is_judged_by_the_same_rule() -> None:
    """North minus the first years would be Zoe, though no cell is small."""
    table = [
        *[(("north", 1), (1, 1)) for _ in range(6)],
        (("north", 2), (0, 1)),
        *[(("south", 2), (number % 2, 1)) for number in range(12)],
    ]
    hidden = cells_to_hide(table)
    assert (0, "north") in hidden or (1, 1) in hidden
    assert FEWEST == 5
