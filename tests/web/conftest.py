"""The pages over a small published programme."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from tests.web.builders import Pages, make_pages


@pytest.fixture
def pages(database: Database) -> Pages:
    return make_pages(database)
