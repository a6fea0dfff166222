"""The process that tells programs of changes: one that failed is told of, and not started again every moment."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.telling_programs import Telling
from scheduler.settings import Settings
from scheduler.webhooks.service import add_webhook
from tests.builders import world


def test_a_child_that_failed_is_told_of_and_what_it_had_to_tell_stays_due(database: Database, tmp_path: Path) -> None:
    there = world(database)
    with database.writing() as db:
        address = "https://example.org/hook"
        add_webhook(db, there.coordinator, there.programme_id, address, ["plan.published"], "k" * 40, now())
    settings = Settings(f"sqlite:///{tmp_path}/no-such-folder/rounds.sqlite", "k" * 40)
    with closing(Telling(database, settings)) as telling:
        telling.look()
        child = telling._child
        assert child is not None
        child.wait()
        with pytest.raises(subprocess.CalledProcessError):
            telling.look()
        telling.look()
        assert telling._child not in (None, child)
