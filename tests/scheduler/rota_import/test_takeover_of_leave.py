"""A list of leave beside a rota: it speaks of the days on which somebody is away, and of no others."""

from __future__ import annotations

from sqlalchemy import func, select

from scheduler.db import Database
from scheduler.rota_import.overlaps import Standing
from scheduler.rota_import.service import Upload
from scheduler.rota_import.taking_back import list_replaced, take_back
from scheduler.rotas.tables import DutyRow, RotaSpanRow
from tests.builders import import_residents, world
from tests.scheduler.rota_import.test_overlaps import DUTIES, LATER, decided, overlaps
from tests.scheduler.rota_import.test_service import imported, rota
from tests.scheduler.rota_import.test_taking_back import everything
from tests.scheduler.rotas.sheets import as_csv


def test_a_list_of_leave_speaks_of_days_away_alone(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota(DUTIES))
    rows = (
        ["Name", "First day", "Last day", "Type"],
        ["R1", "2027-01-05", "2027-01-06", "Annual leave"],
        ["R2", "2027-01-10", "2027-01-13", "Annual leave"],
    )
    leave = Upload("Leave", as_csv(rows), "leave.csv")
    (overlap,) = overlaps(there, leave)
    assert (overlap.people, overlap.agree, len(overlap.contradicts), overlap.left) == (2, 0, 3, 11)
    before = everything(there)
    done = decided(there, leave, Standing.THESE_DAYS)
    with storage.reading() as db:
        spans = db.execute(select(RotaSpanRow.first_day, RotaSpanRow.last_day).order_by(RotaSpanRow.first_day)).all()
        kinds = db.scalars(select(DutyRow.kind).where(DutyRow.person_id == ids["r1@example.org"])).all()
    days = [(first.isoformat()[5:], last.isoformat()[5:]) for first, last in spans]
    assert days == [
        ("01-04", "01-04"), ("01-04", "01-09"), ("01-05", "01-06"), ("01-07", "01-10"), ("01-10", "01-13"),
    ]  # fmt: skip
    assert sorted(kinds) == ["day"] * 5 + ["leave"] * 2
    again = (["Name", "First day", "Last day", "Type"], ["R1", "2027-01-05", "2027-01-05", "Annual leave"], rows[2])
    decided(there, Upload("Leave", as_csv(again), "leave.csv"))
    with storage.reading() as db:
        assert db.scalar(select(func.count()).where(DutyRow.kind == "leave")) == 5, "leave taken back is no leave"
    with storage.writing() as db:
        for number in [each.id for each in list_replaced(db, there.coordinator, there.programme_id)][:2]:
            take_back(db, there.coordinator, there.programme_id, number, LATER)
    assert (everything(there), done.people) == (before, 2)
