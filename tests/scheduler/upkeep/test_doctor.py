"""What the doctor finds: each thing that can be wrong is made wrong, and found with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.bootstrap import connect
from scheduler.clock import now
from scheduler.db import Database
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import OPERATOR
from scheduler.planning.workers import arrive
from scheduler.settings import Settings
from scheduler.settings_files import NAME, write_settings
from scheduler.upkeep import doctor
from scheduler.upkeep.doctor import Finding, State, examine, worst
from tests.mail_server import Inbox, serving


def _settings(database: Database, **others: str) -> Settings:
    return Settings(database.engine.url.render_as_string(hide_password=False), "secret", **others)  # type: ignore[arg-type]


def _found(database: Database, settings: Settings, about: str, at: datetime | None = None) -> Finding:
    found = [each for each in examine(database, settings, at or now()) if each.about == about]
    return max(found, key=lambda each: each.state)


def test_all_is_well_but_for_a_mail_server(storage: Database) -> None:
    with storage.writing() as db:
        arrive(db, "ward", 7, 1, now())
    found = examine(storage, _settings(storage), now())
    assert {each.about for each in found if each.state is not State.WELL} == {"mail server"}
    assert worst(found) is State.LOOK
    assert all(each.what_to_do for each in found if each.state is not State.WELL)


def test_workers_that_there_are_and_none_where_one_is_needed(storage: Database) -> None:
    on_postgresql = storage.engine.dialect.name == "postgresql"
    about = [each for each in examine(storage, _settings(storage), now()) if each.about == "workers"]
    assert [each.state for each in about] == [State.WRONG] * on_postgresql
    with storage.writing() as db:
        arrive(db, "ward", 7, 1, now())
    found = _found(storage, _settings(storage), "workers")
    assert (found.state, found.text) == (State.WELL, "1 alive: ward (7)")


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'nowhere' / 'rounds.sqlite'}")
    assert _found(database, _settings(database), "database").state is State.WRONG
    database.close()


def test_a_schema_of_before_and_one_of_a_newer_version(database: Database) -> None:
    for revision, state in (("0001", State.LOOK), ("9999", State.WRONG)):
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        assert _found(database, _settings(database), "schema").state is state


def test_a_clock_that_was_put_back(storage: Database) -> None:
    with storage.writing() as db:
        record(db, OPERATOR, "settings.changed", now(), None)
    assert _found(storage, _settings(storage), "clock").state is State.WELL
    assert _found(storage, _settings(storage), "clock", now() - timedelta(hours=2)).state is State.WRONG


def test_little_room_on_the_disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, state in (("NO_SPACE", State.WRONG), ("LITTLE_SPACE", State.LOOK)):
        with monkeypatch.context() as patch:
            patch.setattr(doctor, limit, 2**60)
            assert _found(database, _settings(database), "disk").state is state


def test_pages_without_encryption(database: Database) -> None:
    assert _found(database, _settings(database, base_url="http://mentors.example.org"), "address").state is State.LOOK
    assert _found(database, _settings(database, base_url="https://mentors.example.org"), "address").state is State.WELL


def test_a_mail_server_that_takes_nothing(database: Database) -> None:
    settings = _settings(database, smtp_url="smtp://127.0.0.1:1")
    assert _found(database, settings, "mail server").state is State.WRONG


def test_e_mail_that_nobody_sends_and_a_mail_server_that_would(database: Database) -> None:
    with serving(Inbox()) as sending:
        settings = replace(_settings(database), smtp_url=sending.smtp_url)
        assert _found(database, settings, "mail server").state is State.WELL
        with database.writing() as db:
            put_in_outbox(db, "a@example.org", "Hello", "Text", now() - timedelta(hours=1))
        assert _found(database, settings, "outbox").state is State.WRONG


def test_a_record_that_was_altered(storage: Database) -> None:
    with storage.writing() as db:
        record(db, OPERATOR, "settings.changed", now(), None)
    with storage.engine.begin() as connection:
        connection.execute(update(AuditRow).values(action="people.exported"))
    assert _found(storage, _settings(storage), "record").state is State.WRONG


def test_a_settings_file_that_others_may_read(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_settings(tmp_path / NAME, {"ROUNDS_SMTP_URL": "smtp://user:word@m"})
    assert _found(database, _settings(database), "settings").state is State.WELL
    (tmp_path / NAME).chmod(0o640)
    found = _found(database, _settings(database), "settings")
    assert (found.state, found.what_to_do) == (State.LOOK, "Run `chmod 600 rounds.env`.")
