"""``rounds ready`` says with its exit status whether a server answers and its database does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import rounds


@contextmanager
def answering(status: int, text: bytes) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def ready(port: int) -> Result:
    return CliRunner().invoke(rounds, ["ready", "--port", str(port)])


@pytest.mark.parametrize(("status", "text", "exit_status"), [(200, b"ready\n", 0), (503, b"the disk is full\n", 1)])
def test_what_the_server_says(status: int, text: bytes, exit_status: int) -> None:
    with answering(status, text) as port:
        done = ready(port)
    assert (done.exit_code, done.output) == (exit_status, text.decode())


def test_a_server_that_is_not_there() -> None:
    with answering(200, b"") as port:
        pass
    done = ready(port)
    assert done.exit_code == 1
    assert "Is `rounds serve` running?" in done.output


def test_a_server_that_is_something_else() -> None:
    with answering(200, b"\xff" * 5000) as port:
        assert len(ready(port).output) < 300
