"""What works for each kind of trouble, and that it is what the referee allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from scheduler import clock
from scheduler.db import Database
from scheduler.enrolment import relations_import
from scheduler.errors import Rejected
from scheduler.programmes.closed_days import ClosedDays, DaysOff
from scheduler.programmes.model import NEAR_PEER, PEER, VERTICAL, Programme, Room
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.troubles.model import Remedy, RemedyKind, TroubleKind, TroubleState
from scheduler.troubles.remedies import remedies_for
from scheduler.troubles.settlement import Choice, carry_out_remedies
from scheduler.troubles.trouble_view import Trouble
from tests.builders import NORTH, SOUTH
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term
from tests.scheduler.troubles.conftest import a_true_term
from tests.scheduler.troubles.test_register import change_rooms, put_in_the_library, say_cannot, say_nothing, troubles
from tests.web.test_request_context import counting

ADA, BEN, CAT, DAN = PEERS
LED = (PEER, replace(NEAR_PEER, present=1), VERTICAL)


def of(term: Term, trouble: Trouble, *, thorough: bool = False) -> dict[RemedyKind, list[Remedy]]:
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
        found = remedies_for(db, programme, (trouble,), clock.now(), thorough=thorough)[trouble.id]
    by_kind: dict[RemedyKind, list[Remedy]] = {}
    for remedy in found:
        by_kind.setdefault(remedy.kind, []).append(remedy)
    return by_kind


def do(term: Term, trouble: Trouble, key: str, why: str = "") -> int:
    with term.database.writing() as db:
        chosen = (Choice(trouble.id, key),)
        return carry_out_remedies(db, term.coordinator(), term.programme_id, chosen, why, clock.now())


def test_other_dates_come_best_first(term: Term) -> None:
    say_cannot(term, ADA, BEN)
    [trouble] = troubles(term)
    found = of(term, trouble, thorough=True)
    assert list(found) == [RemedyKind.DATE, RemedyKind.CANCEL, RemedyKind.ACCEPT]
    assert [(each.coming, each.residents) for each in found[RemedyKind.DATE]] == [(4, 4)] * len(found[RemedyKind.DATE])
    assert do(term, trouble, found[RemedyKind.DATE][0].key) == 1
    assert term.session().starts_at == found[RemedyKind.DATE][0].starts_at
    assert troubles(term) == ()


def closed(term: Term, programme: Programme) -> Programme:
    day = term.session("g1", 1).starts_at.date()
    return replace(programme, closed=ClosedDays(days_off=(DaysOff(day, day, "Open day"),)))


def farther_apart(_term: Term, programme: Programme) -> Programme:
    return replace(programme, min_gap_days=29)


@pytest.mark.parametrize("other", [closed, farther_apart])
def test_a_list_has_dates_for_sessions_that_a_rule_left_behind(
    term: Term, other: Callable[[Term, Programme], Programme]
) -> None:
    with term.database.writing() as db:
        programme = get_programme(db, term.programme_id)
        change_programme(db, term.coordinator(), programme.id, other(term, programme), clock.now())
    found = troubles(term)
    assert found
    with term.database.reading() as db:
        working = remedies_for(db, get_programme(db, term.programme_id), found, clock.now())
    helped = [each for each in found if any(remedy.kind is RemedyKind.DATE for remedy in working[each.id])]
    assert helped
    do(term, helped[0], working[helped[0].id][0].key)
    assert helped[0].id not in [each.id for each in troubles(term)]


def test_troubles_are_looked_at_together_as_one_by_one(term: Term) -> None:
    say_cannot(term, *PEERS[:2])
    say_cannot(term, *NEAR_PEERS[:2], session=term.session("g2"))
    found = troubles(term)
    assert len({trouble.group_key for trouble in found}) == 2
    alone = {trouble.id: asked_for(term, trouble) for trouble in found}
    together, queries = asked_for(term, *found)
    assert together == {number: remedies[number] for number, (remedies, _) in alone.items()}
    assert queries <= max(asked for _, asked in alone.values()), "no query for each trouble"
    assert all({each.kind for each in remedies} > {RemedyKind.DATE} for remedies in together.values())


def asked_for(term: Term, *some: Trouble) -> tuple[Mapping[int, tuple[Remedy, ...]], int]:
    """What works for these troubles, and how many queries it takes to say so."""
    with term.database.reading() as db:
        programme = get_programme(db, term.programme_id)
        with counting(term.database) as counted:
            return remedies_for(db, programme, some, clock.now()), len(counted.queries)


def test_a_deputy_who_is_free_stands_in(database: Database) -> None:
    term = a_true_term(database, models=LED)
    say_cannot(term, FACILITATOR, session=term.session("g2"))
    [trouble] = troubles(term)
    assert trouble.kind is TroubleKind.FACILITATOR
    [deputy] = of(term, trouble)[RemedyKind.DEPUTY]
    assert deputy.name == "Gil Spare"
    do(term, trouble, deputy.key)
    assert term.id_of(SPARE) in term.invited(trouble.session.id if trouble.session else 0)
    assert troubles(term) == ()


def test_nobody_who_assesses_a_member_is_named_as_deputy(database: Database) -> None:
    term = a_true_term(database, models=LED)
    rows = f"person,about,kind\n{SPARE}@example.org,{NEAR_PEERS[0]}@example.org,assesses\n"
    with term.database.writing() as db:
        relations_import.import_relations(db, term.coordinator(), term.programme_id, rows.encode(), clock.now())
    say_cannot(term, FACILITATOR, session=term.session("g2"))
    [trouble] = troubles(term)
    assert RemedyKind.DEPUTY not in of(term, trouble)


def test_another_room_or_another_way_to_meet(database: Database) -> None:
    attic = Room("attic", "Attic", 10, frozenset(range(5)), NORTH.rooms[0].opens_at, NORTH.rooms[0].closes_at)
    term = a_true_term(database, sites=(replace(NORTH, rooms=(*NORTH.rooms, attic)), SOUTH))
    put_in_the_library(term, "g1")
    all_week = "10,mon;tue;wed;thu;fri"
    change_rooms(term, f"Library,{all_week},15:00,18:00\nnorth,attic,Attic,{all_week},08:00,18:00")
    [trouble] = troubles(term)
    found = of(term, trouble)
    assert [each.name for each in found[RemedyKind.ROOM]] == ["Attic, North Hospital"]
    assert "video" in [each.name for each in found[RemedyKind.MODE]]
    do(term, trouble, found[RemedyKind.ROOM][0].key)
    assert troubles(term) == ()


def test_two_who_may_not_share_a_group_are_not_left_as_they_are(term: Term) -> None:
    rows = f"person,about,kind\n{FACILITATOR}@example.org,{NEAR_PEERS[0]}@example.org,assesses\n"
    with term.database.writing() as db:
        relations_import.import_relations(db, term.coordinator(), term.programme_id, rows.encode(), clock.now())
    [trouble] = troubles(term)
    found = of(term, trouble, thorough=True)
    assert RemedyKind.ACCEPT not in found
    assert [each.name for each in found[RemedyKind.OVER]] == ["Gil Spare"]
    do(term, trouble, found[RemedyKind.OVER][0].key, "they work together now")
    assert troubles(term) == ()


def test_a_session_is_reinstated(term: Term) -> None:
    say_cannot(term, ADA, BEN)
    [trouble] = troubles(term)
    do(term, trouble, RemedyKind.CANCEL)
    say_nothing(term, ADA, BEN)
    [dropped] = troubles(term)
    assert dropped.kind is TroubleKind.DROPPED
    do(term, dropped, of(term, dropped)[RemedyKind.REINSTATE][0].key)
    assert term.session().status == "confirmed"
    assert troubles(term) == ()


@pytest.mark.parametrize("key", ["date:2020-01-01T12:00:00+00:00", "date:x", "room:1", "deputy:1", "", "put:1:g9"])
def test_what_does_not_work_is_refused_and_changes_nothing(term: Term, key: str) -> None:
    say_cannot(term, ADA, BEN)
    [trouble] = troubles(term)
    before = term.session().starts_at
    with pytest.raises(Rejected) as refused:
        do(term, trouble, key)
    assert [fault.where for fault in refused.value.faults] == [f"remedy-{trouble.id}"]
    assert term.session().starts_at == before
    assert [each.state for each in troubles(term)] == [TroubleState.OPEN]


def test_somebody_moves_to_another_group_of_the_kind(database: Database) -> None:
    small = (replace(PEER, size=(2, 8)), NEAR_PEER, VERTICAL)
    term = a_true_term(database, models=small)
    say_cannot(term, ADA)
    say_cannot(term, ADA, session=term.session("g1", 1))
    [trouble] = troubles(term)
    assert trouble.kind is TroubleKind.SHARE
    assert set(of(term, trouble, thorough=True)) == {RemedyKind.ACCEPT}, "there is no other group of peers"
