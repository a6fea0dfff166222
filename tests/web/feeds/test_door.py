"""Feeds over HTTP, through the whole application."""

import gzip
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from wsgiref.validate import validator

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from scheduler.bootstrap import connect
from scheduler.calendars.feed_cache import ServedFeed
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import FeedAddress, Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed, refresh, revoke
from scheduler.calendars.tables import FeedRow
from scheduler.calendars.validation import validate
from scheduler.db import Database
from scheduler.settings import Settings
from tests.scheduler.calendars.hospital import FIRST_SESSION, NOW, Hospital, a_hospital
from web.app import create_app
from web.feeds.door import FeedDoor

ADA = "Ada Quillfeather"


@pytest.fixture
def hospital(database: Database) -> Hospital:
    return a_hospital(database)


@pytest.fixture
def app(hospital: Hospital) -> Flask:
    return create_app(Settings("unused", "secret", base_url="https://rounds.example"), hospital.database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def address(hospital: Hospital) -> FeedAddress:
    return open_for(hospital)


def open_for(hospital: Hospital) -> FeedAddress:
    with hospital.database.writing() as db:
        return open_feed(db, hospital.actor(ADA), Subject(Purpose.RESIDENT, hospital.programme_id), NOW)


def test_a_feed_is_a_valid_calendar(client: FlaskClient, address: FeedAddress) -> None:
    response = client.get(address.path)
    assert response.status_code == 200
    assert validate(response.data) == ()
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'inline; filename="autumn-mentoring.ics"'
    assert response.headers["X-Robots-Tag"].startswith("noindex")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in response.headers
    assert address.token.encode() not in response.data


def test_head_tells_the_same_without_content(client: FlaskClient, address: FeedAddress) -> None:
    got, head = client.get(address.path), client.head(address.path)
    assert head.status_code == 200
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)


def test_an_unchanged_feed_is_not_sent_again(hospital: Hospital, client: FlaskClient, address: FeedAddress) -> None:
    first = client.get(address.path)
    unchanged = client.get(address.path, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    hospital.move("g1", 1, FIRST_SESSION.replace(day=20))
    with hospital.database.writing() as db:
        hospital.publish(db, NOW)
        refresh(db, hospital.programme_id, NOW)
    changed = client.get(address.path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert changed.headers["Last-Modified"] > first.headers["Last-Modified"]


def test_gzip_holds_the_same_calendar(client: FlaskClient, address: FeedAddress) -> None:
    plain = client.get(address.path)
    packed = client.get(address.path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "PATCH"])
def test_feeds_can_only_be_fetched(client: FlaskClient, address: FeedAddress, method: str) -> None:
    response = client.open(address.path, method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_an_unknown_address_looks_like_one_that_never_was(app: Flask) -> None:
    """But for the token and the mark of its form, which are others for each visitor."""
    unknown = app.test_client().get(f"/feeds/{'x' * 43}/autumn-mentoring.ics")
    never = app.test_client().get("/no/such/page.ics")
    assert unknown.status_code == never.status_code == 404
    assert without_form_token(unknown.text) == without_form_token(never.text)
    assert list(unknown.headers.keys()) == list(never.headers.keys())


def without_form_token(page: str) -> str:
    return re.sub(r'(name="(?:csrf_token|once)" value=)"[^"]+"', r"\1", page)


@pytest.mark.parametrize("path", ["/feeds/", "/feeds/short/a.ics", "/feeds/{token}", "/feeds/{token}/a.txt"])
def test_only_whole_addresses_are_feeds(client: FlaskClient, address: FeedAddress, path: str) -> None:
    answer = client.get(path.format(token=address.token))
    assert answer.status_code == 404
    assert address.token not in answer.text, "mistyped, it is somebody's secret all the same"


def test_the_readable_name_may_be_any(client: FlaskClient, address: FeedAddress) -> None:
    response = client.get(f'/feeds/{address.token}/my"own name.ics')
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == 'inline; filename="calendar.ics"'


def test_a_revoked_address_is_gone_at_once(hospital: Hospital, client: FlaskClient, address: FeedAddress) -> None:
    assert client.get(address.path).status_code == 200
    with hospital.database.writing() as db:
        revoke(db, hospital.actor(ADA), address.feed_id, NOW)
    response = client.get(address.path)
    assert response.status_code == 410
    assert b"VCALENDAR" not in response.data


def test_use_is_noted(hospital: Hospital, address: FeedAddress) -> None:
    shelf = FeedStore(hospital.database, aside=at_once)
    assert shelf.fetch(address.token, NOW) is not None
    with hospital.database.reading() as db:
        assert db.scalars(select(FeedRow.last_used_at)).one() == NOW


def at_once(work: Callable[[], None]) -> None:
    work()


@pytest.fixture
def removable(tmp_path: Path, migrated_sqlite: Path) -> Iterator[tuple[Database, Path]]:
    """A database in a folder that can be taken away."""
    folder = tmp_path / "volume"
    folder.mkdir()
    shutil.copy(migrated_sqlite, folder / "rounds.sqlite")
    database = connect(f"sqlite:///{folder / 'rounds.sqlite'}")
    yield database, folder
    database.close()


def test_without_a_database_the_last_good_body_is_served(removable: tuple[Database, Path]) -> None:
    database, folder = removable
    hospital = a_hospital(database)
    known, unseen = open_for(hospital), open_for(hospital)
    app = create_app(Settings("unused", "secret"), database)
    client = app.test_client()
    before = client.get(known.path)
    database.close()
    folder.rename(folder.with_name("elsewhere"))
    after = client.get(known.path)
    assert (after.status_code, after.data, dict(after.headers)) == (200, before.data, dict(before.headers))
    assert client.get(known.path, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    missing = client.get(unseen.path)
    assert (missing.status_code, missing.headers["Retry-After"]) == (503, "120")
    folder.with_name("elsewhere").rename(folder)
    assert client.get(unseen.path).status_code == 200


def test_a_process_that_starts_without_a_database_serves_what_another_has_kept(
    removable: tuple[Database, Path], tmp_path: Path
) -> None:
    database, folder = removable
    hospital = a_hospital(database)
    known, closed = open_for(hospital), open_for(hospital)
    settings = Settings("unused", "secret", feed_folder=str(tmp_path / "kept" / "feeds"))
    client = create_app(settings, database).test_client()
    before = client.get(known.path)
    assert client.get(closed.path).status_code == 200
    with database.writing() as db:
        revoke(db, hospital.actor(ADA), closed.feed_id, NOW)
    assert client.get(closed.path).status_code == 410
    names = [path.name for path in Path(settings.feed_folder).iterdir()]
    assert names == [sha256(known.token.encode()).hexdigest()], "called by what opens nothing; closed ones are let go"
    database.close()
    folder.rename(folder.with_name("elsewhere"))
    later = create_app(settings, database).test_client()
    after = later.get(known.path)
    assert (after.status_code, after.data, dict(after.headers)) == (200, before.data, dict(before.headers))
    assert later.get(closed.path).status_code == 503
    (Path(settings.feed_folder) / names[0]).write_bytes(b"{ no feed")
    assert create_app(settings, database).test_client().get(known.path).status_code == 503


def test_a_disk_that_fails_does_no_harm(hospital: Hospital, address: FeedAddress, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings = Settings("unused", "secret", feed_folder=str(tmp_path / "taken"))
    client = create_app(settings, hospital.database).test_client()
    with structlog.testing.capture_logs() as lines:
        assert client.get(address.path).status_code == 200
    assert "feed_not_kept_on_disk" in {line["event"] for line in lines}


def test_an_unexpected_error_is_no_calendar_and_tells_no_address(
    app: Flask, address: FeedAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web server would write the whole address into its log."""

    def stumble(_shelf: FeedStore, token: str, _now: object) -> None:
        raise ZeroDivisionError(token)

    monkeypatch.setattr(FeedStore, "fetch", stumble)
    with structlog.testing.capture_logs() as lines:
        assert app.test_client().get(address.path).status_code == 503
    assert [(line["event"], line["error"]) for line in lines] == [("feed_failed", "ZeroDivisionError")]
    assert address.token not in repr(lines)


def test_compression_may_be_switched_off(hospital: Hospital, address: FeedAddress) -> None:
    app = create_app(Settings("unused", "secret", feed_gzip=False), hospital.database)
    answer = app.test_client().get(address.path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert validate(answer.data) == ()


def test_memory_for_bodies_is_bounded(hospital: Hospital) -> None:
    addresses = [open_for(hospital) for _ in range(6)]
    one = FeedStore(hospital.database, aside=lambda _: None).fetch(addresses[0].token, NOW)
    assert isinstance(one, ServedFeed)
    room_for_three = 3 * len(one.gzipped) + 200
    shelf = FeedStore(hospital.database, kept_octets=room_for_three, aside=lambda _: None)
    for address in addresses:
        assert shelf.fetch(address.token, NOW) is not None
        assert 0 < shelf.kept_octets <= room_for_three


def test_no_address_is_ever_logged(app: Flask, address: FeedAddress, caplog: pytest.LogCaptureFixture) -> None:
    client = app.test_client()
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        for method in ("GET", "HEAD", "POST"):
            client.open(address.path, method=method)
        client.get(address.path.replace(".ics", ".txt"))
        client.get(f"/feeds/{address.token}x/a.ics")
    told = repr(lines) + caplog.text
    assert address.token not in told
    assert len(lines) >= 2


def test_the_door_keeps_to_the_wsgi_rules(app: Flask, address: FeedAddress) -> None:
    """Read by the reference checker of the standard library."""
    assert isinstance(app.wsgi_app, FeedDoor)
    app.wsgi_app = validator(app.wsgi_app)  # type: ignore[method-assign]
    client = app.test_client()
    for method in ("GET", "HEAD", "POST"):
        response = client.open(address.path, method=method, buffered=True)
        response.close()
        assert response.status_code in (200, 405)
