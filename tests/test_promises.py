"""What pages and e-mails promise is kept by a test, and each claim of ``docs/safety.md`` has its place."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.test_translations import sentences_and_plurals

ROOT = Path(__file__).parent.parent
SAFETY: Final = (ROOT / "docs" / "safety.md").read_text()
PROMISES: Final = (ROOT / "docs" / "promises.md").read_text()
NO_PROMISES: Final = "## Words that promise nothing"

NUMBERS: Final = {
    "S": (1, 3, 4, 5, 9, 10, 11, 12, 14, 15, 16, 17, 19),
    "R": (1, 2, 3, 4, 5, 6),
    "M": (1, 2, 3, 4, 5, 6, 7, 8, 9),
    "N": (1, 2, 6, 10, 11, 13, 15),
    "P": (1, 2, 4, 5, 8, 10),
    "E": (2, 3, 4, 7, 8, 9, 11),
    "G": (3, 4, 7, 8, 9, 10, 11),
    "T": (1, 2, 4, 6, 7, 8, 9, 11, 12, 13, 14),
    "Z": (1, 2, 3, 4, 7, 8, 9),
}
CLAIMS: Final = [f"{letter}{number}" for letter, numbers in NUMBERS.items() for number in numbers]
"""Every claim that is a rule, a step, a state, or about who can read what."""

PROMISING: Final = re.compile(
    r"""\b(?:
    never | always | in\ confidence | anonymous(?:ly)? | private(?:ly)? | yours\ alone | no\ one | more\ often\ than
    | only\ (?:you|the\ two|your\ group|people\ who\ say\ yes|they|those\ (?:it|you|who\ say)|the\ planner)
    | nobody\ is\ (?:asked|shown|told|expected|planned|put|invited|removed|e-mailed|in\ a\ group\ with)
    | nobody\ (?:sees?|can\ (?:see|read|sign)|asks?|has\ to|expects|you\ (?:supervise|treat)|but|gets|on\ your\ list)
    | nobody\ (?:needs\ (?:a|asks)|who\ (?:supervises|is\ on\ duty)|in\ your\ group\ (?:supervises|is))
    | nobody\ else\ (?:ever|sees?|can|is) | won’t\ (?:know|be\ (?:told|shown|asked))
    | (?:isn’t|aren’t|is\ not|are\ not)\ (?:shown|kept|stored|counted\ against) | without\ (?:a|giving\ a)\ reason
    | group\ is\ told | told\ once | keep\ a\ copy | can’t\ be\ read\ by | you\ can’t\ see | and\ nothing\ else
    | nothing\ about\ it | not\ why | coordinator\ (?:can\ see|sees|can\ read|will\ read) | planning\ then\ gives
    | we’ll\ (?:always|tell|e-mail|no\ longer|keep) | we\ don’t\ (?:keep|ask) | (?:is|are|that’s|it’s)\ deleted
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words with which something is promised."""


def flat(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())


def said() -> set[str]:
    """Every sentence and plural that people read."""
    return {flat(one) for text in sentences_and_plurals() for one in ((text,) if isinstance(text, str) else text)}


def listed(part: str) -> list[str]:
    return re.findall(r"^- (.+)$", part, re.MULTILINE)


def kept_by() -> dict[str, str]:
    """Each promise with the test above it."""
    found, test = {}, ""
    for line in PROMISES.split(NO_PROMISES)[0].splitlines():
        if named := re.fullmatch(r"`(tests/.+::\w+)`", line):
            test = named[1]
        elif line.startswith("- "):
            found[line.removeprefix("- ")] = test
        elif line.startswith("#"):
            test = ""
    return found


@cache
def functions_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(each.name for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.FunctionDef))


def is_there(test: str) -> bool:
    """Whether a test such as ``tests/web/test_x.py::test_y`` exists."""
    path, _, name = test.partition("::")
    return name.startswith("test_") and name in functions_of(path)


def rows() -> list[list[str]]:
    """The table of claims: id, what, where, test."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in SAFETY.splitlines()
        if re.match(r"\| [A-Z]\d+ \|", line)
    ]


def test_every_claim_has_one_row_in_order() -> None:
    assert [row[0] for row in rows()] == CLAIMS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_every_claim_says_where_it_is_kept_and_by_which_test(row: list[str]) -> None:
    _id, what, where, tests = row
    assert what.endswith(".")
    places, named = re.findall(r"`([^`]+)`", where), re.findall(r"`([^`]+)`", tests)
    assert places, "a place in the product"
    assert named, "a test"
    assert [place for place in places if not (ROOT / place).exists()] == []
    assert [test for test in named if not is_there(test)] == []


def test_every_promise_has_a_test_that_exists() -> None:
    assert [(promise, test) for promise, test in kept_by().items() if not is_there(test)] == []


def test_every_promise_is_still_made() -> None:
    assert [promise for promise in listed(PROMISES) if promise not in said()] == []


def test_no_promise_is_listed_twice() -> None:
    assert len(listed(PROMISES)) == len(set(listed(PROMISES)))


def test_nothing_is_promised_that_is_not_listed() -> None:
    known = set(listed(PROMISES))
    assert [text for text in sorted(said()) if PROMISING.search(text) and text not in known] == []


@pytest.mark.parametrize(
    "sentence",
    ["Nobody else can see it.", "We never tell anyone.", "Only you can read this.", "It’s deleted when you leave."],
)
def test_the_net_catches_a_new_promise(sentence: str) -> None:
    assert PROMISING.search(sentence)


def test_a_test_that_is_not_there_is_noticed() -> None:
    assert is_there("tests/test_promises.py::test_a_test_that_is_not_there_is_noticed")
    assert not is_there("tests/test_promises.py::test_that_nobody_wrote")
    assert not is_there("tests/test_nowhere.py::test_a_test_that_is_not_there_is_noticed")
    assert not is_there("tests/test_promises.py::flat"), "a helper is no test"
