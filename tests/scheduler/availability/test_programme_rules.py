"""What a programme sets: levels of duties, buffers, journeys; and what the planner is given of it all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.availability.free_days import chosen_days
from scheduler.availability.intervals import Interval
from scheduler.availability.marks import Availability
from scheduler.availability.model import (
    DEFAULT_LEVELS,
    Candidate,
    Duty,
    InPerson,
    Level,
    OwnMark,
    Policy,
    Timeline,
    Weekly,
)
from scheduler.availability.planner_marks import planner_marks
from scheduler.availability.policy import must_be_possible, policy_from, policy_json
from scheduler.availability.rest import PRESETS, rest_rules_text, rules_for
from scheduler.availability.slots import SlotTable
from scheduler.availability.wording import sentence
from scheduler.errors import Rejected
from scheduler.rotas.model import DutyKind
from tests.scheduler.availability.timelines import (
    AWAY,
    ENGLAND,
    HOME,
    LONDON,
    answer,
    at,
    availability,
    duty,
    mark,
    nights,
    weekly,
)

WEDNESDAY = "2026-06-03"
HOUR = timedelta(hours=1)


def policy(**levels: str) -> Policy:
    changed = {DutyKind(kind): Level(level) for kind, level in levels.items()}
    return Policy(during=MappingProxyType({**DEFAULT_LEVELS, **changed}))


@pytest.mark.parametrize("kind", [kind.value for kind in DutyKind if kind is not DutyKind.DAY])
@pytest.mark.parametrize(("level", "expected"), [("blocked", "0"), ("if_need_be", "1"), ("can", "2"), ("best", "2")])
def test_each_kind_leaves_open_what_the_programme_says(kind: str, level: str, expected: str) -> None:
    some = duty(kind, f"{WEDNESDAY}T09:00", 10)
    assert mark(f"{WEDNESDAY}T15:00", some, policy=policy(**{kind: level})) == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [("blocked", ("0", "day")), ("if_need_be", ("1", "needs_release")), ("best", ("2", "day_free"))],
)
def test_a_day_duty_outside_lunch_is_what_the_programme_says(level: str, expected: tuple[str, str]) -> None:
    day, rules = duty("day", f"{WEDNESDAY}T09:00", 8), policy(day=level)
    found, reason = answer(f"{WEDNESDAY}T15:00", day, policy=rules)
    assert (found, reason.key) == expected
    assert mark(f"{WEDNESDAY}T12:30", day, policy=rules) == "2"
    assert mark(f"{WEDNESDAY}T15:00", day, policy=rules, protected=True) == "2"


def test_lunch_is_by_the_clock_of_the_ward() -> None:
    in_berlin = duty("day", f"{WEDNESDAY}T09:00", 8, ZoneInfo("Europe/Berlin"))
    # Noon in Berlin is 11:00 in London.
    assert answer(f"{WEDNESDAY}T11:00", in_berlin)[1].key == "lunch"
    assert answer(f"{WEDNESDAY}T13:00", in_berlin)[1].key == "needs_release"


def test_a_policy_comes_back_as_it_was_stored() -> None:
    wanted = replace(policy(late="blocked", protected="can"), beside_work=timedelta(minutes=45))
    assert policy_from(policy_json(wanted), 0) == wanted
    assert policy_json(Policy()) == {}
    for wrong in (policy(off="can"), policy(leave="best"), replace(Policy(), beside_work=timedelta(hours=9))):
        with pytest.raises(Rejected):
            must_be_possible(wrong)


def test_rest_rules_come_back_as_they_were_written() -> None:
    for choice in (*PRESETS, "scotland:sleep_before_night_hours=6", "custom:", "custom:long_run=0,duty_run=6"):
        assert rest_rules_text(rules_for(choice)) == choice
    assert rules_for("acgme:sleep_before_night_hours=4").free_day_in_days == 7


def test_a_buffer_keeps_clinics_calendars_and_closed_duties_away() -> None:
    # A calendar entry from 09:00 to 10:00, a clinic from 13:00 to 17:00, a closed late duty from 19:00.
    rules = replace(policy(late="blocked"), buffer=timedelta(minutes=15))
    clinic = (weekly(2, "13:00", "17:00", "0", "clinic"),)
    busy = (Interval(at(f"{WEDNESDAY}T09:00"), at(f"{WEDNESDAY}T10:00")),)
    duties = duty("day", f"{WEDNESDAY}T08:00", 11), duty("late", f"{WEDNESDAY}T19:00", 3)
    expected = {
        "07:45": "2", "07:46": "0", "10:14": "0", "10:15": "2", "11:45": "2", "11:46": "0", "17:14": "0",
        "17:15": "2", "17:45": "2", "17:46": "0",
    }  # fmt: skip
    found = {
        clock: mark(f"{WEDNESDAY}T{clock}", *duties, weekly=clinic, busy=busy, protected=True, policy=rules)
        for clock in expected
    }
    assert found == expected


def journeys(there: int, back: int | None = None) -> Policy:
    ways = {(HOME, AWAY): timedelta(minutes=there)}
    if back:
        ways[AWAY, HOME] = timedelta(minutes=back)
    return Policy(journeys=MappingProxyType(ways))


def elsewhere(kind: str, start: str, hours: float) -> Duty:
    return replace(duty(kind, start, hours), site_id=AWAY)


def test_the_way_to_and_from_another_site_to_the_minute() -> None:
    # On duty at the other site from 14:00 to 17:00; 40 minutes there, 25 back; at home a day duty all day.
    day, away = duty("day", f"{WEDNESDAY}T08:00", 11), elsewhere("day", f"{WEDNESDAY}T14:00", 3)
    rules = journeys(40, 25)

    def found(clock: str, how: InPerson) -> str:
        return mark(f"{WEDNESDAY}T{clock}", day, away, protected=True, policy=rules, in_person=how)

    clocks = ("12:20", "12:21", "15:00", "17:24", "17:25")
    assert [found(clock, InPerson.ONLY) for clock in clocks] == ["2", "0", "0", "0", "2"]
    assert [found(clock, InPerson.RATHER) for clock in clocks] == ["2", "1", "1", "1", "2"]
    assert [found(clock, InPerson.NOT) for clock in clocks] == ["2", "2", "2", "2", "2"]
    assert answer(f"{WEDNESDAY}T12:30", day, away, policy=rules, in_person=InPerson.ONLY)[1].key == "on_the_way"


def test_a_way_known_one_way_counts_both_ways_and_calls_from_home_need_none() -> None:
    day = duty("day", f"{WEDNESDAY}T08:00", 11)
    away = elsewhere("day", f"{WEDNESDAY}T14:00", 3)
    only = {"policy": journeys(40), "in_person": InPerson.ONLY, "protected": True}
    assert [mark(f"{WEDNESDAY}T{clock}", day, away, **only) for clock in ("17:39", "17:40")] == ["0", "2"]
    call = elsewhere("non_resident_on_call", f"{WEDNESDAY}T14:00", 3)
    assert answer(f"{WEDNESDAY}T13:00", day, call, **only)[1].key != "on_the_way"
    own = (OwnMark(Interval(at(f"{WEDNESDAY}T12:00"), at(f"{WEDNESDAY}T14:00")), "2"),)
    assert mark(f"{WEDNESDAY}T12:30", day, away, own=own, **only) == "2", "their own word for the date outranks it"


def test_a_pattern_has_its_dates_and_exceptions() -> None:
    first, last = date(2026, 6, 3), date(2026, 6, 24)
    clinic = Weekly(2, at("2026-01-01T12:00").time(), at("2026-01-01T14:00").time(), "0", "clinic", first, last)
    clinic = replace(clinic, except_days=frozenset((date(2026, 6, 10),)))
    days = ("2026-05-27", "2026-06-03", "2026-06-10", "2026-06-17", "2026-06-24", "2026-07-01")
    found = [answer(f"{day}T12:30", loaded=False, weekly=(clinic,))[1].key == "clinic" for day in days]
    assert found == [False, True, False, True, True, False]


def test_sessions_over_the_clock_change_meet_patterns_on_the_wall() -> None:
    # On 29 March 2026 01:00 GMT is 02:00 BST: a session from 00:30 of an hour ends when the wall shows 02:30.
    early = (weekly(6, "02:00", "03:00", "0", "own"),)
    assert mark("2026-03-29T00:30", weekly=early, loaded=False) == "0"
    assert mark("2026-03-29T00:30", weekly=early, loaded=False, minutes=30) == "?"
    # On 25 October 2026 01:30 comes twice: an entry until 01:30 holds until the second.
    night = (weekly(6, "00:00", "01:30", "0", "own"),)
    second = SlotTable([Candidate(at("2026-10-25T00:00") + 2 * HOUR)], 30, LONDON)  # 01:00 GMT, the second 01:00
    assert availability(second, Timeline(LONDON, weekly=night), ENGLAND).marks == "0"


def test_a_session_begun_before_midnight_meets_the_next_days_pattern() -> None:
    monday = (weekly(0, "00:00", "06:00", "0", "own"),)
    assert mark("2026-06-07T23:30", weekly=monday, loaded=False) == "0"
    assert mark("2026-06-07T23:00", weekly=monday, loaded=False) == "?"


def test_offers_count_where_they_cover_the_session_refusals_where_they_touch_it() -> None:
    noon = Interval(at(f"{WEDNESDAY}T12:00"), at(f"{WEDNESDAY}T13:00"))
    off = duty("off", f"{WEDNESDAY}T00:00", 24)
    offered = [mark(f"{WEDNESDAY}T{clock}", off, own=(OwnMark(noon, "2"),)) for clock in ("11:30", "12:00", "12:30")]
    assert offered == ["0", "2", "0"]
    afternoon = OwnMark(Interval(noon.end, noon.end + HOUR), "2")
    assert mark(f"{WEDNESDAY}T12:30", off, own=(OwnMark(noon, "2"), afternoon)) == "2"
    day = duty("day", f"{WEDNESDAY}T09:00", 8)
    refused = [mark(f"{WEDNESDAY}T{c}", day, own=(OwnMark(noon, "0"),)) for c in ("11:00", "11:30", "12:30", "13:00")]
    assert refused == ["1", "0", "0", "2"]


def test_a_word_for_one_start_leaves_the_sessions_it_overlaps_alone() -> None:
    starts = [at(f"{WEDNESDAY}T12:{minute:02}") for minute in (0, 15, 30, 45)]
    table = SlotTable([Candidate(start) for start in starts], 60, LONDON)
    said = (OwnMark(Interval(starts[1], starts[1] + HOUR), "0", one_start=True),)
    assert availability(table, Timeline(LONDON, own=said), ENGLAND).marks == "?0??"


# What the planner is given.


def found_for(
    *duties: Duty, own: tuple[OwnMark, ...] = (), clocks: tuple[str, ...] = ("10:00", "12:00", "15:00")
) -> str:
    table = SlotTable([Candidate(at(f"{WEDNESDAY}T{clock}")) for clock in clocks], 60, LONDON)
    loaded = [(date(2026, 6, 1), date(2026, 6, 30))]
    found = availability(table, Timeline(LONDON, duties, loaded, own=own), ENGLAND)
    return f"{found.marks} {planner_marks(found, [0] * len(table))}"


def test_an_offer_is_worth_no_more_than_the_rota_gives() -> None:
    day = duty("day", f"{WEDNESDAY}T09:00", 8)
    whole = Interval(at(f"{WEDNESDAY}T00:00"), at("2026-06-04T00:00"))
    assert found_for(day) == "121 121"
    assert found_for(day, own=(OwnMark(whole, "2"),)) == "222 121", "can everywhere: said so, credited as before"
    assert found_for(day, own=(OwnMark(whole, "1"),)) == "111 111"
    assert found_for(day, own=(OwnMark(whole, "0"),)) == "000 000"
    assert found_for(duty("off", f"{WEDNESDAY}T00:00", 24), own=(OwnMark(whole, "2"),)) == "222 111"


def test_a_single_offer_wins_nothing_over_those_who_offer_all() -> None:
    ten = Interval(at(f"{WEDNESDAY}T10:00"), at(f"{WEDNESDAY}T11:00"))
    rest_of_day = Interval(at(f"{WEDNESDAY}T11:00"), at("2026-06-04T00:00"))
    day = duty("day", f"{WEDNESDAY}T09:00", 8)
    single = found_for(day, own=(OwnMark(rest_of_day, "0"), OwnMark(ten, "2"))).split()[1]
    others = found_for(day).split()[1]
    assert single[0] == others[0] == "1"


def test_protected_time_comes_before_all_else_of_its_round() -> None:
    day, teaching = duty("day", f"{WEDNESDAY}T09:00", 8), duty("protected", f"{WEDNESDAY}T15:00", 2)
    assert found_for(day, teaching) == "122 112"


marked = st.text("012?", min_size=1, max_size=30)


@given(marked, st.data())
def test_counting_changes_what_coming_is_worth_and_never_who_can_come(marks: str, data: st.DataObject) -> None:
    credit = data.draw(st.text("012?", min_size=len(marks), max_size=len(marks)))
    best = frozenset(data.draw(st.sets(st.integers(0, len(marks) - 1))))
    rounds = sorted(data.draw(st.lists(st.integers(0, 3), min_size=len(marks), max_size=len(marks))))
    planned = planner_marks(Availability(marks, (), credit, best), rounds)
    for index, (before, after) in enumerate(zip(marks, planned, strict=True)):
        assert (after in "12") == (before in "12")
        assert after in (before, "1")
        assert after != "2" or credit[index] == "2"


# One day in so many.


@given(st.sets(st.integers(0, 60)), st.integers(2, 10))
def test_no_run_with_a_free_day_loses_all_of_them(offsets: set[int], in_days: int) -> None:
    first = date(2026, 6, 1)
    free = {first + timedelta(days=offset) for offset in offsets}
    kept = chosen_days(free, first, in_days)
    assert set(kept) <= free
    assert kept == sorted(set(kept))
    runs = [{first + timedelta(days=begins + offset) for offset in range(in_days)} for begins in range(61)]
    assert all(run & set(kept) for run in runs if run & free)
    for day in kept:
        assert any(run & free and not run & (set(kept) - {day}) for run in runs), "none is kept in vain"


def test_the_last_free_day_of_seven_cannot_be_offered_under_acgme() -> None:
    # Work from Monday 1 June to Saturday, Sunday 7 June free; the week after Saturday and Sunday.
    work = [duty("day", f"2026-06-{day:02}T09:00", 8) for day in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)]
    all_of_it = (OwnMark(Interval(at("2026-06-01T00:00"), at("2026-06-30T00:00")), "2"),)
    loaded = [(date(2026, 6, 1), date(2026, 6, 14))]
    days = (7, 13, 14)
    table = SlotTable([Candidate(at(f"2026-06-{day:02}T12:00")) for day in days], 60, LONDON)
    timeline = Timeline(LONDON, work, loaded, own=all_of_it)
    under_acgme = availability(table, timeline, PRESETS["acgme"])
    assert under_acgme.marks == "020"
    assert sentence(under_acgme.reasons[0], LONDON).startswith("7 June stays free")
    without = replace(PRESETS["acgme"], free_day_in_days=0)
    assert availability(table, timeline, without).marks == "222"


def test_a_long_night_brings_the_rest_after_a_day_and_a_night_too() -> None:
    long_night = [duty("night", f"{WEDNESDAY}T08:00", 25)]
    reason = answer("2026-06-04T20:00", *long_night, rules=PRESETS["acgme"])[1]
    assert sentence(reason, LONDON) == "rest until Thu 23:00 after the night of 3 June"


def test_a_day_and_a_night_on_which_the_clock_skips_an_hour_count_as_one() -> None:
    call = duty("resident_on_call", "2026-03-28T08:00", 24)
    assert call.end - call.start == timedelta(hours=23)
    reason = answer("2026-03-29T12:00", call, rules=PRESETS["acgme"])[1]
    assert sentence(reason, LONDON) == "rest until Sun 22:00 after your duty on 28 March"


def test_a_code_that_looks_like_a_moment_is_only_a_code() -> None:
    for code in ("2026-06-03", "Theatre list, Trauma and on", "100%"):
        reason = answer(f"{WEDNESDAY}T15:00", replace(duty("late", f"{WEDNESDAY}T12:00", 8), code=code))[1]
        assert code in sentence(reason, LONDON)


def test_nights_that_a_programme_opens_keep_their_rest() -> None:
    run = nights("2026-06-03T21:15", 1)
    opened = policy(night="if_need_be")
    assert mark("2026-06-03T22:00", *run, policy=opened) == "1"
    assert mark("2026-06-04T12:00", *run, policy=opened) == "0"
