"""Opens the database and brings it to the present schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

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
    engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Processes that start together take turns; the lock goes with the transaction.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        command.upgrade(alembic_config(connection), revision)


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
