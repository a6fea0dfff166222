"""A run drawn as lines with axes: round marks, few of them, inside the box, and the lines within the axes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.plans.model import RunStep
from tests.web.builders import Pages
from web.coordinator.run_chart import MOST_TICKS, Chart, chart_of, share_marks, time_marks


@pytest.fixture
def in_a_request(pages: Pages) -> Iterator[None]:
    with pages.app.test_request_context("/"):
        yield


def a_chart(*reports: tuple[float, int | None, int | None], seconds: float = 30, elapsed: float = 20) -> Chart:
    steps = [RunStep(at, "search", score, bound, 40, 8, 48, 0, 0) for at, score, bound in reports]
    found = chart_of(steps, seconds, elapsed)
    assert found
    return found


@pytest.mark.usefixtures("in_a_request")
def test_both_axes_have_a_unit_and_round_labels() -> None:
    chart = a_chart((0.5, 1200, None), (3, 4100, 9800), (12, 8100, 9000))
    assert [tick.label for tick in chart.times] == ["0", "10", "20", "30"]
    assert chart.time_unit == "seconds"
    assert [tick.label for tick in chart.shares] == ["50 %", "100 %"]
    assert a_chart((1, 5, None), seconds=600, elapsed=300).time_unit == "minutes"


@pytest.mark.usefixtures("in_a_request")
def test_the_lines_end_as_far_apart_as_the_room_for_improvement_that_is_told() -> None:
    steps = [RunStep(1, "search", 5000, 7000, 40, 8), RunStep(2, "search", 6000, 6100, 40, 8)]
    chart = chart_of(steps, 30, 2, points_placed=100)
    assert chart
    assert chart.shares[0].label == "60 %", "what is at stake is 2,000 points, of which the first plan had 1,000"


def test_before_the_first_score_there_is_nothing_to_draw() -> None:
    assert chart_of([RunStep(0.1, "search", None, None, 0, 0)], 30, 1) is None


@given(st.floats(0, 100), st.floats(0, 1000))
def test_there_are_few_marks_of_shares_and_all_between_the_lowest_and_the_highest(lowest: float, span: float) -> None:
    marks = list(share_marks(lowest, lowest + span))
    assert 1 <= len(marks) <= MOST_TICKS + 1
    assert all(lowest - 1e-6 <= mark <= lowest + span + 1e-6 for mark in marks)


@given(st.floats(0.1, 3600))
def test_there_are_few_marks_of_time(last: float) -> None:
    marks = list(time_marks(last))
    assert marks[0] == 0
    assert len(marks) <= MOST_TICKS + 1


@pytest.mark.usefixtures("in_a_request")
def test_the_lines_stay_within_the_axes() -> None:
    chart = a_chart((0.5, 1200, None), (3, 4100, 9800), (12, 8100, 9000))
    for path in (chart.score, chart.bound):
        for x, y in re.findall(r"([\d.]+) ([\d.]+)", path):
            assert chart.left <= float(x) <= chart.right
            assert chart.top <= float(y) <= chart.base
