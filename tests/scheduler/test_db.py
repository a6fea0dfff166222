"""The schema itself: migrations, moments, foreign keys, transactions that end all or nothing."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import column, insert, inspect, select, table, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from scheduler.audit.tables import AuditRow
from scheduler.bootstrap import MIGRATIONS, migrate
from scheduler.db import Database, Db, is_numbered, pair_in
from scheduler.desk.model import NoticeWish
from scheduler.desk.tables import NoticeWishRow, StockRow
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.tables import ProgrammeRow
from scheduler.tables import metadata
from tests.builders import programme, world

NOON = datetime(2027, 3, 28, 12, 0, tzinfo=UTC)


def schema_differences(database: Database) -> list[object]:
    """What the mapped classes have that the migrated database has not, and the other way round."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def person(email: str = "ada@example.org", created_at: datetime = NOON) -> PersonRow:
    return PersonRow(name="Ada", email=email, created_at=created_at)


def test_migrations_make_exactly_the_mapped_tables(storage: Database) -> None:
    assert schema_differences(storage) == []


def checks(database: Database) -> dict[tuple[str, str], list[str]]:
    """The check constraints of every table by their names, as words in any order."""
    inspector = inspect(database.engine)
    return {
        (table, str(check["name"])): sorted(re.findall(r"[\w<>=]+|'[^']*'", str(check["sqltext"])))
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def test_migrations_allow_the_very_words_that_the_enumerations_have(database: Database, tmp_path: Path) -> None:
    mapped = Database(f"sqlite:///{tmp_path}/mapped.sqlite")
    metadata.create_all(mapped.engine)
    assert checks(database) == checks(mapped)
    mapped.close()


def test_migrations_take_nothing_of_the_product_that_may_change_later() -> None:
    taken = {
        (path.name, name)
        for path in (MIGRATIONS / "versions").glob("*.py")
        for part in ast.walk(ast.parse(path.read_text()))
        if isinstance(part, ast.Import | ast.ImportFrom)
        for name in ([part.module or ""] if isinstance(part, ast.ImportFrom) else [each.name for each in part.names])
        if name.startswith(("scheduler", "web", "solvers"))
    }
    assert taken
    assert {(file, name) for file, name in taken if name != "scheduler.db"} == set()


def test_migrating_twice_changes_nothing(storage: Database) -> None:
    migrate(storage)
    assert schema_differences(storage) == []


def test_a_programme_of_before_gets_a_mark_on_its_facts(storage: Database) -> None:
    from alembic import command

    from scheduler.bootstrap import alembic_config

    here = world(storage)
    marking = next(MIGRATIONS.glob("versions/*_drafts_changed_by_hand.py")).read_text()
    before = re.findall(r'down_revision(?:: str \| None)? = "(\d+)"', marking)[0]
    with storage.engine.begin() as connection:
        command.downgrade(alembic_config(connection), before)
    migrate(storage)
    with storage.reading() as db:
        assert facts_mark(db, here.programme_id)
    assert schema_differences(storage) == []


def test_programmes_of_before_the_notices_have_their_stock_taken_and_keep_their_wishes(storage: Database) -> None:
    from alembic import command

    from scheduler.bootstrap import alembic_config, migrating

    here, told = world(storage), world(storage, programme(slug="told"))
    with storage.writing() as db:
        db.add(NoticeWishRow(programme_id=told.programme_id, person_id=(who := person_of(db)), wish=NoticeWish.DAILY))
    with migrating(storage) as connection:
        command.downgrade(alembic_config(connection), "0041")
    migrate(storage)
    with storage.reading() as db:
        assert db.scalars(select(StockRow.programme_id)).all() == [here.programme_id]
        [row] = db.scalars(select(NoticeWishRow))
        assert (row.programme_id, row.person_id, row.wish) == (told.programme_id, who, NoticeWish.DAILY)


COMPANIONS = (
    ({"want": 36, "mode": 0}, {"want": 12, "want_any": 48, "mode": 0}),
    ({"want": 4}, {"want": 1, "want_any": 5}),
    ({"want": 0}, {"want": 0, "want_any": 0}),
    ({"want": 20}, {"want": 20, "want_any": 0}),
    ({"mode": 2}, {"mode": 2}),
)
"""What programmes weighed before one companion counted more than each further one, and what is the same since."""


def test_what_programmes_said_of_companions_says_the_same_of_one_and_of_each(database: Database) -> None:
    from alembic import command

    from scheduler.bootstrap import alembic_config, migrating

    weighing = {
        world(database, programme(slug=f"term-{number}")).programme_id: weights
        for number, weights in enumerate(COMPANIONS)
    }
    with migrating(database) as connection:
        command.downgrade(alembic_config(connection), "0081")
    with database.writing() as db:  # by its column: the tables of before lack what came later
        for programme_id, (before, _) in weighing.items():
            db.execute(update(ProgrammeRow).where(ProgrammeRow.id == programme_id).values(weights=before))
    migrate(database)
    with database.reading() as db:
        found = {one: db.get_one(ProgrammeRow, one).weights for one in weighing}
    assert found == {one: after for one, (_, after) in weighing.items()}
    with migrating(database) as connection:
        command.downgrade(alembic_config(connection), "0081")
        rows = connection.execute(select(ProgrammeRow.id, ProgrammeRow.weights)).all()
        assert dict(rows) == {one: before for one, (before, _) in weighing.items()}
    migrate(database)


def person_of(db: Db) -> int:
    db.add(row := person("wishing@example.org"))
    db.flush()
    return row.id


def test_no_number_is_ever_given_twice(database: Database) -> None:
    """Whatever a page, an address or a secret names by its number is that thing for good."""
    with database.reading() as db:
        made: dict[str, str] = dict(db.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    numbered = [table.name for table in metadata.sorted_tables if is_numbered(table)]
    assert len(numbered) > 30
    assert [name for name in numbered if "AUTOINCREMENT" not in made[name]] == []
    given = []
    for email in ("ada@example.org", "ben@example.org"):
        with database.writing() as db:
            db.add(row := person(email))
            db.flush()
            given.append(row.id)
            db.delete(row)
    assert given[1] > given[0]


def everything_in(database: Database) -> dict[str, list[str]]:
    """Rows by table, and the indexes and triggers."""
    with database.reading() as db:
        made = db.execute(text("SELECT tbl_name, type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")).all()
        tables = [row.name for row in made if row.type == "table"]
        rows = {name: db.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables if name != "alembic_version"}
    return {name: [str(row) for row in each] for name, each in rows.items()} | {"": sorted(map(str, made))}


def test_tables_of_before_count_on_and_keep_what_is_in_them(tmp_path: Path) -> None:
    counting = next(MIGRATIONS.glob("versions/*_numbers_are_given_once.py")).read_text()
    revision, before = re.findall(r'revision(?:: str \| None)? = "(\d+)"', counting)
    older = Database(f"sqlite:///{tmp_path}/older.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.db.is_numbered", lambda _table: False)
        migrate(older, before)
    with older.writing() as db:
        assert db.scalar(text("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")) == 0
        columns = (AuditRow.id, AuditRow.at, AuditRow.action, AuditRow.details)  # those that there were then
        done = [{"id": number, "at": NOON, "action": "it’s: done", "details": {"a": number}} for number in (3, 7)]
        db.execute(insert(table("audit", *(column(c.key, c.type) for c in columns))), done)
    was = everything_in(older)
    migrate(older, revision)
    assert everything_in(older) == was
    migrate(older)
    assert schema_differences(older) == []
    with older.writing() as db:
        db.delete(db.get_one(AuditRow, 7))
        db.flush()
        db.add(row := AuditRow(at=NOON, action="", details={}))
        db.flush()
        assert row.id == 8
    older.close()


def test_a_moment_comes_back_as_the_same_moment_in_utc(storage: Database) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with storage.writing() as db:
        db.add(person(created_at=elsewhere))
    with storage.reading() as db:
        read = db.scalars(select(PersonRow.created_at)).one()
    assert read == NOON
    assert read.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(storage: Database) -> None:
    with pytest.raises(StatementError, match="without its zone"), storage.writing() as db:
        db.add(person(created_at=datetime(2027, 3, 28)))  # noqa: DTZ001


def test_foreign_keys_are_kept(storage: Database) -> None:
    with pytest.raises(IntegrityError), storage.writing() as db:
        db.add(RoleRow(programme_id=99, person_id=99, role="resident"))


def test_an_error_undoes_the_whole_transaction(storage: Database) -> None:
    def add_two_of_one_address() -> None:
        with storage.writing() as db:
            db.add(person())
            db.flush()
            db.add(person())

    with pytest.raises(IntegrityError):
        add_two_of_one_address()
    with storage.reading() as db:
        assert db.scalars(select(PersonRow)).all() == []


def test_readers_see_only_what_is_committed(storage: Database) -> None:
    for number in range(5):
        with storage.writing() as db:
            db.add(person(f"{number}@example.org"))
            with storage.reading() as other:
                assert len(other.scalars(select(PersonRow)).all()) == number
    with storage.reading() as db:
        assert len(db.scalars(select(PersonRow)).all()) == 5


def test_all_migrations_are_undone_and_done_again_by_processes_that_start_together_in_turn(storage: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from alembic import command

    from scheduler.bootstrap import alembic_config

    with storage.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate(storage), range(3)))
    assert schema_differences(storage) == []


def test_a_reader_sees_one_moment(storage: Database) -> None:
    with storage.reading() as db:
        assert db.scalars(select(PersonRow.email)).all() == []
        with storage.writing() as other:
            other.add(person())
        assert db.scalars(select(PersonRow.email)).all() == []
    with storage.reading() as db:
        assert db.scalars(select(PersonRow.email)).all() == ["ada@example.org"]


def test_a_writer_who_does_not_wait_is_told_at_once_and_the_next_waits_again(database: Database) -> None:
    with database.writing() as db:
        db.add(person())
        with pytest.raises(OperationalError, match="locked"), database.writing(at_once=True):
            pass
    with database.writing(at_once=True) as db:
        assert db.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 15_000
        assert db.scalars(select(PersonRow.email)).all() == ["ada@example.org"]


def test_a_writer_on_sqlite_has_the_lock_before_its_first_query(database: Database) -> None:
    with database.writing(), database.engine.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            other.exec_driver_sql("DELETE FROM mail")


def test_statistics_let_sqlite_begin_a_query_at_the_right_end(database: Database) -> None:
    with database.writing() as db:
        db.add_all(person(f"p{number}@example.org") for number in range(50))
    database.gather_statistics()
    with database.reading() as db:
        rows = dict(db.execute(text("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'person'")).all())
    assert {stat.split()[0] for stat in rows.values()} == {"50"}


def test_pairs_are_found_together_not_each_by_itself(storage: Database) -> None:
    with storage.writing() as db:
        db.add_all([person("ada@example.org"), person("ben@example.org")])
    with storage.reading() as db:
        ids = dict(db.execute(select(PersonRow.email, PersonRow.id)).all())
        crossed = [("ada@example.org", ids["ben@example.org"]), ("ben@example.org", ids["ben@example.org"])]
        found = select(PersonRow.email).where(pair_in(PersonRow.email, PersonRow.id, crossed))
        assert db.scalars(found).all() == ["ben@example.org"]
        assert db.scalars(select(PersonRow.id).where(pair_in(PersonRow.email, PersonRow.id, []))).all() == []
