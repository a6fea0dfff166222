"""What is other than somebody was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.cover.model import Line, difference

START = datetime(2027, 1, 12, 12, tzinfo=UTC)
LINE = Line(1, 1, "Ada", 1, "North", "Europe/London", "ward", "D", START, START + timedelta(hours=1), None, "")
LINES = st.lists(
    st.builds(
        lambda session, minutes, duty: replace(
            LINE, session_id=session, starts_at=START + timedelta(minutes=minutes), duty=duty,
            ends_at=START + timedelta(minutes=minutes + 60),
        ),
        st.integers(1, 6), st.integers(0, 3), st.sampled_from("DN"),
    ),
    unique_by=lambda line: line.key,
)  # fmt: skip


@given(LINES, LINES)
def test_told_with_what_is_new_changed_and_over_is_what_is_needed(before: list[Line], now: list[Line]) -> None:
    found = difference({line.key: line for line in before}, now)
    told = {line.key: line for line in before if line not in found.over}
    told |= {line.key: line for line in (*found.new, *found.changed)}
    assert told == {line.key: line for line in now}
    assert found.nothing == ({line.key: line.told for line in before} == {line.key: line.told for line in now})
    assert not {line.key for line in found.new} & {line.key for line in before}
