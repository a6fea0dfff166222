"""The commands as an operator runs them: exit statuses, words, and what is left behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import main, rounds
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
    (tmp_path / "var" / "secret_key").write_text("a secret")
    looked = _run("doctor")
    assert looked.exit_code == 1  # no mail server is set
    assert "LOOK  mail server" in looked.output
    found = json.loads(_run("doctor", "--json").output)
    assert {each["state"] for each in found} == {"well", "look"}
    (tmp_path / "var" / "rounds.sqlite").write_bytes(b"no database")
    assert _run("doctor").exit_code == 2


def test_the_doctor_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "LOOK  secret: There is no secret yet." in _run("doctor").output
    assert not (tmp_path / "var" / "secret_key").exists()
    monkeypatch.setenv("ROUNDS_DATABASE_URL", "sqlite:///var/ronuds.sqlite")
    before = sorted(tmp_path.rglob("*"))
    looked = _run("doctor")
    assert looked.exit_code == 2
    assert "WRONG database: There is no database at var/ronuds.sqlite." in looked.output
    assert sorted(tmp_path.rglob("*")) == before
    shutil.rmtree(tmp_path / "var")
    monkeypatch.delenv("ROUNDS_DATABASE_URL")
    assert _run("doctor").exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["nonsense", "mysql://a@b/c", "postgresql://a@b:port/c", "oracel://a/b"])
def test_an_address_that_is_none_is_told_in_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROUNDS_DATABASE_URL", address)
    for command in (["doctor"], ["backup", "copy"], ["check-data"]):
        monkeypatch.setattr("sys.argv", ["rounds", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith("ROUNDS_DATABASE_URL: This is no address of a database")


def test_data_of_a_new_installation_agree() -> None:
    checked = _run("check-data")
    assert (checked.exit_code, checked.output) == (0, "Everything agrees.\n")
