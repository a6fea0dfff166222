"""All of one person's sessions in order of time, with what stands in the way of one."""

from __future__ import annotations

from datetime import timedelta

from scheduler.groups.written_weeks import take_part_in_writing
from scheduler.people.model import Role
from scheduler.sessions import apologies
from scheduler.sessions.diary import own_diary
from tests.builders import NOW, actor
from tests.scheduler.sessions.test_bookings import DATES, LATER, Both, both

__all__ = ["both"]


def test_sessions_of_all_programmes_stand_in_one_order(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, h1=(both.people[:4], LATER))
    with both.database.reading() as db:
        diary = own_diary(db, actor(both.people[0], both.spring.programme_id, Role.RESIDENT), NOW)
    assert [entry.starts_at for entry in diary] == sorted([*DATES.values(), *LATER.values()])
    assert {entry.programme_id for entry in diary} == {both.spring.programme_id, both.autumn.programme_id}
    assert all(entry.instead is None for entry in diary)


def test_one_reads_which_of_two_sessions_at_once_one_is_expected_at(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, NOW + timedelta(hours=1), h1=(both.people[3:8], DATES))
    who = actor(both.people[3], both.spring.programme_id, Role.RESIDENT)
    with both.database.reading() as db:
        first, second, *_ = own_diary(db, who, NOW)
    assert first.instead is None
    assert second.instead is not None
    assert (second.instead.session_id, second.is_on_the_way) == (first.session_id, False)
    with both.database.writing() as db:
        apologies.say_sorry(db, who, first.session_id, NOW)
    with both.database.reading() as db:
        first, second, *_ = own_diary(db, who, NOW)
    assert (first.sorry, second.instead) == (True, None)


def test_who_takes_part_in_writing_reads_that_and_not_that_they_are_missing(both: Both) -> None:
    both.publish(both.spring, g1=(both.people[:4], DATES))
    both.publish(both.autumn, NOW + timedelta(hours=1), h1=(both.people[3:8], DATES))
    who = actor(both.people[3], both.spring.programme_id, Role.RESIDENT)

    def read() -> list[tuple[bool, bool]]:
        with both.database.reading() as db:
            return [(entry.writes, entry.sorry) for entry in own_diary(db, who, NOW)]

    with both.database.reading() as db:
        first, second, third, *_ = (entry.session_id for entry in own_diary(db, who, NOW))
    with both.database.writing() as db:
        apologies.say_sorry(db, who, third, NOW)
        take_part_in_writing(db, who, second, NOW)
    assert read()[:3] == [(False, False), (True, False), (False, True)], "another session is in the way of it"
    with both.database.writing() as db:
        take_part_in_writing(db, who, first, NOW)
    assert read()[0][0]
    with both.database.writing() as db:
        apologies.take_back(db, who, first, NOW)
    assert read()[0] == (False, False), "who comes after all does not write"
    other = actor(both.people[0], both.spring.programme_id, Role.RESIDENT)
    with both.database.reading() as db:
        assert not any(entry.writes for entry in own_diary(db, other, NOW)), "another's word is not one's own"
