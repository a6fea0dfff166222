"""Fetching calendars: real requests to a server of the test's own, and addresses that must never be asked."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import SplitResult

import pytest

from scheduler.availability.calendar_download import Fetched, Fetcher, NotFetched, checked_address, is_public
from tests.certificates import certified

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

_ELSEWHERE = {
    "/inside": "http://169.254.169.254/latest/meta-data/",
    "/file": "file:///etc/passwd",
    "/loop": "/loop",
    "/broken": "http://[bad",
    "/strange": "http://a\x7fb/",
}


class _Server(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - the test's notebook
    hosts: list[str] = []  # noqa: RUF012
    has_sent_all = threading.Event()

    def do_GET(self) -> None:
        _Server.asked.append(self.path)
        _Server.hosts.append(self.headers["Host"])
        if self.path.startswith("/to/"):
            self._answer(302, location=self.path[3:])
        elif self.path in _ELSEWHERE:
            self._answer(302, location=_ELSEWHERE[self.path])
        elif self.path == "/gone":
            self._answer(410)
        elif self.path == "/large":
            self._answer(200, CALENDAR * 100)
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            self._drip()
        elif self.path == "/slow/headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            self._drip()
        elif self.headers.get("If-None-Match") == '"1"':
            self._answer(304)
        else:
            self._answer(200, CALENDAR)

    def _answer(self, status: int, body: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        for _ in range(1200):
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.05)
        _Server.has_sent_all.set()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The server on a port of this machine."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    if tls is not None:
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)
    _Server.asked.clear()
    _Server.hosts.clear()
    _Server.has_sent_all.clear()
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield httpd.server_port
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def server() -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


def fetcher(address: str, **options: object) -> Fetcher:
    """A fetcher that may ask this one machine, where the test serves, but nothing else inside."""
    port = int(address.rsplit(":", 1)[1])
    return Fetcher(
        allowed=lambda ip: ip == "127.0.0.1" or is_public(ip),
        ports=frozenset((port, 80, 443)),
        **options,  # type: ignore[arg-type]
    )


def test_a_calendar_is_fetched_and_asked_for_only_if_changed(server: str) -> None:
    first = fetcher(server).fetch(f"{server}/a.ics?secret=1")
    assert (first.body, first.etag) == (CALENDAR, '"1"')
    assert fetcher(server).fetch(f"{server}/a.ics", first.etag).body is None
    assert _Server.asked == ["/a.ics?secret=1", "/a.ics"]


def test_redirects_are_followed_a_few_times(server: str) -> None:
    assert fetcher(server).fetch(f"{server}/to/to/a.ics").body == CALENDAR
    with pytest.raises(NotFetched, match="redirects too many times"):
        fetcher(server).fetch(f"{server}/loop")


@pytest.mark.parametrize(("path", "word"), [("/inside", "public internet"), ("/file", "not an address")])
def test_a_redirect_does_not_lead_inside(server: str, path: str, word: str) -> None:
    with pytest.raises(NotFetched, match=word):
        fetcher(server).fetch(server + path)


@pytest.mark.parametrize("path", ["/broken", "/strange"])
def test_a_redirect_to_nowhere_is_a_calendar_not_fetched(server: str, path: str) -> None:
    with pytest.raises(NotFetched):
        fetcher(server).fetch(server + path)


def test_a_webcal_address_may_redirect_within_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def once(_: Fetcher, parts: SplitResult, *__: object) -> tuple[Fetched | None, str]:
        asked.append(parts.geturl())
        return (Fetched(CALENDAR, ""), "") if len(asked) == 2 else (None, "/b.ics")

    monkeypatch.setattr(Fetcher, "_once", once)
    assert Fetcher().fetch("webcal://calendar.example/x/a.ics").body == CALENDAR
    assert asked == ["https://calendar.example/x/a.ics", "https://calendar.example/b.ics"]


def test_size_time_and_status_are_bounded(server: str) -> None:
    with pytest.raises(NotFetched, match="larger than 1 kB"):
        fetcher(server, max_bytes=1024).fetch(f"{server}/large")
    with pytest.raises(NotFetched, match=r"longer than|did not answer"):
        fetcher(server, max_seconds=0.3).fetch(f"{server}/slow")
    with pytest.raises(NotFetched, match="error 410"):
        fetcher(server).fetch(f"{server}/gone")


@pytest.mark.parametrize("path", ["/slow", "/slow/headers"])
def test_a_server_that_sends_a_byte_now_and_then_is_cut_off(server: str, path: str) -> None:
    with pytest.raises(NotFetched):
        fetcher(server, max_seconds=0.3).fetch(server + path)
    assert not _Server.has_sent_all.is_set()


def test_a_server_that_drags_out_the_handshake_is_cut_off() -> None:
    has_sent_all = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def drag() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):
                line.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 kB, which comes byte by byte
                for _ in range(1200):
                    line.sendall(b"x")
                    time.sleep(0.05)
                has_sent_all.set()

        threading.Thread(target=drag, daemon=True).start()
        address = f"https://127.0.0.1:{listening.getsockname()[1]}/a.ics"
        with pytest.raises(NotFetched):
            fetcher(address.removesuffix("/a.ics"), max_seconds=0.3).fetch(address)
        assert not has_sent_all.is_set()


def test_this_machine_is_never_asked(server: str) -> None:
    port = int(server.rsplit(":", 1)[1])
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1"):
        with pytest.raises(NotFetched):
            Fetcher(ports=frozenset((port,))).fetch(f"http://{host}:{port}/a.ics")
    assert _Server.asked == []


def test_a_name_with_one_address_inside_is_refused_whole(server: str) -> None:
    port = int(server.rsplit(":", 1)[1])
    for addresses in (("8.8.8.8", "10.0.0.1"), ("fd00::1",), ()):
        sly = Fetcher(resolve=lambda *_, found=addresses: found, ports=frozenset((port,)))
        with pytest.raises(NotFetched, match="public internet"):
            sly.fetch(f"http://calendar.example:{port}/a.ics")
    assert _Server.asked == []


def test_the_connection_goes_to_the_address_that_was_checked(server: str) -> None:
    answers = iter([("127.0.0.1",)])
    port = int(server.rsplit(":", 1)[1])
    pinned = Fetcher(allowed=lambda _: True, resolve=lambda *_: next(answers), ports=frozenset((port,)))
    assert pinned.fetch(f"http://calendar.invalid:{port}/a.ics").body == CALENDAR
    assert _Server.hosts == [f"calendar.invalid:{port}"]


@pytest.mark.parametrize(
    ("host", "is_trusted", "is_read"),
    [("calendar.invalid", True, True), ("another.invalid", True, False), ("calendar.invalid", False, False)],
)
def test_over_tls_the_certificate_must_be_the_names_and_trusted(
    host: str, is_trusted: bool, is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = certified("calendar.invalid", tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", both)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    with serving(context) as port:
        pinned = Fetcher(allowed=lambda _: True, resolve=lambda *_: ("127.0.0.1",), ports=frozenset((port,)))
        if is_read:
            assert pinned.fetch(f"https://{host}:{port}/a.ics").body == CALENDAR
        else:
            with pytest.raises(NotFetched, match="could not use"):
                pinned.fetch(f"https://{host}:{port}/a.ics")
    assert _Server.hosts == ([f"{host}:{port}"] if is_read else [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "2001:db8::1", "fec0::1",
    ],
)  # fmt: skip
def test_addresses_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_outside(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "calendar.ics",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "https://",
        "http://[::1",
        "http://a b/",
        "http://a:99999/",
    ],
)
def test_what_is_no_address_of_a_calendar(address: str) -> None:
    with pytest.raises(NotFetched):
        checked_address(address)


def test_webcal_means_https() -> None:
    assert checked_address("webcal://example.org/a.ics").scheme == "https"


def test_odd_ports_are_not_asked() -> None:
    with pytest.raises(NotFetched, match="standard web ports"):
        Fetcher().fetch("http://example.org:22/a.ics")
