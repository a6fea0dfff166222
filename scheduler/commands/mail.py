"""``rounds mail``: handle an incoming message, and show the state of the outbox."""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.exc import OperationalError

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.errors import MentorRoundsError
from scheduler.invitations.inbound_mail import take_message
from scheduler.invitations.mail_reader import read_message
from scheduler.mail.addresses import Tags
from scheduler.mail.incoming import MAX_OCTETS
from scheduler.mail.troubles import outbox_state
from scheduler.settings import load


@click.group()
def mail() -> None:
    """Incoming e-mail, and e-mail waiting to be sent."""


@mail.command(name="in")
@click.option("--to", default="", help="The recipient on the envelope, if the mail server passes it on.")
@click.pass_context
def take(ctx: click.Context, to: str) -> None:
    """Read one e-mail from standard input: an answer to an invitation, a message to a group, or a report of undelivered
    e-mail.

    Exit statuses are those of sysexits.h, which mail servers act on: 0 accepted, 65 refused (the sender learns why),
    75 try again later.
    """
    raw, settings = sys.stdin.buffer.read(MAX_OCTETS + 1), load()
    try:
        received = read_message(Tags(settings), raw, to)
        database = open_database(settings)
        try:
            with database.writing() as db:
                outcome = take_message(db, settings, received, now())
        finally:
            database.close()
    except MentorRoundsError as error:
        click.echo(str(error), err=True)
        ctx.exit(os.EX_DATAERR)
    except OperationalError:
        click.echo("The database is not available at the moment.", err=True)
        ctx.exit(os.EX_TEMPFAIL)
    click.echo(outcome.value)


@mail.command()
def status() -> None:
    """Show how many e-mails are waiting, how many were given up, and how many addresses can't be reached."""
    database = open_database(load())
    try:
        with database.reading() as db:
            state = outbox_state(db)
    finally:
        database.close()
    since = f", the oldest since {state.oldest_at.isoformat()}" if state.oldest_at else ""
    click.echo(f"Waiting: {state.waiting}{since}; tried without success so far: {state.tried}.")
    click.echo(f"Given up: {state.given_up}. Addresses that can’t be reached: {state.troubles}.")
