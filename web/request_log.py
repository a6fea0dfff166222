"""One line for each request: the path's template and what became of it, never the path itself.

Paths hold sign-in secrets and feed secrets, query strings and forms hold addresses: none of them is written down.
"""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

from scheduler.logs import places
from scheduler.storage_faults import WHAT_TO_DO, StorageFault

log = structlog.get_logger("mentor_rounds.web")


def log_requests(app: Flask) -> None:
    """Write a line after each request."""
    app.before_request(_start_watch)
    app.after_request(_write_line)


def log_failure(error: BaseException) -> None:
    """Write down where an unexpected error came from. Its message is left out: it may quote what people typed."""
    log.error("request_failed", path=path_template(), error=type(error).__name__, places=places(error))


def log_fault(fault: StorageFault) -> None:
    """Write down that data could not be kept or found. No code is at fault, so no place in it is named."""
    log.error("storage_failed", path=path_template(), fault=fault.value, what_to_do=WHAT_TO_DO[fault])


def path_template() -> str:
    """The rule that matched, such as ``/sign-in/<secret>``."""
    return request.url_rule.rule if request.url_rule else "(no such page)"


def _start_watch() -> None:
    g.started = time.perf_counter()


def _write_line(response: Response) -> Response:
    duration_ms = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
    log.info(
        "request", method=request.method, path=path_template(), status=response.status_code, duration_ms=duration_ms
    )
    return response
