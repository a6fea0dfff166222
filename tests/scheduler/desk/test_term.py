"""What lies ahead and what has been, from the numbers of sessions alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scheduler.desk.model import Tally
from scheduler.desk.term import FEWEST, WEEKS, ahead_of, next_start, so_far_of, weeks_of
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.sessions.model import Needed
from tests.builders import programme

TERM = programme()  # 4 January to 28 March 2027, three rounds of four weeks
NEEDED = {"g1": Needed(3, 1, 0.6, 5), "g2": Needed(3, 0, 0.6, 5)}
MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def tally(start: datetime, **changes: Any) -> Tally:
    """A session of five of whom four can come, with a facilitator."""
    found = Tally(
        1, "g1", "Group 1", 0, 0, start, start + timedelta(hours=1), False, 5, 4, 0, 1, 0, 0, NEEDED["g1"]
    )  # fmt: skip
    return replace(found, **changes)


def test_a_session_is_at_risk_when_one_more_absence_breaks_it() -> None:
    four, three, two = (tally(MONDAY, coming=coming) for coming in (4, 3, 2))
    assert [one.is_at_risk for one in (four, three, two)] == [False, True, False]
    assert not two.holds
    pair = tally(MONDAY, seats=1, coming=1, needed=Needed(1, 1))
    assert not pair.is_at_risk, "it always needs everybody"
    assert not tally(MONDAY, coming=3, leading=0).is_at_risk, "it is broken for want of a facilitator"
    assert not tally(MONDAY, coming=3, away=2).is_at_risk, "everybody who is there can come"


def test_rounds_without_a_date_count_among_what_lies_ahead() -> None:
    tallies = (tally(MONDAY + WEEK), tally(MONDAY + WEEK, group_key="g2", coming=1))
    ahead = ahead_of(TERM, tallies, NEEDED, MONDAY)
    assert (ahead.will_meet, ahead.wanted, ahead.without_date) == (1, 6, 4)
    assert (ahead.groups, ahead.residents) == (2, 10)
    later = ahead_of(TERM, tallies, NEEDED, MONDAY + 5 * WEEK)
    assert (later.will_meet, later.wanted, later.without_date) == (0, 4, 4), "the first round is over"
    cancelled = (replace(tallies[0], cancelled=True), tallies[1])
    assert ahead_of(TERM, cancelled, NEEDED, MONDAY).without_date == 5


def test_a_programme_that_is_over_has_nothing_ahead() -> None:
    ahead = ahead_of(TERM, (tally(MONDAY),), NEEDED, MONDAY + 20 * WEEK)
    assert (ahead.will_meet, ahead.wanted) == (0, 0)


def test_weeks_begin_on_monday_and_tell_what_is_closed() -> None:
    off = ClosedDays(days_off=(DaysOff(date(2027, 1, 13), date(2027, 1, 13), "Audit day"),))
    closed = replace(TERM, closed=off)
    tallies = (tally(MONDAY - timedelta(hours=1)), tally(MONDAY + timedelta(days=3)), tally(MONDAY + WEEK, coming=3))
    weeks = weeks_of(closed, tallies, MONDAY + timedelta(days=2))
    assert [week.first_day for week in weeks] == [date(2027, 1, 4) + number * WEEK for number in range(WEEKS)]
    assert [week.sessions for week in weeks] == [1, 1, 0, 0], "what is over is not ahead"
    assert [len(week.at_risk) for week in weeks] == [0, 1, 0, 0]
    assert weeks[1].closed == ((date(2027, 1, 13), "Audit day"),)
    assert weeks[0].share == 4 / 5
    assert weeks[2].share == 0
    assert next_start(tallies, MONDAY + timedelta(days=4)) == MONDAY + WEEK
    assert next_start(tallies, MONDAY + 9 * WEEK) is None


def so_far(tallies: tuple[Tally, ...], now: datetime, resting: frozenset[str] = frozenset()) -> Any:
    return so_far_of(TERM, tallies, {"g1": "Group 1", "g2": "Group 2"}, resting, now, MONDAY)


def test_a_session_met_if_somebody_noted_that_people_came() -> None:
    came = tally(MONDAY, noted=5, came=3)
    nobody = tally(MONDAY, noted=5, came=0)
    unknown = tally(MONDAY)
    broken = tally(MONDAY, coming=1)
    cancelled = tally(MONDAY, cancelled=True)
    found = so_far((came, nobody, unknown, broken, cancelled, tally(MONDAY + 9 * WEEK)), MONDAY + WEEK)
    assert (found.planned, found.met, found.not_noted, found.cancelled) == (4, 1, 2, 0), "others meet in its round"
    assert (found.noted, found.came, found.invited) == (2, 3, 10)


def test_a_cancelled_session_counts_unless_a_later_revision_put_another_in_its_place() -> None:
    fell_out, moved = tally(MONDAY, cancelled=True), tally(MONDAY, cancelled=True, round=1)
    found = so_far((fell_out, moved, tally(MONDAY + 2 * WEEK, round=1)), MONDAY + WEEK)
    assert (found.planned, found.cancelled, found.met, found.not_noted) == (1, 1, 0, 0)


def test_numbers_of_a_few_people_are_not_told() -> None:
    found = so_far((tally(MONDAY, seats=FEWEST - 1, noted=FEWEST - 1, came=2),), MONDAY + WEEK)
    assert (found.came, found.invited) == (0, 0)
    assert found.met == 1
    assert so_far((tally(MONDAY),), MONDAY + WEEK).met == 0, "nobody noted it"


def test_groups_that_have_not_met_for_two_intervals_are_named() -> None:
    met = tally(MONDAY + WEEK)
    early = so_far((met,), MONDAY + 8 * WEEK)
    assert early.idle == ()
    late = so_far((met,), MONDAY + 10 * WEEK)
    assert [(one.key, one.weeks, one.yet) for one in late.idle] == [("g2", 10, True), ("g1", 9, False)]
    assert [one.key for one in so_far((met,), MONDAY + 10 * WEEK, frozenset(["g2"])).idle] == ["g1"]
    assert so_far((met,), MONDAY + 60 * WEEK).idle == (), "a term that is over waits for no group"


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 5), st.booleans(), st.booleans()), max_size=12))
def test_what_is_told_is_never_more_than_there_is(facts: list[tuple[int, int, bool, bool]]) -> None:
    tallies = tuple(
        tally(MONDAY + days * timedelta(days=1), coming=coming, cancelled=cancelled, noted=5 if noted else 0)
        for days, coming, cancelled, noted in facts
    )
    ahead = ahead_of(TERM, tallies, NEEDED, MONDAY)
    assert 0 <= ahead.will_meet <= ahead.wanted
    found = so_far(tallies, MONDAY)
    assert 0 <= found.met <= found.planned
    assert found.met <= found.noted
    assert found.noted + found.not_noted + found.cancelled == found.planned
    weeks = weeks_of(TERM, tallies, MONDAY)
    assert sum(week.sessions for week in weeks) <= sum(not one.cancelled for one in tallies)
    assert all(0 <= week.share <= 1 for week in weeks)
