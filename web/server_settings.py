"""The web server's own settings where ``rounds serve`` starts it: ``gunicorn --config python:web.server_settings``."""

from __future__ import annotations

import os

from scheduler.jobs.parents import SERVED_BY, die_with_parent


def on_starting(_server: object) -> None:
    """End with whoever started it, however that ends: an orphan would keep the port from the next."""
    if parent := os.environ.get(SERVED_BY):
        die_with_parent(int(parent))
