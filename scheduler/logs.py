"""Log lines: one a line as ``key=value``, to standard error, since standard output is for what a command was asked.

Nobody's name, address or secret belongs into a log, so of an unexpected error only its kind and its places in the code
are written: its message and the values around it may quote what people typed.
"""

from __future__ import annotations

import logging
import sys
import traceback

import structlog

MOST_FRAMES = 12


def log_to_standard_error(*, warnings_only: bool = False) -> None:
    """Send this process's log lines to its standard error, whatever that is when a line is written."""
    least = logging.WARNING if warnings_only else logging.NOTSET
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def places(error: BaseException) -> str:
    """Where in the code an unexpected error came from, the outermost place first."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
