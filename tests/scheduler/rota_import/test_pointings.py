"""What was pointed at on a rota's sheets, and the sheets themselves, in the tables of both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound
from scheduler.people.model import Role
from scheduler.rota_import import service
from scheduler.rota_import.pointings import remembered_pointing
from scheduler.rota_import.service import Preview
from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.pointed_sheets import Part, PointedSheet, Pointing
from scheduler.rotas.tables import RotaPointingRow, WaitingSheetsRow
from tests.builders import NOW, World, actor, import_residents, world
from tests.scheduler.rota_import.test_service import FIRST, answered, read, rota

IGNORED = Pointing((PointedSheet("Rota", date_rows=(0,), name_columns=(0,), ignored=(Part(2, 0, 2, None),)),))
LINES = {"R1": "DDNN...", "Quota": "DDDDDDD"}


def pointed(there: World, preview: Preview, pointing: Pointing) -> Preview:
    with there.database.reading() as db:
        before = service.before_reading_again(db, there.coordinator, preview.waiting_id)
    again = service.read_again(before, pointing)
    with there.database.writing() as db:
        return service.keep_read_again(db, there.coordinator, preview.waiting_id, again, NOW)


def count(there: World, row: type) -> int:
    with there.database.reading() as db:
        return db.scalar(select(func.count()).select_from(row)) or 0


def test_a_rota_is_read_again_as_pointed_and_so_is_its_next_file(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    preview = read(there, rota(LINES))
    assert preview.understood.rota.people == ("R1", "Quota")
    preview = pointed(there, preview, IGNORED)
    assert preview.understood.rota.people == ("R1",)
    assert preview.is_ready
    following = read(there, rota(LINES, FIRST + timedelta(days=28)))
    assert following.understood.rota.people == ("R1",)
    assert following.is_ready


def test_a_file_of_another_name_is_read_so_too_where_its_form_fits(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    pointed(there, read(there, rota(LINES, name="January")), IGNORED)
    assert read(there, rota(LINES, FIRST + timedelta(days=28), "February")).understood.rota.people == ("R1",)
    other = read(there, rota({"R1": "DDNN...", "R2": "DDDDDDD"}, name="March"))
    assert other.understood.rota.people == ("R1", "R2")
    assert not any(question.about == "layout" for question in other.understood.questions)


def test_a_changed_form_is_a_question_and_nothing_is_imported_by_itself(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    pointed(there, read(there, rota(LINES)), IGNORED)
    following = read(there, rota({"R1": "DDNN...", "R2": "DDDDDDD"}))
    assert [question.subject for question in following.understood.questions] == ["form of Rota"]
    assert not following.is_ready
    assert following.understood.rota.people == ("R1", "R2")


def test_answers_stay_and_what_cannot_be_read_changes_nothing(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    preview = read(there, rota({"R1": "DDQQ...", "Quota": "DDDDDDD"}))
    answered(there, preview, ("code", "Q", "night"))
    with pytest.raises(UnreadableFile):
        pointed(there, preview, Pointing((PointedSheet("Rota", date_rows=(1,)),)))
    assert count(there, RotaPointingRow) == 0
    preview = pointed(there, preview, IGNORED)
    assert {duty.code: duty.kind for duty in preview.understood.rota.duties}["Q"] == "night"


def test_nothing_said_any_more_is_forgotten(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    preview = pointed(there, read(there, rota(LINES)), IGNORED)
    assert count(there, RotaPointingRow) == 1
    preview = pointed(there, preview, Pointing((PointedSheet("Rota"),)))
    assert count(there, RotaPointingRow) == 0
    assert preview.understood.rota.people == ("R1", "Quota")
    with storage.reading() as db:
        assert remembered_pointing(db, there.programme_id, 1, "Medicine") == Pointing()


def test_sheets_are_kept_no_longer_than_a_rota_waits(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    preview = read(there, rota(LINES))
    read(there, rota(LINES))
    assert count(there, WaitingSheetsRow) == 1
    with pytest.raises(NotFound):
        pointed(there, preview, IGNORED)  # another upload has taken its place
    with storage.writing() as db:
        (waiting,) = service.list_waiting(db, there.coordinator, there.programme_id)
        service.import_waiting(db, there.coordinator, waiting.waiting_id, NOW)
    assert count(there, WaitingSheetsRow) == 0
    with storage.reading() as db:
        (waiting,) = service.list_waiting(db, there.coordinator, there.programme_id)  # a name is open
    assert waiting.understood.rota.pictures == ()
    with pytest.raises(NotFound):
        pointed(there, waiting, IGNORED)
    with storage.writing() as db:
        service.discard(db, there.coordinator, waiting.waiting_id)
    kept = read(there, rota(LINES))
    with storage.writing() as db:
        service.discard(db, there.coordinator, kept.waiting_id)
    assert count(there, WaitingSheetsRow) == 0


def test_only_coordinators_point(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    preview = read(there, rota(LINES))
    resident = actor(2, there.programme_id, Role.RESIDENT)
    with storage.reading() as db, pytest.raises(NotAllowed):
        service.before_reading_again(db, resident, preview.waiting_id)
