"""``rounds feeds``: whether every calendar feed shows the latest dates and, if not, why."""

from __future__ import annotations

import sys

import click
from sqlalchemy import func, select

from scheduler.bootstrap import open_database
from scheduler.calendars.faulty_feeds import FaultyFeed, list_faulty
from scheduler.calendars.feed_updates import is_open
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedRow
from scheduler.clock import now
from scheduler.db import Db
from scheduler.people.model import OPERATOR
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import load

SOME_ARE_BEHIND = 1


@click.command()
@click.option("--refresh", "again", is_flag=True, help="Update all feeds first.")
def feeds(again: bool) -> None:
    """List the calendar feeds that are out of date; exit status 1 if there are any.

    Such a feed keeps serving its last good version. It is tried again whenever its programme changes, and once a day.
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
    click.echo(f"Feeds: {count}. Out of date: {len(faulty)}.")
    for feed in faulty:
        click.echo(_line(feed))
    sys.exit(SOME_ARE_BEHIND if faulty else 0)


def _refresh_all(db: Db) -> None:
    for programme_id in db.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.id)):
        refresh(db, programme_id, now())


def _line(feed: FaultyFeed) -> str:
    return f"feed {feed.id} ({feed.purpose}), as of {feed.changed_at:%Y-%m-%d %H:%M} UTC: {feed.fault}"
