"""The linear program over the columns known: what prices would they justify?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from ortools.linear_solver import pywraplp

from solvers.engines.bounding.facts import Floats
from solvers.engines.bounding.pricing import Column, Prices


class Master:
    """Chooses among columns, in fractions: each resident once at most, each of the faculty within capacity."""

    def __init__(self, residents: int, capacity: Floats) -> None:
        self._program = pywraplp.Solver.CreateSolver("GLOP")
        self._worth = self._program.Objective()
        self._worth.SetMaximization()
        low = -self._program.infinity()
        self._once = [self._program.Constraint(low, 1.0) for _ in range(residents)]
        self._load = [self._program.Constraint(low, float(most)) for most in capacity]
        self._known: set[Column] = set()

    def add(self, columns: Iterable[Column]) -> None:
        """Make columns known."""
        for column in columns:
            if column not in self._known:
                self._known.add(column)
                self._add(column)

    def _add(self, column: Column) -> None:
        share = self._program.NumVar(0, self._program.infinity(), "")
        self._worth.SetCoefficient(share, column.worth)
        for resident in column.residents:
            self._once[resident].SetCoefficient(share, 1)
        for leader in column.faculty:
            self._load[leader].SetCoefficient(share, 1)

    def solve(self, seconds: float) -> tuple[float, Prices] | None:
        """The best total worth and the prices that justify it; None if it was not found in time."""
        self._program.SetTimeLimit(max(1, int(seconds * 1000)))
        if self._program.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return self._worth.Value(), Prices(_duals(self._once), _duals(self._load))


def _duals(rows: list[pywraplp.Constraint]) -> Floats:
    return np.array([max(0.0, row.dual_value()) for row in rows], dtype=np.float64)
