"""What duties, patterns and own words leave open, and which of them wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.availability.intervals import Interval
from scheduler.availability.model import Candidate, Category, Duty, OwnMark, Timeline
from scheduler.availability.slots import SlotTable
from scheduler.availability.wording import CATEGORY_NAMES, SENTENCES, sentence
from scheduler.rotas.model import DutyKind
from solvers.vocabulary import Mark
from tests.scheduler.availability.timelines import (
    ENGLAND,
    LONDON,
    answer,
    at,
    availability,
    duty,
    mark,
    marks,
    nights,
    weekly,
)

WEDNESDAY = "2026-06-03"
DAY = duty("day", f"{WEDNESDAY}T09:00", 8)


@pytest.mark.parametrize(
    ("clock", "expected", "key"),
    [
        ("07:30", "1", "beside_work"),
        ("06:30", "0", "not_at_work_then"),
        ("10:00", "1", "needs_release"),
        ("11:59", "1", "needs_release"),
        ("12:00", "2", "lunch"),
        ("13:59", "2", "lunch"),
        ("14:00", "1", "needs_release"),
        ("17:00", "1", "beside_work"),
        ("18:59", "1", "beside_work"),
        ("19:00", "0", "not_at_work_then"),
    ],
)
def test_around_a_day_duty(clock: str, expected: str, key: str) -> None:
    found, reason = answer(f"{WEDNESDAY}T{clock}", DAY)
    assert (found, reason.key) == (expected, key)


def test_a_protected_window_releases_from_a_day_duty_only() -> None:
    assert mark(f"{WEDNESDAY}T15:00", DAY, protected=True) == "2"
    assert mark(f"{WEDNESDAY}T15:00", duty("long_day", f"{WEDNESDAY}T09:00", 12), protected=True) == "1"
    assert mark(f"{WEDNESDAY}T19:30", DAY, protected=True) == "0"


@pytest.mark.parametrize(
    ("kind", "expected", "category"),
    [
        ("long_day", "1", "on_duty"),
        ("late", "1", "on_duty"),
        ("non_resident_on_call", "1", "on_duty"),
        ("protected", "2", "free"),
        ("resident_on_call", "0", "on_duty"),
        ("off", "0", "off"),
        ("leave", "0", "leave"),
        ("study_leave", "0", "leave"),
        ("unknown", "0", "unclear"),
    ],
)
def test_during_duties_of_each_kind(kind: str, expected: str, category: str) -> None:
    found, reason = answer(f"{WEDNESDAY}T13:00", duty(kind, f"{WEDNESDAY}T09:00", 10))
    assert (found, reason.category) == (expected, category)


def test_protected_time_inside_a_day_duty_is_free() -> None:
    assert answer(f"{WEDNESDAY}T15:00", DAY, duty("protected", f"{WEDNESDAY}T15:00", 2))[1].key == "protected"


def test_leave_over_a_duty_wins() -> None:
    assert answer(f"{WEDNESDAY}T13:00", DAY, duty("leave", f"{WEDNESDAY}T00:00", 24))[1].category == Category.LEAVE


def test_a_day_off_is_the_whole_day_half_a_days_leave_is_not() -> None:
    off = duty("off", f"{WEDNESDAY}T09:15", 7.75)
    assert answer(f"{WEDNESDAY}T18:00", off, DAY)[1].key == "off"
    afternoon = duty("leave", f"{WEDNESDAY}T13:00", 5)
    assert [mark(f"{WEDNESDAY}T{clock}", DAY, afternoon) for clock in ("12:00", "12:30")] == ["2", "0"]


def test_the_morning_after_on_call_from_home_is_for_need_only() -> None:
    call = duty("non_resident_on_call", "2026-06-02T17:00", 16)
    late_morning = {"protected": True}
    assert mark(f"{WEDNESDAY}T10:00", call, DAY, **late_morning) == "1"
    assert mark(f"{WEDNESDAY}T12:00", call, DAY, **late_morning) == "2"


def test_days_without_duty_and_days_that_no_rota_speaks_for() -> None:
    assert answer("2026-06-06T12:00", DAY)[1].key == "no_duty_that_day"
    assert answer("2026-06-06T12:00", loaded=False) == ("?", answer("2026-06-07T12:00", loaded=False)[1])


def test_own_words_outrank_the_rota_but_not_rest() -> None:
    saturday = Interval(at("2026-06-06T00:00"), at("2026-06-07T00:00"))
    assert mark("2026-06-06T12:00", DAY, own=(OwnMark(saturday, "2"),)) == "2"
    wednesday = Interval(at(f"{WEDNESDAY}T12:00"), at(f"{WEDNESDAY}T13:00"))
    assert mark(f"{WEDNESDAY}T12:30", DAY, own=(OwnMark(wednesday, "0"),)) == "0"
    run = nights("2026-06-03T21:15", 1)
    after = Interval(at("2026-06-04T00:00"), at("2026-06-05T00:00"))
    assert answer("2026-06-04T12:00", *run, own=(OwnMark(after, "2"),))[1].category == Category.REST


def test_the_last_own_word_counts() -> None:
    span = Interval(at("2026-06-06T00:00"), at("2026-06-07T00:00"))
    assert mark("2026-06-06T12:00", own=(OwnMark(span, "2"), OwnMark(span, "0"))) == "0"


def test_weekly_patterns_of_faculty() -> None:
    pattern = (weekly(2, "09:00", "17:00", "2", "working_hours"), weekly(2, "13:00", "16:00", "0", "clinic"))
    answers = [
        answer(f"{WEDNESDAY}T{clock}", loaded=False, weekly=pattern)
        for clock in ("09:00", "12:00", "12:30", "16:00", "16:30")
    ]
    assert [found for found, _ in answers] == ["2", "2", "0", "2", "0"]
    assert [reason.key for _, reason in answers][2] == "clinic"
    assert mark("2026-06-04T12:00", loaded=False, weekly=pattern) == "0"
    assert mark("2026-06-04T12:00", loaded=False) == "?"
    assert mark("2026-06-04T12:00", loaded=False, weekly=pattern[1:]) == "?"


def test_a_part_time_day_and_a_weekly_not_then_hold_whatever_the_rota_says_of_the_day() -> None:
    part_time = (weekly(2, "00:00", "00:00", "0", "not_working"),)
    prayer = (weekly(2, "13:00", "14:00", "0", "own"),)
    assert answer(f"{WEDNESDAY}T12:00", loaded=False, weekly=part_time)[1].key == "part_time_day"
    assert answer(f"{WEDNESDAY}T12:00", DAY, weekly=part_time)[1].key == "part_time_day"
    night = duty("night", f"{WEDNESDAY}T20:00", 12)
    assert answer(f"{WEDNESDAY}T22:00", night, weekly=part_time)[1].key != "part_time_day", "which nobody takes away"
    word = OwnMark(Interval(at(f"{WEDNESDAY}T00:00"), at("2026-06-04T00:00")), "2")
    assert mark(f"{WEDNESDAY}T12:00", DAY, weekly=part_time, own=(word,)) == "2", "a day worked in exchange"
    assert mark(f"{WEDNESDAY}T13:00", DAY, weekly=prayer) == "0"


def test_a_weekly_offer_beats_no_leave_night_or_calendar_but_a_word_for_the_date_does() -> None:
    offer = (weekly(2, "12:00", "14:00", "2", "own"), weekly(2, "00:00", "00:00", "0", "not_working"))
    noon = f"{WEDNESDAY}T12:00"
    assert mark(noon, loaded=False, weekly=offer) == "2"
    for kind in ("leave", "night", "off", "unknown"):
        assert mark(noon, duty(kind, f"{WEDNESDAY}T00:00", 20), weekly=offer) == "0"
    assert mark(noon, weekly=offer) == "0"
    said = OwnMark(Interval(at(f"{WEDNESDAY}T00:00"), at("2026-06-04T00:00")), "2")
    assert mark(noon, weekly=offer, own=(said,)) == "2"


def test_a_pattern_holds_on_its_wall_clock_through_both_clock_changes() -> None:
    pattern = (weekly(0, "12:00", "13:00", "2", "working_hours"),)
    for day in ("2026-03-23", "2026-03-30", "2026-10-19", "2026-10-26"):
        assert mark(f"{day}T12:00", loaded=False, weekly=pattern) == "2"
        assert mark(f"{day}T11:00", loaded=False, weekly=pattern) == "0"


def test_every_reason_has_its_words() -> None:
    assert set(CATEGORY_NAMES) == set(Category)
    keys = {kind.value for kind in DutyKind} - {"day"}
    assert keys < set(SENTENCES)


FIRST = at("2026-03-20T00:00")
spans = st.builds(
    lambda start, hours, kind: Duty(
        kind,
        "X",
        (FIRST + timedelta(hours=start)).date(),
        FIRST + timedelta(hours=start),
        FIRST + timedelta(hours=start + hours),
    ),
    st.integers(0, 24 * 20),
    st.integers(1, 26),
    st.sampled_from(DutyKind),
)
starts = st.lists(st.integers(0, 20 * 96), min_size=1, max_size=40, unique=True).map(
    lambda quarters: [
        Candidate(FIRST + timedelta(minutes=15 * quarter), quarter % 2 == 0) for quarter in sorted(quarters)
    ]
)


@given(starts, st.lists(spans, max_size=12), st.randoms())
def test_every_slot_has_a_mark_and_words_and_the_order_of_duties_does_not_matter(
    slots: list[Candidate], duties: list[Duty], chance: object
) -> None:
    loaded = [(date(2026, 3, 20), date(2026, 3, 31))]
    found, reasons = marks(slots, 60, Timeline(LONDON, duties, loaded), ENGLAND)
    assert len(found) == len(reasons) == len(slots)
    assert set(found) <= set("012?")
    assert all(sentence(reason, LONDON) for reason in reasons)
    shuffled = sorted(duties, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert marks(slots, 60, Timeline(LONDON, shuffled, loaded), ENGLAND)[0] == found


@given(starts, st.lists(spans, max_size=8))
def test_a_slot_is_answered_alone_as_among_others(slots: list[Candidate], duties: list[Duty]) -> None:
    timeline = Timeline(LONDON, duties, [(date(2026, 3, 20), date(2026, 4, 10))])
    together = availability(SlotTable(slots, 60, LONDON), timeline, ENGLAND).marks
    alone = "".join(availability(SlotTable([slot], 60, LONDON), timeline, ENGLAND).marks for slot in slots)
    assert together == alone


@given(
    starts,
    st.lists(spans.filter(lambda each: each.kind in (DutyKind.NIGHT, DutyKind.RESIDENT_ON_CALL)), max_size=6),
    st.sampled_from("012"),
)
def test_nobody_is_ever_free_while_on_a_night_or_on_call_in_the_house_whatever_they_said(
    slots: list[Candidate], duties: list[Duty], said: Mark
) -> None:
    own = [OwnMark(Interval(FIRST, FIRST + timedelta(days=40)), said)]
    found, _ = marks(slots, 60, Timeline(LONDON, duties, [(date(2026, 3, 1), date(2026, 5, 1))], own=own), ENGLAND)
    for slot, mark_ in zip(slots, found, strict=True):
        session = Interval(slot.start, slot.start + timedelta(hours=1))
        if any(session.overlaps(Interval(duty.start, duty.end)) for duty in duties):
            assert mark_ == "0"


owns = st.builds(
    lambda start, hours, mark_: OwnMark(
        Interval(FIRST + timedelta(hours=start), FIRST + timedelta(hours=start + hours)), mark_
    ),
    st.integers(0, 24 * 20),
    st.integers(1, 30),
    st.sampled_from("012"),
)


def covered(session: Interval, offers: list[OwnMark]) -> bool:
    """Minute by minute, unlike the code."""
    minutes = int((session.end - session.start).total_seconds() // 60)
    return all(
        any(own.span.start <= at < own.span.end for own in offers)
        for at in (session.start + timedelta(minutes=minute) for minute in range(minutes))
    )


def as_said(session: Interval, said: list[OwnMark], before: str) -> str:
    """What own words make of an answer: refusals wherever they touch, offers only where they cover all of it."""
    offers = [own for own in said if own.mark != "0"]
    for own in said:
        if own.span.overlaps(session) and (
            own.mark == "0" or covered(session, offers) or (own.mark == "1" and before == "2")
        ):
            before = own.mark
    return before


@given(starts, st.lists(spans, max_size=8), st.lists(owns, min_size=1, max_size=4))
def test_own_words_win_over_everything_but_nights_calls_and_rest(
    slots: list[Candidate], duties: list[Duty], said: list[OwnMark]
) -> None:
    loaded = [(date(2026, 3, 20), date(2026, 4, 10))]
    without_words, _ = marks(slots, 60, Timeline(LONDON, duties, loaded), ENGLAND)
    found, reasons = marks(slots, 60, Timeline(LONDON, duties, loaded, own=said), ENGLAND)
    for slot, mark_, reason, before in zip(slots, found, reasons, without_words, strict=True):
        session = Interval(slot.start, slot.start + timedelta(hours=1))
        closed = reason.category is Category.REST or reason.key in ("night", "resident_on_call")
        assert mark_ == ("0" if closed else as_said(session, said, before))


@given(
    starts,
    st.lists(spans.filter(lambda duty: duty.kind is not DutyKind.NON_RESIDENT_ON_CALL), max_size=8),
    st.lists(owns, max_size=3),
    st.integers(0, 24 * 20),
    st.sampled_from("12"),
)
def test_a_weekly_offer_counts_only_where_nothing_else_is_known(
    slots: list[Candidate], duties: list[Duty], said: list[OwnMark], busy_from: int, offered: str
) -> None:
    busy = [Interval(FIRST + timedelta(hours=busy_from), FIRST + timedelta(hours=busy_from + 30))]
    plain = Timeline(LONDON, duties, [(date(2026, 3, 22), date(2026, 3, 28))], own=said, busy=busy)
    offers = [weekly(day, "00:00", "00:00", offered, "own") for day in range(7)]
    before, _ = marks(slots, 60, plain, ENGLAND)
    found, _ = marks(slots, 60, replace(plain, weekly=offers), ENGLAND)
    for slot, mark_, was in zip(slots, found, before, strict=True):
        session = Interval(slot.start, slot.start + timedelta(hours=1))
        assert mark_ == (as_said(session, said, offered) if was == "?" else was)


@given(starts, st.lists(spans, max_size=8), st.lists(owns, max_size=3))
def test_a_weekly_not_then_gives_way_to_words_for_the_date_only(
    slots: list[Candidate], duties: list[Duty], said: list[OwnMark]
) -> None:
    never = [weekly(day, "00:00", "00:00", "0", "own") for day in range(7)]
    loaded = [(date(2026, 3, 22), date(2026, 3, 28))]
    found, reasons = marks(slots, 60, Timeline(LONDON, duties, loaded, never, said), ENGLAND)
    for slot, mark_, reason in zip(slots, found, reasons, strict=True):
        session = Interval(slot.start, slot.start + timedelta(hours=1))
        assert mark_ == "0" or (as_said(session, said, "0") == mark_ and reason.key == "said_so")


@given(starts, st.lists(spans, max_size=8), st.sampled_from(["America/New_York", "Asia/Kolkata", "UTC"]))
def test_how_a_moment_is_written_does_not_matter(slots: list[Candidate], duties: list[Duty], zone: str) -> None:
    timeline = Timeline(LONDON, duties, [(date(2026, 3, 20), date(2026, 4, 10))])
    moved = [Candidate(slot.start.astimezone(ZoneInfo(zone)), slot.protected) for slot in slots]
    assert marks(moved, 60, timeline, ENGLAND) == marks(slots, 60, timeline, ENGLAND)


def since(day: date) -> Interval:
    return Interval(at(f"{day}T00:00"), at("2027-12-31T00:00"))


def test_a_session_into_a_day_of_leave_is_not_asked_for() -> None:
    """From 23:30 on the evening before: leave on a rota, a day off, and long leave."""
    evening, thursday = weekly(2, "18:00", "00:00", "2", "own"), weekly(3, "00:00", "02:00", "2", "own")
    offered = Timeline(LONDON, loaded=[(date(2026, 6, 4), date(2026, 6, 5))], weekly=(evening, thursday))
    slots = [Candidate(at(f"{WEDNESDAY}T{clock}")) for clock in ("22:30", "23:00", "23:30")]
    assert marks(slots, 60, offered, ENGLAND)[0] == "220", "Thursday is off; a session may end at midnight"
    leave = replace(offered, loaded=(), duties=[duty("leave", "2026-06-04T00:00", 24)])
    assert marks(slots, 60, leave, ENGLAND)[0] == "220"
    assert marks(slots, 60, replace(offered, loaded=()), ENGLAND)[0] == "222"
    assert marks(slots, 60, replace(offered, loaded=(), absences=[since(date(2026, 6, 4))]), ENGLAND)[0] == "220"
    call = duty("non_resident_on_call", f"{WEDNESDAY}T16:00", 10)
    assert mark(f"{WEDNESDAY}T23:30", call) == "1", "it lies inside the duty"


def test_half_a_days_leave_leaves_the_other_half_open() -> None:
    morning = duty("leave", f"{WEDNESDAY}T08:00", 5)
    assert mark(f"{WEDNESDAY}T10:00", morning) == "0"
    assert mark(f"{WEDNESDAY}T15:00", morning) == "?", "the rota does not say what the afternoon is"
    assert mark(f"{WEDNESDAY}T15:00", morning, DAY) == "1"


@given(starts, st.lists(spans, max_size=8), st.integers(0, 400))
def test_long_leave_wins_over_all(slots: list[Candidate], duties: list[Duty], offset: int) -> None:
    first = FIRST.date() + timedelta(days=offset // 20)
    everything = [OwnMark(Interval(FIRST, FIRST + timedelta(days=40)), "2")]
    timeline = Timeline(
        LONDON, duties, [(date(2026, 3, 20), date(2026, 4, 10))], own=everything, absences=[since(first)]
    )
    found, reasons = marks(slots, 60, timeline, ENGLAND)
    for slot, mark_, reason in zip(slots, found, reasons, strict=True):
        last_moment = slot.start + timedelta(minutes=60, microseconds=-1)
        away = last_moment.astimezone(LONDON).date() >= first
        assert (reason.key == "long_leave") == away
        assert mark_ == "0" or not away
