"""How soon a search has something to show, in processor time from the start of its process.

Times are ratios to what importing the libraries alone takes on the same machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TRIES = 3
FIRST_PLAN = """
import gzip, json, sys, time
import scheduler.cli, scheduler.commands.solve
from solvers.codec import read_instance
from solvers.progress import Progress
from solvers.solve import solve
from solvers.stop import Limits

told, workers = {}, int(sys.argv[1])

def listen(progress: Progress) -> None:
    if progress.score is not None:
        told.setdefault("planned", time.process_time())
        told.setdefault("modules", sorted(sys.modules))
    if progress.bound is not None and "bounded" not in told:
        told.update(bounded=time.process_time(), score=progress.score, bound=progress.bound, placed=progress.placed)

instance = read_instance(gzip.decompress(open("benchmarks/instances/dev-180.json.gz", "rb").read()))
solve(instance, Limits(20.0, workers), listen, lambda: "bounded" in told)
print(json.dumps(told))
"""
NEVER_LOADED = {"flask", "sqlalchemy", "babel", "ortools", "highspy", "numba.np.linalg", "numba.cpython.setobj", "cffi"}
"""Pages, the database and the constraint solver; and what numba imports before it compiles."""


IMPORTING = "import time, numpy, numba; print(time.process_time())"


def importing() -> float:
    """Seconds of processor time that a process takes which only imports what the search stands on."""
    done = subprocess.run([sys.executable, "-c", IMPORTING], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def told(workers: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PLAN, str(workers)], check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Whatever is not compiled yet is, before anything is measured."""
    subprocess.run([sys.executable, "-m", "solvers.warm_up"], check=True, cwd=ROOT)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_plan_of_180_and_its_first_bound_take_little_longer_than_importing(workers: int) -> None:
    found = [told(workers) for _ in range(TRIES)]
    alone = min(importing() for _ in range(TRIES))
    assert min(each["planned"] for each in found) < 4 * alone
    assert min(each["bounded"] for each in found) < 6 * alone
    assert all(each["placed"] == 180 and each["score"] <= each["bound"] for each in found)


def test_nothing_is_loaded_that_the_first_plan_does_not_need() -> None:
    assert NEVER_LOADED.isdisjoint(told(2)["modules"])
