"""When regular work is due."""

from __future__ import annotations

import pytest
from croniter import croniter

from scheduler.jobs.regular_work import CALENDAR_SECONDS, RECORD_SECONDS, RETENTION_SECONDS, WEBHOOK_SECONDS
from scheduler.jobs.shared_tasks import when

DAY = 24 * 3600.0


@pytest.mark.parametrize(
    ("every", "seconds"),
    [
        (0, 1), (0.3, 1), (WEBHOOK_SECONDS, 2), (CALENDAR_SECONDS, 10), (30, 30),
        (60, 60), (RECORD_SECONDS, 300), (RETENTION_SECONDS, 3600), (DAY, DAY),
    ],
)  # fmt: skip
def test_the_times_are_as_far_apart_as_they_should_be(every: float, seconds: float) -> None:
    times = croniter(when(every), start_time=0)
    first, second, third = (times.get_next(float) for _ in range(3))
    assert second - first == third - second == seconds
