"""One line for each request: the path's template and what became of it, never the path itself.

Paths hold sign-in secrets and feed secrets, query strings and forms hold addresses: none of them is written down.
"""

from __future__ import annotations

import secrets
import time

import structlog
from flask import Flask, Response, g, request

from scheduler.logs import places
from scheduler.storage_faults import WHAT_TO_DO, StorageFault

REQUEST_ID = "X-Request-ID"
"""The header that names a request as its log lines do, for people who ask about it."""
log = structlog.get_logger("mentor_rounds.web")


def log_requests(app: Flask) -> None:
    """Write a line after each request."""
    app.before_request(_start_watch)
    app.after_request(_write_line)
    app.teardown_request(_end_watch)


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
    g.started, g.request_id = time.perf_counter(), secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end_watch(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request")


def seconds_so_far() -> float:
    """How long this request has been worked at."""
    now = time.perf_counter()
    return float(now - g.get("started", now))


def _write_line(response: Response) -> Response:
    duration_ms = round(seconds_so_far() * 1000, 1)
    log.info(
        "request", method=request.method, path=path_template(), status=response.status_code, duration_ms=duration_ms
    )
    response.headers[REQUEST_ID] = g.get("request_id", "")
    return response
