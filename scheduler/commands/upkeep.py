"""``rounds backup``, ``restore``, ``doctor`` and ``check-data``: what whoever runs an installation needs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.settings import given_here, keep_secret, load
from scheduler.upkeep.backups import check_backup, restore_backup, write_backup
from scheduler.upkeep.data_checks import check_data
from scheduler.upkeep.doctor import State, examine_installation, worst

_SIGN = {State.WELL: "well ", State.LOOK: "LOOK ", State.WRONG: "WRONG"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the database and its secret to FILE, as of one moment, and check it by opening it.

    People may go on working meanwhile. FILE holds wishes, relations and private notes: keep it encrypted.
    """
    settings = load()
    made = write_backup(settings.database_url, settings.secret_key, file, now())
    size = file.stat().st_size / 1024**2
    click.echo(f"{file}: {len(made.tables)} tables, {made.rows} rows, {size:.1f} MB, opened and checked.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--check", is_flag=True, help="Only open the backup and compare it with its own list.")
@click.option("--replace", is_flag=True, help="Let what is in the database go.")
def restore(file: Path, check: bool, replace: bool) -> None:
    """Put the backup in FILE in place of the database. Stop `rounds serve` first.

    Nothing is touched unless the backup is whole. Afterwards start `rounds serve`, which updates an older schema.
    """
    if check:
        made = check_backup(file)
        click.echo(f"{file}: {len(made.tables)} tables, {made.rows} rows, made at {made.made_at}. It is whole.")
        return
    settings = load()
    made, secret = restore_backup(file, settings.database_url, replace=replace)
    click.echo(f"Restored {made.rows} rows, as of {made.made_at}.")
    if secret == settings.secret_key:
        return
    if given_here().get("ROUNDS_SECRET_KEY"):
        click.echo(
            "ROUNDS_SECRET_KEY is not the secret of this backup: everybody has to sign in again, and codes of groups "
            "and addresses of other calendars can't be read. To keep them, set it to the backup's: "
            f"tar --extract --to-stdout --file {file} secret_key",
            err=True,
        )
    else:
        keep_secret(Path("var"), secret)
        click.echo("Its secret is in var/secret_key again.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say whether all is well, and what to do where it is not.

    Exit status 0 if all is well, 1 if something should be looked at, 2 if something is wrong.
    """
    found = examine_installation(load(only_looking=True), now())
    if as_json:
        click.echo(json.dumps([{**asdict(each), "state": each.state.name.lower()} for each in found], indent=1))
    else:
        for each in found:
            click.echo(
                f"{_SIGN[each.state]} {each.about}: {each.text}{f' {each.what_to_do}' if each.what_to_do else ''}"
            )
    ctx.exit(int(worst(found)))


@click.command(name="check-data")
@click.option("--correct", is_flag=True, help="Put right what was worked out wrongly.")
@click.pass_context
def check_all(ctx: click.Context, correct: bool) -> None:
    """Work out again everything that is worked out, and look through references and bookings.

    Nothing is changed without --correct. Exit status 1 if something disagrees, and could not be corrected.
    """
    database = open_database(load())
    try:
        found = check_data(database, now(), correct=correct)
    finally:
        database.close()
    for each in found:
        click.echo(f"{each.text}{' Put right.' if each.corrected else ''}", err=not each.corrected)
    if not found:
        click.echo("Everything agrees.")
    ctx.exit(int(any(not each.corrected for each in found)))
