"""What a client that asks for a feed is told (RFC 9110): a calendar, not modified, gone. Pure; knows no server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from operator import attrgetter
from typing import Final

from werkzeug.http import http_date, parse_accept_header, parse_date, parse_etags

from scheduler.calendars.feed_cache import ServedFeed

ALLOWED: Final = ("GET", "HEAD")
_COMPRESSED: Final = "-gzip"
_CALENDAR: Final = ("Content-Type", "text/calendar; charset=utf-8")
_GZIP: Final = ("Content-Encoding", "gzip")
_KEPT_BUT_ASKED: Final = ("Cache-Control", "private, no-cache")
_VARY: Final = ("Vary", "Accept-Encoding")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers that belong to it, and the octets of its content."""

    status: HTTPStatus
    headers: Headers
    body: bytes = b""


def _refusal(status: HTTPStatus, sentence: str, *headers: tuple[str, str]) -> Answer:
    body = f"{sentence}\n".encode()
    plain = ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))
    return Answer(status, (*plain, ("Cache-Control", "no-store"), *headers), body)


GONE: Final = _refusal(HTTPStatus.GONE, "This calendar address is closed.")
NOT_ALLOWED: Final = _refusal(
    HTTPStatus.METHOD_NOT_ALLOWED, "A calendar can only be fetched.", ("Allow", ", ".join(ALLOWED))
)
UNAVAILABLE: Final = _refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "The calendar cannot be read just now.", ("Retry-After", "120")
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The request headers that decide; empty where they were not sent."""

    accept_encoding: str = ""
    if_none_match: str = ""
    if_modified_since: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Conditions:
        """Those of a WSGI request."""
        find = environ.get
        return cls(find("HTTP_ACCEPT_ENCODING", ""), find("HTTP_IF_NONE_MATCH", ""), find("HTTP_IF_MODIFIED_SINCE", ""))


def answer(
    feed: ServedFeed,
    file_name: str,
    conditions: Conditions,
    *,
    plain: Callable[[ServedFeed], bytes] = attrgetter("body"),
    may_compress: bool = True,
) -> Answer:
    """The whole calendar, or 304 where the client has it already.

    `plain` gives a feed's octets for a client that takes nothing compressed. Compressed octets have a tag of their own;
    a client that holds either of the two forms is up to date.
    """
    compressed = may_compress and accepts_gzip(conditions.accept_encoding)
    tag = feed.etag + _COMPRESSED if compressed else feed.etag
    known = _known_tag(feed, tag, conditions)
    if known:
        return Answer(HTTPStatus.NOT_MODIFIED, _validators(feed, known))
    body = feed.gzipped if compressed else plain(feed)
    about_body = ("Content-Length", str(len(body))), ("Content-Disposition", f'inline; filename="{file_name}"')
    encoding = (_GZIP,) if compressed else ()
    return Answer(HTTPStatus.OK, (_CALENDAR, *about_body, *encoding, *_validators(feed, tag)), body)


@lru_cache(maxsize=512)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client asks for gzip; one that sends no wish gets plain octets."""
    return parse_accept_header(accept_encoding).quality("gzip") > 0


@lru_cache(maxsize=4096)
def _date(moment: datetime) -> str:
    return http_date(moment)


def _validators(feed: ServedFeed, tag: str) -> Headers:
    return ("ETag", f'"{tag}"'), ("Last-Modified", _date(feed.changed_at)), _KEPT_BUT_ASKED, _VARY


def _known_tag(feed: ServedFeed, tag: str, conditions: Conditions) -> str:
    """The tag of the form that the client holds unchanged, or nothing. A tag outranks a date (RFC 9110 13.1.3)."""
    if conditions.if_none_match:
        return _held_form(feed, tag, conditions.if_none_match)
    since = _since(conditions.if_modified_since) if conditions.if_modified_since else None
    return tag if since is not None and feed.changed_at <= since else ""


def _since(text: str) -> datetime | None:
    """The moment; None for what is none, however large the numbers are in it."""
    try:
        return parse_date(text)
    except OverflowError:
        return None


def _held_form(feed: ServedFeed, tag: str, if_none_match: str) -> str:
    if if_none_match == f'"{tag}"':  # what nearly every client sends; a list takes ten times as long to read
        return tag
    held = parse_etags(if_none_match)
    forms = (tag, feed.etag, feed.etag + _COMPRESSED)
    return next((form for form in forms if held.contains_weak(form)), "")
