"""Rotas of every shape, as made and spoilt: refused, asked about or right, but never wrong without a word."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.rota_shapes import FURTHER, SHAPES
from benchmarks.rotas import Task, outcomes

NOT_YET = frozenset(
    (
        "block_schedule", "foreign_months", "half_day_blocks", "ics_floating", "leave_sheet", "line_rota_sunday",
        "names_in_cells", "stacked_fortnights", "us_call_long_role", "wall_calendar_months",
    )
)  # fmt: skip
"""Shapes that are still misread without a word."""
EVERY = [
    pytest.param(shape, marks=[pytest.mark.xfail(reason="misread as yet", strict=False)] if shape in NOT_YET else [])
    for shape in (*SHAPES, *FURTHER)
]


def wrong_in(task: Task) -> list[str]:
    """The first entries that are wrong without a word."""
    found = (each for _, verdict, _ in outcomes(task) for each in (*verdict.silent, *verdict.wrong_kinds))
    return [f"{each['person']}, {each['date']}: {each['code']} in {each['cell']}" for each in islice(found, 5)]


@pytest.mark.parametrize("shape", EVERY)
def test_nothing_is_wrong_without_a_word(shape: str) -> None:
    assert wrong_in(Task(shape, 21)) == []


@pytest.mark.parametrize("spoilt", [1, 2])
@pytest.mark.parametrize("shape", EVERY)
def test_nothing_is_wrong_without_a_word_when_a_file_is_spoilt(shape: str, spoilt: int) -> None:
    assert wrong_in(Task(shape, 22, spoilt)) == []
