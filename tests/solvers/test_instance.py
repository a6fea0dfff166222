"""Every field of a planning problem occurs in the problems that tests draw, so that no rule goes untried."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from solvers.instance import Faculty, Instance, Model, Pin, Resident, Room, Weights
from tests.solvers import strategies
from tests.solvers.builders import NO_POINTS

CALLS = [node for node in ast.walk(ast.parse(Path(strategies.__file__).read_text())) if isinstance(node, ast.Call)]


def given(kind: type) -> set[str]:
    """The fields that the strategies give to a kind of value, when it is made or replaced."""
    named: set[str] = set()
    for call in CALLS:
        if isinstance(call.func, ast.Name) and call.func.id in (kind.__name__, "replace"):
            made = call.func.id == kind.__name__
            named |= {field.name for field in fields(kind)[: len(call.args)]} if made else set()  # type: ignore[arg-type]
            named |= {keyword.arg for keyword in call.keywords if keyword.arg}
    return named


@pytest.mark.parametrize("kind", [Instance, Model, Resident, Faculty, Room, Pin], ids=lambda kind: kind.__name__)
def test_every_field_is_drawn(kind: type) -> None:
    assert [field.name for field in fields(kind) if field.name not in given(kind)] == []  # type: ignore[arg-type]


def test_every_weight_is_drawn() -> None:
    assert NO_POINTS.keys() == {field.name for field in fields(Weights)}
