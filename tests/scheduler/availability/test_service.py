"""Stored availability: own words, patterns, long leave, the heat map, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from scheduler.availability import entries, service
from scheduler.availability.intervals import Interval
from scheduler.availability.model import Category, Level, OwnMark, Policy, Reason
from scheduler.availability.programme_rules import change_rules, get_rules
from scheduler.availability.tables import AvailabilityRow
from scheduler.availability.wording import sentence
from scheduler.db import Database
from scheduler.enrolment.clinics import import_clinics
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.people.model import Actor, Role
from scheduler.planning.instance_builder import build_instance
from scheduler.programmes.service import get_programme
from scheduler.rotas.model import DutyKind, wall_span
from scheduler.rotas.tables import DutyRow, RotaRow, RotaSpanRow
from tests.builders import NOW, World, actor, import_residents, person_line, set_marks, world
from tests.scheduler.availability.timelines import weekly

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)


def somebody(there: World, **columns: str) -> Actor:
    ids = import_residents(there, 0, person_line("Ann Bee", **columns))
    return actor(ids["ann.bee@example.org"], there.programme_id, Role.RESIDENT)


def marks(there: World, me: Actor) -> str:
    with there.database.reading() as db:
        return db.scalars(select(AvailabilityRow.marks).where(AvailabilityRow.person_id == me.person_id)).one()


def by_day(there: World, me: Actor) -> dict[date, str]:
    with there.database.reading() as db:
        found = service.for_person(db, me, there.programme_id, me.person_id or 0)
    return {each.starts_at.date(): each.mark for each in found}


def test_own_words_are_said_and_taken_back(storage: Database) -> None:
    there = world(storage)
    me = somebody(there)
    span = Interval(MONDAY, MONDAY + timedelta(days=1))
    with storage.writing() as db:
        [said] = entries.replace_own_marks(db, me, there.programme_id, (), (OwnMark(span, "2"),), NOW)
        assert [each.own.mark for each in entries.list_own_marks(db, me, there.programme_id)] == ["2"]
    assert (by_day(there, me)[MONDAY.date()], marks(there, me).count("?")) == ("2", len(marks(there, me)) - 2)
    with storage.writing() as db:
        with pytest.raises(NotAllowed):
            entries.replace_own_marks(
                db, actor(999, there.programme_id, Role.RESIDENT), there.programme_id, (said,), (), NOW
            )
        entries.replace_own_marks(db, me, there.programme_id, (said,), (), NOW)
        with pytest.raises(NotFound):
            entries.replace_own_marks(db, me, there.programme_id, (said,), (), NOW)
    assert set(marks(there, me)) == {"?"}


def test_weekly_patterns_replace_one_another(storage: Database) -> None:
    there = world(storage)
    me = somebody(there, role="faculty", stage="")
    hours = [weekly(day, "08:00", "18:00", "2", "working_hours") for day in range(4)]
    with storage.writing() as db:
        entries.set_weekly(db, me, there.programme_id, [*hours, weekly(0, "12:00", "15:00", "0", "own")], NOW)
    week = [by_day(there, me)[(MONDAY + timedelta(days=day)).date()] for day in range(5)]
    assert week == ["0", "2", "2", "2", "0"]
    with storage.writing() as db:
        entries.set_weekly(db, me, there.programme_id, (), NOW)
    assert set(marks(there, me)) == {"?"}


@pytest.mark.parametrize(
    "wrong",
    [
        weekly(7, "08:00", "09:00", "0", "own"),
        weekly(0, "10:00", "09:00", "0", "own"),
        weekly(0, "08:00", "09:00", "0", "clinic"),
    ],
)
def test_patterns_that_cannot_be_are_refused(database: Database, wrong: object) -> None:
    there = world(database)
    me = somebody(there)
    with database.writing() as db, pytest.raises(Rejected):
        entries.set_weekly(db, me, there.programme_id, [wrong], NOW)  # type: ignore[list-item]


def test_long_leave_pauses_and_ends(storage: Database) -> None:
    there = world(storage)
    me = somebody(there)
    first = (MONDAY + timedelta(days=7)).date()
    with storage.writing() as db:
        absence = entries.pause(db, there.coordinator, there.programme_id, me.person_id or 0, first, None, NOW)
    days = by_day(there, me)
    assert {days[day] for day in days if day >= first} == {"0"}
    assert {days[day] for day in days if day < first} == {"?"}
    with storage.writing() as db:
        assert [each.last_day for each in entries.list_absences(db, me, there.programme_id, me.person_id or 0)] == [
            None
        ]
        with pytest.raises(NotAllowed):
            entries.resume(db, actor(999, there.programme_id, Role.RESIDENT), absence, NOW)
        with pytest.raises(Rejected):
            entries.pause(db, me, there.programme_id, me.person_id or 0, first, first - timedelta(days=1), NOW)
        entries.resume(db, me, absence, NOW)
    assert set(marks(there, me)) == {"?"}


def test_the_heat_map_counts_each_start_and_rounds_are_reachable_or_not(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 3)
    with storage.reading() as db:
        slots = get_programme(db, there.programme_id).slots()
    first_round = "".join("2" if slot.round == 0 else "0" for slot in slots)
    people = [ids[f"r{number}@example.org"] for number in (1, 2, 3)]
    set_marks(there, {people[0]: first_round, people[1]: "1", people[2]: "?"})
    with storage.reading() as db:
        cells = service.heat_map(db, there.coordinator, there.programme_id)
        alone = service.heat_map(db, there.coordinator, there.programme_id, people[:1])
        reach = service.rounds_reachable(db, there.coordinator, there.programme_id)
        with pytest.raises(NotAllowed):
            service.heat_map(db, actor(people[0], there.programme_id, Role.RESIDENT), there.programme_id)
    assert len(cells) == len(slots)
    assert (cells[0].week, cells[0].weekday, cells[0].wall_clock) == (date(2027, 1, 4), 0, "12:30")
    assert (cells[0].can, cells[0].if_need_be, cells[0].not_known, cells[0].asked) == (1, 1, 1, 3)
    assert (cells[-1].can, alone[0].can, alone[0].asked) == (0, 1, 1)
    assert reach == {people[0]: 1, people[1]: 3, people[2]: 0}


def test_marks_from_before_the_windows_changed_are_not_shown(database: Database) -> None:
    there = world(database)
    me = somebody(there)
    person = me.person_id or 0
    set_marks(there, {person: "222"})
    with database.reading() as db:
        with pytest.raises(NotFound, match="session times have changed"):
            service.for_person(db, me, there.programme_id, person)
        cells = service.heat_map(db, there.coordinator, there.programme_id)
        assert {cell.asked for cell in cells} == {0}
        assert service.rounds_reachable(db, there.coordinator, there.programme_id) == {}


def test_only_those_asked_for_are_worked_out_anew(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    first, second = (ids[f"r{number}@example.org"] for number in (1, 2))
    later = NOW + timedelta(days=1)
    with storage.writing() as db:
        db.execute(update(AvailabilityRow).values(marks="2"))
        assert service.bring_up_to_date(db, there.programme_id, later, [second]) == {second}
        worked_out = dict(db.execute(select(AvailabilityRow.person_id, AvailabilityRow.worked_out_at)).all())
    assert worked_out == {first: NOW, second: later}


def test_what_is_as_it_was_is_not_stored_again(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    with storage.writing() as db:
        assert service.bring_up_to_date(db, there.programme_id, NOW + timedelta(days=1)) == frozenset()
        assert set(db.scalars(select(AvailabilityRow.worked_out_at))) == {NOW}
        db.execute(delete(AvailabilityRow))
        assert service.bring_up_to_date(db, there.programme_id, NOW) == set(ids.values())


def test_not_known_yet_can_be_said_of_a_start_and_taken_back(storage: Database) -> None:
    there = world(storage)
    me, pid = somebody(there), there.programme_id
    with storage.writing() as db:
        start = get_programme(db, pid).slots()[0].starts_at
        span = Interval(start, start + timedelta(hours=1))
        [can] = entries.replace_own_marks(db, me, pid, (), (OwnMark(span, "2", one_start=True),), NOW)
        [unsure] = entries.replace_own_marks(db, me, pid, (), (OwnMark(span, "?", one_start=True),), NOW)
    with storage.writing() as db:
        told = service.for_person(db, me, pid, me.person_id or 0)[0]
        assert (told.mark, told.reason.key) == ("?", "said_so")
        entries.replace_own_marks(db, me, pid, (unsure,), (), NOW)
    with storage.writing() as db:
        assert service.for_person(db, me, pid, me.person_id or 0)[0].mark == "2"
        entries.replace_own_marks(db, me, pid, (can,), (), NOW)


LATE_MONDAY = Interval(MONDAY + timedelta(hours=18, minutes=10), MONDAY + timedelta(hours=18, minutes=55))


def store_duties(there: World, person_id: int, **kinds: str) -> None:
    """A rota for the first weeks of 2027 with these duties: ``jan4="day 09:00 17:00"``."""
    with there.database.writing() as db:
        site = get_programme(db, there.programme_id).sites[0]
        first, last = date(2027, 1, 4), date(2027, 1, 17)
        rota = RotaRow(
            programme_id=there.programme_id,
            site_id=site.id,
            name="Ward",
            layout="A",
            first_day=first,
            last_day=last,
            imported_at=NOW,
        )
        db.add(rota)
        db.flush()
        db.add(RotaSpanRow(rota_id=rota.id, person_id=person_id, first_day=first, last_day=last))
        for day, written in kinds.items():
            kind, start, end = written.split()
            begins, ends = wall_span(date(2027, 1, int(day[3:])), time.fromisoformat(start), time.fromisoformat(end))
            db.add(
                DutyRow(
                    rota_id=rota.id,
                    person_id=person_id,
                    day=begins.date(),
                    code="X",
                    kind=kind,
                    starts_at=begins.replace(tzinfo=UTC),
                    ends_at=ends.replace(tzinfo=UTC),
                    cell="A1",
                )
            )
        db.flush()
        service.bring_up_to_date(db, there.programme_id, NOW)


def test_a_person_reads_the_whole_reason_and_their_coordinator_its_category(storage: Database) -> None:
    there = world(storage)
    me = somebody(there)
    person = me.person_id or 0
    store_duties(there, person, jan4="night 20:30 09:00")
    with storage.reading() as db:
        mine = service.for_person(db, me, there.programme_id, person)
        theirs = service.for_person(db, there.coordinator, there.programme_id, person)
        with pytest.raises(NotAllowed):
            service.for_person(db, actor(999, there.programme_id, Role.RESIDENT), there.programme_id, person)
    evening = next(index for index, each in enumerate(mine) if each.reason.category is Category.REST)
    assert (mine[evening].mark, sentence(mine[evening].reason, ZoneInfo("Europe/London"))) == (
        "0",
        "sleep before the night duty starting Mon 20:30",
    )
    assert (theirs[evening].mark, theirs[evening].reason, sentence(theirs[evening].reason, ZoneInfo("UTC"))) == (
        "0",
        Reason(Category.REST, ""),
        "rest",
    )


def test_marks_at_any_times_are_worked_out_on_the_spot(storage: Database) -> None:
    there = world(storage)
    person = somebody(there).person_id or 0
    store_duties(there, person, jan4="night 20:30 09:00")
    later = Interval(datetime(2027, 2, 1, 10, tzinfo=UTC), datetime(2027, 2, 1, 11, tzinfo=UTC))
    with storage.reading() as db:
        programme = get_programme(db, there.programme_id)
        assert service.marks_at(db, programme, [person, 999], [LATE_MONDAY, later]) == {person: "0?"}


def test_marks_at_the_times_of_slots_are_those_of_the_slots(storage: Database) -> None:
    there = world(storage)
    me = somebody(there)
    person = me.person_id or 0
    store_duties(there, person, jan4="day 09:00 17:00", jan5="late 12:00 22:00", jan6="protected 12:00 15:00")
    with storage.reading() as db:
        stored = service.for_person(db, me, there.programme_id, person)[:25]
        spans = [Interval(each.starts_at, each.starts_at + timedelta(minutes=60)) for each in stored]
        found = service.marks_at(db, get_programme(db, there.programme_id), [person], spans)
        assert list(found[person]) == [each.mark for each in stored]


def test_changed_rules_are_worked_out_once_and_reach_the_planner(storage: Database) -> None:
    there = world(storage)
    me = somebody(there)
    person = me.person_id or 0
    store_duties(there, person, jan5="late 11:00 22:00", jan6="protected 12:00 15:00", jan7="day 09:00 17:00")
    days = by_day(there, me)
    assert [days[date(2027, 1, day)] for day in (5, 6, 7)] == ["1", "2", "2"]
    with storage.reading() as db:
        given = build_instance(db, there.programme_id, NOW).residents[0].availability
    # Two starts a day, Monday to Friday: protected time is the best of the round, lunch on a day duty counts less.
    assert given[2:8] == "112211"
    levels = {**Policy().during, DutyKind.LATE: Level.BLOCKED, DutyKind.PROTECTED: Level.CAN}
    policy = replace(Policy(), during=levels)
    with storage.writing() as db:
        assert change_rules(db, there.coordinator, there.programme_id, "scotland", policy, NOW)
        assert not change_rules(db, there.coordinator, there.programme_id, "scotland", policy, NOW)
        with pytest.raises(NotAllowed):
            change_rules(db, me, there.programme_id, "eu", policy, NOW)
        far = replace(policy, journeys={(1, 999): timedelta(minutes=5)})
        with pytest.raises(NotFound):
            change_rules(db, there.coordinator, there.programme_id, "eu", far, NOW)
        assert get_rules(db, there.coordinator, there.programme_id).rest.key == "scotland"
    with storage.reading() as db:
        assert build_instance(db, there.programme_id, NOW).residents[0].availability[2:8] == "002222"


def test_who_is_away_for_all_that_is_left_is_planned_again_when_they_are_back(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 2)
    me = somebody(there)
    person = me.person_id or 0
    everything, half = date(2026, 12, 1), date(2027, 1, 20)
    with storage.writing() as db:
        absence = entries.pause(db, there.coordinator, there.programme_id, person, everything, None, NOW)
        assert f"p{person}" not in {each.id for each in build_instance(db, there.programme_id, NOW).residents}
        entries.resume(db, there.coordinator, absence, NOW)
        entries.pause(db, there.coordinator, there.programme_id, person, everything, half, NOW)
        assert f"p{person}" in {each.id for each in build_instance(db, there.programme_id, NOW).residents}
        with pytest.raises(NotFound):
            entries.pause(db, there.coordinator, there.programme_id, 999, everything, None, NOW)


CLINICS = """person,weekday,start,end,kind,first_day,last_day,except_days
ann.bee@example.org,mon;tue,12:00,15:00,clinic,2027-01-04,2027-01-31,2027-01-11;2027-01-12
ann.bee@example.org,fri,00:00,23:59,part_time,,,
"""


def test_a_list_of_clinics_has_dates_exceptions_and_part_time_days(storage: Database) -> None:
    there = world(storage)
    me = somebody(there)
    with storage.writing() as db:
        assert import_clinics(db, there.coordinator, there.programme_id, CLINICS.encode(), NOW) == 2
    days = by_day(there, me)
    assert [days[date(2027, 1, day)] for day in (4, 5, 8, 11, 12, 15, 18, 25)] == list("000??000")
    assert days[date(2027, 2, 1)] == "?"
    for wrong in ("2027-01-31,2027-01-04,", ",,soon", "2027-13-01,,"):
        broken = CLINICS.replace("2027-01-04,2027-01-31,2027-01-11;2027-01-12", wrong).encode()
        with storage.writing() as db, pytest.raises(Rejected) as refused:
            import_clinics(db, there.coordinator, there.programme_id, broken, NOW)
        assert [fault.where for fault in refused.value.faults] == ["row 2"]
    assert by_day(there, me) == days
