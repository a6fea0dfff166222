"""Opens the database and brings it to the present schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from scheduler import job_queue
from scheduler.audit.chain import seal
from scheduler.clock import now
from scheduler.consequences import follow_up
from scheduler.db import Database, Db
from scheduler.errors import NotPossible
from scheduler.settings import Settings
from scheduler.signing_in.first_start import renew_link

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 0x4D52  # any number will do, as long as nothing else locks it
_NOT_ALLOWED = "42501"
"""PostgreSQL's insufficient_privilege: asked for by number, so that its driver is loaded where it is used alone."""
log = structlog.get_logger()


def open_database(settings: Settings) -> Database:
    """The database of this installation, migrated by the role that owns its tables, where that is another one.

    Raises NotPossible where the tables are not up to date and the role that is given may not change them.
    """
    database = connect(settings.database_url, settings.secret_key)
    owner = connect(settings.migrate_database_url, settings.secret_key) if settings.migrate_database_url else database
    try:
        migrate(owner)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _NOT_ALLOWED:
            raise
        raise NotPossible(
            "The database’s tables are not up to date, and this role may not change them.",
            where="ROUNDS_DATABASE_URL",
            what_to_do="Set ROUNDS_MIGRATE_DATABASE_URL to the address for the role that owns them.",
        ) from error
    finally:
        if owner is not database:
            owner.close()
    return database


def show_first_start(database: Database, settings: Settings, unless_younger: timedelta = timedelta()) -> str | None:
    """Show where the product was started how the first programme is begun, as long as nobody runs one; returns the
    link's address."""
    with database.writing() as db:
        secret = renew_link(db, now(), unless_younger)
    if secret is None:
        return None
    address = f"{settings.base_url}/first-start/{secret}"
    log.warning("nobody runs a programme here yet: open this link to begin", link=address)
    return address


def warn_of(settings: Settings) -> None:
    """Log what of the settings is probably not meant so."""
    if settings.base_url.startswith("https:") and not settings.trusted_proxies:
        log.warning(
            "pages are reached by https, so probably through a proxy of yours, yet none is trusted: everybody seems to "
            "come from one place. Set ROUNDS_TRUSTED_PROXIES to the number of proxies in front, usually 1."
        )


def connect(url: str, secret_key: str = "") -> Database:
    """The database at an address, as it is, with the installation's key for what is secret in it; what follows from a
    change is worked out in the change's transaction, and what the audit trail says of it is sealed."""
    return Database(url, _finish, secret_key)


def _finish(db: Db) -> None:
    follow_up(db)
    seal(db)


def migrate(database: Database, revision: str = "head") -> None:
    """Run every migration that the database lacks, in one transaction: all of them or none.

    Where none is lacking nobody is waited for: a process that starts beside a long change only looks.
    """
    if revision == "head" and _is_up_to_date(database):
        return
    with migrating(database) as connection:
        command.upgrade(alembic_config(connection), revision)
        if revision == "head":
            job_queue.bring_up_to_date(connection)


def _is_up_to_date(database: Database) -> bool:
    with database.engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_heads()
        heads = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
        return set(there) == set(heads) and job_queue.is_present(connection)


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
