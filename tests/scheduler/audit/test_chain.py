"""Whoever changes the audit trail in the database is found out, with the line."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, text, update

from scheduler.audit.chain import MERGED, Break, Verdict, verify
from scheduler.audit.service import record, record_each
from scheduler.audit.tables import AuditHeadRow, AuditRow
from scheduler.db import Database, Db
from scheduler.enrolment.person_merge import merge_people
from scheduler.people.model import OPERATOR
from tests.builders import NOW, actor, import_residents, programme, world


def verdict_of(database: Database, noted: str = "") -> Verdict:
    with database.reading() as db:
        return verify(db, noted)


def record_lines(database: Database, *actions: str) -> None:
    for action in actions:
        with database.writing() as db:
            record(db, OPERATOR, action, NOW, None, why="It’s: “so”", count=3, share=0.25, day="2027-01-04")


def lines_of(database: Database) -> list[int]:
    with database.reading() as db:
        return list(db.scalars(select(AuditRow.id).order_by(AuditRow.place)))


@pytest.fixture
def trail(storage: Database) -> Database:
    """Five lines, two of them written in one transaction."""
    record_lines(storage, "plan.published", "role.given")
    with storage.writing() as db:
        record_each(db, OPERATOR, "person.left", NOW, None, ({"person": 1}, {"person": 2}))
    record_lines(storage, "programme.changed")
    return storage


def test_what_is_written_is_sealed_in_turn(trail: Database) -> None:
    found = verdict_of(trail)
    assert (found.lines, found.broken, found.holds) == (5, (), True)
    with trail.reading() as db:
        places = db.scalars(select(AuditRow.place).order_by(AuditRow.id)).all()
        assert places == [1, 2, 3, 4, 5]
        assert db.scalars(select(AuditHeadRow.digest)).one() == found.digest


def test_writers_at_once_make_one_chain(storage: Database) -> None:
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda number: record_lines(storage, f"run.{number}", f"plan.{number}"), range(8)))
    found = verdict_of(storage)
    assert (found.lines, found.broken) == (16, ())


def change(**values: object) -> Callable[[Db, int], object]:
    return lambda db, line: db.execute(update(AuditRow).where(AuditRow.id == line).values(**values))


@pytest.mark.parametrize(
    "tamper",
    [
        change(details={"count": 4}),
        change(action="plan.reviewed"),
        change(at=datetime(2027, 1, 1, tzinfo=UTC)),
        change(actor_then=7),
        change(digest="0" * 64),
    ],
    ids=["details", "action", "moment", "actor", "digest"],
)
def test_a_changed_line_is_found(trail: Database, tamper: Callable[[Db, int], object]) -> None:
    line = lines_of(trail)[2]
    with trail.writing() as db:
        tamper(db, line)
    broken = verdict_of(trail).broken
    assert (broken[0].what, broken[0].line) == (Break.CHANGED, line)


def test_a_line_that_is_changed_and_sealed_anew_breaks_the_next(trail: Database) -> None:
    lines = lines_of(trail)
    with trail.writing() as db:
        change(details={"person": 9})(db, lines[2])
        change(digest="f" * 64)(db, lines[2])
    assert [one.line for one in verdict_of(trail).broken] == [lines[2], lines[3]]


def test_a_missing_line_is_found(trail: Database) -> None:
    lines = lines_of(trail)
    with trail.writing() as db:
        db.execute(delete(AuditRow).where(AuditRow.id == lines[1]))
    broken = verdict_of(trail).broken
    assert [(one.what, one.line, one.count) for one in broken] == [(Break.MISSING, lines[2], 1)]


def test_missing_last_lines_are_counted(trail: Database) -> None:
    with trail.writing() as db:
        db.execute(delete(AuditRow).where(AuditRow.id.in_(lines_of(trail)[3:])))
    broken = verdict_of(trail).broken
    assert [(one.what, one.line, one.count) for one in broken] == [(Break.MISSING, None, 2)]


def test_a_line_put_in_by_hand_is_found(trail: Database) -> None:
    with trail.engine.begin() as connection:
        connection.execute(insert(AuditRow), {"at": NOW, "action": "plan.published", "details": {}})
    broken = verdict_of(trail).broken
    assert [one.what for one in broken] == [Break.ADDED]


def test_a_digest_noted_elsewhere_tells_of_a_chain_that_was_worked_out_anew(trail: Database) -> None:
    noted = verdict_of(trail).digest
    record_lines(trail, "plan.deleted")
    assert verdict_of(trail, noted).holds
    with trail.writing() as db:
        db.execute(text("UPDATE audit SET place = NULL, actor_then = NULL, digest = NULL"))
        change(action="plan.reviewed")(db, db.scalars(select(AuditRow.id).order_by(AuditRow.id)).first() or 0)
        db.execute(update(AuditHeadRow).values(place=0, digest=""))
    record_lines(trail, "plan.deleted")
    found = verdict_of(trail, noted)
    assert (found.broken, found.holds) == ((), False), "whoever can write to the database can seal everything anew"


def test_two_entries_of_one_person_that_are_merged_leave_the_trail_whole(storage: Database) -> None:
    here = world(storage, programme())
    ids = list(import_residents(here, 2).values())
    with storage.writing() as db:
        record(db, actor(ids[1], here.programme_id), "joining.agreed", NOW, here.programme_id)
    with storage.writing() as db:
        merge_people(db, here.coordinator, here.programme_id, ids[0], ids[1], NOW)
    assert verdict_of(storage).broken == ()
    with storage.writing() as db:
        change(actor_id=here.coordinator.person_id)(db, lines_of(storage)[-2])
    assert [one.what for one in verdict_of(storage).broken] == [Break.CHANGED]


@pytest.mark.parametrize("details", [{"merged": 1, "person": 1}, {"merged": 1}, {}])
def test_a_merge_that_is_forged_is_found(trail: Database, details: dict[str, int]) -> None:
    first = lines_of(trail)[0]
    with trail.writing() as db:
        db.execute(update(AuditRow).where(AuditRow.id == first).values(action=MERGED, details=details, actor_then=1))
    assert first in [broken.line for broken in verdict_of(trail).broken]


def test_a_chain_whose_end_is_taken_away_is_broken(trail: Database) -> None:
    with trail.writing() as db:
        db.execute(delete(AuditHeadRow))
    found = verdict_of(trail)
    assert (found.lines, [broken.what for broken in found.broken]) == (5, [Break.CHANGED])


def test_a_line_put_in_by_hand_is_not_sealed_by_whoever_writes_next(trail: Database) -> None:
    with trail.engine.begin() as raw:
        raw.execute(
            insert(AuditRow).values(at=NOW, programme_id=None, actor_id=None, action="plan.published", details={})
        )
    record_lines(trail, "plan.reviewed", "plan.reviewed")
    found = verdict_of(trail)
    assert [broken.what for broken in found.broken] == [Break.ADDED]
    assert found.broken[0].action == "plan.published"
