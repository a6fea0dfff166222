"""``rounds programme`` and ``rounds link``: what has to be done before the pages can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database, Db
from scheduler.enrolment.addresses import set_address
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.files import read_file
from scheduler.people.model import OPERATOR
from scheduler.people.roles import add_coordinator
from scheduler.people.tables import PersonRow
from scheduler.programme_files.file_reader import MOST_BYTES
from scheduler.programme_files.service import apply_file, export_programme, preview_file
from scheduler.programme_files.wording import told
from scheduler.programmes.closed_days import ClosedDays
from scheduler.programmes.model import MODEL_TEMPLATES, NEAR_PEER, PEER, VERTICAL, Programme, Site, equal_rounds
from scheduler.programmes.service import create_programme, find_programme_id
from scheduler.programmes.start import closed_country
from scheduler.programmes.templates import TEMPLATES, Template
from scheduler.publishing.zones import correct_zone
from scheduler.settings import Settings, load
from scheduler.signing_in.links import LINK_MINUTES, make_link

_TEMPLATES = {template.key: template for template in TEMPLATES}
_MODELS = {model.key: model for model in MODEL_TEMPLATES}
_USUAL = (PEER.key, NEAR_PEER.key, VERTICAL.key)
_PLAIN = Template("", "", "", tuple(_MODELS[key] for key in _USUAL))


@click.group()
def programme() -> None:
    """Create a programme and appoint its coordinators."""


@programme.command()
@click.option("--name", required=True, help="The name that people will see.")
@click.option("--slug", required=True, help="Its short name: lower-case letters, digits and hyphens.")
@click.option("--zone", required=True, help="Time zone, such as Europe/London.")
@click.option("--first-day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day of the first round.")
@click.option(
    "--template",
    type=click.Choice(tuple(_TEMPLATES)),
    default=None,
    help="A template to start from, as on the page; the other options then change it.",
)
@click.option("--rounds", type=click.IntRange(1, 52), help="Sessions for each group.  [default: the template’s, or 6]")
@click.option("--weeks", type=click.IntRange(1, 26), help="Weeks in each round.  [default: the template’s, or 4]")
@click.option("--minutes", type=click.IntRange(15, 240), help="Length of a session.  [default: the template’s, or 60]")
@click.option("--site", "sites", multiple=True, required=True, metavar="KEY=NAME", help="A site; repeat for each one.")
@click.option(
    "--model",
    "models",
    multiple=True,
    type=click.Choice(tuple(_MODELS)),
    help=f"A kind of group; repeat for each one.  [default: the template’s, or {', '.join(_USUAL)}]",
)
@click.option(
    "--country",
    default="",
    metavar="CODE",
    help="The country whose public holidays are closed, or none.  [default: the zone’s]",
)
@click.option("--coordinator", required=True, metavar="EMAIL", help="The coordinator's e-mail address.")
@click.option("--coordinator-name", required=True, metavar="NAME", help="The coordinator's name.")
def new(
    name: str, slug: str, zone: str, first_day: datetime, template: str | None, rounds: int | None, weeks: int | None,
    minutes: int | None, sites: tuple[str, ...], models: tuple[str, ...], country: str, coordinator: str,
    coordinator_name: str,
) -> None:  # fmt: skip
    """Create a programme with lunchtime and evening sessions on working days, and the usual kinds of group."""
    start = _TEMPLATES[template] if template else _PLAIN
    weeks = weeks or start.weeks
    rounds = rounds or start.rounds
    wanted = Programme(
        slug=slug,
        name=name,
        zone=zone,
        rounds=equal_rounds(first_day.date(), rounds, weeks),
        windows=start.windows(),
        models=tuple(_MODELS[key] for key in dict.fromkeys(models)) or start.models,
        sites=tuple(_site(text, zone) for text in sites),
        session_minutes=minutes or start.session_minutes,
        min_gap_days=start.min_gap_days,
        conduct=start.conduct,
        grades=start.grades,
        first_within_days=weeks * 7,
        facilitators_differ=start.facilitators_differ,
        weights=start.weights,
        closed=ClosedDays(country=closed_country(country, zone)),
    )
    with _writing() as (db, settings):
        programme_id = create_programme(db, OPERATOR, wanted, now())
        person_id = add_coordinator(db, OPERATOR, programme_id, coordinator_name, coordinator, now())
        secret = make_link(db, person_id, now())
    click.echo(f"Created {name}: {rounds} rounds from {date.isoformat(wanted.first_day)} to {wanted.last_day}.")
    _show_link(settings, coordinator, secret)


@programme.command()
@click.argument("slug")
@click.argument("email")
@click.argument("name")
def coordinator(slug: str, email: str, name: str) -> None:
    """Appoint another coordinator for the programme SLUG."""
    with _writing() as (db, _):
        add_coordinator(db, OPERATOR, _programme_id(db, slug), name, email, now())
    click.echo(f"{name} is now a coordinator of {slug}.")


@programme.command()
@click.argument("slug")
@click.argument("place")
def zone(slug: str, place: str) -> None:
    """Correct the time zone of the programme SLUG to that of PLACE, a city or a zone.

    A session at 12:30 stays at 12:30.
    """
    with _writing() as (db, _):
        found = correct_zone(db, OPERATOR, _programme_id(db, slug), place, now())
    click.echo(f"All times of {slug} are now {found} time.")


@programme.command()
@click.argument("former")
@click.argument("address")
def address(former: str, address: str) -> None:
    """Change someone's e-mail address from FORMER to ADDRESS, in all their programmes."""
    with _writing() as (db, _):
        set_address(db, OPERATOR, former, address, now())
    click.echo(f"{former} is now {address}.")


@programme.command("export")
@click.argument("slug")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of the screen."
)
def export(slug: str, out: Path | None) -> None:
    """Write the programme SLUG to a readable file, without anyone's name."""
    with _writing() as (db, _):
        text = export_programme(db, OPERATOR, _programme_id(db, slug))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {slug} to {out}.")


@programme.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Make the changes without asking.")
def apply(file: Path, yes: bool) -> None:
    """Create the programme in FILE, or change the one with its slug to match FILE: everything or nothing."""
    content = read_file(file, MOST_BYTES)
    with _database() as (database, _):
        with database.reading() as db:
            preview = preview_file(db, OPERATOR, content, now())
            before = _as_it_is(db, preview.programme_id)
        slug = preview.file.programme.slug
        if preview.nothing:
            click.echo(f"{slug} already matches {file}. There is nothing to do.")
            return
        for line in told(preview):
            click.echo(line)
        if preview.effects.forbidden:
            raise Rejected("The programme was not changed.", preview.effects.refusals)
        # Asked while nothing is locked: whoever thinks it over keeps nobody from saving.
        if not yes and not click.confirm("Make these changes?"):
            click.echo("Nothing was changed.")
            return
        with database.writing() as db:
            if _as_it_is(db, find_programme_id(db, slug)) != before:
                raise NotPossible(
                    f"{slug} has been changed meanwhile, and nothing was done.",
                    what_to_do="Run the command again to see what it would change now.",
                )
            apply_file(db, OPERATOR, content, now())
    click.echo(f"{slug} now matches {file}.")
    if preview.programme_id is None:
        click.echo(f"Appoint its coordinator: rounds programme coordinator {slug} EMAIL NAME")


@click.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a sign-in link for the person with this address, where no e-mail is sent. Give it to nobody else."""
    with _writing() as (db, settings):
        person_id = db.scalar(select(PersonRow.id).where(PersonRow.email == email.strip().lower()))
        if person_id is None:
            raise NotFound(f"Nobody has the e-mail address {email}.", what_to_do="Import the list of people first.")
        secret = make_link(db, person_id, now())
    _show_link(settings, email, secret)


def _programme_id(db: Db, slug: str) -> int:
    programme_id = find_programme_id(db, slug)
    if programme_id is None:
        raise NotFound(f"There is no programme called “{slug}”.")
    return programme_id


def _show_link(settings: Settings, email: str, secret: str) -> None:
    click.echo(f"For {email}, to use once within {LINK_MINUTES} minutes: {settings.base_url}/sign-in/{secret}")


def _site(text: str, zone: str) -> Site:
    key, _, name = text.partition("=")
    if not key or not name:
        raise click.BadParameter(f"“{text}” should look like north=North Hospital", param_hint="--site")
    return Site(key, name, zone)


def _as_it_is(db: Db, programme_id: int | None) -> str:
    return "" if programme_id is None else export_programme(db, OPERATOR, programme_id)


@contextmanager
def _database() -> Iterator[tuple[Database, Settings]]:
    settings = load()
    database = open_database(settings)
    try:
        yield database, settings
    finally:
        database.close()


@contextmanager
def _writing() -> Iterator[tuple[Db, Settings]]:
    with _database() as (database, settings), database.writing() as db:
        yield db, settings
