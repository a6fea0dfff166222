"""Answers are sent compressed, in a way that tells whoever watches the line nothing of what they hold.

Compressed together, a secret and something that a stranger has put into the address betray each other by their common
length (BREACH). Two things prevent it: an answer that another site has asked for is sent as it is, and every page is
longer by a random number of octets. See ``docs/operating.md``.
"""

from __future__ import annotations

import gzip
import io
import secrets
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request

from web.feeds.answers import accepts_gzip

LEAST: Final = 1000
"""Octets; what is shorter would hardly become so."""
MOST_ADDED: Final = 100
_LEVEL: Final = 6
_TYPES: Final = frozenset(
    (
        "text/html", "text/css", "text/javascript", "text/calendar", "text/csv", "text/plain", "application/javascript",
        "application/json", "image/svg+xml",
    )
)  # fmt: skip
_OWN: Final = frozenset(("", "none", "same-origin"))
"""Who has a page asked for: a browser that does not say, the reader, a page of ours. All else is another site."""


def compress(app: Flask) -> None:
    """Have every answer compressed that gains by it. To be called first: what is done to answers last is registered
    first."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not _may_gain(response):
        return response
    response.vary.add("Accept-Encoding")
    if not accepts_gzip(request.headers.get("Accept-Encoding", "")) or not _may_be_compressed():
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < LEAST:
        return response
    tag = response.get_etag()[0]
    if tag:  # the same in another form, so of equal worth: If-None-Match knows it still
        response.set_etag(tag, weak=True)
    response.set_data(_kept(plain) if request.endpoint == "static" else _gzipped(plain, secrets.randbelow(MOST_ADDED)))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    return response


def _may_gain(response: Response) -> bool:
    """A whole answer, and text: pictures and what is compressed already stay as they are."""
    return (
        response.status_code not in (204, 206, 304)
        and response.mimetype in _TYPES
        and "Content-Encoding" not in response.headers
        and (response.direct_passthrough or not response.is_streamed)
        and (response.content_length is None or response.content_length >= LEAST)
    )


def _may_be_compressed() -> bool:
    """The files of the pages hold nothing of anybody's; all else is for whoever asks for it themselves."""
    return request.endpoint == "static" or request.headers.get("Sec-Fetch-Site", "") in _OWN


@lru_cache(maxsize=32)
def _kept(plain: bytes) -> bytes:
    return _gzipped(plain, 0)


def _gzipped(plain: bytes, added: int) -> bytes:
    """Compressed, with so many octets in the place where gzip has the name of a file."""
    found = io.BytesIO()
    with gzip.GzipFile("x" * added, "wb", _LEVEL, found, mtime=0) as file:
        file.write(plain)
    return found.getvalue()
