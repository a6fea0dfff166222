"""What an installation keeps is closed to other accounts of the machine, whatever permissions new files usually get."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.bootstrap import open_database
from scheduler.calendars.feed_cache import DiskCache
from scheduler.calendars.feed_store import ServedFeed
from scheduler.demo.folder import demo_settings
from scheduler.people.tables import PersonRow
from scheduler.private_files import private_database, private_folder
from scheduler.settings import load
from tests.builders import NOW


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_all_that_is_kept_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load({})
    with closing(open_database(settings)) as database:
        with database.writing() as db:
            db.add(PersonRow(name="Ada", email="ada@example.org", created_at=NOW))
        DiskCache(Path(settings.feed_folder)).put("a", ServedFeed(1, "e", NOW, b"x"))
        assert {path.name for path in Path("var").iterdir()} >= {"rounds.sqlite", "rounds.sqlite-wal", "secret_key"}
        assert open_to_others(Path("var")) == []


def test_a_demo_is_closed_to_others(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path / "demo", "http://127.0.0.1:8000", {})
    private_database(Path(settings.database_url.removeprefix("sqlite:///")))
    assert open_to_others(tmp_path / "demo") == []


def test_what_was_open_before_is_closed(tmp_path: Path) -> None:
    folder, base = tmp_path / "var", tmp_path / "var" / "rounds.sqlite"
    folder.mkdir(0o755)
    for ending in ("", "-wal", "-shm"):
        base.with_name(base.name + ending).touch(0o644)
    private_folder(folder)
    private_database(base)
    assert open_to_others(folder) == []


def test_a_folder_that_is_not_there_is_for_the_database_to_tell(tmp_path: Path) -> None:
    private_database(tmp_path / "nowhere" / "rounds.sqlite")
    assert list(tmp_path.iterdir()) == []
