"""Fetching from an address that somebody typed in, without being made to look into our own network.

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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from scheduler.errors import MentorRoundsError
from scheduler.languages import mark, say

MAX_BYTES = 5 * 1024 * 1024
MAX_SECONDS = 20.0
MAX_REDIRECTS = 3
_READ_BYTES = 64 * 1024
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; MentorRounds; calendar reader)",  # some answer 500 to anything else
    "Accept": "text/calendar, */*;q=0.1",
    "Accept-Encoding": "identity",
}
_EMBEDDED_V4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_ADVICE = mark("Copy the address that starts with https:// or webcal://, as it is offered there for sharing.")


class NotFetched(MentorRoundsError):
    """What is there could not be had this time."""


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
        raise NotFetched(say("We can’t find that server."), where=host) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches what is at an address. What it may connect to is an argument: tests serve from this machine."""

    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], tuple[str, ...]] = resolved
    ports: frozenset[int] = field(default_factory=lambda: frozenset((80, 443)))
    max_bytes: int = MAX_BYTES
    max_seconds: float = MAX_SECONDS

    def fetch(self, address: str, etag: str = "") -> Fetched:
        """What is at an ``http``, ``https`` or ``webcal`` address; raises :class:`NotFetched` with the reason."""
        ends = time.monotonic() + self.max_seconds
        is_encrypted = False
        for _ in range(MAX_REDIRECTS + 1):
            parts = checked_address(address)
            if is_encrypted:  # and stays so, wherever it leads
                must_be_encrypted(parts)
            is_encrypted = is_encrypted or parts.scheme == "https"
            try:
                answer, location = self._once(parts, etag, ends)
                if answer is not None:
                    return answer
                address = urljoin(parts.geturl(), location)
            except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
                raise NotFetched(
                    say("The server sent an answer that we could not use."), where=parts.hostname or ""
                ) from error
        raise NotFetched(say("The address redirects too many times."))

    def send(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send something to an ``http`` or ``https`` address, by the same rules; returns the status of the answer, of
        which nothing else is read, and which is followed nowhere. Raises :class:`NotFetched` with the reason."""
        ends, parts = time.monotonic() + self.max_seconds, checked_address(address)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        try:
            with self._connected(parts, ends) as connection:
                named = {"User-Agent": "Mentor Rounds", "Host": _host_header(parts), **headers}
                connection.request("POST", target, body=body, headers=named, preload_content=False)
                return int(connection.getresponse().status)
        except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise NotFetched(
                say("The server sent an answer that we could not use."), where=parts.hostname or ""
            ) from error

    def _once(self, parts: SplitResult, etag: str, ends: float) -> tuple[Fetched | None, str]:
        """One request: the answer, or where it is redirected to."""
        with self._connected(parts, ends) as connection:
            target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            headers = _HEADERS | {"Host": _host_header(parts)} | ({"If-None-Match": etag} if etag else {})
            connection.request("GET", target, headers=headers, preload_content=False, decode_content=False)
            response = connection.getresponse()
            if response.status in _REDIRECTS and response.headers.get("Location"):
                return None, response.headers["Location"]
            return self._answer(response, etag, ends), ""

    def _answer(self, response: HTTPResponse, etag: str, ends: float) -> Fetched:
        if response.status == 304:
            return Fetched(None, etag)
        if response.status != 200:
            raise NotFetched(say("The server answered with error %(status)s.", status=response.status))
        return Fetched(self._body(response, ends), response.headers.get("ETag", ""))

    def _body(self, response: HTTPResponse, ends: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_READ_BYTES):
            size += len(part)
            if size > self.max_bytes:
                raise NotFetched(say("What is there is larger than %(size)s kB.", size=self.max_bytes // 1024))
            parts.append(part)
        if time.monotonic() >= ends:
            raise NotFetched(say("The server took longer than %(seconds)s seconds.", seconds=round(self.max_seconds)))
        return b"".join(parts)

    @contextmanager
    def _connected(self, parts: SplitResult, ends: float) -> Iterator[_Plain | _Secure]:
        """A connection to the one address that was checked, whatever the name stands for a moment later.

        It is cut when the time is up, in the handshake of TLS, too: a server that sends a byte now and then never runs
        into the socket's timeout.
        """
        connection = _connection(parts, self._address(parts))
        connection.timeout = _until(ends)
        cutting = threading.Timer(_until(ends), connection.cut)
        cutting.start()
        try:
            connection.connect()
            yield connection
        finally:
            cutting.cancel()
            connection.close()
            connection.let_go()

    def _address(self, parts: SplitResult) -> str:
        """The address to connect to, once every one that the name stands for is known to be allowed."""
        host, port = parts.hostname or "", _port(parts)
        self._must_be_allowed(host, port)
        addresses = self.resolve(host, port)
        if not addresses or not all(map(self.allowed, addresses)):
            raise _not_public(host)
        return addresses[0]

    def must_be_possible(self, parts: SplitResult) -> None:
        """Raise :class:`NotFetched` for an address that can never be connected to, whatever its name stands for: no
        name is looked up."""
        host, port = parts.hostname or "", _port(parts)
        self._must_be_allowed(host, port)
        name = host.rstrip(".")
        numeric = _as_numbers(name)
        if name == "localhost" or name.endswith(".localhost") or (numeric and not self.allowed(numeric)):
            raise _not_public(host)

    def _must_be_allowed(self, host: str, port: int) -> None:
        if port not in self.ports:
            raise NotFetched(
                say("We can only fetch from the standard web ports, not from port %(port)s.", port=port),
                where=host,
            )


def _not_public(host: str) -> NotFetched:
    return NotFetched(say("This address is not on the public internet."), where=host)


def _as_numbers(host: str) -> str:
    """The address that a host is written as, also in the short ways that systems read, such as ``127.1``; empty for a
    name."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return ""


def checked_address(address: str) -> SplitResult:
    """The parts of an address that may be fetched. Raises :class:`NotFetched` for any other."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError as error:
        raise NotFetched(say("This is not an address that we can fetch from.")) from error
    if parts.scheme.lower() in ("webcal", "webcals"):
        parts = parts._replace(scheme="https")
    if parts.scheme not in _PORTS or not parts.hostname or any(ord(sign) <= 32 for sign in address.strip()):
        raise NotFetched(say("This is not an address that we can fetch from."), what_to_do=say(_ADVICE))
    return parts


def must_be_encrypted(parts: SplitResult) -> None:
    """Raise :class:`NotFetched` for an address that anybody on the way could read, but for this very machine’s."""
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise NotFetched(
            say("This address isn’t encrypted, so others could read what is there on the way."),
            what_to_do=say(_ADVICE),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Held:
    """A connection whose line is held beside it from its first moment on, so that it can be cut at any."""

    line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of the class that this one is mixed into
        self.line = made.dup()
        return made

    def cut(self) -> None:
        """End it, whoever waits for it."""
        with suppress(OSError):
            if self.line is not None:
                self.line.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Close what was held."""
        if self.line is not None:
            self.line.close()


class _Plain(_Held, HTTPConnection):
    pass


class _Secure(_Held, HTTPSConnection):
    pass


def _connection(parts: SplitResult, address: str) -> _Plain | _Secure:
    """A connection to ``address`` that is not open yet; over TLS the certificate must be the name's."""
    if parts.scheme == "https":
        name = _ascii(parts.hostname or "")
        return _Secure(address, _port(parts), server_hostname=name, ssl_context=ssl.create_default_context())
    return _Plain(address, _port(parts))


def _host_header(parts: SplitResult) -> str:
    host, port = _ascii(parts.hostname or ""), _port(parts)
    named = f"[{host}]" if ":" in host else host
    return named if port == _PORTS[parts.scheme] else f"{named}:{port}"


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _until(ends: float) -> float:
    """Seconds until then; never none, which a socket would take for no limit at all."""
    return max(0.1, ends - time.monotonic())
