"""``rounds programme`` and ``rounds link``: what stands before the pages can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.errors import NotFound
from scheduler.people.model import OPERATOR
from scheduler.people.service import add_coordinator
from scheduler.people.signing_in import LINK_MINUTES, make_link
from scheduler.people.tables import PersonRow
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL, Programme, Site, Window, equal_rounds
from scheduler.programmes.service import create_programme, find_programme_id
from scheduler.settings import Settings, load

WORKING_DAYS = range(5)
LUNCH = (time(12, 30), time(14, 15), 45)
EVENING = (time(17, 30), time(18, 30), 60)


@click.group()
def programme() -> None:
    """Make a programme, and say who coordinates it."""


@programme.command()
@click.option("--name", required=True, help="What people call it.")
@click.option("--slug", required=True, help="Its short name: small letters, digits, hyphens.")
@click.option("--zone", required=True, help="Time zone, such as Europe/London.")
@click.option("--first-day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day of the first round.")
@click.option("--rounds", default=6, show_default=True, type=click.IntRange(1, 52), help="How often each group meets.")
@click.option("--weeks", default=4, show_default=True, type=click.IntRange(1, 26), help="Weeks of each round.")
@click.option("--minutes", default=60, show_default=True, type=click.IntRange(15, 240), help="Length of a session.")
@click.option("--site", "sites", multiple=True, required=True, metavar="KEY=NAME", help="A site; once for each.")
@click.option("--coordinator", required=True, metavar="EMAIL", help="Who coordinates it.")
@click.option("--coordinator-name", required=True, metavar="NAME", help="How they are called.")
def new(
    name: str, slug: str, zone: str, first_day: datetime, rounds: int, weeks: int, minutes: int,
    sites: tuple[str, ...], coordinator: str, coordinator_name: str,
) -> None:  # fmt: skip
    """Make a programme with lunch and evening windows on working days, and three models to choose from."""
    wanted = Programme(
        slug=slug,
        name=name,
        zone=zone,
        rounds=equal_rounds(first_day.date(), rounds, weeks),
        windows=tuple(_windows()),
        models=(PEER, NEAR_PEER, VERTICAL),
        sites=tuple(_site(text, zone) for text in sites),
        session_minutes=minutes,
    )
    with _writing() as (db, settings):
        programme_id = create_programme(db, OPERATOR, wanted, now())
        person_id = add_coordinator(db, OPERATOR, programme_id, coordinator_name, coordinator, now())
        secret = make_link(db, person_id, now())
    click.echo(f"{name} is made: {rounds} rounds from {date.isoformat(wanted.first_day)} to {wanted.last_day}.")
    _show_link(settings, coordinator, secret)


@programme.command()
@click.argument("slug")
@click.argument("email")
@click.argument("name")
def coordinator(slug: str, email: str, name: str) -> None:
    """Let somebody coordinate the programme SLUG."""
    with _writing() as (db, _):
        programme_id = find_programme_id(db, slug)
        if programme_id is None:
            raise NotFound(f"There is no programme “{slug}”.")
        add_coordinator(db, OPERATOR, programme_id, name, email, now())
    click.echo(f"{name} coordinates {slug} now.")


@click.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a sign-in link for somebody, where no mail is sent. Only they should get it."""
    with _writing() as (db, settings):
        person_id = db.scalar(select(PersonRow.id).where(PersonRow.email == email.strip().lower()))
        if person_id is None:
            raise NotFound(f"Nobody has the address {email}.", what_to_do="Import the list of people first.")
        secret = make_link(db, person_id, now())
    _show_link(settings, email, secret)


def _show_link(settings: Settings, email: str, secret: str) -> None:
    click.echo(f"For {email}, once, within {LINK_MINUTES} minutes: {settings.base_url}/sign-in/{secret}")


def _windows() -> Iterator[Window]:
    for weekday in WORKING_DAYS:
        yield Window(weekday, *LUNCH, protected=True)
        yield Window(weekday, *EVENING)


def _site(text: str, zone: str) -> Site:
    key, _, name = text.partition("=")
    if not key or not name:
        raise click.BadParameter(f"“{text}” is not like north=North Hospital", param_hint="--site")
    return Site(key, name, zone)


@contextmanager
def _writing() -> Iterator[tuple[Session, Settings]]:
    settings = load()
    database = open_database(settings)
    try:
        with database.writing() as db:
            yield db, settings
    finally:
        database.close()
