"""``rounds mail``: take a message that came in, and tell where the outbox stands."""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.exc import OperationalError

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.errors import MentorRoundsError
from scheduler.invitations.incoming import take_message
from scheduler.mail.incoming import MAX_OCTETS
from scheduler.mail.troubles import outbox_state
from scheduler.settings import load


@click.group()
def mail() -> None:
    """Mail that comes in, and mail that waits."""


@mail.command(name="in")
@click.option("--to", default="", help="The envelope's recipient, where the mail server tells it.")
@click.pass_context
def take(ctx: click.Context, to: str) -> None:
    """Take one message from standard input: an answer to an invitation, or a report of undelivered mail.

    Exit statuses are those of sysexits.h, which mail servers act upon: 0 taken, 65 refused (its sender is told why),
    75 not now, try again.
    """
    raw = sys.stdin.buffer.read(MAX_OCTETS + 1)
    try:
        database = open_database(load())
        try:
            with database.writing() as db:
                outcome = take_message(db, load(), raw, to, now())
        finally:
            database.close()
    except MentorRoundsError as error:
        click.echo(str(error), err=True)
        ctx.exit(os.EX_DATAERR)
    except OperationalError:
        click.echo("The database does not answer just now.", err=True)
        ctx.exit(os.EX_TEMPFAIL)
    click.echo(outcome.value)


@mail.command()
def status() -> None:
    """Tell how many messages wait, how many were given up, and to how many addresses mail does not arrive."""
    database = open_database(load())
    try:
        with database.reading() as db:
            state = outbox_state(db)
    finally:
        database.close()
    since = f", the oldest since {state.oldest_at.isoformat()}" if state.oldest_at else ""
    click.echo(f"Waiting: {state.waiting}{since}; of these tried in vain: {state.tried}.")
    click.echo(f"Given up: {state.given_up}. Addresses to which mail does not arrive: {state.troubles}.")
