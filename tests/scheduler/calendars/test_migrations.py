"""Feeds survive the migrations that moved their bodies about."""

import pytest
from alembic import command
from sqlalchemy import text

from scheduler.bootstrap import alembic_config, migrate, migrating
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.db import Database
from tests.scheduler.calendars.hospital import NOW, a_hospital


@pytest.mark.parametrize("revision", ["0005", "0003", "0002"])
def test_a_feed_serves_the_same_after_migrating_back_and_forth(storage: Database, revision: str) -> None:
    hospital = a_hospital(storage)
    with storage.writing() as db:
        subject = Subject(Purpose.RESIDENT, hospital.programme_id)
        token = open_feed(db, hospital.actor("Ada Quillfeather"), subject, NOW).token
    before = FeedStore(storage, aside=lambda _: None).fetch(token, NOW)
    assert before
    with migrating(storage) as connection:
        command.downgrade(alembic_config(connection), revision)
    migrate(storage)
    assert FeedStore(storage, aside=lambda _: None).fetch(token, NOW) == before


def test_a_migration_that_leaves_references_to_nothing_is_undone_whole(database: Database) -> None:
    hospital = a_hospital(database)
    with pytest.raises(RuntimeError, match="references to nothing"), migrating(database) as connection:
        connection.execute(text("DELETE FROM person"))
    with database.writing() as db:
        assert db.scalar(text("SELECT count(*) FROM person")) == len(hospital.people)
        assert db.scalar(text("PRAGMA foreign_keys")) == 1, "references are looked at again"
