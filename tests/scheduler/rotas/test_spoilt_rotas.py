"""Rotas of every shape, as made and spoilt: refused, asked about or right, but never wrong without a word."""

from __future__ import annotations

from itertools import islice

import pytest
from _pytest.mark import ParameterSet

from benchmarks.rota_shapes import FURTHER, SHAPES
from benchmarks.rotas import Task, outcomes


def every(*spoilt: int) -> list[ParameterSet]:
    """Every shape, spoilt so."""
    made = ((shape, how) for shape in (*SHAPES, *FURTHER) for how in spoilt)
    return [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in made]


def wrong_in(task: Task) -> list[str]:
    """The first entries that are wrong without a word."""
    found = (each for _, verdict, _ in outcomes(task) for each in (*verdict.silent, *verdict.wrong_kinds))
    return [f"{each['person']}, {each['date']}: {each['code']} in {each['cell']}" for each in islice(found, 5)]


@pytest.mark.parametrize(("shape", "_"), every(0))
def test_nothing_is_wrong_without_a_word(shape: str, _: int) -> None:
    assert wrong_in(Task(shape, 21)) == []


@pytest.mark.parametrize(("shape", "spoilt"), every(1, 2))
def test_nothing_is_wrong_without_a_word_when_a_file_is_spoilt(shape: str, spoilt: int) -> None:
    assert wrong_in(Task(shape, 22, spoilt)) == []
