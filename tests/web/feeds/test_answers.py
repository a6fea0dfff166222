"""Conditional requests and compression (RFC 9110 sections 8.8, 12.5.3, 13), clause by clause."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendars.feed_cache import ServedFeed
from web.feeds.answers import GONE, NOT_ALLOWED, UNAVAILABLE, Answer, Conditions, accepts_gzip, answer

CHANGED_AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
FEED = ServedFeed(1, "abc", CHANGED_AT, gzip.compress(BODY, mtime=0))


def ask(**conditions: str) -> Answer:
    return answer(FEED, "peer.ics", Conditions(**conditions))


def http(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def test_a_calendar_comes_with_everything_that_clients_need() -> None:
    found = ask()
    assert found.status == HTTPStatus.OK
    assert found.body == BODY
    assert dict(found.headers) == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Length": str(len(BODY)),
        "Content-Disposition": 'inline; filename="peer.ics"',
        "ETag": '"abc"',
        "Last-Modified": "Tue, 01 Sep 2026 08:00:00 GMT",
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
    }


def test_compressed_octets_have_their_own_tag() -> None:
    found = ask(accept_encoding="gzip, deflate, br")
    headers = dict(found.headers)
    assert gzip.decompress(found.body) == BODY
    assert (headers["Content-Encoding"], headers["ETag"]) == ("gzip", '"abc-gzip"')
    assert headers["Content-Length"] == str(len(found.body))


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("gzip;q=0.1", True),
        ("br, *", True),
        ("*;q=0", False),
        ("\x00;;==,gz", False),
    ],
)
def test_gzip_only_for_those_who_ask(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({"if_none_match": '"abc"'}, 304),
        ({"if_none_match": 'W/"abc"'}, 304),
        ({"if_none_match": '"x", "abc"'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"abc-gzip"'}, 304),
        ({"if_none_match": '"abc"', "accept_encoding": "gzip"}, 304),
        ({"if_none_match": '"abd"'}, 200),
        ({"if_none_match": "rubbish"}, 200),
        ({"if_modified_since": http(CHANGED_AT)}, 304),
        ({"if_modified_since": http(CHANGED_AT + timedelta(days=1))}, 304),
        ({"if_modified_since": http(CHANGED_AT - timedelta(seconds=1))}, 200),
        ({"if_modified_since": "yesterday"}, 200),
        ({"if_modified_since": http(CHANGED_AT), "if_none_match": '"old"'}, 200),
        ({"if_modified_since": http(CHANGED_AT - timedelta(days=9)), "if_none_match": '"abc"'}, 304),
    ],
)
def test_not_modified_exactly_when_the_client_has_it(conditions: dict[str, str], status: int) -> None:
    found = ask(**conditions)
    assert found.status == status
    assert bool(found.body) == (status == 200)
    assert {"ETag", "Last-Modified", "Cache-Control", "Vary"} <= dict(found.headers).keys()
    assert ("Content-Type" in dict(found.headers)) == (status == 200)


@given(st.binary(max_size=80).map(lambda octets: octets.decode("latin-1")))
def test_no_header_is_too_odd(header: str) -> None:
    found = ask(accept_encoding=header, if_none_match=header, if_modified_since=header)
    assert found.status in (200, 304)


@given(st.lists(st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True), max_size=5), st.integers(0, 5))
def test_a_client_that_holds_the_tag_never_gets_the_calendar_again(others: list[str], place: int) -> None:
    tags = [*others[:place], "abc", *others[place:]]
    assert ask(if_none_match=", ".join(f'"{tag}"' for tag in tags)).status == 304


@pytest.mark.parametrize(
    ("refusal", "status"), [(GONE, 410), (NOT_ALLOWED, 405), (UNAVAILABLE, 503)], ids=["gone", "method", "database"]
)
def test_refusals_are_plain_and_not_kept(refusal: Answer, status: int) -> None:
    headers = dict(refusal.headers)
    assert refusal.status == status
    assert headers["Content-Length"] == str(len(refusal.body))
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"].startswith("text/plain")
