"""Where log lines go: to standard error, since standard output belongs to what a command was asked for."""

from __future__ import annotations

import logging
import sys

import structlog


def log_to_standard_error(*, warnings_only: bool = False) -> None:
    """Send this process's log lines to its standard error, whatever that is when a line is written."""
    least = logging.WARNING if warnings_only else logging.NOTSET
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
