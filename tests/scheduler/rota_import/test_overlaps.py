"""A rota that speaks of people of whom another speaks already: nothing is guessed, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from scheduler import clock
from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.model import Role
from scheduler.rota_import import service
from scheduler.rota_import.overlaps import Overlap, Standing
from scheduler.rota_import.removal import preview_removal, remove_rota
from scheduler.rota_import.service import Upload
from scheduler.rota_import.takeover import Imported
from scheduler.rotas.rota_list import list_rotas
from scheduler.rotas.tables import DutyRow, RotaRow
from tests.builders import NOW, World, actor, import_residents, world
from tests.scheduler.rota_import.test_service import FIRST, duty_codes, imported, read, rota
from tests.scheduler.sessions.term import PEERS, Term, a_term

LATER = NOW + timedelta(days=30)
DUTIES = {"R1": "DDDDDDD", "R2": "NNNNDDD"}
CHANGED = {"R1": "DDDDNNN", "R2": "NNNNDDD"}


def decided(there: World, upload: Upload, *standing: Standing, site: str = "north", at: datetime = LATER) -> Imported:
    """Import a rota after saying how it stands to each other one that overlaps it."""
    with there.database.writing() as db:
        preview = service.read_upload(db, there.coordinator, there.programme_id, site, upload, at)
        ids = [overlap.rota_id for overlap in preview.overlaps]
        service.decide(db, there.coordinator, preview.waiting_id, dict(zip(ids, standing, strict=True)))
        return service.import_waiting(db, there.coordinator, preview.waiting_id, at)


def overlaps(there: World, upload: Upload) -> tuple[Overlap, ...]:
    return read(there, upload).overlaps


def names(there: World) -> list[str]:
    with there.database.reading() as db:
        return list(db.scalars(select(RotaRow.name).order_by(RotaRow.name)))


def marks(there: World) -> list[str]:
    with there.database.reading() as db:
        return list(db.scalars(select(AvailabilityRow.marks).order_by(AvailabilityRow.person_id)))


def test_a_changed_week_under_another_name_is_counted_and_asked_about(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota(DUTIES))
    preview = read(there, rota(CHANGED, name="Medicine new"))
    (overlap,) = preview.overlaps
    assert (overlap.name, overlap.people, overlap.agree, len(overlap.contradicts), overlap.left) == (
        "Medicine", 2, 11, 3, 0,
    )  # fmt: skip
    first = overlap.contradicts[0]
    assert (first.person_id, first.day) == (ids["r1@example.org"], FIRST + timedelta(days=4))
    assert (first.before, first.after) == (("D",), ("N",))
    assert not preview.is_ready
    with pytest.raises(NotPossible, match="Medicine"), storage.writing() as db:
        service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    assert duty_codes(there, ids["r1@example.org"]) == "DDDDDDD", "nothing is guessed"


def test_for_these_days_the_new_rota_counts_and_the_other_keeps_the_rest(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota({"R1": "D" * 14, "R2": "N" * 14}))
    done = decided(there, rota({"R1": "NNNNNNN"}, FIRST + timedelta(days=7), "Week two"), Standing.THESE_DAYS)
    assert duty_codes(there, ids["r1@example.org"]) == "D" * 7 + "N" * 7
    assert duty_codes(there, ids["r2@example.org"]) == "N" * 14
    assert names(there) == ["Medicine", "Week two"]
    assert {(change.before, change.after) for change in done.changes} == {(("D",), ("N",))}
    assert not done.is_new


def test_replacing_takes_the_other_rota_out_and_keeps_what_was_answered_for_it(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    preview = read(there, rota({"R1": "DDDDDDD", "Rtwo": "DQQQDDD"}))
    with storage.writing() as db:
        given = {("person", "Rtwo"): "R2", ("code", "Q"): "night 21:00-09:00"}
        service.answer(db, there.coordinator, preview.waiting_id, given, NOW)
        service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    done = decided(there, rota({"R1": "DDNNN"}, name="Medicine v2"), Standing.REPLACE)
    assert names(there) == ["Medicine v2"]
    assert duty_codes(there, ids["r1@example.org"]) == "DDNNN"
    assert duty_codes(there, ids["r2@example.org"]) == ""
    assert {change.person_id for change in done.changes} == set(ids.values())
    again = read(there, rota({"R1": "DDNNN", "Rtwo": "DQDDD"}, name="Medicine v2"))
    assert again.understood.questions == (), "what was answered for the rota before is not asked again"


def test_two_hospitals_stand_beside_each_other_and_are_asked_about_once(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1)
    imported(there, rota({"R1": "DDD...."}))
    decided(there, rota({"R1": "....DDD"}, name="Surgery"), Standing.BESIDE, site="south")
    assert duty_codes(there, ids["r1@example.org"]) == "DDDDDD"
    assert overlaps(there, rota({"R1": "....DDN"}, name="Surgery")) == ()
    assert overlaps(there, rota({"R1": "NDD...."})) == ()


def test_the_same_days_under_another_name_change_nothing(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    imported(there, rota(DUTIES))
    before = marks(there)
    preview = read(there, rota({"R1": "DDDDDDD"}, name="Copy"))
    assert preview.is_ready, "what contradicts nothing is not asked about"
    done = imported(there, rota({"R1": "DDDDDDD"}, name="Copy"))
    assert (done.known_from, done.changes, done.touched_sessions, done.is_new) == (("Medicine",), (), (), False)
    assert names(there) == ["Medicine"]
    assert marks(there) == before


def test_weeks_that_go_on_from_the_same_days_are_taken_over_without_a_question(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota(DUTIES))
    imported(there, rota({"R1": "DDDDDDDNN", "R2": "NNNNDDDDD"}, name="Next"))
    assert duty_codes(there, ids["r1@example.org"]) == "DDDDDDDNN"
    assert names(there) == ["Next"], "the other one speaks of nobody any more"


def test_last_months_file_under_another_name_is_known_to_be_older(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    imported(there, rota(DUTIES))
    with storage.writing() as db:
        upload = rota(CHANGED)
        service.import_rota(db, there.coordinator, there.programme_id, "north", upload, LATER)
    (overlap,) = overlaps(there, rota(DUTIES, name="January"))
    assert (overlap.older_since, overlap.imported_at) == (NOW, LATER)
    assert len(overlap.contradicts) == 3
    assert overlap.is_open


def test_of_two_imports_within_one_second_the_later_one_is_known(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    imported(there, rota(DUTIES))
    imported(there, rota(CHANGED))
    (overlap,) = overlaps(there, rota(DUTIES))
    assert overlap.is_own
    assert overlap.older_since == NOW
    assert overlaps(there, rota(CHANGED)) == ()


def test_last_months_file_under_its_own_name_does_not_win_unasked(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota(DUTIES))
    with storage.writing() as db:
        service.import_rota(db, there.coordinator, there.programme_id, "north", rota(CHANGED), LATER)
    with pytest.raises(NotPossible):
        imported(there, rota(DUTIES))
    (overlap,) = overlaps(there, rota(DUTIES))
    assert overlap.is_own
    assert duty_codes(there, ids["r1@example.org"]) == "DDDDNNN"
    decided(there, rota(DUTIES), Standing.THESE_DAYS)
    assert duty_codes(there, ids["r1@example.org"]) == "DDDDDDD"


def test_a_newer_version_under_its_own_name_is_an_ordinary_update(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    imported(there, rota(DUTIES))
    assert overlaps(there, rota(CHANGED)) == ()
    assert len(imported(there, rota(CHANGED)).changes) == 3


def published(storage: Database) -> tuple[Term, date]:
    term = a_term(storage)
    return term, term.session("g1").starts_at.date()


def nights(term: Term, first: date, name: str, codes: str) -> Upload:
    who = [address.replace(".", " ").title() for address in PEERS]
    return rota(dict.fromkeys(who, codes), first, name)


def test_sessions_are_named_when_a_week_changes_under_another_name(storage: Database) -> None:
    term, day = published(storage)
    imported(term.here, nights(term, day, "Ward", "DDD"))
    done = decided(term.here, nights(term, day, "Ward, changed", "NNN"), Standing.THESE_DAYS, at=clock.now())
    (session,) = [touched for touched in done.touched_sessions if touched.session_id == term.session("g1").id]
    assert len(session.cannot) == len(PEERS)


def test_a_first_rota_names_the_sessions_that_people_cannot_come_to(storage: Database) -> None:
    term, day = published(storage)
    done = imported(term.here, nights(term, day, "Ward", "NNN"))
    assert done.is_new
    assert [touched.session_id for touched in done.touched_sessions] == [term.session("g1").id]


def test_a_rota_can_be_taken_out_again(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota(DUTIES))
    decided(there, rota({"R1": "....NNN"}, name="Surgery"), Standing.BESIDE)
    with storage.reading() as db:
        line = next(rota for rota in list_rotas(db, there.coordinator, there.programme_id) if rota.name == "Medicine")
        found = preview_removal(db, there.coordinator, there.programme_id, line.id, NOW)
    assert (found.people, found.days, found.known_elsewhere) == (2, 14, 7)
    with storage.writing() as db:
        remove_rota(db, there.coordinator, there.programme_id, line.id, NOW)
    assert names(there) == ["Surgery"]
    assert duty_codes(there, ids["r1@example.org"]) == "NNN"
    assert set(marks(there)[1]) == {"?"}, "of the other nothing is known any more"
    with storage.reading() as db:
        assert db.scalar(select(func.count()).select_from(DutyRow)) == 3


def test_only_the_programmes_coordinator_takes_a_rota_out(database: Database) -> None:
    there = world(database)
    ids = import_residents(there, 1)
    done = imported(there, rota({"R1": "DD"}))
    resident = actor(ids["r1@example.org"], there.programme_id, Role.RESIDENT)
    with database.writing() as db:
        with pytest.raises(NotAllowed):
            remove_rota(db, resident, there.programme_id, done.rota_id, NOW)
        with pytest.raises(NotFound):
            remove_rota(db, there.coordinator, there.programme_id, done.rota_id + 1, NOW)
