"""Room for the columns that a compiled search finds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solvers.engines.bound.instance_data import Floats, Smalls
from solvers.engines.bound.subproblem import Subproblem


class ColumnBuffer(NamedTuple):
    """Columns: ``members`` (columns, places), ``size``, ``option``, and ``value``, the most each can be worth."""

    members: Smalls
    size: Smalls
    option: Smalls
    value: Floats


def new_column_buffer(subproblem: Subproblem, max_columns: int) -> ColumnBuffer:
    """Room for ``max_columns`` columns."""
    sizes = len(subproblem.size_points)
    return ColumnBuffer(
        members=np.zeros((max_columns, sizes), np.int32),
        size=np.zeros(max_columns, np.int32),
        option=np.zeros(max_columns, np.int32),
        value=np.zeros(max_columns, np.float64),
    )
