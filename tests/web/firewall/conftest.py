"""One world for all tests of the firewall: each leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler import clock
from scheduler.db import Database
from scheduler.languages import SOURCE, in_language
from tests.web.builders import Published, make_app, make_pages
from tests.web.firewall.world import Lived, live, middle_of_term


@pytest.fixture(scope="module")
def lived(published: Published, another_database: Database) -> Iterator[Lived]:
    with pytest.MonkeyPatch.context() as patch, in_language(SOURCE):
        pages = make_pages(published, another_database, make_app(another_database))
        moment = middle_of_term(pages)
        patch.setattr(clock, "now", lambda: moment)
        yield live(pages)
