"""``solvers.solve`` is what callers see, and importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys

import solvers
from solvers.referee import check
from solvers.stop import Limits
from tests.solvers.builders import a_resident, an_instance


def test_the_package_offers_the_function() -> None:
    instance = an_instance([a_resident("ann"), a_resident("bob")])
    solution = solvers.solve(instance, Limits(seconds=1, workers=1))
    assert check(instance, solution).ok
    assert len(solution.groups) == 1
    assert callable(solvers.solve)


def test_importing_loads_no_engine() -> None:
    program = (
        "import sys, solvers, solvers.codec; sys.exit(any(m in sys.modules for m in ('ortools', 'numba', 'numpy')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
