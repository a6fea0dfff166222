"""Doors that answer requests: feeds, the API, passkeys. A sample is a request as text: method and address, headers, a
blank line, and the body. A breakdown is an exception, or an answer of status 500 and more."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from flask import Flask, got_request_exception
from sqlalchemy import select
from werkzeug.test import create_environ, run_wsgi_app

from scheduler import clock
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.errors import MentorRoundsError
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.signing_in import passkeys, tokens
from scheduler.signing_in.passkeys import Challenge, Site
from tests.authenticator import Authenticator, text
from tests.fuzz.doors import Door
from tests.web.builders import BASE_URL, COORDINATOR, OTHER_RESIDENT, RESIDENT, Pages

_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")
_FAILED: Final = 500
CHALLENGE: Final = b"asked in every example alike, here"


class Broke(AssertionError):
    """The application answered that something broke."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a web server hands on: it refuses by itself whatever is no method, address or header."""

    method: bytes
    address: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


def read_request(sample: bytes) -> Request | None:
    """The request of a sample; None for what a web server would not hand on."""
    head, _, body = sample.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    method, _, address = first.partition(b" ")
    headers = [(name, value.strip()) for name, mark, value in (line.partition(b":") for line in lines) if mark]
    known = all(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value) for name, value in headers)
    plain = re.fullmatch(rb"/[^\x00-\x20\x7f]*", address) is not None
    return Request(method, address, headers, body) if known and plain and _TOKEN.fullmatch(method) else None


def answer(app: Flask, request: Request) -> int:
    """The status that the application answers, with the whole of its answer read."""
    path, _, query = request.address.partition(b"?")
    environ = create_environ(base_url="http://localhost")
    environ["REQUEST_METHOD"] = request.method.decode("latin-1")
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    environ["QUERY_STRING"] = query.decode("latin-1")
    environ["CONTENT_LENGTH"] = str(len(request.body))
    environ["wsgi.input"] = io.BytesIO(request.body)
    for name, value in request.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.decode("latin-1")
    _content, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0])


def doors(pages: Pages) -> tuple[Door, ...]:
    """Doors of the pages, whose samples are about what is there."""
    with pages.database.writing() as db:
        token = tokens.make_token_for(db, OPERATOR, COORDINATOR, "a script", "publish", 30, clock.now()).secret
        ada = db.scalars(select(PersonRow).where(PersonRow.email == RESIDENT)).one()
        subject = Subject(Purpose.RESIDENT, pages.programme_id)
        feed = open_feed(db, Actor(ada.id, ada.name), subject, clock.now())
    device = Authenticator(BASE_URL)
    return (
        Door("feeds", lambda: _feeds(feed.path), _entering(pages.app)),
        Door("api", lambda: _api(pages, token), _entering(pages.app, f"Bearer {token}")),
        Door("passkeys", lambda: _passkeys(device), _passkey(pages)),
    )


def _entering(app: Flask, authorization: str = "") -> Callable[[bytes], None]:
    def enter(sample: bytes) -> None:
        request = read_request(sample)
        if request is None:
            return
        if authorization:  # a program without its token gets no further than that
            request = replace(request, headers=(*request.headers, (b"Authorization", authorization.encode())))
        broke: list[BaseException] = []

        def note(_app: Flask, exception: BaseException, **_more: object) -> None:
            broke.append(exception)

        with got_request_exception.connected_to(note, app):
            status = answer(app, request)
        if status >= _FAILED:
            raise Broke(f"{status} to {sample[:200]!r}") from (broke[-1] if broke else None)

    return enter


def _feeds(path: str) -> tuple[bytes, ...]:
    """Requests of calendar clients: for the feed, an unchanged one, a part of it, and one that is not there."""
    heads = (
        "Accept-Encoding: gzip;q=1.0, identity;q=0.5",
        'If-None-Match: W/"abc", "def"',
        "If-Modified-Since: Tue, 01 Dec 2026 08:00:00 GMT",
        "If-Modified-Since: Tue, 01 Dec 2026 08:999999999999999999990 GMT",
        "Range: bytes=0-99",
        "Accept-Language: fr;q=0.9, en",
    )
    addresses = (path, "/static/style.css?v=1")
    asked = [f"{method} {each}\n{head}" for each in addresses for method in ("GET", "HEAD") for head in heads]
    unknown = re.sub(r"[\w-]{20,}", "A" * 43, path)
    return tuple(each.encode() for each in (*asked, f"GET {unknown}\nUser-Agent: x", f"POST {path}\nAccept: */*"))


def _api(pages: Pages, token: str) -> tuple[bytes, ...]:
    """Requests of every kind: what is read is sent back, tried and for good; and every list is asked for."""
    client, programme = pages.app.test_client(), f"/api/v1/programmes/{pages.programme_id}"

    def read(path: str) -> Any:
        return client.get(path, headers={"Authorization": f"Bearer {token}"}).json

    settings, people = read(programme), read(f"{programme}/people?limit=5")
    ada, cleo = pages.ids[RESIDENT], pages.ids[OTHER_RESIDENT]
    edits = [{"edit": "swap", "resident": ada, "other": cleo}, {"edit": "move", "resident": ada, "to": None}]
    bodies: dict[str, object] = {
        f"PUT {programme}?dry_run=1": settings,
        f"PUT {programme}/people?dry_run=true": people,
        f"PUT {programme}/relations?dry_run=1": {"items": [{"from": ada, "to": cleo, "kind": "supervises"}]},
        f"POST /api/v1/plans/{pages.draft_id}/edits?dry_run=1": {"edits": edits, "version": 0},
        f"POST /api/v1/plans/{pages.draft_id}/edits": {"edits": edits[:1]},
        f"POST /api/v1/plans/{pages.draft_id}/publish": {"overrides": [{"item": "charter", "reason": "It is agreed."}]},
        f"POST {programme}/runs": {"seconds": 2},
        f"POST {programme}/rotas/1/answers": {"answers": {"q1": "night 21:00-09:30"}},
        f"POST {programme}/troubles/1/settle": {"remedy": 1, "note": "done"},
        f"POST {programme}/webhooks": {"address": "https://example.org/hook", "events": ["plan.published"]},
        "POST /api/v1/programmes": settings,
    }
    head = "Content-Type: application/json\nIf-Match: *\nIdempotency-Key: key-1"
    changing = (f"{asked}\n{head}\n\n{json.dumps(body)}" for asked, body in bodies.items())
    parts = ("people", "relations", "rotas/1", "plans", "sessions", "troubles", "cover", "evidence", "webhooks")
    days = f"availability?person={ada}&from=2027-01-01&to=2027-02-01"
    lists = (f"GET {programme}/{part}" for part in (*(f"{part}?limit=3&cursor=" for part in parts), days))
    others = (f"GET /api/v1/plans/{pages.published_id}", f"GET /api/v1/runs/{pages.run_id}", "GET /api/v1/programmes")
    boundary = "Content-Type: multipart/form-data; boundary=zz"
    part = 'Content-Disposition: form-data; name="file"; filename="r.csv"\r\n\r\nName,1.3.2027\r\nAda Quill,N\r\n'
    site = '--zz\r\nContent-Disposition: form-data; name="site"\r\n\r\nnorth\r\n'
    upload = f"POST {programme}/rotas\n{boundary}\n\n{site}--zz\r\n{part}--zz--\r\n"
    return tuple(
        each.encode() for each in chain(changing, (f"{one}\nAccept: */*" for one in (*lists, *others)), (upload,))
    )


def _passkeys(device: Authenticator) -> tuple[bytes, ...]:
    """Answers of browsers that were told to add a passkey and to sign in by one."""
    site, challenge = Site("localhost", BASE_URL), Challenge(text(CHALLENGE), clock.now())
    told = json.loads(passkeys.options_to_sign_in(site, challenge))
    added = {"user": {"id": text(b"someone")}, "rp": {"id": "localhost"}, "challenge": text(CHALLENGE)}
    return (device.make(added).encode(), device.sign(told).encode())


def _passkey(pages: Pages) -> Callable[[bytes], None]:
    site = Site("localhost", BASE_URL)

    def enter(sample: bytes) -> None:
        answered = sample.decode("utf-8", "replace")
        with pages.database.writing() as db:
            coordinator = db.scalars(select(PersonRow).where(PersonRow.email == COORDINATOR)).one()
            roles = frozenset({(pages.programme_id, Role.COORDINATOR)})
            actor = Actor(coordinator.id, coordinator.name, roles)
            passkeys.sign_in_by_passkey(db, site, CHALLENGE, answered, "", clock.now())
            nothing_stays = db.begin_nested()
            with suppress(MentorRoundsError):
                passkeys.add_passkey(db, actor, site, CHALLENGE, "fuzz", answered, clock.now())
                db.flush()
                passkeys.remove_passkey(db, actor, passkeys.list_passkeys(db, actor)[0].id, clock.now())
            if nothing_stays.is_active:
                nothing_stays.commit()

    return enter
