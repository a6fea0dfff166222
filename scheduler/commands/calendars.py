"""``rounds calendars``: fetch people's other calendars, and rotas at addresses, when they are due."""

from __future__ import annotations

import click

from scheduler import clock
from scheduler.availability.calendar_download import Fetcher
from scheduler.availability.other_calendars import refresh_due
from scheduler.bootstrap import open_database
from scheduler.rota_import import addresses
from scheduler.settings import load


@click.group()
def calendars() -> None:
    """Other calendars, whose entries count as busy time, and rotas at addresses."""


@calendars.command()
def refresh() -> None:
    """Fetch every calendar and rota that is due; run this every few minutes."""
    database = open_database(load())
    try:
        click.echo(f"Calendars checked: {refresh_due(database, clock.now(), Fetcher())}.")
        click.echo(f"Rotas checked: {addresses.refresh_due(database, clock.now(), Fetcher())}.")
    finally:
        database.close()
