"""After ``python -m solvers.warm_up`` no search compiles anything: a run's time is for planning alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SEARCHES = """
import gc, json
from dataclasses import replace
from numba.core.dispatcher import Dispatcher
from solvers.instance import Pin
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_facilitator, a_model, a_resident, an_instance, some_slots

slots = some_slots(0, 1, 7, 8, rounds=2)
people = [a_resident(f"r{number}", "2222" if number % 3 else "0210") for number in range(14)]
first = an_instance([*people, a_facilitator("f", "2222")], slots=slots, models=(a_model(size=(3, 4)),))
plan = solve(first, Limits(2.0, 2))
solve(replace(first, previous=plan.groups, residents=first.residents[1:]), Limits(2.0, 1))
kept = replace(first, previous=plan.groups, pins=(Pin(plan.groups[0].id),), min_gap_days=0.5, quorum=1)
solve(kept, Limits(1.0, 2))
compiled = [each for each in gc.get_objects() if isinstance(each, Dispatcher) and each.stats.cache_path]
print(json.dumps({
    "loaded": sum(sum(each.stats.cache_hits.values()) for each in compiled),
    "compiled": [each.py_func.__qualname__ for each in compiled if sum(each.stats.cache_misses.values())],
}))
"""


def test_searches_load_what_was_compiled_before_and_compile_nothing() -> None:
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-m", "solvers.warm_up"], check=True, cwd=root)
    run = subprocess.run([sys.executable, "-c", SEARCHES], check=True, cwd=root, stdout=subprocess.PIPE, text=True)
    told = run.stdout
    found = json.loads(told)
    assert found["loaded"] > 5
    assert found["compiled"] == []
