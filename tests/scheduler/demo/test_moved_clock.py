"""The demo's clock: one for all of its processes, moved forward only, ticking on from where it was moved to."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler import clock
from scheduler.demo.folder import use_clock_of
from scheduler.demo.moved_clock import move_clock
from scheduler.errors import NotPossible


@pytest.fixture(autouse=True)
def _clock_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(clock.MOVED, "")
    use_clock_of(tmp_path)


def days_from_now(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def is_about(moment: datetime, days: int) -> bool:
    return abs(moment - days_from_now(days)) < timedelta(minutes=1)


def test_a_clock_that_was_never_moved_is_the_machines() -> None:
    assert is_about(clock.now(), 0)


def test_a_moved_clock_ticks_on_at_the_same_time_of_the_day(tmp_path: Path) -> None:
    move_clock(tmp_path, days_from_now(120).date())
    assert is_about(clock.now(), 120)
    move_clock(tmp_path, days_from_now(150).date())
    assert is_about(clock.now(), 150)
    move_clock(tmp_path, clock.now().date())
    assert is_about(clock.now(), 150)


def test_time_does_not_go_back(tmp_path: Path) -> None:
    move_clock(tmp_path, days_from_now(30).date())
    with pytest.raises(NotPossible, match="time does not go back"):
        move_clock(tmp_path, days_from_now(29).date())
    assert is_about(clock.now(), 30)


def test_processes_that_the_demo_has_started_go_by_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from scheduler import clock; input(); print(clock.now().isoformat())"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ.copy(), text=True
    ) as child:
        move_clock(tmp_path, days_from_now(60).date())
        told, _ = child.communicate("now\n", timeout=60)
    assert is_about(datetime.fromisoformat(told.strip()), 60), "moved after it was started"
