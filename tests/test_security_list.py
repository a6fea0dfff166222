"""``docs/security.md`` goes through the whole list, says honestly what is not met, and names places and tests that
exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.test_promises import is_there

ROOT = Path(__file__).parent.parent
TEXT: Final = (ROOT / "docs" / "security.md").read_text()
STATES: Final = ("kept", "in part", "not met", "not ours")
SECTIONS: Final = [
    "1.1",
    "1.2",
    "1.3",
    "1.4",
    "1.5",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "3.2",
    "3.3",
    "3.4",
    "3.5",
    "3.7",
    "4.1",
    "4.2",
    "4.3",
    "4.4",
    "5.1",
    "5.2",
    "5.3",
    "5.4",
    "6.1",
    "6.2",
    "6.3",
    "6.4",
    "6.5",
    "6.6",
    "6.8",
    "7.1",
    "7.2",
    "7.3",
    "7.4",
    "7.5",
    "7.6",
    "8.1",
    "8.2",
    "8.3",
    "8.4",
    "9.1",
    "9.2",
    "10.1",
    "10.2",
    "10.3",
    "10.4",
    "10.5",
    "10.6",
    "10.7",
    "11.1",
    "11.2",
    "11.3",
    "11.4",
    "11.5",
    "11.6",
    "12.1",
    "12.2",
    "12.3",
    "13.1",
    "13.2",
    "13.3",
    "13.4",
    "14.1",
    "14.2",
    "14.3",
    "15.1",
    "15.2",
    "15.3",
    "16.1",
    "16.2",
    "16.3",
    "16.4",
    "16.5",
    "17.1",
    "17.2",
    "17.3",
]
"""The sections of ASVS 5.0.0 that have requirements of level 1 or 2."""
ROWS: Final = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+\.\d+ \|", line)
]


def test_every_section_has_one_row_in_order() -> None:
    assert [row[0] for row in ROWS] == SECTIONS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_says_how_it_stands_where_and_by_which_test(row: list[str]) -> None:
    section, state, what, where, tests = row
    assert state in STATES
    assert what.endswith(".")
    if state == "not ours":
        assert not where
        assert not tests
        return
    places, named = re.findall(r"`([^`]+)`", where), re.findall(r"`([^`]+)`", tests)
    assert places, "a place in the product"
    assert named, "a test"
    assert [place for place in places if not (ROOT / place).exists()] == []
    assert [test for test in named if not is_there(test)] == []
    missing = [each for each in re.findall(r"\d+\.\d+\.\d+", what) if each.startswith(f"{section}.")]
    assert bool(missing) == (state in ("in part", "not met")) or state == "not met", "which requirements are missing"


def test_what_is_not_met_is_told_first() -> None:
    told = TEXT.split("## What is not met")[1].split("## The list")[0]
    for section, state, *_ in ROWS:
        if state == "not met":
            assert re.search(rf"\b{re.escape(section)}(\.\d+)?\b", told), section
