"""The door for calendar clients, in front of the pages: they poll by the thousand and need none of a page's machinery.

What is no feed's address goes on to the pages. So an unknown token gets the very page of an address that never was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask

from scheduler import clock
from scheduler.calendars.feed_store import FeedStore, Unavailable
from scheduler.calendars.feeds import Gone
from scheduler.logs import places
from web.feeds.answers import ALLOWED, GONE, NOT_ALLOWED, UNAVAILABLE, Answer, Conditions, answer
from web.ops.metrics import count_feed
from web.request_context import EXTENSION, Parts
from web.security import HEADERS, YEAR_SECONDS

_FOLDER: Final = "/feeds/"
_ADDRESS: Final = re.compile(_FOLDER + r"([A-Za-z0-9_-]{43})/([^/]{1,200}\.ics)")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_STATUS_LINES: Final = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}
_HEADERS_OF_PAGES: Final = ("X-Content-Type-Options", "Referrer-Policy", "X-Robots-Tag")
"""Those of the pages' protecting headers that mean something to what fetches a calendar."""
_log = structlog.get_logger("mentor_rounds.feeds")


def put_door(app: Flask) -> None:
    """Let requests for feeds pass by everything that pages need."""
    parts: Parts = app.extensions[EXTENSION]
    settings = parts.settings
    headers = [(name, HEADERS[name]) for name in _HEADERS_OF_PAGES]
    if settings.base_url.startswith("https:"):
        headers.append(("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains"))
    shelf = FeedStore(parts.database, folder=Path(settings.feed_folder) if settings.feed_folder else None)
    door = FeedDoor(app.wsgi_app, shelf, clock.now, headers, may_compress=settings.feed_gzip)
    app.wsgi_app = door  # type: ignore[method-assign]  # as Flask's documentation puts middleware in


class FeedDoor:
    """A WSGI application around another. `headers` are added to every answer of its own."""

    def __init__(
        self,
        inside: WSGIApplication,
        shelf: FeedStore,
        now: Callable[[], datetime],
        headers: Iterable[tuple[str, str]] = (),
        *,
        may_compress: bool = True,
    ) -> None:
        self._inside = inside
        self._shelf = shelf
        self._now = now
        self._headers = tuple(headers)
        self._may_compress = may_compress

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request for a feed; hand on any other."""
        path: str = environ.get("PATH_INFO", "")
        address = _ADDRESS.fullmatch(path) if path.startswith(_FOLDER) else None
        found = self._find(environ, address) if address else None
        if found is None:
            return self._inside(environ, start_response)
        count_feed(found.status.value)
        start_response(_STATUS_LINES[found.status], [*found.headers, *self._headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else found.body]

    def _find(self, environ: WSGIEnvironment, address: re.Match[str]) -> Answer | None:
        if environ["REQUEST_METHOD"] not in ALLOWED:
            return NOT_ALLOWED
        try:
            return self._answer(environ, *address.groups())
        except Unavailable:
            return UNAVAILABLE
        except Exception as error:  # noqa: BLE001 - the door of a request; the web server would log the secret address
            _log.error("feed_failed", error=type(error).__name__, places=places(error))
            return UNAVAILABLE

    def _answer(self, environ: WSGIEnvironment, token: str, name: str) -> Answer | None:
        feed = self._shelf.fetch(token, self._now())
        if feed is None:
            return None
        if isinstance(feed, Gone):
            return GONE
        file_name = name if _FILE_NAME.fullmatch(name) else "calendar.ics"
        conditions = Conditions.of(environ)
        return answer(feed, file_name, conditions, plain=self._shelf.plain, may_compress=self._may_compress)
