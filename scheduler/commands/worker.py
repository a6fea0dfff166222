"""``rounds worker``: makes plans and sends e-mail for one PostgreSQL database, on as many machines as wanted."""

from __future__ import annotations

import os
import signal
import threading

import click

from scheduler.bootstrap import open_database
from scheduler.db import read_address
from scheduler.errors import NotPossible
from scheduler.jobs.dispatching import LEASE_SECONDS, Share, dispatcher_for
from scheduler.logs import log_to_standard_error
from scheduler.private_files import UMASK
from scheduler.settings import load


@click.command()
@click.option("--runs", default=1, show_default=True, type=click.IntRange(min=0), help="Plans made at the same time.")
@click.option(
    "--lease-seconds",
    default=LEASE_SECONDS,
    show_default=True,
    type=click.FloatRange(min=1),
    help="Where it is not heard of for so long, others do what it had.",
)
def worker(runs: int, lease_seconds: float) -> None:
    """Make plans and send e-mail, beside any number of other workers.

    They share what there is to do, and do what another has left that is gone. Workers need PostgreSQL; on SQLite
    `rounds serve` does all this. To stop, a worker has plans end with the best they have.
    """
    settings = load()
    if read_address(settings.database_url).get_backend_name() != "postgresql":
        raise NotPossible(
            "Workers need PostgreSQL: on SQLite, `rounds serve` makes plans and sends e-mail by itself.",
            what_to_do="Set ROUNDS_DATABASE_URL to a PostgreSQL database, or start `rounds serve` alone.",
        )
    log_to_standard_error()
    os.umask(UMASK)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    database = open_database(settings)
    try:
        dispatcher_for(database, settings, Share(runs, lease_seconds)).serve(stop)
    finally:
        database.close()
