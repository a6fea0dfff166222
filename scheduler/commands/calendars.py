"""``rounds calendars``: fetch people's other calendars when their turn has come."""

from __future__ import annotations

import click

from scheduler import clock
from scheduler.availability.calendars import refresh_due
from scheduler.availability.fetching import Fetcher
from scheduler.bootstrap import open_database
from scheduler.settings import load


@click.group()
def calendars() -> None:
    """People's other calendars, taken as busy time."""


@calendars.command()
def refresh() -> None:
    """Fetch every calendar whose turn it is; run it every few minutes."""
    database = open_database(load())
    try:
        click.echo(f"Calendars asked for: {refresh_due(database, clock.now(), Fetcher())}.")
    finally:
        database.close()
