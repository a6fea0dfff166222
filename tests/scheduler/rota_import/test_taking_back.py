"""A whole import is taken back and everything is as before, for as long as nothing hangs on it; on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.model import Role
from scheduler.rota_import import service
from scheduler.rota_import.overlaps import Standing
from scheduler.rota_import.removal import remove_rota
from scheduler.rota_import.replaced import KEPT
from scheduler.rota_import.spellings import remembered
from scheduler.rota_import.takeover import Imported
from scheduler.rota_import.taking_back import TakingBack, find_replaced, list_replaced, preview_taking_back, take_back
from scheduler.rotas.tables import (
    DutyRow,
    LegendRow,
    ReplacedRow,
    RotaBesideRow,
    RotaLineRow,
    RotaRow,
    RotaSpanRow,
    RotaVersionRow,
)
from tests.builders import NOW, World, actor, import_residents, world
from tests.scheduler.rota_import.test_overlaps import CHANGED, DUTIES, decided, marks, nights, published
from tests.scheduler.rota_import.test_service import FIRST, duty_codes, imported, read, rota

LATER = NOW + timedelta(days=30)
TABLES = (RotaRow, RotaLineRow, RotaSpanRow, LegendRow, DutyRow, RotaBesideRow, RotaVersionRow)
NOT_KEPT = {"duty": {"id"}}


def everything(there: World) -> dict[str, Counter[tuple[Any, ...]]]:
    """All that is known from rotas, but for the numbers of duties."""
    found = {}
    with there.database.reading() as db:
        for table in TABLES:
            name = table.__tablename__
            columns = [each for each in table.__table__.columns if each.name not in NOT_KEPT.get(name, ())]
            found[name] = Counter(tuple(map(str, row)) for row in db.execute(select(*columns)))
    return found


def taken_back(there: World, done: Imported) -> TakingBack:
    assert done.replaced is not None
    with there.database.writing() as db:
        return take_back(db, there.coordinator, there.programme_id, done.replaced, LATER)


def why_not(there: World, done: Imported) -> str:
    assert done.replaced is not None
    with there.database.reading() as db:
        return find_replaced(db, there.coordinator, there.programme_id, [done.replaced])[done.replaced].why_not


def test_a_first_import_is_taken_back_and_nothing_is_left_of_it(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    before = everything(there)
    done = imported(there, rota(DUTIES))
    assert everything(there) != before
    found = taken_back(there, done)
    assert (found.gone, found.again, found.people, len(found.changes)) == (("Medicine",), (), 2, 14)
    assert everything(there) == before
    with storage.reading() as db:
        assert db.scalars(select(AuditRow.action).order_by(AuditRow.id.desc())).first() == "rota.taken_back"
        assert list_replaced(db, there.coordinator, there.programme_id) == ()


def test_a_new_version_is_taken_back_with_its_people_days_codes_and_names(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 3)
    imported(there, rota({"R1": "DDNNDDD", "R2": "NNNNDDD", "R3": "DDDDDDD"}))
    before, known = everything(there), marks(there)
    preview = read(there, rota({"R1": "NNQQQNN", "Rtwo": "D......"}, FIRST + timedelta(days=2)))
    with storage.writing() as db:
        given = {("person", "Rtwo"): "R2", ("code", "Q"): "leave"}
        service.answer(db, there.coordinator, preview.waiting_id, given, LATER)
        done = service.import_waiting(db, there.coordinator, preview.waiting_id, LATER)
    found = taken_back(there, done)
    assert {(change.before, change.after) for change in found.changes} >= {(("Q",), ("D",)), (("N",), ())}
    assert everything(there) == before
    assert marks(there) == known, "what people can do is worked out anew"
    with storage.reading() as db:
        assert "Rtwo" in remembered(db, there.programme_id, "north"), "nobody has to say again who that is"


@pytest.mark.parametrize("standing", Standing)
def test_rotas_that_gave_way_are_as_before(storage: Database, standing: Standing) -> None:
    there = world(storage)
    import_residents(there, 2)
    imported(there, rota(DUTIES))
    with storage.writing() as db:
        db.scalars(select(RotaRow)).one().remarks = ["what somebody has seen was left out"]
    before = everything(there)
    done = decided(there, rota(CHANGED, name="Medicine new"), standing)
    found = taken_back(there, done)
    assert found.again == (("Medicine",) if standing is not Standing.BESIDE else ())
    assert everything(there) == before


def test_imports_of_the_same_days_are_taken_back_in_turn(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    states, done = [everything(there)], []
    for codes in (DUTIES, CHANGED, {"R1": "NNNNNNN"}):
        done.append(imported(there, rota(codes)))
        states.append(everything(there))
    assert "Take that back first" in why_not(there, done[0])
    with pytest.raises(NotPossible, match="Take that back first"):
        taken_back(there, done[1])
    assert everything(there) == states[-1]
    for each, before in zip(reversed(done), reversed(states[:-1]), strict=True):
        taken_back(there, each)
        assert everything(there) == before
    assert duty_codes(there, ids["r1@example.org"]) == ""


def test_an_import_of_other_days_of_another_rota_is_not_in_the_way(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1)
    first = imported(there, rota({"R1": "DDD"}))
    imported(there, rota({"R1": "NNN"}, FIRST + timedelta(days=7), "Surgery"))
    taken_back(there, first)
    assert duty_codes(there, ids["r1@example.org"]) == "NNN"


def test_a_rota_removed_since_is_not_brought_back(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    imported(there, rota({"R1": "DDD"}))
    done = imported(there, rota({"R1": "NNN"}))
    with storage.writing() as db:
        remove_rota(db, there.coordinator, there.programme_id, done.rota_id, LATER)
    assert "removed since" in why_not(there, done)
    with pytest.raises(NotPossible):
        taken_back(there, done)


def test_a_published_plan_holds_what_it_was_made_from(storage: Database) -> None:
    term, day = published(storage)
    done = imported(term.here, nights(term, day, "Ward", "NNN"))
    with storage.writing() as db:
        row = db.scalars(select(ReplacedRow)).one()
        row.made_at = row.made_at - timedelta(days=365)
    assert why_not(term.here, done) == "A plan has been published since."


def test_only_its_own_coordinator_takes_an_import_back(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    done = imported(there, rota({"R1": "DDD"}))
    assert done.replaced is not None
    stranger = actor(99, there.programme_id, Role.RESIDENT)
    with pytest.raises(NotAllowed), storage.writing() as db:
        take_back(db, stranger, there.programme_id, done.replaced, LATER)
    with pytest.raises(NotFound), storage.writing() as db:
        take_back(db, there.coordinator, there.programme_id, done.replaced + 1, LATER)


def test_what_is_kept_goes_after_a_while(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    done = imported(there, rota({"R1": "DDD"}))
    with storage.writing() as db:
        service.import_rota(
            db, there.coordinator, there.programme_id, "north", rota({"R1": "NNN"}), NOW + KEPT + timedelta(days=1)
        )
    assert done.replaced is not None
    with pytest.raises(NotFound), storage.reading() as db:
        preview_taking_back(db, there.coordinator, there.programme_id, done.replaced, NOW)
