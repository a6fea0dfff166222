"""One world for all tests of the firewall: each leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler import clock
from scheduler.bootstrap import connect
from scheduler.languages import SOURCE, in_language
from tests.web.builders import Published, make_app, make_pages
from tests.web.firewall.world import Lived, live, middle_of_term


@pytest.fixture(scope="module")
def lived(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    file: Path = tmp_path_factory.mktemp("lived") / "rounds.sqlite"
    database = connect(f"sqlite:///{file}", "key")
    with pytest.MonkeyPatch.context() as patch, in_language(SOURCE):
        pages = make_pages(published, database, make_app(database))
        moment = middle_of_term(pages)
        patch.setattr(clock, "now", lambda: moment)
        yield live(pages)
    database.close()
