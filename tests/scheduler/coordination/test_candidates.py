"""What a coordinator can choose from: safe, and the best first."""

from __future__ import annotations

import pytest

from scheduler import clock
from scheduler.coordination import likely_groups
from scheduler.coordination.candidates import (
    dates_for_group,
    dates_for_session,
    deputies_for,
    groups_for,
    groups_to_merge_with,
    people_without_group,
    successors,
)
from scheduler.coordination.model import Candidate
from scheduler.db import Database
from scheduler.errors import NotAllowed
from scheduler.people.tables import RelationRow, WishRow
from scheduler.programmes.service import get_programme
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def could_take_over(term: Term) -> tuple[Candidate, ...]:
    with term.database.reading() as db:
        return successors(db, term.coordinator(), term.programme_id, "g2", term.id_of(FACILITATOR), clock.now())


def test_who_takes_over_is_safe_and_can_come(term: Term) -> None:
    (spare,) = could_take_over(term)
    assert (spare.person_id, spare.can_come, spare.asked) == (term.id_of(SPARE), 3, 3)
    term.mark("0", SPARE)
    assert could_take_over(term) == ()


def test_nobody_with_whom_somebody_is_not_safe_is_listed(term: Term) -> None:
    with term.database.writing() as db:
        relation = RelationRow(programme_id=term.programme_id, person_id=term.id_of(SPARE), kind="assesses")
        relation.about_id = term.id_of(NEAR_PEERS[2])
        db.add(relation)
    assert could_take_over(term) == ()
    with term.database.reading() as db:
        session = term.session("g2")
        assert deputies_for(db, term.coordinator(), session.id, term.id_of(FACILITATOR), clock.now()) == ()


def test_whom_the_group_would_choose_stands_first_and_is_told_to_nobody(term: Term) -> None:
    before = could_take_over(term)
    with term.database.writing() as db:
        wish = WishRow(programme_id=term.programme_id, person_id=term.id_of(NEAR_PEERS[0]), kind="choice")
        wish.about_id = term.id_of(SPARE)
        db.add(wish)
    assert could_take_over(term) == before


def test_dates_that_most_can_come_to_are_first(term: Term) -> None:
    slots = len(term_slots(term))
    term.mark("2" * (slots // 2) + "0" * (slots - slots // 2), PEERS[0])
    with term.database.reading() as db:
        found = dates_for_group(db, term.coordinator(), term.programme_id, "g1", clock.now())
        other = dates_for_session(db, term.coordinator(), term.session("g1", 1).id, clock.now())
    coming = [len(date.coming) for date in found]
    assert coming == sorted(coming, reverse=True)
    assert coming[0] == 3
    assert {round_of(term, date.starts_at) for date in other} == {1}


def test_a_resident_without_a_group_can_be_put_into_one(term: Term) -> None:
    with term.database.reading() as db:
        found = people_without_group(db, term.coordinator(), term.programme_id, "g1", clock.now())
        elsewhere = groups_for(db, term.coordinator(), term.programme_id, term.id_of(PEERS[0]), "g1", clock.now())
    assert [each.name for each in found] == ["Zoe Left"]
    assert [each.key for each in elsewhere] == ["g2"]


def test_of_many_groups_the_likeliest_are_looked_at(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likely_groups, "MOST_LOOKED_AT", 1)
    with term.database.reading() as db:
        who = term.id_of(PEERS[0])
        found = groups_for(db, term.coordinator(), term.programme_id, who, "g1", clock.now())
        assert groups_to_merge_with(db, term.coordinator(), term.programme_id, "g1", clock.now()) == ()
    assert [each.key for each in found] == ["g2"]


def test_a_group_goes_on_in_one_of_its_own_kind_with_room_for_all(term: Term) -> None:
    with term.database.reading() as db:
        assert groups_to_merge_with(db, term.coordinator(), term.programme_id, "g1", clock.now()) == ()


def test_lists_are_for_coordinators(term: Term) -> None:
    with term.database.reading() as db, pytest.raises(NotAllowed):
        groups_to_merge_with(db, term.actor(PEERS[0]), term.programme_id, "g1", clock.now())


def term_slots(term: Term) -> list[object]:
    with term.database.reading() as db:
        return list(get_programme(db, term.programme_id).slots())


def round_of(term: Term, at: object) -> int:
    with term.database.reading() as db:
        slots = get_programme(db, term.programme_id).slots()
        return next(slot.round for slot in slots if slot.starts_at == at)
