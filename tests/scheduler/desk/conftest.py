"""A published term whose people's time comes from stored facts, as the tests of troubles have it."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from tests.scheduler.sessions.term import Term
from tests.scheduler.troubles.conftest import a_true_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_true_term(database)


@pytest.fixture
def stored_term(storage: Database) -> Term:
    """The same on each database."""
    return a_true_term(storage)
