"""Memory behind pointers is what the arrays would be, and looking at it leaves no reference behind or one too few."""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import pytest
from numba.core.errors import TypingError
from numpy.typing import NDArray

from solvers.engines.compilation import compiled, entry, uncompiled
from solvers.engines.memory import hold, pointer, view

Row = NDArray[np.int32]


@entry
def _double(block: Row, start: int, stop: int) -> int:
    """Double a part of a block in place; its length and last entry, in one number."""
    cut = view(pointer(block), start, stop)
    for place in range(len(cut)):
        cut[place] *= 2
    return len(cut) * 1000 + cut[-1]


class _Table(NamedTuple):
    cells: NDArray[np.float64]
    factor: int
    row: Row


@compiled
def _weigh(table: _Table, place: int) -> float:
    table.row[place] += 1
    return table.factor * table.cells[place, 1]


@entry
def _weigh_all(table: _Table) -> float:
    """Add up the second column, weighed, and count each row."""
    held = hold(table)
    total = 0.0
    for place in range(len(held.row)):
        total += _weigh(held, place)
    return total


@entry
def _sum_of_part(block: Row, start: int, stop: int) -> int:
    return int(view(block, start, stop).sum())


@pytest.mark.parametrize(("start", "stop"), [(0, 6), (2, 5), (5, 6)])
def test_a_part_behind_a_pointer_is_the_memory_of_the_slice(start: int, stop: int) -> None:
    block = np.arange(1, 7, dtype=np.int32)
    expected = block.copy()
    expected[start:stop] *= 2
    assert _double(block, start, stop) == (stop - start) * 1000 + expected[stop - 1]
    np.testing.assert_array_equal(block, expected)


def test_nothing_points_to_entries_that_lie_apart() -> None:
    with pytest.raises(TypingError, match="contiguous"):
        _double(np.arange(6, dtype=np.int32)[::2], 0, 2)


def test_a_part_of_an_array_is_its_slice_compiled_or_not() -> None:
    block = np.arange(6, dtype=np.int32)
    assert _sum_of_part(block, 1, 4) == uncompiled(_sum_of_part)(block, 1, 4) == 6


def test_looking_behind_a_pointer_leaves_the_references_to_its_block_as_they_were() -> None:
    block = np.arange(1, 7, dtype=np.int32)
    before = sys.getrefcount(block)
    for _ in range(100):
        _double(block, 0, 6)
        block[:] = 1
    assert sys.getrefcount(block) == before


def test_a_held_record_is_the_memory_of_the_record() -> None:
    table = _Table(np.arange(6.0).reshape(3, 2), 10, np.zeros(3, dtype=np.int32))
    counts = [sys.getrefcount(array) for array in (table.cells, table.row)]
    assert _weigh_all(table) == _weigh_all(table) == 90.0
    assert table.row.tolist() == [2, 2, 2]
    assert [sys.getrefcount(array) for array in (table.cells, table.row)] == counts
