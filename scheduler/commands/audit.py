"""``rounds audit``: whether the audit trail is unaltered."""

from __future__ import annotations

import click

from scheduler.audit.chain import Break, Broken
from scheduler.audit.checks import check_now
from scheduler.bootstrap import connect
from scheduler.clock import now
from scheduler.settings import load

MOST_SHOWN = 100


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command(name="verify")
@click.option("--noted", default="", metavar="DIGEST", help="A digest noted earlier: is it still that of an entry?")
@click.pass_context
def check(ctx: click.Context, noted: str) -> None:
    """Check that no entry of the record has been changed, removed or inserted since it was written.

    Prints the number of entries and the digest of the last one. Note that digest somewhere else, and give it to a
    later check with --noted: a rewritten record no longer has it. Exit status 1 if the record has been altered.
    """
    database = connect(load().database_url)
    try:
        verdict = check_now(database, now(), noted)
    finally:
        database.close()
    for broken in verdict.broken[:MOST_SHOWN]:
        click.echo(_sentence(broken), err=True)
    if len(verdict.broken) > MOST_SHOWN:
        click.echo(f"And {len(verdict.broken) - MOST_SHOWN} more.", err=True)
    if not verdict.holds:
        click.echo(f"No entry has the digest {noted}: the record has been rewritten, or is another one.", err=True)
    click.echo(f"{verdict.lines} entries; the last has the digest {verdict.digest or '(none yet)'}.")
    if verdict.broken or not verdict.holds:
        ctx.exit(1)


def _sentence(broken: Broken) -> str:
    if broken.line is None:
        if broken.what is Break.MISSING:
            return (
                "The last entry is missing." if broken.count == 1 else f"The last {broken.count} entries are missing."
            )
        return "The end of the record is not as it was written."
    entry = f"Entry {broken.line} ({broken.action}, {broken.at:%d %b %Y, %H:%M:%S} UTC)"
    match broken.what:
        case Break.CHANGED:
            return f"{entry} has been changed since it was written."
        case Break.MISSING:
            some = "An entry is" if broken.count == 1 else f"{broken.count} entries are"
            return f"{some} missing before entry {broken.line} ({broken.action})."
        case Break.ADDED:
            return f"{entry} was not written by this product."
