"""The web server's worker: slow clients hold up few of its threads, and none for long.

A thread that reads from a client waits for it. So a request is given to the pages once it is here, as far as the kernel
keeps it; whoever takes longer needs one of a few places for slow clients, and has a time by which all must have come.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from typing import Any, Final

from gunicorn import util
from gunicorn.workers import gthread
from gunicorn.workers.gthread import ThreadWorker

from scheduler.jobs.parents import die_with_parent

QUICK_SECONDS: Final = 0.2
"""A client that has sent a whole request by then needs no place among the slow ones."""
HEAD_SECONDS: Final = 10.0
"""For the lines of a request, from the first sign on."""
BODY_SECONDS: Final = 20.0
SLOWEST_BYTES_A_SECOND: Final = 16 * 1024
"""And for what is sent with it: a second more for so many octets, which any telephone sends."""
_LONGEST_HEAD: Final = 64 * 1024
_LARGEST_KEPT: Final = 64 * 1024
"""What any kernel keeps for a connection; larger bodies are read as they come."""
_LOOK_SECONDS: Final = 0.01
_END_OF_HEAD: Final = b"\r\n\r\n"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's worker with threads: ``--worker-class web.server_worker.Worker``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slow = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))
        self._holding: set[Any] = set()
        self._ends: dict[Any, float] = {}

    def init_process(self) -> None:
        """Begin to serve; not for longer than the process that holds the others together."""
        die_with_parent(self.ppid)
        super().init_process()

    def handle(self, conn: Any) -> object:
        """Answer a request, within the time that it may take to come."""
        if not conn.initialized and not conn.wait_for_data(QUICK_SECONDS):
            return gthread._DEFER  # not a word yet: no thread waits for it
        try:
            stays: object = False
            if self._is_quick(conn, lambda: _has_head(conn)):
                self._ends[conn] = time.monotonic() + HEAD_SECONDS
                stays = super().handle(conn)
            if not stays:
                _part(conn.sock)
            return stays
        finally:
            self._ends.pop(conn, None)
            if conn in self._holding:
                self._holding.discard(conn)
                self._slow.release()

    def handle_request(self, req: Any, conn: Any) -> object:
        """Have a request answered whose lines are here."""
        size = _size_of_body(req)
        if size and not self._is_quick(conn, lambda: _has_body(conn, size)):
            util.write_error(conn.sock, 503, "Service Unavailable", "Too many slow connections. Please try again.")
            return False
        self._ends[conn] = time.monotonic() + BODY_SECONDS + size / SLOWEST_BYTES_A_SECOND
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Close what has waited too long; gunicorn asks once a second. Of requests whose time is over nothing more is
        read: what they have sent is answered as far as it goes."""
        super().murder_pending()
        end_overdue(self._ends, time.monotonic())

    def _is_quick(self, conn: Any, has_come: Any) -> bool:
        """Whether what is waited for is here soon, or there is a place for one that takes longer."""
        ends = time.monotonic() + QUICK_SECONDS
        while not has_come():
            if time.monotonic() >= ends:
                return self._takes_place(conn)
            time.sleep(_LOOK_SECONDS)
        return True

    def _takes_place(self, conn: Any) -> bool:
        if conn in self._holding:
            return True
        if not self._slow.acquire(blocking=False):
            return False
        self._holding.add(conn)
        return True


def end_overdue(ends: dict[Any, float], now: float) -> None:
    """Read no more of the connections whose time is over."""
    for conn, at in list(ends.items()):
        if now > at:
            ends.pop(conn, None)
            _read_no_more(conn.sock)


def _has_head(conn: Any) -> bool:
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return True  # it came with the request before
    seen = _peek(conn.sock, _LONGEST_HEAD)
    return seen is None or _END_OF_HEAD in seen or len(seen) >= _LONGEST_HEAD


def _has_body(conn: Any, size: int) -> bool:
    if size > _LARGEST_KEPT:
        return False
    here = len(conn.parser.unreader.buf.getvalue())
    if here >= size:
        return True
    seen = _peek(conn.sock, size)
    return seen is None or here + len(seen) >= size


def _peek(sock: socket.socket, most: int) -> bytes | None:
    """What has come and is not read yet; None where nothing more will come."""
    try:
        if not _has_something(sock, 0):
            return b""
        return sock.recv(most, socket.MSG_PEEK) or None
    except BlockingIOError:
        return b""
    except (OSError, ValueError):
        return None


def _has_something(sock: socket.socket, seconds: float) -> bool:
    """Whether there is anything to read within some time, its end included; ``select`` knows the first thousand
    connections only."""
    looking = select.poll()
    looking.register(sock, select.POLLIN)
    return bool(looking.poll(seconds * 1000))


def _size_of_body(req: Any) -> int:
    """As the request says it; more than any kernel keeps where it does not say."""
    headers = dict(req.headers)
    if "TRANSFER-ENCODING" in headers:
        return _LARGEST_KEPT + 1
    length = headers.get("CONTENT-LENGTH", "")
    return int(length) if length.isdecimal() and len(length) < 16 else 0


def _part(sock: socket.socket) -> None:
    """Say goodbye: whoever does not answer that soon would be waited for by all others, since gunicorn does it in the
    thread that hands requests out."""
    ends = time.monotonic() + QUICK_SECONDS
    try:
        sock.shutdown(socket.SHUT_WR)
        while (left := ends - time.monotonic()) > 0 and _has_something(sock, left):
            if not sock.recv(_LARGEST_KEPT):
                break
    except (OSError, ValueError):
        return
    _read_no_more(sock)


def _read_no_more(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RD)
    except OSError:
        return
