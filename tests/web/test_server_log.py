"""What the web server itself writes when a request cannot be read or answered."""

from __future__ import annotations

import http.client
import secrets
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.commands.serve import end_web_server, start_web_server
from scheduler.settings import Settings
from web.server_log import without_secrets

PATIENCE_SECONDS = 60


def test_a_secret_is_taken_out_and_the_rest_stays() -> None:
    token = secrets.token_urlsafe(32)
    told = without_secrets(f"Error handling request GET /feeds/{token}/autumn-mentoring.ics from 10.0.0.1")
    assert told == "Error handling request GET /feeds/[secret]/autumn-mentoring.ics from 10.0.0.1"


def test_a_request_that_cannot_be_read_leaves_no_address_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The server refuses the line, and tells which: with its secret taken out."""
    port = free_port()
    settings = Settings(f"sqlite:///{tmp_path / 'rounds.sqlite'}", "k" * 40)
    token = secrets.token_urlsafe(32)
    server = start_web_server(settings, "127.0.0.1", port, 1)
    try:
        wait_until_it_answers(port)
        answer = send(port, f"GET /feeds/{token}/my-calendar.ics\r\nHost: x\r\n\r\n".encode())
    finally:
        end_web_server(server)
    told = capfd.readouterr().err
    assert b"400 Bad Request" in answer
    assert "Invalid HTTP request line: 'GET /feeds/[secret]/my-calendar.ics'" in told
    assert token not in told


def test_an_address_as_long_as_the_server_allows_is_answered_by_a_page_of_ours(tmp_path: Path) -> None:
    port = free_port()
    server = start_web_server(Settings(f"sqlite:///{tmp_path / 'rounds.sqlite'}", "k" * 40), "127.0.0.1", port, 1)
    try:
        wait_until_it_answers(port)
        answer = send(port, f"GET /programmes/1/find?q={'x' * 8000} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    finally:
        end_web_server(server)
    assert b"400 Bad Request" not in answer
    assert b"302 FOUND" in answer, "whoever isn't signed in is led to signing in, as from any address"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == http.HTTPStatus.OK:
                    return
            except OSError:
                time.sleep(0.1)
    raise TimeoutError("the server did not answer")


def send(port: int, octets: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(octets)
        return connection.recv(4096)
