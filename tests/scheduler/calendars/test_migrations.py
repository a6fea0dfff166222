"""Feeds survive the migrations that moved their bodies about."""

import pytest
from alembic import command

from scheduler.bootstrap import alembic_config, migrate
from scheduler.calendars.feeds import Purpose, Subject
from scheduler.calendars.service import open_feed
from scheduler.calendars.serving import Shelf
from scheduler.db import Database
from tests.scheduler.calendars.hospital import NOW, a_hospital


@pytest.mark.parametrize("revision", ["0005", "0003", "0002"])
def test_a_feed_serves_the_same_after_migrating_back_and_forth(storage: Database, revision: str) -> None:
    hospital = a_hospital(storage)
    with storage.writing() as db:
        subject = Subject(Purpose.RESIDENT, hospital.programme_id)
        token = open_feed(db, hospital.actor("Ada Quillfeather"), subject, NOW).token
    before = Shelf(storage, aside=lambda _: None).fetch(token, NOW)
    assert before
    with storage.engine.begin() as connection:
        command.downgrade(alembic_config(connection), revision)
    migrate(storage)
    assert Shelf(storage, aside=lambda _: None).fetch(token, NOW) == before
