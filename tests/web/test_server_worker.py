"""The web server's worker: a few clients that send slowly keep nobody else from being answered."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from web.server_worker import _peek, end_overdue

PATIENCE_SECONDS = 60.0
THREADS = 4


@dataclass(frozen=True)
class _Conn:
    sock: socket.socket


def answers(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Pages that read what is sent and say how much that was."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    try:
        said = str(len(environ["wsgi.input"].read(size))).encode()
    except OSError:
        said = b"cut"
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


def a_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


def ask(port: int, sent: bytes, seconds: float = PATIENCE_SECONDS) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=seconds)) as line:
        line.sendall(sent)
        return b"".join(iter(lambda: line.recv(65536), b""))


def get(port: int) -> bytes:
    return ask(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")


def is_gone(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
            return False
    except OSError:
        return True


def wait_for(what: Any) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    port = a_port()
    server = start(port, os.getpid())
    yield port
    server.kill()
    wait_for(lambda: is_gone(port))


def start(port: int, parent: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "gunicorn", "tests.web.test_server_worker:answers", "--bind", f"127.0.0.1:{port}",
        "--config", "python:web.server_settings", "--workers", "1", "--threads", str(THREADS), "--no-control-socket",
        "--worker-class", "web.server_worker.Worker", "--log-level", "critical",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, env={**os.environ, "MENTOR_ROUNDS_SERVED_BY": str(parent)}, start_new_session=True
    )
    wait_for(lambda: not is_gone(port))
    return server


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nx",
    ],
)
def test_many_slow_clients_keep_nobody_waiting(port: int, beginning: bytes) -> None:
    with ExitStack() as opened:
        for _ in range(3 * THREADS):
            line = opened.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
            line.sendall(beginning)
        assert get(port).endswith(b"\r\n\r\n0")


def test_what_comes_whole_is_answered_whatever_its_size(port: int) -> None:
    for size in (0, 1, 1000, 60_000, 200_000, 3_000_000):
        head = f"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode()
        assert ask(port, head + b"x" * size).endswith(f"\r\n\r\n{size}".encode())


def test_a_slow_one_with_a_place_is_answered_and_so_are_many_on_one_line(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)) as line:
        for part in (b"POST / HTTP/1.1\r\nHo", b"st: a\r\nContent-Length: 6\r\n\r\nab", b"cdef"):
            line.sendall(part)
            time.sleep(0.3)
        assert line.recv(4096).endswith(b"\r\n\r\n6")
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
        wait_for(lambda: line.recv(4096, socket.MSG_PEEK).count(b"\r\n\r\n0") == 2)


def test_whose_time_is_over_is_waited_for_no_longer() -> None:
    near, far = socket.socketpair()
    with closing(near), closing(far):
        early, late = _Conn(near), _Conn(far)
        ends = {early: 10.0, late: 20.0}
        end_overdue(ends, 15.0)
        assert ends == {late: 20.0}
        assert near.recv(1) == b""


def test_the_thousandth_connection_is_looked_at_like_the_first() -> None:
    here, there = socket.socketpair()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    late = socket.socket(fileno=fcntl.fcntl(here.fileno(), fcntl.F_DUPFD, 1100))
    with closing(here), closing(there), closing(late):
        assert _peek(late, 10) == b""
        there.sendall(b"GET")
        assert _peek(late, 10) == b"GET"
        late.recv(10)
        there.shutdown(socket.SHUT_WR)
        assert _peek(late, 10) is None


def test_no_server_outlives_who_started_it() -> None:
    port = a_port()
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(port)], stdin=subprocess.PIPE)
    wait_for(lambda: not is_gone(port))
    parent.kill()
    parent.wait()
    wait_for(lambda: is_gone(port))
    with suppress(ProcessLookupError):
        os.kill(parent.pid, signal.SIGKILL)


_PARENT = "import os, sys; from tests.web.test_server_worker import start; start(int(sys.argv[1]), os.getpid()).wait()"
