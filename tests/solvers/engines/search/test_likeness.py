"""People alike and different, and company that somebody must have, as the search plans them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from solvers.engines.search.likeness import LIKE, NEVER_ALONE, UNLIKE
from solvers.engines.search.likeness_tables import MOST_COMPANIONS, companions, likeness_tables
from solvers.instance import Instance, Resident
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, an_instance, only

ONE_SECOND = Limits(seconds=1, workers=1)
FIRM = {"tags": ("parent",), "company": ("parent",), "firm": ("parent",)}
PAIRS = (a_model(size=(2, 2), facilitators=(0, 0)),)


def crowd(count: int, firm: Iterable[int] = ()) -> list[Resident]:
    return [a_resident(f"r{n}", **(FIRM if n in set(firm) else {})) for n in range(count)]


def together(instance: Instance, limits: Limits = ONE_SECOND) -> list[set[str]]:
    """The groups of the best plan found."""
    solution = solve(instance, limits)
    verdict = check(instance, solution)
    assert verdict.ok
    assert verdict.score == solution.score
    return [set(group.residents) for group in solution.groups]


def test_two_of_whom_neither_may_be_the_only_one_are_put_together() -> None:
    groups = together(an_instance(crowd(40, firm=(3, 31)), models=(a_model(size=(4, 5), facilitators=(0, 0)),)))
    assert {"r3", "r31"} <= next(group for group in groups if "r3" in group)
    assert sum(map(len, groups)) == 40


def test_who_has_no_company_stays_without_a_group_and_all_others_have_one() -> None:
    groups = together(an_instance(crowd(9, firm=(4,)), models=PAIRS))
    assert set.union(*groups) == {f"r{n}" for n in range(9)} - {"r4"}


def test_a_facilitator_is_company() -> None:
    people = [*crowd(4, firm=(0,)), a_facilitator("fay", tags=("parent",))]
    solution = solve(an_instance(people, models=(a_model(size=(2, 2)),)), ONE_SECOND)
    group = next(group for group in solution.groups if "r0" in group.residents)
    assert group.facilitators == ("fay",)


def test_two_newcomers_who_can_only_come_together_join_a_group_at_once() -> None:
    before = (a_group("r2 r3 r4", [0, 1]), a_group("r5 r6 r7", [0, 1], id="g2"))
    models = (a_model(size=(3, 5), facilitators=(0, 0)),)
    groups = together(an_instance(crowd(8, firm=(0, 1)), models=models, previous=before))
    assert sorted(map(len, groups)) == [3, 5]
    assert all(("r0" in group) == ("r1" in group) for group in groups)


def test_a_repair_takes_who_must_not_be_the_only_one_out_of_a_group_where_they_are() -> None:
    people = crowd(6, firm=(0,))
    before = (a_group("r0 r1 r2", [0, 1]), a_group("r3 r4 r5", [0, 1], id="g2"))
    instance = an_instance(people, models=(a_model(size=(2, 3), facilitators=(0, 0)),), previous=before)
    assert set.union(*together(instance)) == {f"r{n}" for n in range(1, 6)}


@pytest.mark.parametrize("seed", range(6))
def test_the_best_is_found_where_likeness_is_all_that_counts(seed: int) -> None:
    dice = Random(seed)
    people = [
        a_resident(
            f"r{n}",
            traits={c: dice.choice("ab") for c in ("ward", "faith") if dice.random() < 0.8},
            like=("ward",) if dice.random() < 0.6 else (),
            unlike=("faith",) if dice.random() < 0.6 else (),
        )
        for n in range(5)
    ]
    people[0] = replace(people[0], **FIRM)
    people[1] = replace(people[1], tags=("parent",))
    instance = an_instance(
        people, models=(a_model(size=(2, 3), facilitators=(0, 0)),), weights=only(placed=5, like=12, unlike=7)
    )
    solution = solve(instance, ONE_SECOND)
    assert check(instance, solution).ok
    assert solution.score == best_score(instance)


def test_there_may_be_any_number_of_values_and_of_tags() -> None:
    """More than fit a mask of bits: a hundred wards with two people each, a hundred tags that are firm."""
    people = [
        a_resident(
            f"r{n}",
            traits={"ward": f"w{n // 2}"},
            like=("ward",),
            tags=(f"t{n // 2}",),
            company=(f"t{n // 2}",),
            firm=(f"t{n // 2}",),
        )
        for n in range(200)
    ]
    groups = together(an_instance(people, models=PAIRS), Limits(seconds=3, workers=1))
    assert len(groups) > 90
    assert all(len({int(name[1:]) // 2 for name in group}) == 1 for group in groups)


def test_wishes_that_earn_nothing_are_not_looked_at() -> None:
    untold = a_resident("ann", like=("ward",), unlike=("faith",))
    told = a_resident("bob", traits={"ward": "7b"}, like=("ward",), unlike=("ward",))
    for instance, kinds in (
        (an_instance([untold, told]), [LIKE, UNLIKE]),
        (an_instance([untold, told], weights=only(unlike=1)), [UNLIKE]),
        (an_instance([untold]), []),
    ):
        tables = likeness_tables(instance, instance.residents)
        asked = [kind for kind in (LIKE, UNLIKE, NEVER_ALONE) if tables.ask_start[kind, -1] > tables.ask_start[kind, 0]]
        assert asked == kinds
        assert (tables.asks_likeness, tables.asks_never_alone) == (bool(kinds), False)


def test_of_many_companions_everybody_is_on_somebodys_list() -> None:
    instance = an_instance(crowd(500, firm=range(500)))
    lists = companions(instance, instance.residents)
    assert max(map(len, lists)) <= MOST_COMPANIONS
    assert {other for some in lists for other in some} == set(range(500))
    assert all(index not in some for index, some in enumerate(lists))
