"""``rounds retention``: delete what has been kept for its time, or show what that would be."""

from __future__ import annotations

import click

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.retention.housekeeping import old_entries
from scheduler.retention.service import Kept, carry_out, due
from scheduler.settings import load

_WORDS = {Kept.PREFERENCES: "wishes and circumstances", Kept.ATTENDANCE: "names of who came"}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
def retention(dry_run: bool) -> None:
    """Delete whatever has been kept for its time (docs/operating.md).

    `rounds serve` does this by itself every hour. It can be run at any time, and again: what is gone is gone.
    """
    database = open_database(load())
    try:
        with database.reading() as db:
            found, old = due(db, now()), old_entries(db, now())
        if not dry_run:
            carry_out(database, now())
    finally:
        database.close()
    verb = "Would delete" if dry_run else "Deleted"
    for each in found:
        click.echo(f"{each.programme}: {verb.lower()} {each.count} {_WORDS[each.what]} (kept until {each.since}).")
    for what, count in old.items():
        click.echo(f"{verb} {count} {what}.")
    if not (found or old):
        click.echo("Nothing is due.")
