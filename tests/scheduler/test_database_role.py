"""The role with few rights that ``deploy/postgresql-role.sql`` makes: the product works under it, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from scheduler.audit.chain import verify
from scheduler.bootstrap import open_database
from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.people.tables import PersonRow
from scheduler.plans.run_model import RunState
from scheduler.settings import Settings, as_environment, load
from scheduler.signing_in.links import find_actor, make_link, use_link
from tests.builders import NOW
from tests.conftest import Postgres
from tests.scheduler.jobs.test_sharing import ask, look, settled, started, until
from tests.web.builders import COORDINATOR, make_app, make_published

pytestmark = pytest.mark.postgres
FILE = Path(__file__).parents[2] / "deploy" / "postgresql-role.sql"


@contextmanager
def made(postgres_url: str, name: str, template: str) -> Iterator[str]:
    """The address of a new database for the role that owns it."""
    ruling = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with ruling.connect() as server:
        server.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with ruling.connect() as server:
        server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    ruling.dispose()


@pytest.fixture(scope="module")
def owner(postgres_url: str, _postgres: Postgres) -> Iterator[str]:
    """One with all its tables."""
    with made(postgres_url, "rounds_with_roles", "rounds_template") as address:
        yield address


@pytest.fixture
def nothing_yet(postgres_url: str) -> Iterator[str]:
    """One without any."""
    with made(postgres_url, "rounds_without_tables", "template0") as address:
        yield address


def give_rights(owner: str) -> None:
    engine = create_engine(owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(FILE.read_text())
    engine.dispose()


def as_app(owner: str) -> str:
    return make_url(owner).set(username="rounds_app").render_as_string(hide_password=False)


def settings(owner: str) -> Settings:
    return Settings(as_app(owner), "k" * 40, migrate_database_url=owner)


@pytest.fixture(scope="module")
def database(owner: str) -> Iterator[Database]:
    """What the product opens under that role."""
    give_rights(owner)
    give_rights(owner)  # once more, as after an upgrade
    opened = open_database(settings(owner))
    yield opened
    opened.close()


def test_the_main_road_works_under_it(database: Database) -> None:
    make_published(database)
    with database.reading() as db:
        verdict = verify(db)
        assert verdict.lines > 10
        assert verdict.broken == ()
        assert db.scalar(text("SELECT current_user")) == "rounds_app"
    pages = make_app(database).test_client()
    with database.writing() as db:
        coordinator = db.scalars(select(PersonRow.id).where(PersonRow.email == COORDINATOR)).one()
        secret = make_link(db, coordinator, NOW)
    with database.writing() as db:
        login = use_link(db, secret, "Firefox", NOW)
    with database.reading() as db:
        assert find_actor(db, login.login, NOW) is not None
    assert pages.get("/readyz").status_code == 200


def test_workers_work_under_it(database: Database) -> None:
    here = settled(database, "summer")
    run_id = ask(here)
    with started(Settings(database.engine.url.render_as_string(hide_password=False), "key"), "worker"):
        until(lambda: look(here, run_id).state is RunState.DONE)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET details = '{}'",
        "UPDATE audit SET action = 'nothing'",
        "DELETE FROM audit_head",
        "TRUNCATE audit",
        "CREATE TABLE own (id int)",
        "CREATE TEMPORARY TABLE own (id int)",
        "ALTER TABLE person ADD COLUMN own int",
        "DROP TABLE person CASCADE",
        "CREATE INDEX own ON person (name)",
        "CREATE SCHEMA own",
        "DROP SCHEMA procrastinate CASCADE",
        "UPDATE procrastinate.applied SET name = 'nothing'",
        "CREATE ROLE other",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('0001')",
        "ALTER TABLE audit OWNER TO rounds_app",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "COPY person TO PROGRAM 'cat'",
    ],
)
def test_it_changes_no_table_and_nothing_that_is_on_record(database: Database, statement: str) -> None:
    with database.engine.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(text(statement))
    assert isinstance(refused.value.orig, InsufficientPrivilege)


def test_tables_of_later_upgrades_are_open_to_it(owner: str, database: Database) -> None:
    ruling = create_engine(owner, isolation_level="AUTOCOMMIT")
    with ruling.connect() as connection:
        connection.execute(text("CREATE TABLE later (id serial PRIMARY KEY, what text)"))
    ruling.dispose()
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO later (what) VALUES ('x')"))
        assert connection.scalar(text("SELECT count(*) FROM later")) == 1


def test_the_owner_makes_the_tables_and_without_it_a_start_says_what_is_missing(
    owner: str, database: Database, nothing_yet: str
) -> None:
    with pytest.raises(NotPossible, match="may not change them"):
        open_database(replace(settings(nothing_yet), migrate_database_url=""))
    open_database(settings(nothing_yet)).close()
    give_rights(nothing_yet)
    open_database(replace(settings(nothing_yet), migrate_database_url="")).close()


def test_no_child_is_given_the_owners_address() -> None:
    given = as_environment(
        Settings("sqlite://", "k" * 40, migrate_database_url="postgresql+psycopg://owner@host/rounds")
    )
    assert given["ROUNDS_MIGRATE_DATABASE_URL"] == ""
    assert load(given).migrate_database_url == ""
