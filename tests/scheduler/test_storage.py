"""The schema itself: migrations, moments, foreign keys, transactions that end all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from scheduler.bootstrap import migrate, schema_differences
from scheduler.db import Database
from scheduler.people.tables import PersonRow, RoleRow

NOON = datetime(2027, 3, 28, 12, 0, tzinfo=UTC)


def person(email: str = "ada@example.org", created_at: datetime = NOON) -> PersonRow:
    return PersonRow(name="Ada", email=email, created_at=created_at)


def test_migrations_make_exactly_the_mapped_tables(storage: Database) -> None:
    assert schema_differences(storage) == []


def test_migrating_twice_changes_nothing(storage: Database) -> None:
    migrate(storage)
    assert schema_differences(storage) == []


def test_the_last_migration_can_be_undone_and_done_again(storage: Database) -> None:
    from alembic import command

    from scheduler.bootstrap import alembic_config

    with storage.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    migrate(storage)
    assert schema_differences(storage) == []


def test_a_moment_comes_back_as_the_same_moment_in_utc(storage: Database) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with storage.writing() as db:
        db.add(person(created_at=elsewhere))
    with storage.reading() as db:
        read = db.scalars(select(PersonRow.created_at)).one()
    assert read == NOON
    assert read.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(storage: Database) -> None:
    with pytest.raises(StatementError, match="without its zone"), storage.writing() as db:
        db.add(person(created_at=datetime(2027, 3, 28)))  # noqa: DTZ001


def test_foreign_keys_are_kept(storage: Database) -> None:
    with pytest.raises(IntegrityError), storage.writing() as db:
        db.add(RoleRow(programme_id=99, person_id=99, role="resident"))


def test_an_error_undoes_the_whole_transaction(storage: Database) -> None:
    def add_two_of_one_address() -> None:
        with storage.writing() as db:
            db.add(person())
            db.flush()
            db.add(person())

    with pytest.raises(IntegrityError):
        add_two_of_one_address()
    with storage.reading() as db:
        assert db.scalars(select(PersonRow)).all() == []


def test_readers_see_only_what_is_committed(storage: Database) -> None:
    for number in range(5):
        with storage.writing() as db:
            db.add(person(f"{number}@example.org"))
            with storage.reading() as other:
                assert len(other.scalars(select(PersonRow)).all()) == number
    with storage.reading() as db:
        assert len(db.scalars(select(PersonRow)).all()) == 5


def test_processes_that_start_together_migrate_in_turn(storage: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from alembic import command

    from scheduler.bootstrap import alembic_config

    with storage.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate(storage), range(3)))
    assert schema_differences(storage) == []


def test_a_reader_sees_one_moment(storage: Database) -> None:
    with storage.reading() as db:
        assert db.scalars(select(PersonRow.email)).all() == []
        with storage.writing() as other:
            other.add(person())
        assert db.scalars(select(PersonRow.email)).all() == []
    with storage.reading() as db:
        assert db.scalars(select(PersonRow.email)).all() == ["ada@example.org"]


def test_a_writer_on_sqlite_has_the_lock_before_its_first_query(database: Database) -> None:
    with database.writing(), database.engine.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            other.exec_driver_sql("DELETE FROM mail")
