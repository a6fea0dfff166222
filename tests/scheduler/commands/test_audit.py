"""``rounds audit`` on a real database."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.cli import rounds
from scheduler.db import Database
from scheduler.people.model import OPERATOR
from tests.builders import NOW


def verified(*more: str) -> Result:
    return CliRunner().invoke(rounds, ["audit", "verify", *more], catch_exceptions=False)


def test_the_record_is_checked_and_what_is_wrong_is_named(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDS_DATABASE_URL", database.engine.url.render_as_string())
    monkeypatch.setenv("ROUNDS_SECRET_KEY", "for this test only")
    assert verified().output == "0 entries; the last has the digest (none yet).\n"
    for action in ("plan.published", "role.given", "person.left"):
        with database.writing() as db:
            record(db, OPERATOR, action, NOW, None)
    fine = verified()
    assert fine.exit_code == 0
    assert fine.output.startswith("3 entries; the last has the digest ")
    digest = fine.output.split()[-1].rstrip(".")
    assert verified("--noted", digest).exit_code == 0
    other = verified("--noted", "abc")
    assert (other.exit_code, "No entry has the digest abc" in other.output) == (1, True)
    with database.writing() as db:
        first, *_, last = db.scalars(select(AuditRow.id).order_by(AuditRow.place))
        db.execute(update(AuditRow).where(AuditRow.id == first).values(action="plan.reviewed"))
        db.execute(delete(AuditRow).where(AuditRow.id == last))
    wrong = verified()
    assert wrong.exit_code == 1
    assert f"Entry {first} (plan.reviewed, 22 Nov 2026, 12:00:00 UTC) has been changed since" in wrong.output
    assert "The last entry is missing." in wrong.output
