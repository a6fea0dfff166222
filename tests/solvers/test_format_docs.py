"""The page about the files says what the catalogue says, and its example can be read."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from solvers.codec import read_solution
from solvers.edit import MoveResident, ReplaceFacilitator, SetDate, read_edits
from solvers.editing.codec import KINDS
from solvers.rules import HARD_RULES, POINT_RULES

PAGE = (Path(__file__).parents[2] / "docs" / "instance-format.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def weight(cell: str) -> int | dict[str, int]:
    """A default as written: a number, or a number for each mark."""
    plain = cell.replace("−", "-")
    return {mark: int(points) for mark, points in re.findall(r"`(.)` (-?\d+)", plain)} or int(plain)


def test_every_hard_rule_is_on_the_page() -> None:
    assert rows("Hard rules") == [[f"`{rule.id}`", rule.name] for rule in HARD_RULES]


def test_every_kind_of_point_is_on_the_page_with_its_default() -> None:
    written = [[name, weight(default), meaning] for name, default, meaning in rows("Points")]
    assert written == [[f"`{rule.id}`", rule.default, rule.name] for rule in POINT_RULES]


def test_the_example_of_a_solution_is_one() -> None:
    assert read_solution(example("Solution")).groups[0].sessions[0].room == "hall"


def test_the_example_of_edits_is_one() -> None:
    assert [type(edit) for edit in read_edits(example("Edits"))] == [MoveResident, ReplaceFacilitator, SetDate]


def test_every_edit_is_on_the_page_with_its_fields() -> None:
    written = {name.strip("`"): re.findall(r"(\[?)`(\w+)`", fields) for name, fields, _ in rows("Edits")}
    assert written == {name: [(_bracket(field), field.name) for field in fields(kind)] for name, kind in KINDS.items()}


def _bracket(field: Field[Any]) -> str:
    return "" if field.default is MISSING else "["


def example(heading: str) -> str:
    """The example under a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1]
    found = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]
