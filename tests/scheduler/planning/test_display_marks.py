"""What a plan shows of people's answers: what they say, also where the planner finds a slot closed to them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.planning.display_marks import _instead_of_no
from solvers.vocabulary import CANNOT

LINES = st.lists(st.tuples(st.sampled_from("012?"), st.sampled_from("012?")))


@given(LINES)
def test_another_mark_stands_where_one_says_no_and_nowhere_else(pairs: list[tuple[str, str]]) -> None:
    here, there = ("".join(each) for each in zip(*pairs, strict=True)) if pairs else ("", "")
    expected = "".join(other if mark == CANNOT else mark for mark, other in pairs)
    assert _instead_of_no(here, there) == expected
