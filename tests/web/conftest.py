"""The pages over a small published programme."""

from __future__ import annotations

import pytest
from flask import Flask

from scheduler.db import Database
from tests.web.builders import Pages, Published, make_app, make_pages
from web.feeds.door import put_door


@pytest.fixture(scope="session")
def _app(_database: Database) -> Flask:
    """One for all tests of this process: putting it together takes as long as answering a dozen requests."""
    return make_app(_database)


@pytest.fixture
def pages(published: Published, database: Database, _app: Flask) -> Pages:
    del _app.wsgi_app  # the door for calendars keeps what it has served
    put_door(_app)
    return make_pages(published, database, _app)


@pytest.fixture
def own_pages(published: Published, database: Database) -> Pages:
    """The same with an application of the test's own, which it may change."""
    return make_pages(published, database)
