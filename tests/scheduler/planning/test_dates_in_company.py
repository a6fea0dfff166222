"""Who meets only accompanied has company at each session, where any date of its round allows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.planning.dates_in_company import dated_in_company
from solvers.instance import Faculty, Instance, Resident, Session
from solvers.referee import check
from solvers.solution import Solution
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, a_solution, an_instance, some_slots

RESIDENTS = [a_resident(f"r{n}", "222222") for n in range(3)]
KIND: dict[str, Any] = {"accompanied": frozenset({("nora", "r0")}), "models": (a_model(facilitators=(0, 2)),)}


def problem(sol: str, nora: str = "222222", residents: str = "222222", **fields: Any) -> Instance:
    """Two rounds of three slots each. Nora, who works where all do, leads r0 only beside Sol from the south."""
    faculty = (a_facilitator("nora", nora, site="north"), a_facilitator("sol", sol))
    people: list[Resident | Faculty] = [*(replace(each, availability=residents) for each in RESIDENTS), *faculty]
    slots = some_slots(0, 1, 2, 7, 8, 9, rounds=2)
    return an_instance(people, slots=slots, **{**KIND, **fields})


def planned(instance: Instance, first: int = 0, second: int = 3) -> Solution:
    """A group that meets at these slots, led by all of the two who can come."""
    marks = {person.id: person.availability for person in instance.faculty}

    def session(round_: int, slot: int) -> Session:
        return Session(round_, slot, tuple(who for who in ("nora", "sol") if marks[who][slot] in "12"))

    group = a_group("r0 r1 r2", [], facilitators=("nora", "sol"))
    return a_solution(replace(group, sessions=(session(0, first), session(1, second))))


def slots_of(solution: Solution) -> list[int]:
    return [session.slot for group in solution.groups for session in group.sessions]


def test_a_session_without_company_is_dated_anew_in_its_round_and_the_others_stay() -> None:
    instance = problem(sol="002222")
    found = dated_in_company(instance, planned(instance))
    assert slots_of(found) == [2, 3]
    assert found.groups[0].sessions[0].facilitators == ("nora", "sol")
    verdict = check(instance, found)
    assert not verdict.broken
    assert verdict.score == found.score, "one currency"


@pytest.mark.parametrize(
    ("instance", "why"),
    [
        (problem(sol="000222"), "there is no date of the round with company"),
        (problem(sol="002222", nora="022222"), "one of the two can’t come"),
        (problem(sol="002222", accompanied=frozenset()), "nobody needs company"),
        (problem(sol="222222"), "company is there"),
        (problem(sol="002222", residents="220222"), "nobody else could come then"),
    ],
)
def test_what_is_right_or_cannot_be_mended_stays(instance: Instance, why: str) -> None:
    before = planned(instance)
    assert slots_of(dated_in_company(instance, before)) == slots_of(before), why


def test_of_dates_with_company_the_best_is_taken_and_never_one_that_breaks_a_rule() -> None:
    some = problem(sol="022222")
    few = replace(some, residents=tuple(replace(each, availability="212222") for each in some.residents))
    assert slots_of(dated_in_company(few, planned(few)))[0] == 2, "if need be is worth less"
    close = problem(sol="002222", min_gap_days=6)
    assert slots_of(dated_in_company(close, planned(close))) == [0, 3], "two days later is too near to the next"
    power = problem(sol="002222", accompanied=frozenset({("nora", "r0"), ("sol", "r0")}))
    assert slots_of(dated_in_company(power, planned(power))) == [0, 3], "who has power over them is no company"
