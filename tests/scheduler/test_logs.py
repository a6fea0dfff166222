"""What is logged of a failure: where, never what people typed."""

from __future__ import annotations

import pytest
import structlog

from scheduler.logs import log_to_standard_error, places


def fail_over(secret: str) -> None:
    raise ValueError(f"cannot use {secret}")


def test_of_an_error_only_its_places_are_told() -> None:
    with pytest.raises(ValueError, match="hunter2") as raised:
        fail_over("hunter2")
    told = places(raised.value)
    assert "fail_over" in told
    assert "hunter2" not in told


def test_lines_go_to_standard_error_as_keys_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_standard_error()
    structlog.get_logger().info("run started", run=7)
    structlog.reset_defaults()
    output = capsys.readouterr()
    assert output.out == ""
    assert 'level=info event="run started" run=7' in output.err


def test_only_warnings_where_a_person_reads_along(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_standard_error(warnings_only=True)
    structlog.get_logger().info("run started")
    structlog.get_logger().warning("run put back")
    structlog.reset_defaults()
    assert "run started" not in (err := capsys.readouterr().err)
    assert "run put back" in err
