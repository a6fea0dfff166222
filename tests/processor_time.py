"""A planner that goes by the processor's time: what it finds is the same however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import pytest

from solvers.instance import Instance
from solvers.solution import Solution
from solvers.stop import Limits

LOOK_AT_THE_CLOCK: Final = (
    "solvers.solve",
    "solvers.engines.bound.column_generation",
    "solvers.engines.bound.plan_columns",
    "solvers.engines.bound.pricer",
    "solvers.engines.bound.upper_bound",
    "solvers.engines.joint.alone",
    "solvers.engines.search.background_bound",
    "solvers.engines.search.chains",
    "solvers.engines.search.driver",
)
"""Every module that does (``tests/solvers/test_solve_same_answer.py`` knows if there are others)."""


class _ProcessorTime:
    """The module ``time``, but that its clock stands still while others have the processor."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def monotonic(self) -> float:
        """Seconds of the processor that this process has had."""
        return time.process_time()

    perf_counter = monotonic


@contextmanager
def by_processor_time() -> Iterator[None]:
    """As long as this lasts, planners in this process go by the processor's time."""
    with pytest.MonkeyPatch.context() as patch:
        for name in LOOK_AT_THE_CLOCK:
            patch.setattr(import_module(name), "time", _ProcessorTime())
        yield


def solve_alike(instance: Instance, limits: Limits) -> Solution:
    """The plan that one worker finds, whatever else the machine does."""
    from solvers.solve import solve

    with by_processor_time():
        return solve(instance, limits)
