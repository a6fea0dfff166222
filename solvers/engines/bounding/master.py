"""The linear program over the columns known: what prices would they justify?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from ortools.linear_solver import pywraplp

from solvers.engines.bounding.facts import Floats
from solvers.engines.bounding.pricing import Column, Prices


class Master:
    """Chooses among columns, in fractions: each resident once at most, each of the faculty within capacity.

    Prices are kept within a box around those that are known to be safe: a resident may also stay alone for the lower
    price, or be in more groups than one for the higher.
    """

    def __init__(self, residents: int, capacity: Floats) -> None:
        self._program = pywraplp.Solver.CreateSolver("GLOP")
        self._worth = self._program.Objective()
        self._worth.SetMaximization()
        low = -self._program.infinity()
        self._once = [self._program.Constraint(low, 1.0) for _ in range(residents)]
        self._load = [self._program.Constraint(low, float(most)) for most in capacity]
        rows = [*self._once, *self._load]
        self._floors = [self._variable([row], 1.0) for row in rows]
        self._ceilings = [self._variable([row], -1.0) for row in rows]
        self._known: dict[Column, pywraplp.Variable] = {}

    def add(self, columns: Iterable[Column]) -> None:
        """Make columns known."""
        for column in columns:
            if column not in self._known:
                rows = [self._once[resident] for resident in column.residents]
                rows += [self._load[leader] for leader in column.faculty]
                self._known[column] = self._variable(rows, 1.0)

    def _variable(self, rows: list[pywraplp.Constraint], share: float) -> pywraplp.Variable:
        variable = self._program.NumVar(0, self._program.infinity(), "")
        for row in rows:
            row.SetCoefficient(variable, share)
        return variable

    def solve(self, safe: Prices, width: float, seconds: float) -> Prices | None:
        """The prices that the columns justify, none further than ``width`` from ``safe``; None if time is up.

        Faculty prices may go three times as far: they belong to a group, not to a member. No column is taken for
        worth more than its safe price, since it cannot be.
        """
        for column, variable in self._known.items():
            self._worth.SetCoefficient(variable, min(column.worth, safe.of(column)))
        around = np.concatenate([safe.residents, safe.faculty])
        reach = np.concatenate([np.full(len(safe.residents), width), np.full(len(safe.faculty), 3 * width)])
        for number, (price, most) in enumerate(zip(around.tolist(), reach.tolist(), strict=True)):
            self._worth.SetCoefficient(self._floors[number], max(0.0, price - most))
            self._worth.SetCoefficient(self._ceilings[number], -(price + most))
        self._program.SetTimeLimit(max(1, int(seconds * 1000)))
        if self._program.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return Prices(_duals(self._once), _duals(self._load))


def _duals(rows: list[pywraplp.Constraint]) -> Floats:
    return np.array([max(0.0, row.dual_value()) for row in rows], dtype=np.float64)
