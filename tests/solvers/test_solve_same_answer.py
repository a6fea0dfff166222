"""One worker, the same instance and seed: the same plan, in another process and whatever else the machine does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import solvers
from tests.processor_time import LOOK_AT_THE_CLOCK
from tests.solvers.families import FAMILIES

ROOT = Path(__file__).parents[2]
SEARCH = """
import json, sys
from dataclasses import replace
from itertools import count
from solvers.codec import solution_to_json
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.families import of_family

found = {}
for name in sys.argv[1:]:
    for seed in (1, 2):
        asked = count()  # stopped after so many questions, which one worker asks after every stretch of moves
        instance = of_family(name, seed)
        plan = solve(instance, Limits(600.0, 1, seed), should_stop=lambda: next(asked) > 25)
        asked = count()
        changed = replace(instance, previous=plan.groups, residents=instance.residents[1:], min_gap_days=4)
        names = {one.id for one in changed.residents}
        changed = replace(
            changed,
            residents=tuple(replace(r, wants=tuple(w for w in r.wants if w in names)) for r in changed.residents),
            conflicts=frozenset(),
        )
        repair = solve(changed, Limits(600.0, 1, seed), should_stop=lambda: next(asked) > 25)
        for each in (plan, repair):
            found[f"{name}-{seed}-{len(found)}"] = [each.score, solution_to_json(each)["groups"]]
print(json.dumps(found))
"""
BUSY = """
import random, time
while time.process_time() < 20:
    rests = time.process_time() + random.uniform(0.01, 0.1)
    while time.process_time() < rests: pass
    time.sleep(random.uniform(0.05, 0.5))
"""


def searching() -> subprocess.Popen[str]:
    # Another order of sets and dictionaries of text in every process must not matter either.
    environment = {**os.environ, "PYTHONHASHSEED": "random"}
    command = [sys.executable, "-c", SEARCH, *FAMILIES]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def busy_machine() -> Iterator[list[subprocess.Popen[bytes]]]:
    """As many processes as there are cores, at work now and then: no stretch of the search takes as long as another."""
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(os.cpu_count() or 1)]
    yield others
    for other in others:
        other.kill()
        other.wait()


def test_in_two_processes_at_once_on_a_busy_machine_it_is_the_same(busy_machine: list[subprocess.Popen[bytes]]) -> None:
    assert busy_machine
    first, second = searching(), searching()
    found = [json.loads(each.communicate()[0]) for each in (first, second)]
    assert first.returncode == second.returncode == 0
    assert found[0].keys() == found[1].keys()
    assert len(found[0]) == 4 * len(FAMILIES)
    for name in found[0]:
        assert found[0][name] == found[1][name], name


def test_a_planner_that_goes_by_processor_time_does_so_everywhere() -> None:
    folder = Path(str(solvers.__file__)).parent
    asking = {
        ".".join(path.relative_to(folder.parent).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if "\nimport time\n" in path.read_text()
    }
    assert asking == set(LOOK_AT_THE_CLOCK)
