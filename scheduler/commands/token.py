"""``rounds token``: tokens with which programs use the API."""

from __future__ import annotations

import click

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.people.model import OPERATOR
from scheduler.settings import load
from scheduler.signing_in.tables import SCOPES
from scheduler.signing_in.tokens import LONGEST_NAME, MOST_DAYS, USUAL_DAYS, make_token_for


@click.group()
def token() -> None:
    """Tokens for programs that use the API."""


@token.command()
@click.argument("email")
@click.option("--scope", required=True, type=click.Choice(SCOPES), help="What it may do; each includes the one before.")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=USUAL_DAYS, show_default=True, help="How long it works."
)
@click.option(
    "--name", default="rounds token", show_default=True, help=f"What it is for, up to {LONGEST_NAME} characters."
)
def new(email: str, scope: str, days: int, name: str) -> None:
    """Print a new token that acts as the coordinator or director with this address. It can't be shown again."""
    database = open_database(load())
    try:
        with database.writing() as db:
            made = make_token_for(db, OPERATOR, email, name, scope, days, now())
    finally:
        database.close()
    click.echo(f"For {email}, until {made.ends_at:%Y-%m-%d %H:%M} UTC:", err=True)
    click.echo(made.secret)
