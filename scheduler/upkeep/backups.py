"""Backups: one file with the database and its secret, consistent while people work, and checked by opening it.

A backup is a tar file of three members: ``manifest.json`` (version, schema, rows and digest of each table, and the
digest of the next), ``database`` (an SQLite file, or a dump of ``pg_dump``) and ``secret_key``. An SQLite file is
compared with the manifest table by table, so a copy that lacks something is found before anybody relies on it: one
without what lies in its journal, for example. A dump is compared by its digest, and table by table once it is restored.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from scheduler.db import read_address
from scheduler.errors import NotPossible, Rejected
from scheduler.upkeep import postgres_dumps
from scheduler.upkeep.contents import TableContent, content_of, differences, revision_of

FORMAT: Final = "mentor-rounds-backup/1"
_MANIFEST, _DATABASE, _SECRET = "manifest.json", "database", "secret_key"
_LARGEST_MANIFEST: Final = 1 << 20
_MOST_TOLD: Final = 5
_NOT_AS_WRITTEN: Final = "This backup is not as it was written."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: of which ``dialect``, made when, by which version, the content of each table, and the
    SHA-256 ``digest`` of the file or dump."""

    dialect: str
    made_at: str
    product: str
    revision: str
    tables: Mapping[str, TableContent]
    digest: str

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())


class NotABackup(Rejected):
    """The file is no backup, or not all of one."""


def write_backup(database_url: str, secret_key: str, path: Path, now: datetime) -> Manifest:
    """Write a backup of one moment to ``path``, which must not exist, and open it again; people may go on working.

    Nothing is left at ``path`` unless all of it is right.
    """
    if path.exists():
        raise NotPossible(f"{path} exists already.", what_to_do="Choose another name, or move that file away.")
    url = read_address(database_url)
    with tempfile.TemporaryDirectory(dir=_folder_of(path), prefix=".backup-") as folder:
        copy = Path(folder) / _DATABASE
        content, revision = _copy(url, copy)
        manifest = Manifest(
            url.get_backend_name(), now.isoformat(), version("mentor-rounds"), revision, content, _digest(copy)
        )
        whole = Path(folder) / "whole"
        _pack(whole, manifest, copy, secret_key)
        check_backup(whole)
        whole.rename(path)
    return manifest


def _folder_of(path: Path) -> Path:
    folder = path.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise NotPossible(f"The folder {folder} is not there, or not to be written to.")
    return folder


def _copy(url: URL, copy: Path) -> tuple[dict[str, TableContent], str]:
    """Copy the database; its content and its schema's revision at that moment."""
    if url.get_backend_name() == "postgresql":
        return postgres_dumps.dump(url, copy)
    if not url.database or not Path(url.database).is_file():
        raise NotPossible(f"There is no database at {url.database or 'the address given'}.")
    with _only_looking(url) as connection:
        found = content_of(connection), revision_of(connection)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        with closing(_new_sqlite(copy)) as target:
            driver.backup(target)  # the same transaction, so the same moment
            target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    return found


@contextmanager
def _only_looking(url: URL) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.isolation_level = None
            driver.execute("BEGIN")
            try:
                yield connection
            finally:
                driver.execute("ROLLBACK")
    finally:
        engine.dispose()


def _new_sqlite(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return sqlite3.connect(path, isolation_level=None)


def _pack(whole: Path, manifest: Manifest, copy: Path, secret_key: str) -> None:
    about = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1).encode()
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, content in ((_MANIFEST, about), (_SECRET, secret_key.encode())):
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(content), 0o600
                archive.addfile(member, io.BytesIO(content))
            archive.add(copy, _DATABASE, filter=_owned_by_nobody)
        file.flush()
        os.fsync(file.fileno())


def _owned_by_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def check_backup(path: Path) -> Manifest:
    """Open a backup and compare what is in it with its manifest. Raises :class:`NotABackup` for what differs."""
    with _unpacked(path) as (manifest, copy, _secret):
        _must_match(manifest, copy)
    return manifest


def restore_backup(path: Path, database_url: str, *, replace: bool) -> tuple[Manifest, str]:
    """Put a backup in place of the database; returns what it was, and its secret.

    Nothing is touched unless the backup is right. A database with anything in it is replaced only if ``replace``.
    """
    url = read_address(database_url)
    with _unpacked(path) as (manifest, copy, secret):
        if manifest.dialect != url.get_backend_name():
            raise NotPossible(
                f"This is the backup of a database of {manifest.dialect}, not of {url.get_backend_name()}.",
                what_to_do="Set ROUNDS_DATABASE_URL to a database of that kind.",
            )
        _must_match(manifest, copy)
        if not replace and _has_content(url):
            raise NotPossible(
                "There is something in this database.",
                what_to_do="Stop `rounds serve`, and give --replace if it is to go.",
            )
        found = postgres_dumps.restore(url, copy) if manifest.dialect == "postgresql" else _restore_sqlite(url, copy)
        _tell_differences(differences(manifest.tables, found), "What was restored is not what the backup holds.")
    return manifest, secret


def _restore_sqlite(url: URL, copy: Path) -> dict[str, TableContent]:
    """Through SQLite itself, so whoever has the database open sees either all of the old or all of the new."""
    assert url.database
    Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not Path(url.database).exists():
        _new_sqlite(Path(url.database)).close()
    with closing(sqlite3.connect(url.database)) as target, closing(sqlite3.connect(copy)) as source:
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
    with _only_looking(url) as connection:
        return content_of(connection)


def _has_content(url: URL) -> bool:
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).exists()):
        return False
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("programme"):
                return False
            return connection.execute(text("SELECT 1 FROM programme LIMIT 1")).first() is not None
    finally:
        engine.dispose()


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Manifest, Path, str]]:
    """A backup's manifest, its database as a file of its own for as long as this lasts, and its secret."""
    with tempfile.TemporaryDirectory(prefix="mentor-rounds-") as folder:
        copy = Path(folder) / _DATABASE
        try:
            with tarfile.open(path, mode="r:") as archive:
                manifest = _manifest(_small(archive, _MANIFEST))
                secret = _small(archive, _SECRET).decode()
                _extract(archive, copy)
        except (OSError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
            raise NotABackup(
                f"{path} is no backup of this product, or not all of one.",
                what_to_do="Use a file that `rounds backup` has written.",
            ) from error
        yield manifest, copy, secret


def _small(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read(_LARGEST_MANIFEST)


def _extract(archive: tarfile.TarFile, copy: Path) -> None:
    member, size = archive.extractfile(_DATABASE), archive.getmember(_DATABASE).size
    if member is None:
        raise KeyError(_DATABASE)
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := member.read(1 << 20):
            file.write(piece)
    if copy.stat().st_size != size:
        raise ValueError("the file ends too soon")


def _manifest(content: bytes) -> Manifest:
    found: Any = json.loads(content)
    if found["format"] != FORMAT:
        raise ValueError(found["format"])
    tables = {str(name): TableContent(int(one["rows"]), str(one["digest"])) for name, one in found["tables"].items()}
    return Manifest(
        found["dialect"], found["made_at"], found["product"], found["revision"], tables, str(found["digest"])
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _must_match(manifest: Manifest, copy: Path) -> None:
    if manifest.dialect == "postgresql":
        _tell_differences([] if _digest(copy) == manifest.digest else ["Its dump is damaged."], _NOT_AS_WRITTEN)
        postgres_dumps.must_be_readable(copy)
        return
    try:
        with _only_looking(make_url(f"sqlite:///{copy}")) as connection:
            damage = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
            found = content_of(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise NotABackup("The database in this backup can’t be opened.") from error
    told = [] if damage == ["ok"] else ["Its database is damaged."]
    _tell_differences([*told, *differences(manifest.tables, found)], _NOT_AS_WRITTEN)


def _tell_differences(found: list[str], sentence: str) -> None:
    if found:
        more = f" And {len(found) - _MOST_TOLD} more." if len(found) > _MOST_TOLD else ""
        raise NotABackup(f"{sentence} {' '.join(found[:_MOST_TOLD])}{more}", what_to_do="Use another backup.")
