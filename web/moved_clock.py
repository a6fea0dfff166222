"""A band on every page of a demo whose clock was moved: which day it is there."""

from __future__ import annotations

from datetime import date

from flask import Flask

from scheduler import clock
from web.request_context import now


def offer(app: Flask) -> None:
    """Give pages the day to which the clock was moved."""
    app.jinja_env.globals.update(moved_to=moved_to)


def moved_to() -> date | None:
    """The day of this request by a clock that was moved; None by the machine's own."""
    return now().date() if clock.moved_by() else None
