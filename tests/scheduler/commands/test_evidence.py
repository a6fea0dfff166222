"""The evidence of a programme as files, by the command."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.cli import rounds
from scheduler.commands import evidence
from scheduler.db import Database
from scheduler.errors import NotFound
from tests.scheduler.evidence.hospital import a_hospital, day, live_a_month


@pytest.fixture
def commanded(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    live_a_month(a_hospital(database), 0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(evidence, "now", lambda: day(40))
    return database


def run(database: Database, *words: str) -> Result:
    url = database.engine.url.render_as_string(hide_password=False)
    environment = {"ROUNDS_DATABASE_URL": url, "ROUNDS_SECRET_KEY": "k" * 40}
    return CliRunner().invoke(rounds, ["evidence", *words], env=environment)


def test_it_writes_a_table_a_document_and_an_evaluation(commanded: Database, tmp_path: Path) -> None:
    assert run(commanded, "spring").output == "Wrote release 1 of spring to spring-evidence.csv.\n"
    table = (tmp_path / "spring-evidence.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[0].startswith("part,figure,definition,by,who,people_at_least,value")
    assert [line for line in table if line.startswith("figures,In a group,1,,Everyone,60,90,percent,,90 %,1,")]
    assert run(commanded, "spring", "--pdf", "--out", "visit.pdf").exit_code == 0
    assert (tmp_path / "visit.pdf").read_bytes().startswith(b"%PDF")
    assert run(commanded, "spring", "--evaluation").exit_code == 0
    with zipfile.ZipFile(tmp_path / "spring-evidence.zip") as archive:
        figures, meanings = (archive.read(f"{name}.csv").decode() for name in ("figures", "dictionary"))
    assert "North" not in figures
    assert "site 1" in figures
    columns = figures.lstrip("\ufeff").splitlines()[0].split(",")
    assert not [name for name in columns if f"\n{name}," not in meanings], "every column is explained"
    with commanded.reading() as db:
        lines = db.scalars(select(AuditRow.details).where(AuditRow.action == "data.exported")).all()
    assert [each["format"] for each in lines] == ["csv", "pdf", "zip"]


def test_what_is_not_there_is_told(commanded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(run(commanded, "autumn").exception, NotFound)
    early: datetime = day(-10)
    monkeypatch.setattr(evidence, "now", lambda: early)
    found = run(commanded, "spring").exception
    assert isinstance(found, NotFound)
    assert "once a month" in str(found)
