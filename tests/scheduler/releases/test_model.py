"""When somebody has to be released: by the duty, the programme's policy and the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.availability.intervals import Interval
from scheduler.availability.model import DEFAULT_LEVELS, Duty, Level, Policy
from scheduler.releases.model import Meeting, Rostered, release_span, releases
from scheduler.rotas.model import AWAY, DutyKind

LONDON = ZoneInfo("Europe/London")
DAY = date(2027, 1, 12)
HOME, AWAY_SITE = 1, 2
WAYS = MappingProxyType({(HOME, AWAY_SITE): timedelta(minutes=20), (AWAY_SITE, HOME): timedelta(minutes=30)})
POLICY = Policy(lunch=(time(12), time(14)), journeys=WAYS)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def span(start: datetime, end: datetime) -> Interval:
    return Interval(start, end)


def duty(kind: DutyKind, start: datetime, end: datetime) -> Duty:
    return Duty(kind, "X", DAY, start, end, zone=LONDON, site_id=HOME)


WARD = duty(DutyKind.DAY, at(9), at(17))
MORNING = Meeting(span(at(10), at(11)), HOME, protected=False)


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (DutyKind.DAY, True),
        (DutyKind.LONG_DAY, True),
        (DutyKind.LATE, True),
        (DutyKind.NON_RESIDENT_ON_CALL, True),
        (DutyKind.NIGHT, True),
        (DutyKind.PROTECTED, False),
        (DutyKind.OFF, False),
        (DutyKind.LEAVE, False),
        (DutyKind.STUDY_LEAVE, False),
    ],
)
def test_work_needs_release_and_leave_and_protected_time_do_not(kind: DutyKind, needed: bool) -> None:
    found = release_span(MORNING, duty(kind, at(9), at(17)), POLICY)
    assert found == (MORNING.span if needed else None)


def test_at_lunch_a_day_duty_needs_none_but_in_a_protected_window_it_is_to_be_granted() -> None:
    lunch = Meeting(span(at(12, 30), at(13, 15)), HOME, protected=False)
    assert release_span(lunch, WARD, POLICY) is None
    assert release_span(replace(lunch, protected=True), WARD, POLICY) == lunch.span
    assert release_span(lunch, duty(DutyKind.LONG_DAY, at(8), at(20)), POLICY) == lunch.span


def test_lunch_is_by_the_clocks_of_the_ward() -> None:
    lunch = Meeting(span(at(12, 30), at(13, 15)), HOME, protected=False)
    elsewhere = replace(WARD, zone=ZoneInfo("America/New_York"))
    assert release_span(lunch, elsewhere, POLICY) == lunch.span


def test_a_duty_that_the_programme_counts_as_free_needs_none() -> None:
    during = MappingProxyType({**DEFAULT_LEVELS, DutyKind.DAY: Level.CAN})
    assert release_span(MORNING, WARD, replace(POLICY, during=during)) is None


def test_the_way_to_another_site_and_back_is_part_of_it() -> None:
    away = replace(MORNING, site_id=AWAY_SITE)
    assert release_span(away, WARD, POLICY) == span(at(9, 40), at(11, 30))


def test_who_has_to_leave_at_lunch_for_another_site_is_released_all_the_same() -> None:
    lunch = Meeting(span(at(12, 30), at(13, 15)), AWAY_SITE, protected=False)
    assert release_span(lunch, WARD, POLICY) == span(at(12, 10), at(13, 45))


def test_from_afar_and_on_call_from_home_there_is_no_way() -> None:
    assert release_span(replace(MORNING, site_id=None), WARD, POLICY) == MORNING.span
    at_home = duty(DutyKind.NON_RESIDENT_ON_CALL, at(9), at(9, day=DAY + timedelta(days=1)))
    assert release_span(replace(MORNING, site_id=AWAY_SITE), at_home, POLICY) == MORNING.span


def test_only_the_part_that_falls_into_the_duty_is_asked_for() -> None:
    after_work = Meeting(span(at(16, 30), at(17, 30)), HOME, protected=False)
    assert release_span(after_work, WARD, POLICY) == span(at(16, 30), at(17))
    at_five = Meeting(span(at(17), at(18)), HOME, protected=False)
    assert release_span(at_five, WARD, POLICY) is None
    assert release_span(replace(at_five, site_id=AWAY_SITE), WARD, POLICY) == span(at(16, 40), at(17))


def test_two_duties_of_one_rota_are_one_release_and_of_two_rotas_two() -> None:
    clinic, call = duty(DutyKind.DAY, at(9), at(10, 30)), duty(DutyKind.NON_RESIDENT_ON_CALL, at(10), at(20))
    one = releases(MORNING, [Rostered(call, "Ward", "NROC"), Rostered(clinic, "Ward", "D")], POLICY)
    assert [(each.rota, each.span, each.called) for each in one] == [("Ward", MORNING.span, "D + NROC")]
    two = releases(MORNING, [Rostered(call, "Theatre", "NROC"), Rostered(clinic, "Ward", "D")], POLICY)
    assert {each.rota for each in two} == {"Ward", "Theatre"}


MOMENTS = st.integers(0, 60 * 30).map(lambda minutes: at(0) + timedelta(minutes=minutes))
SPANS = st.tuples(MOMENTS, st.integers(1, 900)).map(lambda each: span(each[0], each[0] + timedelta(minutes=each[1])))


@given(
    meeting=SPANS,
    worked=SPANS,
    kind=st.sampled_from(DutyKind),
    site=st.sampled_from([None, HOME, AWAY_SITE]),
    protected=st.booleans(),
)
def test_a_release_lies_within_the_duty_and_the_time_away(
    meeting: Interval, worked: Interval, kind: DutyKind, site: int | None, protected: bool
) -> None:
    found = release_span(Meeting(meeting, site, protected), duty(kind, worked.start, worked.end), POLICY)
    if found is None:
        return
    assert kind not in AWAY
    assert worked.start <= found.start
    assert found.end <= worked.end
    longest = max(WAYS.values()) if site == AWAY_SITE else timedelta()
    assert meeting.start - longest <= found.start
    assert found.end <= meeting.end + longest
    if found.overlaps(meeting) is False:
        assert site == AWAY_SITE
