"""Rest, worked out by hand: to the minute, over both clock changes, by every preset."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.availability.rest import PRESETS, RestRules, rules_for
from scheduler.availability.wording import sentence
from scheduler.errors import Rejected
from tests.scheduler.availability.timelines import ENGLAND, LONDON, answer, at, duty, mark, nights

DENVER = ZoneInfo("America/Denver")


def test_forty_six_hours_after_nights_to_the_minute() -> None:
    # Nights of 3 to 6 March 2026 from 21:15; the last ends on Saturday 7 March 09:15, rest until Monday 07:15.
    run = nights("2026-03-03T21:15", 4)
    day = duty("day", "2026-03-09T07:00", 8)
    assert mark("2026-03-09T07:14", *run, day, protected=True) == "0"
    assert mark("2026-03-09T07:15", *run, day, protected=True) == "2"
    reason = answer("2026-03-09T07:00", *run, day)[1]
    assert sentence(reason, LONDON) == "rest until Mon 07:15 after nights 3–6 March"


def test_one_night_alone_brings_the_same_rest() -> None:
    reason = answer("2026-03-05T12:00", *nights("2026-03-03T21:15", 1))[1]
    assert sentence(reason, LONDON) == "rest until Fri 07:15 after the night of 3 March"


def test_a_night_over_the_clock_going_forward_ends_when_the_wall_says() -> None:
    # 28 to 29 March 2026: 21:00 GMT to 09:00 BST, eleven hours long. 46 hours later it is Tuesday 07:00 BST.
    run = nights("2026-03-28T21:00", 1)
    assert (run[0].end - run[0].start).total_seconds() == 11 * 3600
    day = duty("day", "2026-03-31T06:00", 8)
    assert [mark(f"2026-03-31T{clock}", *run, day, protected=True) for clock in ("06:59", "07:00")] == ["0", "2"]


def test_a_night_over_the_clock_going_back_is_an_hour_longer() -> None:
    # 24 to 25 October 2026: 21:00 BST to 09:00 GMT, thirteen hours. 46 hours later it is Tuesday 07:00 GMT.
    run = nights("2026-10-24T21:00", 1)
    assert (run[0].end - run[0].start).total_seconds() == 13 * 3600
    day = duty("day", "2026-10-27T06:00", 8)
    assert [mark(f"2026-10-27T{clock}", *run, day, protected=True) for clock in ("06:59", "07:00")] == ["0", "2"]


def test_rest_that_itself_lies_over_the_clock_change_is_real_hours() -> None:
    # The night ends on Saturday 28 March 2026 at 09:00 GMT; 46 hours later the wall shows Monday 08:00 BST.
    run = nights("2026-03-27T21:00", 1)
    day = duty("day", "2026-03-30T06:00", 8)
    assert [mark(f"2026-03-30T{clock}", *run, day, protected=True) for clock in ("07:59", "08:00")] == ["0", "2"]


def test_an_end_that_the_clock_shows_twice_is_the_later_one() -> None:
    # On call until 01:30 on 25 October 2026, when 01:30 comes twice: 11 hours of rest count from the second.
    late = duty("late", "2026-10-24T17:30", 8)
    day = duty("day", "2026-10-25T11:00", 8)
    assert [mark(f"2026-10-25T{clock}", late, day, protected=True) for clock in ("12:29", "12:30")] == ["0", "2"]


def test_sleep_before_a_night() -> None:
    night = nights("2026-06-03T21:15", 1)
    day = duty("day", "2026-06-03T08:00", 6)
    assert mark("2026-06-03T12:15", *night, day, protected=True) == "2"
    assert mark("2026-06-03T12:16", *night, day, protected=True) == "0"
    assert answer("2026-06-03T12:16", *night, day)[1].key == "before_night"


def test_between_nights_nobody_is_asked() -> None:
    run = nights("2026-06-03T21:15", 2)
    assert answer("2026-06-04T15:00", *run)[1].key == "between_nights"


def test_eleven_hours_after_a_long_day() -> None:
    long, day = duty("long_day", "2026-06-03T09:00", 12.5), duty("day", "2026-06-04T08:00", 8)
    assert [mark(f"2026-06-04T{clock}", long, day, protected=True) for clock in ("08:29", "08:30")] == ["0", "2"]
    assert mark("2026-06-03T21:30", long) == "0"


def test_a_session_leaves_eleven_hours_before_the_next_duty() -> None:
    duties = duty("day", "2026-06-03T09:00", 8), duty("day", "2026-06-04T07:30", 8)
    evening = (OwnMark(Interval(at("2026-06-03T19:00"), at("2026-06-03T23:00")), "2"),)
    answers = [mark(f"2026-06-03T{clock}", *duties, own=evening) for clock in ("19:30", "19:31")]
    assert answers == ["2", "0"]
    assert answer("2026-06-03T19:31", *duties, own=evening)[1].key == "before_duty"


def test_forty_eight_hours_after_four_long_days_unless_the_rota_itself_says_otherwise() -> None:
    run = [duty("long_day", f"2026-06-0{number}T09:00", 12) for number in (1, 2, 3, 4)]
    assert answer("2026-06-05T12:00", *run)[1].key == "after_long_days"
    assert mark("2026-06-05T12:00", *run, duty("day", "2026-06-05T09:00", 8)) == "2"
    assert answer("2026-06-04T12:00", *run[:3])[1].key == "no_duty_that_day"


def test_rest_after_seven_days_at_work() -> None:
    run = [duty("day", f"2026-06-0{number}T09:00", 8) for number in range(1, 8)]
    assert answer("2026-06-08T12:00", *run)[1].key == "after_many_days"
    assert answer("2026-06-08T12:00", *run[1:])[1].key == "no_duty_that_day"


def test_acgme_gives_fourteen_hours_after_a_day_and_night_in_the_house() -> None:
    call = duty("resident_on_call", "2026-06-03T07:00", 24, DENVER)
    day = duty("day", "2026-06-04T13:00", 10, DENVER)
    rules = PRESETS["acgme"]
    answers = [
        mark(f"2026-06-04T{clock}", call, day, rules=rules, protected=True, zone=DENVER) for clock in ("20:59", "21:00")
    ]
    assert answers == ["0", "2"]


@pytest.mark.parametrize(("preset", "until"), [("scotland", "07:15"), ("eu", "20:15"), ("acgme", "17:15")])
def test_after_a_night_by_other_presets(preset: str, until: str) -> None:
    run = nights("2026-06-03T21:15", 1)
    reason = answer("2026-06-04T12:00", *run, rules=PRESETS[preset])[1]
    assert until in sentence(reason, LONDON)


def test_every_preset_names_its_source_and_keeps_sleep_before_a_night() -> None:
    assert set(PRESETS) == {"england-2016", "scotland", "acgme", "eu"}
    for key, rules in PRESETS.items():
        assert rules.key == key
        assert len(rules.source) > 20
        assert rules.sleep_before_night_hours == 8


def test_own_numbers() -> None:
    rules = rules_for("custom:after_nights_hours=24, sleep_before_night_hours=0")
    assert (rules.after_nights_hours, rules.between_duties_hours) == (24, ENGLAND.between_duties_hours)
    night = nights("2026-06-03T21:15", 1)
    day = duty("day", "2026-06-03T08:00", 8)
    assert mark("2026-06-03T13:30", *night, day, rules=rules) == "2"


@pytest.mark.parametrize(
    "choice", ["", "france", "custom:naps=3", "custom:after_nights_hours=many", "custom:long_run=999"]
)
def test_rules_that_are_none_are_refused(choice: str) -> None:
    with pytest.raises(Rejected):
        rules_for(choice)


def test_a_code_that_may_be_a_night_keeps_its_rest_until_somebody_says_what_it_is() -> None:
    unknown = duty("unknown", "2026-06-03T00:00", 24, code="N1")
    assert unknown.may_be_night
    assert answer("2026-06-05T00:30", unknown)[1].key == "after_nights"
    assert not duty("unknown", "2026-06-03T00:00", 24, code="QX").may_be_night


@pytest.mark.parametrize("clock", ["2026-06-03T20:00", "2026-06-03T23:30", "2026-06-04T01:00", "2026-06-04T09:00"])
def test_the_hours_of_what_may_be_a_night_are_closed_whatever_its_owner_says(clock: str) -> None:
    unknown = duty("unknown", "2026-06-03T00:00", 24, code="N1")
    day = duty("day", "2026-06-04T00:30", 9)
    said = OwnMark(Interval(at("2026-06-03T00:00"), at("2026-06-05T00:00")), "2")
    assert answer(clock, unknown, day, own=(said,))[0] == "0"
    assert answer(clock, unknown, day, protected=True)[0] == "0"


def test_no_rest_without_rules() -> None:
    free = RestRules("none", "None", "a test", 0, 0, sleep_before_night_hours=0)
    day = duty("day", "2026-06-04T09:15", 8)
    assert mark("2026-06-04T09:15", *nights("2026-06-03T21:15", 1), day, rules=free, protected=True) == "2"
