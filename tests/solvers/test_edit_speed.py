"""How long edits take at 180 residents, in processor time and at best: what else the machine does is not measured."""

from __future__ import annotations

import gzip
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from solvers.codec import read_instance
from solvers.edit import MoveResident, SwapResidents, best_dates, best_places, preview
from solvers.instance import Group, Instance, Session
from solvers.solution import Solution

FILE = Path(__file__).parents[2] / "benchmarks" / "instances" / "dev-180.json.gz"
TRIES = 4
Problem = tuple[Instance, Solution]


@pytest.fixture(scope="module")
def problem() -> Problem:
    """180 residents in groups of six that meet in every round, whatever rules that breaks."""
    instance = read_instance(gzip.decompress(FILE.read_bytes()))
    by_model = defaultdict(list)
    for resident in instance.residents:
        by_model[max(resident.models, key=resident.models.__getitem__), resident.modes[0]].append(resident)
    groups, leaders = [], [person.id for person in instance.faculty]
    for (model, mode), residents in by_model.items():
        for start in range(0, len(residents), 6):
            number = len(groups)
            members, leads = residents[start : start + 6], (leaders[number % len(leaders)],)
            slots = {slot.round: index for index, slot in enumerate(instance.slots) if index % 7 == number % 7}
            rooms = [room.id for room in instance.rooms if room.site == members[0].site] if mode == "in_person" else []
            sessions = tuple(Session(r, s, leads, rooms[0] if rooms else None) for r, s in sorted(slots.items()))
            site = members[0].site if mode == "in_person" else None
            ids = tuple(resident.id for resident in members)
            groups.append(Group(f"g{number}", model, mode, ids, leads, sessions, site))
    return instance, Solution(instance.name, tuple(groups))


def milliseconds(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(TRIES):
        started = time.process_time()
        ask()
        taken.append(time.process_time() - started)
    return min(taken) * 1000


def test_a_preview_takes_less_than_fifty_milliseconds(problem: Problem) -> None:
    instance, solution = problem
    groups = [group for group in solution.groups if len(group.residents) > 1]
    edits = [
        MoveResident(groups[0].residents[0], groups[1].id),
        SwapResidents(groups[2].residents[0], groups[3].residents[0]),
    ]
    assert milliseconds(lambda: preview(instance, solution, edits)) < 50


def test_the_best_places_take_less_than_a_fifth_of_a_second(problem: Problem) -> None:
    instance, solution = problem
    for group in solution.groups[::9]:
        who = group.residents[0]
        assert best_places(instance, solution, who)
        assert milliseconds(lambda who=who: best_places(instance, solution, who)) < 200  # type: ignore[misc]


def test_the_best_dates_take_less_than_a_fifth_of_a_second(problem: Problem) -> None:
    instance, solution = problem
    for group in solution.groups[::9]:
        assert len(best_dates(instance, solution, group.id)) == 20
        assert milliseconds(lambda key=group.id: best_dates(instance, solution, key)) < 200  # type: ignore[misc]
