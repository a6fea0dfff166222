"""``rounds serve``: the pages and the planning of one installation, in one supervised family of processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from typing import Final

import click
import structlog

from scheduler.bootstrap import open_database, show_first_start, warn_of
from scheduler.jobs.dispatching import Share, dispatcher_for
from scheduler.jobs.parents import SERVED_BY
from scheduler.logs import log_to_standard_error
from scheduler.private_files import UMASK
from scheduler.settings import Settings, as_environment, load

GRACE_SECONDS = 10
COUNTED_TOGETHER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the processes that serve pages count for monitors (``web.ops.metrics``)."""
LONGEST_REQUEST_LINE: Final = 8190
"""In octets, and as long as gunicorn allows: up to here our own pages answer, beyond it the server does in a line."""
log = structlog.get_logger()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes that serve pages.")
@click.option(
    "--no-worker",
    is_flag=True,
    help="Serve pages alone, and leave plans and e-mail to `rounds worker`.",
)
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the pages and calendar feeds, send e-mail and make plans."""
    settings = load()
    serve_until_told(settings, host, port, workers, works=not no_worker)


def serve_until_told(settings: Settings, host: str, port: int, workers: int = 2, *, works: bool = True) -> None:
    """Serve until SIGINT or SIGTERM, or until the web server ends by itself; ``works`` says whether to do the work
    beside the pages, too."""
    log_to_standard_error()
    os.umask(UMASK)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    warn_of(settings)
    database = open_database(settings)
    database.gather_statistics()  # before anything is connected: what is connected knows those of then
    if link := show_first_start(database, settings):
        click.echo(f"Nobody runs a programme here yet. To begin, open this link once within a day: {link}")
    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as counted:
        os.environ.setdefault(COUNTED_TOGETHER, counted)
        server = start_web_server(settings, host, port, workers)
        threading.Thread(target=_stop_with, args=(server, stop), daemon=True).start()
        try:
            if works:
                dispatcher_for(database, settings, Share()).serve(stop)
            stop.wait()
        finally:
            end_web_server(server)
            database.close()


def start_web_server(settings: Settings, host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
    """Start gunicorn. Its access log stays off: raw paths hold secrets, and the pages log without them."""
    command = [
        sys.executable, "-m", "gunicorn", "web.app:create_app()", "--bind", f"{host}:{port}",
        "--config", "python:web.server_settings", "--workers", str(workers), "--threads", "4",
        "--worker-class", "web.server_worker.Worker", "--no-control-socket",
        "--log-level", "warning", "--logger-class", "web.server_log.ServerLog",
        "--limit-request-line", str(LONGEST_REQUEST_LINE),
    ]  # fmt: skip
    environment = {**os.environ, **as_environment(settings), SERVED_BY: str(os.getpid())}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def end_web_server(server: subprocess.Popen[bytes]) -> None:
    """Let running requests end, then end the server."""
    server.terminate()
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _stop_with(server: subprocess.Popen[bytes], stop: threading.Event) -> None:
    """A web server that ends by itself (a port in use, say) ends the whole family."""
    status = server.wait()
    if not stop.is_set():
        log.error("the web server ended", status=status)
        stop.set()
