"""The door for calendar clients, in front of the pages: they poll by the thousand and need none of a page's machinery.

What is no feed's address goes on to the pages. So an unknown token gets the very page of an address that never was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from scheduler import clock
from scheduler.calendars.feeds import Gone
from scheduler.calendars.serving import Shelf, Unavailable
from web.current import EXTENSION, Parts
from web.feeds.answers import ALLOWED, GONE, NOT_ALLOWED, UNAVAILABLE, Answer, Conditions, answer
from web.security import HEADERS, YEAR_SECONDS

_ADDRESS: Final = re.compile(r"/feeds/([A-Za-z0-9_-]{43})/([^/]{1,200}\.ics)")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_HEADERS_OF_PAGES: Final = ("X-Content-Type-Options", "Referrer-Policy", "X-Robots-Tag")
"""Those of the pages' protecting headers that mean something to what fetches a calendar."""


def put_door(app: Flask) -> None:
    """Let requests for feeds pass by everything that pages need."""
    parts: Parts = app.extensions[EXTENSION]
    headers = [(name, HEADERS[name]) for name in _HEADERS_OF_PAGES]
    if parts.settings.base_url.startswith("https:"):
        headers.append(("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains"))
    door = FeedDoor(app.wsgi_app, Shelf(parts.database), clock.now, headers)
    app.wsgi_app = door  # type: ignore[method-assign]  # as Flask's documentation puts middleware in


class FeedDoor:
    """A WSGI application around another. `headers` are added to every answer of its own."""

    def __init__(
        self,
        inside: WSGIApplication,
        shelf: Shelf,
        now: Callable[[], datetime],
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._inside = inside
        self._shelf = shelf
        self._now = now
        self._headers = tuple(headers)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request for a feed; hand on any other."""
        address = _ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
        found = self._find(environ, address) if address else None
        if found is None:
            return self._inside(environ, start_response)
        start_response(f"{found.status.value} {found.status.phrase}", [*found.headers, *self._headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else found.body]

    def _find(self, environ: WSGIEnvironment, address: re.Match[str]) -> Answer | None:
        if environ["REQUEST_METHOD"] not in ALLOWED:
            return NOT_ALLOWED
        try:
            feed = self._shelf.fetch(address[1], self._now())
        except Unavailable:
            return UNAVAILABLE
        if feed is None:
            return None
        if isinstance(feed, Gone):
            return GONE
        file_name = address[2] if _FILE_NAME.fullmatch(address[2]) else "calendar.ics"
        return answer(feed, file_name, Conditions.of(environ))
