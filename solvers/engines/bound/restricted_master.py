"""The restricted master problem: the linear program over the columns known so far, solved for its dual values."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from ortools.linear_solver import pywraplp

from solvers.engines.bound.instance_data import Floats
from solvers.engines.bound.pricing import Column, Duals


class RestrictedMaster:
    """Selects fractions of columns: each resident at most once, each facilitator within capacity.

    The dual values are kept within a box around feasible ones (the boxstep method): for every row, two further
    variables let it be left open at the lower end of the box or be overfilled at the upper end.
    """

    def __init__(self, residents: int, capacity: Floats) -> None:
        self._program = pywraplp.Solver.CreateSolver("GLOP")
        self._objective = self._program.Objective()
        self._objective.SetMaximization()
        low = -self._program.infinity()
        self._resident_rows = [self._program.Constraint(low, 1.0) for _ in range(residents)]
        self._faculty_rows = [self._program.Constraint(low, float(limit)) for limit in capacity]
        rows = [*self._resident_rows, *self._faculty_rows]
        self._lower_sides = [self._variable([row], 1.0) for row in rows]
        self._upper_sides = [self._variable([row], -1.0) for row in rows]
        self._variables: dict[Column, pywraplp.Variable] = {}

    def add(self, columns: Iterable[Column]) -> None:
        """Add columns; those known already are ignored."""
        for column in columns:
            if column not in self._variables:
                rows = [self._resident_rows[resident] for resident in column.residents]
                rows += [self._faculty_rows[facilitator] for facilitator in column.faculty]
                self._variables[column] = self._variable(rows, 1.0)

    def _variable(self, rows: list[pywraplp.Constraint], share: float) -> pywraplp.Variable:
        variable = self._program.NumVar(0, self._program.infinity(), "")
        for row in rows:
            row.SetCoefficient(variable, share)
        return variable

    def solve(self, feasible: Duals, box_width: float, seconds: float) -> Duals | None:
        """The dual values of the linear program, each within ``box_width`` of ``feasible``; None if time ran out.

        For facilitators the box is three times as wide, since they belong to a whole group. No column is taken to be
        worth more than its dual values at ``feasible``, since it cannot be.
        """
        for column, variable in self._variables.items():
            self._objective.SetCoefficient(variable, min(column.value, feasible.of(column)))
        centre = np.concatenate([feasible.residents, feasible.faculty])
        half_width = np.concatenate(
            [np.full(len(feasible.residents), box_width), np.full(len(feasible.faculty), 3 * box_width)]
        )
        for number, (dual_value, width) in enumerate(zip(centre.tolist(), half_width.tolist(), strict=True)):
            self._objective.SetCoefficient(self._lower_sides[number], max(0.0, dual_value - width))
            self._objective.SetCoefficient(self._upper_sides[number], -(dual_value + width))
        self._program.SetTimeLimit(max(1, int(seconds * 1000)))
        if self._program.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return Duals(_dual_values(self._resident_rows), _dual_values(self._faculty_rows))


def _dual_values(rows: list[pywraplp.Constraint]) -> Floats:
    return np.array([max(0.0, row.dual_value()) for row in rows], dtype=np.float64)
