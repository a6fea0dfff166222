"""Circles: who gets in, who reads what, and what stays of somebody who leaves."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.changes import take_noted
from scheduler.circles.model import Circle
from scheduler.circles.service import (
    agree,
    forget_past,
    join_circle,
    leave_circle,
    own_circle,
    own_circles,
    past_circles,
    renew_code,
    start_circle,
    write_charter,
)
from scheduler.circles.tables import CircleMemberRow, CircleRow
from scheduler.db import Base, Database
from scheduler.errors import NotFound, NotPossible
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import PersonRow, RelationRow, RoleRow
from scheduler.programmes.facts_mark import facts_mark
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from tests.builders import change_conduct
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, a_term

ADA, BEN, CAT, DAN = PEERS
CLEO = NEAR_PEERS[0]


@pytest.fixture
def term(database: Database) -> Term:
    """A published term in which circles are offered."""
    found = a_term(database)
    offer(found, circles=True)
    return found


def offer(term: Term, *, circles: bool) -> None:
    with term.database.writing() as db:
        conduct = get_programme(db, term.programme_id).conduct
        change_conduct(db, term.coordinator(), term.programme_id, replace(conduct, circles=circles), clock.now())


def begun(term: Term, name: str = ADA, *others: str) -> Circle:
    with term.database.writing() as db:
        circle = start_circle(db, term.actor(name), term.programme_id, "Common ground", "Room 4", clock.now())
    for other in others:
        come_in(term, circle.code, other)
    return seen_by(term, name, circle.id)


def come_in(term: Term, code: str, name: str) -> None:
    with term.database.writing() as db:
        join_circle(db, term.actor(name), term.programme_id, code, clock.now())


def seen_by(term: Term, name: str, circle_id: int) -> Circle:
    with term.database.reading() as db:
        return own_circle(db, term.actor(name), circle_id, clock.now())


def refusal(term: Term, code: str, name: str) -> str:
    with term.database.writing() as db, pytest.raises(NotPossible) as refused:
        join_circle(db, term.actor(name), term.programme_id, code, clock.now())
    return str(refused.value)


def test_nobody_begins_or_joins_one_where_none_are_offered_and_those_that_are_go_on(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    offer(term, circles=False)
    with term.database.writing() as db:
        for use_case, *what in ((start_circle, "x", "", clock.now()), (join_circle, circle.code, clock.now())):
            with pytest.raises(NotFound):
                use_case(db, term.actor(CAT), term.programme_id, *what)
    assert seen_by(term, BEN, circle.id).members == ("Ada Quill", "Ben Marrow")


def test_a_code_lets_in_and_only_members_read(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    come_in(term, f" {circle.code[:6].upper()} {circle.code[6:]} ", CLEO)
    assert seen_by(term, CLEO, circle.id).members == ("Ada Quill", "Ben Marrow", "Cleo Thistle")
    outside = (term.actor(CAT), term.actor(FACILITATOR), term.coordinator(), OPERATOR)
    with term.database.writing() as db:
        for other in outside:
            for use_case, *what in (
                (own_circle, clock.now()), (leave_circle, clock.now()), (renew_code,), (agree,),
                (write_charter, "x", ""),
            ):  # fmt: skip
                with pytest.raises(NotFound):
                    use_case(db, other, circle.id, *what)
        assert own_circles(db, term.actor(CAT), term.programme_id, clock.now()) == ()
        for nobody in (term.coordinator(), OPERATOR):
            with pytest.raises(NotFound):
                own_circles(db, nobody, term.programme_id, clock.now())


def test_who_runs_the_programme_reads_no_circle_though_they_take_part_in_it(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    ben = term.actor(BEN)
    both = replace(ben, roles=ben.roles | {(term.programme_id, Role.COORDINATOR)})
    with term.database.writing() as db, pytest.raises(NotFound):
        own_circle(db, both, circle.id, clock.now())
    with term.database.writing() as db:
        db.get_one(PersonRow, term.id_of(CAT)).name = db.get_one(PersonRow, term.coordinator().person_id).name
    assert refusal(term, circle.code, CAT) == refusal(term, "nosuchcode", CAT), "another entry of hers"


@pytest.mark.parametrize("kind", ["supervises", "assesses", "line-manages", "panel"])
@pytest.mark.parametrize("turned", [False, True])
def test_nobody_comes_in_with_power_over_a_member_or_under_it_and_it_sounds_like_a_wrong_code(
    term: Term, kind: str, turned: bool
) -> None:
    circle = begun(term, *((SPARE, BEN) if turned else (ADA, BEN)))
    newcomer, over, under = (CAT, SPARE, CAT) if turned else (SPARE, SPARE, BEN)
    with term.database.writing() as db:
        about = {"person_id": term.id_of(over), "about_id": term.id_of(under)}
        db.add(RelationRow(programme_id=term.programme_id, kind=kind, **about))
    assert refusal(term, circle.code, newcomer) == refusal(term, "nosuchcode", newcomer)


def test_a_new_code_ends_the_old_one(term: Term) -> None:
    circle = begun(term)
    with term.database.writing() as db:
        code = renew_code(db, term.actor(ADA), circle.id)
    assert refusal(term, circle.code, BEN) == refusal(term, "nosuchcode", BEN)
    come_in(term, code, BEN)


def test_a_change_of_the_charter_asks_everybody_again(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        with pytest.raises(NotPossible):
            agree(db, term.actor(BEN), circle.id)
        write_charter(db, term.actor(ADA), circle.id, "What is said here stays here.", "Room 4")
        agree(db, term.actor(BEN), circle.id)
    assert seen_by(term, ADA, circle.id).all_agreed
    with term.database.writing() as db:
        write_charter(db, term.actor(BEN), circle.id, "What is said here stays here.", "Room 5")
    assert seen_by(term, ADA, circle.id).all_agreed, "where it meets is no part of the charter"
    with term.database.writing() as db:
        write_charter(db, term.actor(BEN), circle.id, "And nobody is asked to speak.", "Room 5")
    assert seen_by(term, ADA, circle.id).agreed == ("Ben Marrow",)


def test_who_leaves_is_in_nothing_but_their_own_record(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        leave_circle(db, term.actor(BEN), circle.id, clock.now())
    assert seen_by(term, ADA, circle.id).members == ("Ada Quill",)
    with term.database.writing() as db:
        [note] = past_circles(db, term.actor(BEN), term.programme_id)
        assert note.name == "Common ground"
        assert past_circles(db, term.actor(ADA), term.programme_id) == ()
        with pytest.raises(NotFound):
            forget_past(db, term.actor(ADA), note.id)
        forget_past(db, term.actor(BEN), note.id)
        assert past_circles(db, term.actor(BEN), term.programme_id) == ()
        ben = term.id_of(BEN)
        of_ben = select(func.count()).select_from(CircleMemberRow).where(CircleMemberRow.person_id == ben)
        assert db.scalar(of_ben) == 0


def test_the_last_who_leaves_ends_it_and_leaving_the_programme_leaves_circles_too(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        leave(db, term.actor(BEN), term.programme_id, clock.now())
    assert seen_by(term, ADA, circle.id).members == ("Ada Quill",)
    with term.database.writing() as db:
        leave_circle(db, term.actor(ADA), circle.id, clock.now())
        assert db.scalar(select(func.count()).select_from(CircleRow)) == 0


def test_nothing_is_recorded_noted_or_counted_among_what_drafts_are_judged_by(term: Term) -> None:
    def lines() -> int:
        with term.database.reading() as db:
            return db.scalar(select(func.count()).select_from(AuditRow)) or 0

    def mark() -> str | None:
        with term.database.reading() as db:
            return facts_mark(db, term.programme_id)

    before = lines(), mark()
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        write_charter(db, term.actor(ADA), circle.id, "Stays here.", "")
        agree(db, term.actor(BEN), circle.id)
        leave_circle(db, term.actor(BEN), circle.id, clock.now())
        assert take_noted(db) == ()
    assert (lines(), mark()) == before


def test_a_circle_is_kept_in_tables_of_its_own_that_nothing_else_points_at() -> None:
    """Whatever reads groups, sessions, bookings, feeds or the record reads no circle: there is nothing there."""
    own = {"circle", "circle_member", "circle_meeting", "circle_contact", "circle_concern", "circle_reminder"}
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in own
    }
    assert pointing <= own


def test_a_coordinator_of_today_was_a_member_yesterday(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        db.add(RoleRow(programme_id=term.programme_id, person_id=term.id_of(CAT), role="coordinator"))
    assert refusal(term, circle.code, CAT) == refusal(term, "nosuchcode", CAT)


def test_addresses_of_circles_tell_nobody_how_many_there_are(term: Term) -> None:
    numbers = [begun(term, who).id for who in (ADA, BEN, CAT, DAN)]
    assert len(set(numbers)) == 4
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    assert min(map(abs, steps)) > 1, "once in half a thousand million runs two are neighbours"
    assert all(0 < number < 2**31 for number in numbers)
