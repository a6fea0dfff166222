"""Uploads, answers and imports, on both databases."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from scheduler.audit.tables import AuditRow
from scheduler.availability.service import for_person
from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.rota_import import service
from scheduler.rota_import.service import Upload
from scheduler.rota_import.takeover import Imported
from scheduler.rota_import.waiting_rows import Preview
from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.tables import DutyRow, RotaRow, WaitingRow
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.builders import NOW, World, actor, import_residents, person_line, world
from tests.scheduler.rotas.sheets import as_csv, as_xlsx, days

FIRST = date(2027, 1, 4)
LEGEND = (["Code", "Meaning", "Start", "End"], ["D", "Day", "09:00", "17:00"], ["N", "Night", "21:00", "09:00"])


def rota(lines: dict[str, str], first: date = FIRST, name: str = "Medicine") -> Upload:
    """A rota of one letter a day, ``.`` for nothing."""
    count = len(next(iter(lines.values())))
    rows = [["Name", *days(count, first)], *([who, *codes.replace(".", " ")] for who, codes in lines.items())]
    return Upload(name, as_xlsx({"Rota": rows, "Codes": LEGEND}), "medicine.xlsx")


def read(there: World, upload: Upload) -> Preview:
    with there.database.writing() as db:
        return service.read_upload(db, there.coordinator, there.programme_id, "north", upload, NOW)


def imported(there: World, upload: Upload) -> Imported:
    with there.database.writing() as db:
        return service.import_rota(db, there.coordinator, there.programme_id, "north", upload, NOW)


def answered(there: World, preview: Preview, *answers: tuple[str, str, str]) -> Preview:
    """Give answers: what a question is about, its subject, the text chosen."""
    with there.database.writing() as db:
        given = {(about, subject): text for about, subject, text in answers}
        return service.answer(db, there.coordinator, preview.waiting_id, given, NOW)


def duty_codes(there: World, person_id: int) -> str:
    with there.database.reading() as db:
        rows = db.scalars(select(DutyRow).where(DutyRow.person_id == person_id).order_by(DutyRow.day))
        return "".join(row.code for row in rows)


def test_an_import_gives_duties_and_availability(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    done = imported(there, rota({"R1": "DDNN...DDDDD..", "R2": "DDDDD..DDDDD.."}))
    assert (done.people, done.duties, done.is_new, done.left_out) == (2, 19, True, ())
    with storage.reading() as db:
        answers = for_person(db, OPERATOR, there.programme_id, ids["r1@example.org"])
        by_day = {answer.starts_at.date(): (answer.mark, answer.reason.key) for answer in answers}
    assert by_day[FIRST] == ("2", "protected_window")
    assert by_day[FIRST + timedelta(days=2)] == ("0", "before_night")
    assert by_day[FIRST + timedelta(days=4)] == ("0", "after_nights")
    assert by_day[FIRST + timedelta(days=14)] == ("?", "rota_not_loaded")


def test_a_name_that_fits_nobody_is_asked_once_and_remembered(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1, person_line("Anna Smith"))
    upload = rota({"R1": "DD", "Ana Smith": "NN", "Locum": "DD"})
    preview = read(there, upload)
    asked = {question.subject: question.answers for question in preview.understood.questions}
    assert asked.keys() == {"Ana Smith", "Locum"}
    assert asked["Ana Smith"][0] == "Anna Smith"
    answered(there, preview, ("person", "Ana Smith", "Anna Smith"), ("person", "Locum", "nobody"))
    with storage.writing() as db:
        done = service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    assert duty_codes(there, ids["anna.smith@example.org"]) == "NN"
    assert done.left_out == ("Locum",)
    assert read(there, upload).understood.questions == ()


def test_two_people_of_one_name_are_never_told_apart_by_guessing(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1, person_line("Ann Bee"), person_line("Ann Bee", email="ann2@example.org"))
    preview = read(there, rota({"R1": "DD", "Ann Bee": "NN"}))
    question = preview.understood.questions[0]
    assert question.subject == "Ann Bee"
    assert set(question.answers) == {"Ann Bee (ann.bee@example.org)", "Ann Bee (ann2@example.org)", "nobody"}
    assert "Ann Bee" not in preview.understood.people


def test_a_code_is_busy_until_answered_then_known_in_the_next_import(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1)
    upload = rota({"R1": "DQ"})
    done = imported(there, upload)
    assert done.duties == 2
    with storage.reading() as db:
        marks = db.scalars(select(AvailabilityRow.marks)).one()
        waiting = service.list_waiting(db, there.coordinator, there.programme_id)
    assert set(marks) == {"2", "0", "?"}
    answered(there, waiting[0], ("code", "Q", "day 08:00-16:00"))
    with storage.writing() as db:
        again = service.import_waiting(db, there.coordinator, waiting[0].waiting_id, NOW)
    assert [(change.before, change.after) for change in again.changes] == [(("Q",), ("Q",))]
    with storage.reading() as db:
        assert "0" not in db.scalars(select(AvailabilityRow.marks)).one()
        assert db.scalars(select(func.count()).select_from(WaitingRow)).one() == 0
    assert read(there, upload).understood.questions == ()
    assert duty_codes(there, ids["r1@example.org"]) == "DQ"


def test_a_second_import_is_a_diff_and_loses_nothing_else(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota({"R1": "DDDDD", "R2": "DDDDD"}))
    done = imported(there, rota({"R1": "NND"}, first=FIRST + timedelta(days=3)))
    assert duty_codes(there, ids["r1@example.org"]) == "DDDNND"
    assert duty_codes(there, ids["r2@example.org"]) == "DDDDD"
    assert [(change.day.day, change.before, change.after) for change in done.changes] == [
        (7, ("D",), ("N",)),
        (8, ("D",), ("N",)),
        (9, (), ("D",)),
    ]
    assert not done.is_new
    with storage.reading() as db:
        row = db.scalars(select(RotaRow)).one()
        assert (row.first_day, row.last_day) == (FIRST, FIRST + timedelta(days=5))


def marks_by_day(there: World, person_id: int) -> dict[int, str]:
    """For each day since the first of the rota, the mark of the slot at lunch."""
    with there.database.reading() as db:
        answers = for_person(db, OPERATOR, there.programme_id, person_id)
        return {(answer.starts_at.date() - FIRST).days: answer.mark for answer in answers}


def test_who_is_not_in_the_new_file_is_not_known_after_the_old_one_ends(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    first, second = (ids[f"r{number}@example.org"] for number in (1, 2))
    imported(there, rota({"R1": "DDDDD", "R2": "DD..D"}))
    done = imported(there, rota({"R1": "D...D"}, first=FIRST + timedelta(days=14)))
    assert done.missing == ("R2",)
    hers, theirs = marks_by_day(there, first), marks_by_day(there, second)
    assert [hers[day] for day in (0, 4, 7, 11, 14, 15, 18, 21)] == ["2", "2", "?", "?", "2", "0", "2", "?"]
    assert [theirs[day] for day in (0, 1, 2, 4, 7, 14, 15, 18)] == ["2", "2", "0", "2", "?", "?", "?", "?"]


def test_a_corrected_name_takes_the_duties_with_it(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 0, person_line("Anna Smith"), person_line("Anne Smyth"))
    wrong, right = ids["anna.smith@example.org"], ids["anne.smyth@example.org"]
    upload = rota({"A Smith": "DNQDD"})
    preview = read(there, upload)
    preview = answered(there, preview, ("person", "A Smith", "Anna Smith"))
    with storage.writing() as db:
        service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    assert duty_codes(there, wrong) == "DNQDD"
    preview = answered(there, preview, ("person", "A Smith", "Anne Smyth"))
    with storage.writing() as db:
        done = service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    assert (duty_codes(there, wrong), duty_codes(there, right)) == ("", "DNQDD")
    assert {(change.person_id, bool(change.after)) for change in done.changes} == {(wrong, False), (right, True)}
    assert set(marks_by_day(there, wrong).values()) == {"?"}
    assert marks_by_day(there, right)[0] == "2"


def test_a_name_that_turns_out_to_be_two_people_is_nobodys_and_asked_again(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    imported(there, rota({"R1": "DD", "R2": "DD"}))
    rows = [["Name", *days(2, FIRST)], ["R1", "D", "N"], ["R1", "N", "N"], ["R2", "D", "D"]]
    preview = read(there, Upload("Medicine", as_xlsx({"Rota": rows, "Codes": LEGEND}), "medicine.xlsx"))
    answered(there, preview, ("person", "R1", "two people"))
    with storage.writing() as db:
        done = service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    assert done.left_out == ("R1",)
    assert duty_codes(there, ids["r1@example.org"]) == ""
    assert set(marks_by_day(there, ids["r1@example.org"]).values()) == {"?"}


def publish(there: World, key: str, starts_at: datetime, *people: int) -> int:
    """A published session of these people."""
    with there.database.writing() as db:
        row = SessionRow(
            uid=key,
            programme_id=there.programme_id,
            group_key=key,
            group_name=key,
            model_name="Peer",
            round=0,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            mode="video",
            status="confirmed",
            sequence=0,
            created_at=NOW,
            changed_at=NOW,
            attendees=[AttendeeRow(person_id=person, role="resident", mark="2") for person in people],
        )
        db.add(row)
        db.flush()
        return row.id


def test_a_diff_names_the_published_sessions_that_it_touches(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    first, second = (ids[f"r{number}@example.org"] for number in (1, 2))
    imported(there, rota({"R1": "DDDDD", "R2": "DDDDD"}))
    noon = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
    hers = publish(there, "a", noon, first)
    next_day = publish(there, "b", noon + timedelta(days=1), first, second)
    publish(there, "c", noon, second)
    publish(there, "d", noon + timedelta(days=2), first)
    done = imported(there, rota({"R1": "DNDDD", "R2": "DDDDD"}))
    assert [each.session_id for each in done.touched_sessions] == [hers, next_day]
    assert [each.cannot for each in done.touched_sessions] == [("R1",), ("R1",)]
    assert [each.changed for each in done.touched_sessions] == [1, 1]


def test_the_same_file_twice_changes_nothing(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    upload = rota({"R1": "DDNN.DD"})
    first, second = imported(there, upload), imported(there, upload)
    assert (first.changes, second.changes, second.touched_sessions) == ((), (), ())
    with storage.reading() as db:
        assert Counter(db.scalars(select(AuditRow.action)))["rota.imported"] == 2


def test_an_import_that_cannot_be_leaves_nothing_behind(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    with pytest.raises(NotPossible, match="Nobody on this rota"):
        imported(there, rota({"Stranger": "DD"}))
    with pytest.raises(UnreadableFile):
        imported(there, Upload("Medicine", b"%PDF-1.7", "rota.pdf"))
    with storage.reading() as db:
        for table in (RotaRow, DutyRow, WaitingRow):
            assert db.scalars(select(func.count()).select_from(table)).one() == 0


def test_a_year_in_doubt_holds_the_import_back(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    upload = Upload("Medicine", as_csv([["Name", "4/1", "5/1", "6/1"], ["R1", "Off", "Night", "Off"]]), "rota.csv")
    preview = read(there, upload)
    with pytest.raises(NotPossible, match="not sure how to read the dates"), storage.writing() as db:
        service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    with pytest.raises(Rejected, match="can’t be used"):
        answered(there, preview, ("date", "year", "the next"))
    assert answered(there, preview, ("date", "year", "2028")).understood.rota.first_day == date(2028, 1, 4)
    answered(there, preview, ("date", "year", "2027"))
    with storage.writing() as db:
        assert service.import_waiting(db, there.coordinator, preview.waiting_id, NOW).duties == 3
        assert db.scalars(select(DutyRow.day).order_by(DutyRow.day)).first() == FIRST


def test_lines_without_entries_and_lines_of_two_people(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 3)
    rows = [
        ["Name", *days(3, FIRST)],
        ["R1", "D", "N", "D"],
        ["R2", "", "", ""],
        ["R3", "D", "D", "D"],
        ["R3", "N", "N", "N"],
    ]
    preview = read(there, Upload("Medicine", as_xlsx({"Rota": rows, "Codes": LEGEND}), "medicine.xlsx"))
    assert {question.subject for question in preview.understood.questions} == {"R2", "R3"}
    answered(there, preview, ("person", "R2", "person"), ("person", "R3", "two people"))
    with storage.writing() as db:
        done = service.import_waiting(db, there.coordinator, preview.waiting_id, NOW)
    assert (done.people, done.left_out) == (2, ("R3",))
    with storage.reading() as db:
        marks = dict(db.execute(select(AvailabilityRow.person_id, AvailabilityRow.marks)).all())
    assert marks[ids["r2@example.org"]].startswith("0" * 6 + "?")
    assert set(marks.get(ids["r3@example.org"], "?")) == {"?"}


def test_what_an_empty_line_is_is_asked_once(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    rows = [["Name", *days(3, FIRST)], ["Wards", "", "", ""], ["R1", "D", "N", "D"], ["R2", "", "", ""]]
    upload = Upload("Medicine", as_xlsx({"Rota": rows, "Codes": LEGEND}), "medicine.xlsx")
    preview = read(there, upload)
    answered(there, preview, ("person", "Wards", "heading"), ("person", "R2", "person"))
    with storage.writing() as db:
        assert service.import_waiting(db, there.coordinator, preview.waiting_id, NOW).people == 2
    again = read(there, upload)
    assert again.is_ready
    with storage.writing() as db:
        done = service.import_waiting(db, there.coordinator, again.waiting_id, NOW)
    assert (done.people, done.missing, done.changes) == (2, (), ())


def test_answers_that_make_no_sense_are_all_named(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    preview = read(there, rota({"R1": "DQ", "Who": "DD"}))
    with pytest.raises(Rejected) as caught:
        answered(there, preview, ("code", "Q", "perhaps"), ("person", "Who", "Nobody Known"))
    assert [fault.where for fault in caught.value.faults] == ["Q", "Who"]


def test_two_imports_at_a_time_wait_for_each_other(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    starts = {"Medicine": FIRST, "Surgery": FIRST + timedelta(days=7)}
    uploads = [rota({"R1": "DDN", "R2": "NND"}, first, name=name) for name, first in starts.items()]
    waiting = [read(there, upload).waiting_id for upload in uploads]

    def import_one(waiting_id: int) -> int:
        with storage.writing() as db:
            return service.import_waiting(db, there.coordinator, waiting_id, NOW).duties

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(import_one, waiting)) == [6, 6]
    with pytest.raises(NotFound), storage.writing() as db:
        service.import_waiting(db, there.coordinator, waiting[0], NOW)


def test_only_coordinators_see_and_import_rotas(database: Database) -> None:
    there = world(database)
    ids = import_residents(there, 1)
    resident: Actor = actor(ids["r1@example.org"], there.programme_id, Role.RESIDENT)
    preview = read(there, rota({"R1": "DQ"}))
    with database.writing() as db:
        with pytest.raises(NotAllowed):
            service.get_waiting(db, resident, preview.waiting_id)
        with pytest.raises(NotAllowed):
            service.import_rota(db, resident, there.programme_id, "north", rota({"R1": "DD"}), NOW)


def test_a_coordinator_learns_the_category_only(database: Database) -> None:
    there = world(database)
    ids = import_residents(there, 1)
    imported(there, rota({"R1": "DDNN..."}))
    person = ids["r1@example.org"]
    with database.reading() as db:
        own = for_person(db, actor(person, there.programme_id, Role.RESIDENT), there.programme_id, person)
        seen = for_person(db, there.coordinator, there.programme_id, person)
        with pytest.raises(NotAllowed):
            for_person(db, actor(person + 1, there.programme_id, Role.RESIDENT), there.programme_id, person)
    assert [answer.reason.category for answer in own] == [answer.reason.category for answer in seen]
    assert all(not answer.reason.key and not answer.reason.details for answer in seen)
    assert any(answer.reason.details for answer in own)
