"""What a coordinator reads of circles: nothing that tells who came or went, however often she looks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from scheduler.circles.counts import circle_counts
from scheduler.circles.model import Counts, settled, told
from scheduler.circles.service import join_circle, leave_circle, start_circle
from scheduler.db import Database
from scheduler.errors import NotAllowed
from tests.builders import NOW
from tests.scheduler.circles.test_service import ADA, BEN, CAT, DAN, offer
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, Term, a_term

NEXT_MONTH = NOW + timedelta(days=31)


@pytest.fixture
def term(database: Database) -> Term:
    found = a_term(database)
    offer(found, circles=True)
    return found


def counts(term: Term, now: datetime) -> Counts:
    with term.database.reading() as db:
        return circle_counts(db, term.coordinator(), term.programme_id, now)


def a_circle(term: Term, now: datetime, first: str, *others: str) -> int:
    with term.database.writing() as db:
        circle = start_circle(db, term.actor(first), term.programme_id, "x", "", now)
        for other in others:
            join_circle(db, term.actor(other), term.programme_id, circle.code, now)
    return circle.id


def test_a_figure_changes_only_when_a_month_begins_and_only_by_five(term: Term) -> None:
    five = (ADA, BEN, CAT, DAN, NEAR_PEERS[0])
    circle = a_circle(term, NOW, *five)
    assert counts(term, NOW) == Counts(0, 0), "not in the month in which they came"
    assert counts(term, NEXT_MONTH) == Counts(0, 5), "one circle is never told"
    with term.database.writing() as db:
        leave_circle(db, term.actor(ADA), circle, NEXT_MONTH)
    for later in (NEXT_MONTH, NEXT_MONTH + timedelta(days=40), NEXT_MONTH + timedelta(days=400)):
        assert counts(term, later) == Counts(0, 5), "one person’s going is seen by nobody"
    with term.database.writing() as db:
        for who in five[1:]:
            leave_circle(db, term.actor(who), circle, NEXT_MONTH + timedelta(days=400))
    assert counts(term, NEXT_MONTH + timedelta(days=500)) == Counts(0, 0)


def test_looking_changes_nothing(term: Term) -> None:
    a_circle(term, NOW, ADA, BEN, CAT, DAN, NEAR_PEERS[0])
    assert [counts(term, NEXT_MONTH) for _ in range(3)] == [Counts(0, 5)] * 3


def test_only_who_runs_the_programme_reads_them(term: Term) -> None:
    for other in (term.actor(ADA), term.actor(FACILITATOR)):
        with term.database.reading() as db, pytest.raises(NotAllowed):
            circle_counts(db, other, term.programme_id, NOW)


def test_whoever_one_more_or_less_is_the_figure_is_the_same() -> None:
    for number in range(60):
        before = settled(0, number)
        for other in (number - 1, number + 1):
            assert told(settled(before, other)) == told(before) or abs(other - before) >= 5
    assert [told(number) for number in (0, 4, 5, 9, 10)] == [0, 0, 5, 5, 10]
