"""The page about the files says what the catalogue says, and its example can be read."""

from __future__ import annotations

import re
from pathlib import Path

from solvers.codec import read_solution
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
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example
    assert read_solution(example[1]).groups[0].sessions[0].room == "hall"
