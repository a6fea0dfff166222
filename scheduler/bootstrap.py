"""Opens the database and brings it to the present schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from scheduler.db import Database
from scheduler.settings import Settings
from scheduler.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 0x4D52  # any number will do, as long as nothing else locks it


def open_database(settings: Settings) -> Database:
    """The database of this installation, migrated."""
    database = Database(settings.database_url)
    migrate(database)
    return database


def migrate(database: Database, revision: str = "head") -> None:
    """Run every migration that the database lacks, in one transaction: it ends all or nothing."""
    with migrating(database) as connection:
        command.upgrade(alembic_config(connection), revision)


@contextmanager
def migrating(database: Database) -> Iterator[Connection]:
    """A transaction for migrations, alone in the database.

    To change a table SQLite makes another and drops the old one, and dropping deletes all that refers to its rows. So
    references are looked at only once, before the end: ``PRAGMA foreign_keys`` does nothing within a transaction.
    """
    if database.engine.dialect.name == "sqlite":
        yield from _migrating_sqlite(database)
        return
    with database.engine.begin() as connection:
        # Processes that start together take turns; the lock goes with the transaction.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        yield connection


def _migrating_sqlite(database: Database) -> Iterator[Connection]:
    engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # it has just been opened
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                lost = connection.execute(text("PRAGMA foreign_key_check")).all()
                if lost:
                    raise RuntimeError(f"the migration left {len(lost)} references to nothing, as in {lost[0][0]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def alembic_config(connection: object) -> Config:
    """Alembic's configuration for one open connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def schema_differences(database: Database) -> list[object]:
    """What the mapped classes have that the migrated database has not, and the other way round."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))
