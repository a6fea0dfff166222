"""``rounds feeds``: whether every calendar feed shows the latest dates, and why not where one does not."""

from __future__ import annotations

import sys

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.bootstrap import open_database
from scheduler.calendars.overseeing import FaultyFeed, list_faulty
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedRow
from scheduler.calendars.updating import is_open
from scheduler.clock import now
from scheduler.people.model import OPERATOR
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import load

SOME_ARE_BEHIND = 1


@click.command()
@click.option("--refresh", "again", is_flag=True, help="Bring all feeds up to date first.")
def feeds(again: bool) -> None:
    """List feeds that could not be brought up to date; exit status 1 where there are any.

    Such a feed goes on serving the last body that was sound. It is tried again with each change of its programme, and
    once a day.
    """
    database = open_database(load())
    try:
        if again:
            with database.writing() as db:
                _refresh_all(db)
        with database.reading() as db:
            count = db.scalars(select(func.count()).select_from(FeedRow).where(is_open())).one()
            faulty = list_faulty(db, OPERATOR)
    finally:
        database.close()
    click.echo(f"Feeds: {count}. Not up to date: {len(faulty)}.")
    for feed in faulty:
        click.echo(_line(feed))
    sys.exit(SOME_ARE_BEHIND if faulty else 0)


def _refresh_all(db: Session) -> None:
    for programme_id in db.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.id)):
        refresh(db, programme_id, now())


def _line(feed: FaultyFeed) -> str:
    return f"feed {feed.id} ({feed.purpose}), as of {feed.changed_at:%Y-%m-%d %H:%M} UTC: {feed.fault}"
