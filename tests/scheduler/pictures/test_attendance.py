"""Who can come to which round: the sums agree with the plan's own figures, and the worst off come first."""

from __future__ import annotations

import pytest

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.db import Database
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.errors import NotAllowed
from scheduler.memory import forget_everything
from scheduler.pictures.attendance import AttendanceShown, Section, attendance_of
from scheduler.publishing.leavers import leave
from scheduler.sessions.published_figures import figures_of
from tests.scheduler.sessions.term import PEERS, Term, a_term, add_groups, counted, store_plan


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def shown(term: Term, section: Section = Section.NONE, q: str = "", plan_id: int | None = None) -> AttendanceShown:
    with term.database.reading() as db:
        plan = find_plan_shown(db, term.coordinator(), term.programme_id, plan_id)
        assert plan is not None
        return attendance_of(db, term.coordinator(), plan, section, q)


def names(found: AttendanceShown) -> list[str]:
    return [line.profile.name for _, line in found.lines]


def test_the_worst_off_come_first_and_the_sums_are_those_of_the_plan(term: Term) -> None:
    found = shown(term)
    assert names(found)[0] == "Dan Reed", "of whom nothing is known"
    assert len(found.lines) == 8
    assert {line.place.marks for _, line in found.lines} == {"222", "111", "???"}
    assert [(sum_.can, sum_.seats) for sum_ in found.rounds] == [(7, 8)] * 3
    with term.database.reading() as db:
        plan = find_plan_shown(db, term.coordinator(), term.programme_id)
        assert plan is not None
        figures = figures_of(db, term.coordinator(), term.programme_id, plan.id)
    assert found.whole.share == figures.mean_attendance


def test_what_is_known_now_is_what_is_shown(term: Term) -> None:
    term.mark("0", PEERS[0])
    with term.database.writing() as db:
        note(db, Fact.TIME, term.programme_id, clock.now(), [term.id_of(PEERS[0])])
    assert names(shown(term))[:2] == ["Ada Quill", "Dan Reed"]
    with term.database.writing() as db:
        leave(db, term.actor(PEERS[0]), term.programme_id, clock.now())
    assert "Ada Quill" not in names(shown(term))


@pytest.mark.parametrize(
    ("section", "parts"), [(Section.GROUP, 2), (Section.GRADE, 2), (Section.SITE, 1), (Section.HOURS, 1)]
)
def test_they_are_put_together_the_worst_part_first(term: Term, section: Section, parts: int) -> None:
    found = shown(term, section)
    assert len(found.parts) == parts
    shares = [part.whole.share for part in found.parts]
    assert shares == sorted(shares, key=lambda share: share or 0.0)
    assert sum(part.whole.seats for part in found.parts) == found.whole.seats
    assert sorted(names(found)) == sorted(names(shown(term)))


def test_a_search_finds_people_and_whole_groups(term: Term) -> None:
    assert names(shown(term, q="ada quill")) == ["Ada Quill"]
    assert len(shown(term, q="near-peer").lines) == 4
    assert shown(term, q="nobody of that name").lines == ()
    assert shown(term, q="nobody of that name").whole.share is None


def test_a_draft_has_gaps_where_no_session_is(term: Term) -> None:
    found = shown(term, plan_id=store_plan(term, (1,)))
    assert [sum_.seats for sum_ in found.rounds] == [8, 4, 8]
    peer = next(line for _, line in found.lines if line.profile.name == "Ada Quill")
    assert (peer.place.marks, peer.place.can, peer.place.held) == ("2 2", 2, 2)


def test_the_number_of_queries_is_the_same_for_many_groups(term: Term) -> None:
    def queries() -> int:
        forget_everything()
        with counted(term.database) as asked:
            shown(term, q="a")
        return len(asked)

    few = queries()
    add_groups(term, *(f"more{n}" for n in range(5)))
    assert len(shown(term).lines) == 28
    assert queries() == few


def test_members_see_none_of_it(term: Term) -> None:
    with term.database.reading() as db:
        plan = find_plan_shown(db, term.coordinator(), term.programme_id)
        assert plan is not None
        with pytest.raises(NotAllowed):
            attendance_of(db, term.actor(PEERS[0]), plan)
