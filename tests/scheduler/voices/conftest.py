"""Published terms, with people on duty or without."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from tests.scheduler.releases.rostered import a_rostered_term
from tests.scheduler.sessions.term import Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


@pytest.fixture
def rostered(database: Database) -> Term:
    return a_rostered_term(database)
