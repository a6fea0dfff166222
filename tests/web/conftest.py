"""The pages over a small published programme."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from tests.web.builders import Pages, Published, make_pages


@pytest.fixture
def pages(published: Published, database: Database) -> Pages:
    return make_pages(published, database)
