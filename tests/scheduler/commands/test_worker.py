"""``rounds worker`` says where it can't work; for where it can see ``tests/scheduler/jobs/test_sharing.py``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli import rounds
from scheduler.errors import NotPossible


def test_on_sqlite_there_are_no_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDS_DATABASE_URL", f"sqlite:///{migrated_sqlite}")
    with pytest.raises(NotPossible, match="need PostgreSQL") as refused:
        CliRunner().invoke(rounds, ["worker"], catch_exceptions=False)
    assert "rounds serve" in str(refused.value)


@pytest.mark.parametrize("wrong", [["--runs", "-1"], ["--lease-seconds", "0"]])
def test_a_share_that_is_none_is_refused(wrong: list[str]) -> None:
    assert CliRunner().invoke(rounds, ["worker", *wrong]).exit_code == 2
