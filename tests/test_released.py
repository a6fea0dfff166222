"""A database of every version that was released comes up to the present one with all that is in it.

``tests/released`` has one of each, of a published programme with two groups. Releasing a version includes adding its
own (docs/operating.md).
"""

from __future__ import annotations

import gzip
import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, select, text

from scheduler.bootstrap import connect, migrate
from scheduler.clock import now
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings
from scheduler.signing_in.links import start_login
from scheduler.upkeep.data_checks import check_data
from scheduler.upkeep.doctor import State, examine
from tests.web.builders import COORDINATOR, Browser, app_of
from web.request_context import LOGIN

ROOT = Path(__file__).parents[1]
RELEASED = sorted((ROOT / "tests" / "released").glob("*.sqlite.gz"))
KEY = "key"


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".sqlite.gz"))
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "rounds.sqlite"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def _rows(connection: Connection) -> dict[str, int]:
    tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}


def test_it_comes_up_with_all_that_is_in_it(released: Path) -> None:
    database = connect(f"sqlite:///{released}", KEY)
    try:
        with database.engine.connect() as connection:
            before = _rows(connection)
        migrate(database)
        with database.engine.connect() as connection:
            after = _rows(connection)
        assert before["person"] > 5
        assert before["session"] > 2
        assert {table: after.get(table, 0) for table, rows in before.items() if rows} == {
            table: rows for table, rows in before.items() if rows
        }
        settings = Settings(f"sqlite:///{released}", KEY)
        found = {each.about: each.state for each in examine(database, settings, now())}
        assert (found["schema"], found["record"], found["database"]) == (State.WELL, State.WELL, State.WELL)
        assert not [each for each in check_data(database, now(), correct=True) if not each.corrected]
        assert not check_data(database, now())
        with database.writing() as db:
            login = start_login(
                db, db.scalars(select(PersonRow.id).where(PersonRow.email == COORDINATOR)).one(), "", now()
            )
        browser = Browser(app_of(settings, database))
        with browser.client.session_transaction() as session:
            session[LOGIN] = login
        for page in ("/programmes/1", "/programmes/1/groups", "/programmes/1/people"):
            assert browser.get(page).status_code == 200, page
    finally:
        database.close()


def test_the_present_version_has_one_and_is_in_the_changes() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"{version.rpartition('.')[0]}.sqlite.gz" in [path.name for path in RELEASED]
    assert re.search(
        rf"^## {re.escape(version)} — \d{{4}}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
