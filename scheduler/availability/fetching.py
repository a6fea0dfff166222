"""Fetching a calendar from an address that somebody typed in, without being made to look into our own network.

The name is resolved once, every address it stands for must be public, and the connection goes to just the address
that was checked; each redirect is checked anew. Time and size are bounded.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from scheduler.errors import MentorRoundsError
from scheduler.languages import say

MAX_BYTES = 5 * 1024 * 1024
MAX_SECONDS = 20.0
MAX_REDIRECTS = 3
_READ_BYTES = 64 * 1024
_PORTS = {"http": 80, "https": 443}
_USER_AGENT = "Mozilla/5.0 (compatible; MentorRounds; calendar reader)"  # some servers answer 500 to anything else
_EMBEDDED_V4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


class NotFetched(MentorRoundsError):
    """The calendar could not be had this time."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body and its ETag; ``body`` is None where the server says that nothing has changed."""

    body: bytes | None
    etag: str


def is_public(address: str) -> bool:
    """Whether an address lies in the public internet, also where it wraps another one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_site_local:
            return False
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if wrapped is not None:
            return is_public(str(wrapped))
        if any(ip in network for network in _EMBEDDED_V4):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolved(host: str, port: int) -> tuple[str, ...]:
    """Every address of a host. Raises :class:`NotFetched` if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFetched(say("There is no such server."), where=host) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches calendars. What may be connected to is an argument so that tests can serve from this machine."""

    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], tuple[str, ...]] = resolved
    ports: frozenset[int] = field(default_factory=lambda: frozenset((80, 443)))
    max_bytes: int = MAX_BYTES
    max_seconds: float = MAX_SECONDS

    def fetch(self, address: str, etag: str = "") -> Fetched:
        """The calendar at an ``http``, ``https`` or ``webcal`` address; raises :class:`NotFetched` with the reason."""
        ends = time.monotonic() + self.max_seconds
        for _ in range(MAX_REDIRECTS + 1):
            parts = checked_address(address)
            try:
                answer, location = self._once(parts, etag, ends)
                if answer is not None:
                    return answer
                address = urljoin(parts.geturl(), location)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise NotFetched(say("The server did not answer as it should."), where=parts.hostname or "") from error
        raise NotFetched(say("The address is redirected too often."))

    def _once(self, parts: SplitResult, etag: str, ends: float) -> tuple[Fetched | None, str]:
        """One request: the answer, or where it is redirected to."""
        connection = self._connection(parts, ends)
        cutting = threading.Timer(max(0.1, ends - time.monotonic()), connection.cut)
        cutting.start()
        try:
            target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            headers = {"User-Agent": _USER_AGENT, "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
            connection.request("GET", target, headers=headers | ({"If-None-Match": etag} if etag else {}))
            response = connection.getresponse()
            if response.status in (301, 302, 303, 307, 308) and response.getheader("Location"):
                return None, str(response.getheader("Location"))
            return self._answer(response, etag, ends), ""
        finally:
            cutting.cancel()
            connection.close()

    def _answer(self, response: http.client.HTTPResponse, etag: str, ends: float) -> Fetched:
        if response.status == 304:
            return Fetched(None, etag)
        if response.status != 200:
            raise NotFetched(say("The server answered with status %(status)s.", status=response.status))
        return Fetched(self._body(response, ends), response.getheader("ETag") or "")

    def _body(self, response: http.client.HTTPResponse, ends: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_READ_BYTES):
            size += len(part)
            if size > self.max_bytes:
                raise NotFetched(say("The calendar is larger than %(size)s kB.", size=self.max_bytes // 1024))
            parts.append(part)
        if time.monotonic() >= ends:
            raise NotFetched(say("The server took longer than %(seconds)s seconds.", seconds=round(self.max_seconds)))
        return b"".join(parts)

    def _connection(self, parts: SplitResult, ends: float) -> _Pinned:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if port not in self.ports:
            raise NotFetched(
                say("Calendars are fetched from the usual ports only, not from %(port)s.", port=port), where=host
            )
        addresses = self.resolve(host, port)
        if not addresses or not all(map(self.allowed, addresses)):
            raise NotFetched(say("This address does not lie in the public internet."), where=host)
        wait = max(0.1, ends - time.monotonic())
        if parts.scheme == "https":
            return _PinnedHttps(host, port, addresses[0], wait)
        return _Pinned(host, port, addresses[0], wait)


def checked_address(address: str) -> SplitResult:
    """The parts of an address that may be fetched. Raises :class:`NotFetched` for any other."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError as error:
        raise NotFetched(say("This is no address of a calendar.")) from error
    if parts.scheme.lower() in ("webcal", "webcals"):
        parts = parts._replace(scheme="https")
    if parts.scheme not in _PORTS or not parts.hostname or any(ord(sign) <= 32 for sign in address.strip()):
        advice = say("Copy the address that begins with https:// or webcal:// from the calendar’s settings.")
        raise NotFetched(say("This is no address of a calendar."), what_to_do=advice)
    return parts


class _Pinned(http.client.HTTPConnection):
    """A connection to one checked address, whatever the name stands for a moment later."""

    def __init__(self, host: str, port: int, address: str, wait_seconds: float) -> None:
        super().__init__(host, port, timeout=wait_seconds)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)

    def cut(self) -> None:
        """End it from outside: a server that sends a byte now and then never runs into the socket's own timeout."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _PinnedHttps(_Pinned):
    """The same over TLS; the certificate must be the name's."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()
