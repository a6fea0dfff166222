"""``rounds evidence``: the figures of a programme as files, for a director, an accreditation visit or an evaluation."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.errors import NotFound
from scheduler.evidence.files import evaluation_archive, record_taken_out, release_as_csv
from scheduler.evidence.paper import evidence_document
from scheduler.evidence.releases import get_release, list_releases, release_if_due, release_last_term
from scheduler.languages import current_language
from scheduler.people.model import OPERATOR
from scheduler.programmes.service import find_programme_id, get_programme
from scheduler.settings import load

_ENDINGS = {"csv": "csv", "pdf": "pdf", "evaluation": "zip"}


@click.command()
@click.argument("slug", metavar="PROGRAMME")
@click.option("--csv", "kind", flag_value="csv", default="csv", help="A table.  [default]")
@click.option("--pdf", "kind", flag_value="pdf", help="A document with charts and definitions.")
@click.option(
    "--evaluation", "kind", flag_value="evaluation", help="All months as tables without names, with what each means."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file.  [default: PROGRAMME-evidence.…]",
)
def evidence(slug: str, kind: str, out: Path | None) -> None:
    """Write the evidence of PROGRAMME to a file: figures about all of it, and nothing about anyone in it.

    Figures are worked out once a calendar month; if this month's are missing, they are worked out first.
    """
    database = open_database(load())
    try:
        with database.writing() as db:
            programme_id = find_programme_id(db, slug)
            if programme_id is None:
                raise NotFound(f"There is no programme called “{slug}”.")
            release_if_due(db, OPERATOR, programme_id, now())
        with database.writing() as db:
            release = get_release(db, OPERATOR, programme_id)
            if kind == "pdf":
                before = release_last_term(db, OPERATOR, programme_id)
                name = get_programme(db, programme_id).name
                content = evidence_document(name, release, before, current_language(), now())
            elif kind == "evaluation":
                content = evaluation_archive(list_releases(db, OPERATOR, programme_id))
            else:
                content = release_as_csv(release)
            record_taken_out(db, OPERATOR, programme_id, now(), _ENDINGS[kind])
    finally:
        database.close()
    path = out or Path(f"{slug}-evidence.{_ENDINGS[kind]}")
    path.write_bytes(content)
    click.echo(f"Wrote release {release.number} of {slug} to {path}.")
