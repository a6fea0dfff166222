"""The list of faults names tests that exist, and every test of faults is in it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent
LIST = (TESTS.parent / "docs" / "faults.md").read_text()


def tests_in(*paths: Path) -> set[str]:
    return {name for path in paths for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)}


def test_each_test_in_the_list_exists_and_each_fault_has_one() -> None:
    rows = [line for line in LIST.splitlines() if line.startswith("| ")][2:]
    assert all("`test_" in row for row in rows)
    named = set(re.findall(r"`(test_\w+)`", LIST))
    assert named - tests_in(*TESTS.rglob("test_*.py")) == set()


def test_each_test_of_faults_is_in_the_list() -> None:
    assert tests_in(TESTS / "scheduler" / "test_faults.py") - set(re.findall(r"`(test_\w+)`", LIST)) == set()
