"""The commands as an operator runs them: exit statuses, words, and what is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import rounds
from scheduler.errors import NotPossible


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ROUNDS_DATABASE_URL", "ROUNDS_SECRET_KEY", "ROUNDS_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "rounds.sqlite").write_bytes(migrated_sqlite.read_bytes())


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(rounds, arguments, catch_exceptions=False)


def test_backup_and_restore_bring_the_secret_along(tmp_path: Path) -> None:
    assert "opened and checked" in _run("backup", "copy").output
    secret = (tmp_path / "var" / "secret_key").read_text()
    assert "It is whole." in _run("restore", "copy", "--check").output
    for path in (tmp_path / "var").iterdir():
        path.unlink()
    assert "var/secret_key again" in _run("restore", "copy").output
    assert (tmp_path / "var" / "secret_key").read_text() == secret
    with pytest.raises(NotPossible):
        _run("backup", "copy")


def test_another_secret_of_the_environment_is_not_replaced_unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    _run("backup", "copy")
    monkeypatch.setenv("ROUNDS_SECRET_KEY", "another")
    assert "everybody has to sign in again" in _run("restore", "copy", "--replace").output


def test_the_doctor_answers_monitors(tmp_path: Path) -> None:
    looked = _run("doctor")
    assert looked.exit_code == 1  # no mail server is set
    assert "LOOK  mail server" in looked.output
    found = json.loads(_run("doctor", "--json").output)
    assert {each["state"] for each in found} == {"well", "look"}
    (tmp_path / "var" / "rounds.sqlite").write_bytes(b"no database")
    assert _run("doctor").exit_code == 2


def test_data_of_a_new_installation_agree() -> None:
    checked = _run("check-data")
    assert (checked.exit_code, checked.output) == (0, "Everything agrees.\n")
