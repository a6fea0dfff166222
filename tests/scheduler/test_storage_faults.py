"""A full disk, a database that can only be read, one that is busy or away: told apart, and told in a sentence."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError

from scheduler.db import Database
from scheduler.people.tables import PersonRow
from scheduler.storage_faults import WHAT_TO_DO, StorageFault, fault_of
from scheduler.storage_health import StorageHealth
from tests.builders import NOW

SECRET = "x" * 4000


@contextmanager
def no_more_room(database: Database) -> Iterator[None]:
    """No file grows any more, as on a full disk."""
    wal = Path(f"{database.engine.url.database}-wal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size if wal.exists() else 0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def only_to_be_read(database: Database) -> Iterator[None]:
    def forbid(connection: object, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]

    event.listen(database.engine, "checkout", forbid)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", forbid)
        database.engine.dispose()


def fault_when_writing(database: Database) -> StorageFault | None:
    try:
        with database.writing() as db:
            db.add(PersonRow(name=SECRET, email="ada@example.org", created_at=NOW))
    except DBAPIError as error:
        return fault_of(error)
    return None


def test_without_room_nothing_is_stored_and_it_is_known(database: Database) -> None:
    health = StorageHealth(database, look_seconds=0)
    assert health.fault() is None
    with no_more_room(database):
        assert fault_when_writing(database) in (StorageFault.FULL, StorageFault.AWAY)
        assert health.fault() in (StorageFault.FULL, StorageFault.AWAY)
    assert health.fault() is None
    assert fault_when_writing(database) is None


def test_a_full_database_is_full(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("CREATE TABLE more AS SELECT randomblob(100000) AS content"))
        assert fault_of(caught.value) is StorageFault.FULL
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")


def test_what_can_only_be_read_is_known(database: Database) -> None:
    with only_to_be_read(database):
        assert fault_when_writing(database) is StorageFault.READ_ONLY
        assert StorageHealth(database).fault() is StorageFault.READ_ONLY


def test_whoever_is_only_busy_can_store(database: Database) -> None:
    with database.writing() as db:
        db.add(PersonRow(name="Ada", email="ada@example.org", created_at=NOW))
        assert StorageHealth(database).fault() is None


def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(DBAPIError) as caught, create_engine("postgresql+psycopg://127.0.0.1:9/none").connect():
        pass
    assert fault_of(caught.value) is StorageFault.AWAY


def test_only_faults_of_storage_are_taken_for_one(database: Database) -> None:
    with database.reading() as db, pytest.raises(DBAPIError) as caught:
        db.execute(text("SELECT * FROM nowhere"))
    assert fault_of(caught.value) is None
    assert fault_of(ValueError("full")) is None
    assert fault_of(OSError(errno.ENOSPC, "full")) is StorageFault.FULL
    assert fault_of(FileNotFoundError(errno.ENOENT, "none")) is None
    assert WHAT_TO_DO.keys() == set(StorageFault)


def test_a_command_says_so_in_a_sentence(tmp_path: Path) -> None:
    """A file is where the folder of the data would be, which not even root opens as one."""
    (tmp_path / "file").touch()
    environment = os.environ | {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path}/file/rounds.sqlite"}
    command = (sys.executable, "-c", "from scheduler.cli import main; main()", "feeds")
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == os.EX_TEMPFAIL
    assert ended.stderr == f"The data can't be opened or written to. {WHAT_TO_DO[StorageFault.READ_ONLY]}\n"
