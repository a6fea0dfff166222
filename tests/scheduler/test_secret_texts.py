"""What is secret in the database cannot be read without the installation's key, and is found all the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from scheduler.availability.tables import BusyCalendarRow
from scheduler.bootstrap import MIGRATIONS, alembic_config, connect, migrate, migrating
from scheduler.circles.tables import CircleRow
from scheduler.db import Base, Database
from scheduler.own_groups.tables import OwnGroupRow
from scheduler.people.tables import PersonRow
from scheduler.rotas.tables import RotaAddressRow
from scheduler.secret_texts import SecretText, is_sealed, opened, sealed
from scheduler.signing_in.tables import KeptAnswerRow
from tests.builders import NOW

ADDRESS = "https://calendar.example/private/ada-s3cr3t.ics"


def calendar(person_id: int, address: str = ADDRESS) -> BusyCalendarRow:
    return BusyCalendarRow(
        person_id=person_id, address=address, all_day="ask", added_at=NOW, failures=0, trouble="", etag="", skipped=0
    )


def store(database: Database, *addresses: str) -> None:
    with database.writing() as db:
        person = PersonRow(name="Ada", email="ada@example.org", created_at=NOW)
        db.add(person)
        db.flush()
        db.add_all(calendar(person.id, address) for address in addresses)


def raw(database: Database) -> set[str]:
    with database.reading() as db:
        return set(db.scalars(text("SELECT address FROM busy_calendar")))


def test_who_has_the_database_alone_reads_no_address(storage: Database) -> None:
    store(storage, ADDRESS, "")
    with storage.reading() as db:
        stored = raw(storage)
        assert [is_sealed(each) for each in stored - {""}] == [True]
        assert not any("calendar" in each or "s3cr3t" in each for each in stored)
        assert db.scalars(select(BusyCalendarRow.address).where(BusyCalendarRow.address == ADDRESS)).all() == [ADDRESS]
        assert db.scalars(select(BusyCalendarRow.address).where(BusyCalendarRow.address == "")).all() == [""]


@pytest.mark.parametrize(
    "column", [BusyCalendarRow.address, RotaAddressRow.address, OwnGroupRow.code, CircleRow.code, KeptAnswerRow.body]
)
def test_every_column_of_secrets_is_sealed_for_itself(column: object) -> None:
    found = column.property.columns[0]  # type: ignore[attr-defined]
    assert isinstance(found.type, SecretText)
    assert found.type.about == f"{found.table.name}.{found.name}"


def test_no_other_column_is_sealed_without_a_migration() -> None:
    """Kept answers were sealed from their first day on, so none had to be."""
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert sum(isinstance(column.type, SecretText) for column in columns) == 5


def test_another_key_and_another_column_open_nothing() -> None:
    kept = sealed(ADDRESS, "a.b", "key")
    assert opened(kept, "a.b", "key") == ADDRESS
    assert sealed(ADDRESS, "a.b", "key") == kept
    for about, key in (("a.c", "key"), ("a.b", "other key")):
        assert opened(kept, about, key) == ""
        assert sealed(ADDRESS, about, key) != kept
    for spoilt in (kept[:-4], kept.replace("sealed:", "sealed:AAAA"), "sealed:", "plain text", "é", ADDRESS):
        assert opened(spoilt, "a.b", "key") == ""


def test_without_a_key_no_secret_is_stored(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/rounds.sqlite")
    migrate(database)
    with pytest.raises(StatementError, match="installation's key"):
        store(database, ADDRESS)
    database.close()


def test_what_was_stored_before_is_sealed_and_can_be_opened_again(tmp_path: Path) -> None:
    sealing = next(MIGRATIONS.glob("versions/*_secret_texts.py")).read_text()
    revision, before = re.findall(r'revision(?:: str \| None)? = "(\d+)"', sealing)
    database = connect(f"sqlite:///{tmp_path}/rounds.sqlite", "key")
    migrate(database)
    store(database, ADDRESS, "")
    with migrating(database) as connection:
        command.downgrade(alembic_config(connection), before)
    assert raw(database) == {ADDRESS, ""}
    migrate(database, revision)
    assert raw(database) == {sealed(ADDRESS, "busy_calendar.address", "key"), ""}
    database.close()
