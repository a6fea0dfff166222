"""``rounds token``: a token printed for who has a desk, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.bootstrap import open_database
from scheduler.cli import rounds
from scheduler.clock import now
from scheduler.errors import NotFound
from scheduler.settings import load
from scheduler.signing_in.links import find_actor_of_token
from tests.builders import world


def test_a_token_is_printed_alone_on_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: Path
) -> None:
    (tmp_path / "rounds.sqlite").write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.setenv("ROUNDS_DATABASE_URL", f"sqlite:///{tmp_path}/rounds.sqlite")
    monkeypatch.setenv("ROUNDS_SECRET_KEY", "k" * 40)
    database = open_database(load())
    here = world(database)
    runner = CliRunner()
    made = runner.invoke(rounds, ["token", "new", "Cora@example.org", "--scope", "write", "--days", "3"])
    assert made.exit_code == 0, made.output
    with database.reading() as db:
        found = find_actor_of_token(db, made.stdout.strip(), now())
        assert found is not None
        assert found.person_id == here.coordinator.person_id
    for wrong in (["cora@example.org"], ["cora@example.org", "--scope", "all"],
                  ["cora@example.org", "--scope", "read", "--days", "0"]):  # fmt: skip
        assert runner.invoke(rounds, ["token", "new", *wrong]).exit_code == 2
    nobody = runner.invoke(rounds, ["token", "new", "nobody@example.org", "--scope", "read"])
    assert isinstance(nobody.exception, NotFound)
    database.close()
