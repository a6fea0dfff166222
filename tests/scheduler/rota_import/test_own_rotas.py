"""Rotas that people give of themselves, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from scheduler.availability.service import for_person
from scheduler.db import Database
from scheduler.desk.rota_ends import ending_rotas
from scheduler.desk.search.service import find
from scheduler.enrolment.people_register import rotas_of
from scheduler.enrolment.person_card import get_card
from scheduler.enrolment.person_merge import merge_people, preview_merge
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.planning.overview import overview
from scheduler.programmes.service import get_programme
from scheduler.rota_import import own_removal, own_rotas, own_waiting, service
from scheduler.rota_import.removal import remove_rota
from scheduler.rota_import.spellings import list_spellings
from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.reading.reader import read_rota
from scheduler.rotas.rota_list import list_rotas
from scheduler.rotas.rota_list import own_rotas as rotas_for
from scheduler.rotas.tables import DutyRow, RotaRow, WaitingRow
from tests.builders import NOW, World, actor, import_residents, world
from tests.scheduler.rota_import.test_service import FIRST, imported, rota
from tests.scheduler.rotas.sheets import as_csv, days

DAY, NIGHT, OFF = DutyKind.DAY, DutyKind.NIGHT, DutyKind.OFF
FORTNIGHT = (DAY, DAY, NIGHT, NIGHT, OFF, OFF, OFF, DAY, DAY, DAY, DAY, DAY, OFF, OFF)


def resident(there: World, number: int = 1) -> Actor:
    ids = import_residents(there, 3)
    return actor(ids[f"r{number}@example.org"], there.programme_id, Role.RESIDENT)


def give(
    there: World, who: Actor, kinds: Sequence[DutyKind] = FORTNIGHT, until: date | None = None, first: date = FIRST
) -> None:
    with there.database.writing() as db:
        own_rotas.give_days(db, who, there.programme_id, first, kinds, until, NOW)


def kept(there: World, who: Actor, read: ReadRota, written: str = "") -> own_waiting.OwnWaiting:
    with there.database.writing() as db:
        return own_waiting.keep_own(db, who, there.programme_id, read, written, NOW)


def taken(there: World, who: Actor, *answers: tuple[str, str, str]) -> None:
    given = {(about, subject): text for about, subject, text in answers}
    with there.database.writing() as db:
        own_waiting.take_own(db, who, there.programme_id, given, NOW)


def marks(there: World, who: Actor) -> dict[date, tuple[str, str]]:
    """The last mark of each day and why."""
    with there.database.reading() as db:
        answers = for_person(db, OPERATOR, there.programme_id, who.person_id or 0)
    return {answer.starts_at.date(): (answer.mark, answer.reason.key) for answer in answers}


def sheet(*lines: tuple[str, str], first: date = FIRST) -> ReadRota:
    """A rota of plain words, one letter a day."""
    words = {"D": "Day", "N": "Night", "O": "Off", "X": "XQ"}
    rows = [
        ["Name", *days(len(lines[0][1]), first)],
        *([who, *(words[sign] for sign in codes)] for who, codes in lines),
    ]
    return read_rota(as_csv(rows), "rota.csv", today=NOW.date())


def test_days_said_by_hand_repeat_and_give_marks(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    assert marks(there, who)[FIRST] == ("?", "rota_not_loaded")
    give(there, who, until=FIRST + timedelta(days=27))
    found = marks(there, who)
    nights = (FIRST + timedelta(days=number) for number in (2, 16))
    assert {found[day] for day in nights} == {("0", "before_night")}
    assert found[FIRST] == found[FIRST + timedelta(days=14)] == ("2", "protected_window")
    with storage.reading() as db:
        given = own_rotas.find_given(db, who, there.programme_id)
        assert given is not None
        assert (given.first_day, given.last_day, len(given.duties)) == (FIRST, FIRST + timedelta(days=27), 28)


def test_giving_again_replaces_the_days_that_are_given(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    give(there, who)
    give(there, who, [NIGHT], first=FIRST)
    with storage.reading() as db:
        kinds = list(db.scalars(select(DutyRow.kind).order_by(DutyRow.day)))
        assert kinds == [NIGHT, *FORTNIGHT[1:]]
        assert db.scalar(select(func.count()).select_from(RotaRow)) == 1


@pytest.mark.parametrize(
    ("kinds", "until"), [([], None), ([DutyKind.UNKNOWN], None), ([DAY], date(2020, 1, 1)), ([DAY], date(2030, 1, 1))]
)
def test_days_that_cannot_be_are_refused(storage: Database, kinds: list[DutyKind], until: date | None) -> None:
    there = world(storage)
    with pytest.raises(Rejected):
        give(there, resident(there), kinds, until)


def test_the_departments_rota_counts_as_soon_as_it_is_there_and_differences_are_told(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    give(there, who)
    imported(there, rota({"R1": "DDNDN"}))
    found = marks(there, who)
    assert found[FIRST + timedelta(days=4)] == ("0", "before_night")
    assert found[FIRST + timedelta(days=7)] == ("2", "protected_window"), "of which the department says nothing yet"
    with storage.reading() as db:
        [fourth, fifth] = own_rotas.differences(db, who, there.programme_id, FIRST)
        assert (fourth.day, fourth.before, fourth.after) == (FIRST + timedelta(days=3), ("night",), ("day",))
        assert (fifth.before, fifth.after) == (("off",), ("night",))
        assert own_rotas.differences(db, who, there.programme_id, FIRST + timedelta(days=4)) == (fifth,)
        assert [each.given for each in rotas_for(db, who, there.programme_id)] == [True, False]


def test_what_the_department_no_longer_says_is_as_one_said_it(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    give(there, who)
    before = marks(there, who)
    done = imported(there, rota({"R1": "NNNNN"}))
    assert marks(there, who) != before
    with storage.writing() as db:
        remove_rota(db, there.coordinator, there.programme_id, done.rota_id, NOW)
    assert marks(there, who) == before


def test_it_can_be_forgotten_and_nothing_is_left(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    before = marks(there, who)
    give(there, who)
    kept(there, who, sheet(("R1", "DDN")))
    with storage.writing() as db:
        own_removal.forget_own(db, who, there.programme_id, NOW)
    assert marks(there, who) == before
    with storage.writing() as db:
        for table in (RotaRow, DutyRow, WaitingRow):
            assert db.scalar(select(func.count()).select_from(table)) == 0
        with pytest.raises(NotFound):
            own_removal.forget_own(db, who, there.programme_id, NOW)


def test_a_file_is_read_for_its_owner_alone(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    found = kept(there, who, sheet(("R1", "DDX"), ("R2", "NNN"), ("Q Stranger", "OOO")))
    assert found.understood.rota.people == ("R1",)
    assert [question.about for question in found.understood.questions] == ["code"]
    with storage.reading() as db:
        text = str(db.scalars(select(WaitingRow)).one().content)
    assert "R2" not in text
    assert "Stranger" not in text
    taken(there, who, ("code", "XQ", "night"))
    assert marks(there, who)[FIRST + timedelta(days=2)] == ("0", "before_night")
    with storage.reading() as db:
        assert own_waiting.find_own_waiting(db, who, there.programme_id) is None
        assert own_waiting.before_reading_own(db, who, there.programme_id).known["XQ"].kind is NIGHT


def test_a_name_that_is_not_found_is_asked_for(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    read = sheet(("Zed", "DDN"), ("Why", "NNN"))
    with pytest.raises(Rejected) as refused:
        kept(there, who, read)
    assert "Zed, Why" in refused.value.message
    assert refused.value.faults[0].where == "written"
    assert kept(there, who, read, "zed").understood.rota.people == ("Zed",)


def test_a_rota_of_one_person_is_theirs_unless_it_names_somebody_else(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    assert kept(there, who, sheet(("Someone", "DDN"))).understood.people == {"Someone": who.person_id}
    with pytest.raises(Rejected):
        kept(there, who, sheet(("R2", "DDN")))


def test_nothing_is_taken_while_dates_are_in_doubt(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    rows = [["Date", "Shift"], ["03/04/2027", "Day"], ["05/06/2027", "Night"]]
    found = kept(there, who, read_rota(as_csv(rows), "mine.csv", today=NOW.date()))
    assert any(question.about == "date" for question in found.understood.questions)
    with pytest.raises(NotPossible):
        taken(there, who)


def test_coordinators_see_that_it_was_given_and_no_duty_of_it(storage: Database) -> None:
    there = world(storage)
    who = resident(there)
    give(there, who)
    kept(there, who, sheet(("R1", "DDN")))
    cora, programme_id = there.coordinator, there.programme_id
    with storage.reading() as db:
        row = db.scalars(select(RotaRow)).one()
        assert get_card(db, cora, programme_id, who.person_id or 0, NOW).own_rota_at == NOW
        assert get_card(db, cora, programme_id, who.person_id or 0, NOW).rotas == ()
        assert rotas_of(db, programme_id, [who.person_id or 0]) == {who.person_id: ["their own word"]}
        assert list_rotas(db, cora, programme_id) == service.list_waiting(db, cora, programme_id) == ()
        found = overview(db, cora, programme_id)
        assert (found.rotas, found.waiting_rotas, found.without_rota) == (0, 0, 2)
        assert list_spellings(db, cora, programme_id) == ()
        assert ending_rotas(db, get_programme(db, programme_id), FIRST, NOW) == ()
        waiting = db.scalars(select(WaitingRow)).one()
    with storage.writing() as db:
        with pytest.raises(NotFound):
            remove_rota(db, cora, programme_id, row.id, NOW)
        for touch in (service.get_waiting, service.discard):
            with pytest.raises(NotFound):
                touch(db, cora, waiting.id)
        with pytest.raises(NotAllowed):
            own_rotas.give_days(db, cora, programme_id, FIRST, FORTNIGHT, None, NOW)


def test_two_people_have_their_own_and_a_department_may_have_a_rota_beside(storage: Database) -> None:
    there = world(storage)
    give(there, resident(there, 1))
    give(there, resident(there, 2))
    imported(there, rota({"R3": "DDN"}))
    assert {marks(there, resident(there, number))[FIRST] for number in (1, 2)} == {("2", "protected_window")}


def test_of_two_entries_of_one_person_the_rota_of_the_one_that_stays_is_kept(storage: Database) -> None:
    there = world(storage)
    stays, goes = resident(there, 1), resident(there, 2)
    give(there, stays)
    give(there, goes, [NIGHT] * 14)
    with storage.writing() as db:
        shown = preview_merge(db, there.coordinator, there.programme_id, stays.person_id or 0, goes.person_id or 0)
        assert shown.rotas == ("their own word",)
        merge_people(db, there.coordinator, there.programme_id, stays.person_id or 0, goes.person_id or 0, NOW)
    with storage.reading() as db:
        assert list(db.scalars(select(RotaRow.given_by))) == [stays.person_id]
        assert list(db.scalars(select(DutyRow.kind).order_by(DutyRow.day))) == list(FORTNIGHT)


def test_search_does_not_find_it(storage: Database) -> None:
    there = world(storage)
    give(there, resident(there))
    with storage.reading() as db:
        assert find(db, there.coordinator, there.programme_id, "1", NOW).rotas.first == ()
