"""The process that tells programs of changes: one that failed is told of, and not started again every moment."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.audit.service import record
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.telling_programs import Telling
from scheduler.people.model import OPERATOR
from scheduler.settings import Settings
from scheduler.webhooks.service import add_webhook
from tests.builders import World, world


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of children, who find no database."""
    return Settings(f"sqlite:///{tmp_path}/no-such-folder/rounds.sqlite", "k" * 40)


@pytest.fixture
def there(database: Database) -> World:
    """A programme that tells an address of what is published."""
    there = world(database)
    with database.writing() as db:
        address = "https://example.org/hook"
        add_webhook(db, there.coordinator, there.programme_id, address, ["plan.published"], "k" * 40, now())
    return there


def happens(there: World, action: str) -> None:
    with there.database.writing() as db:
        record(db, OPERATOR, action, now(), there.programme_id)


def test_a_child_that_failed_is_told_of_and_what_it_had_to_tell_stays_due(there: World, settings: Settings) -> None:
    happens(there, "plan.published")
    with closing(Telling(there.database, settings)) as telling:
        telling.look()
        child = telling._child
        assert child is not None
        child.wait()
        with pytest.raises(subprocess.CalledProcessError):
            telling.look()
        telling.look()
        assert telling._child not in (None, child)


def test_no_child_is_started_for_what_nobody_wants_to_be_told(there: World, settings: Settings) -> None:
    happens(there, "rota.imported")
    with there.database.writing() as db:
        record(db, OPERATOR, "plan.published", now(), None)
    with closing(Telling(there.database, settings)) as telling:
        telling.look()
        assert telling.process_id is None


def test_a_child_that_takes_too_long_is_ended(there: World, settings: Settings) -> None:
    happens(there, "plan.published")
    with closing(Telling(there.database, settings, most_seconds=0)) as telling:
        telling.look()
        assert telling.process_id is not None
        with pytest.raises(subprocess.TimeoutExpired):
            telling.look()
        assert telling.process_id is None
