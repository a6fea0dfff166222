"""A published term."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from tests.scheduler.sessions.term import Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)
