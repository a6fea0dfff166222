"""An instance for one group holds what that group needs: the same dates and deputies come of it as of the whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Database
from scheduler.own_groups.tables import OwnGroupRow, OwnMemberRow
from scheduler.people.tables import ParticipantRow
from scheduler.planning.deputies import possible_deputies
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.open_dates import Problem, open_dates
from scheduler.planning.scope import Scope
from scheduler.planning.taken import CurrentSession, Taken
from scheduler.plans.tables import GroupRow
from scheduler.programmes.tables import RoomRow
from solvers.instance import Instance
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, SPARE, Term, a_term, add_groups


@pytest.fixture
def term(database: Database) -> Term:
    """Two more groups are led by the same facilitator, two meet in the only room, and one is of people's own."""
    term = a_term(database)
    add_groups(term, "g3", "g4")
    add_groups(term, "g5", like="g1")
    with term.database.writing() as db:
        room = db.scalars(select(RoomRow)).one()
        for group in db.scalars(select(GroupRow).where(GroupRow.key.in_(("g4", "g5")))):
            group.mode, group.site_id = "in_person", room.site_id
            for session in group.sessions:
                session.room_id = room.id
        for person_id in map(term.id_of, (*PEERS, *NEAR_PEERS, FACILITATOR)):
            db.get_one(ParticipantRow, (term.programme_id, person_id)).modes = ["video", "in_person"]
        members = [
            OwnMemberRow(person_id=term.id_of(name), role=role, joined_at=clock.now())
            for name, role in (("zoe.left", "resident"), (FACILITATOR, "facilitator"))
        ]
        db.add(
            OwnGroupRow(
                programme_id=term.programme_id, key="g9", code="abcdefghjk", name="Ours", mode="phone",
                created_at=clock.now(), members=members,
            )
        )  # fmt: skip
    return term


def build(term: Term, scope: Scope | None) -> Instance:
    with term.database.reading() as db:
        return build_instance(db, term.programme_id, clock.now(), begun_too=True, scope=scope)


@pytest.mark.parametrize("key", ["g1", "g2", "g3", "g4"])
def test_the_dates_of_a_group_are_the_same(term: Term, key: str) -> None:
    part, whole = build(term, Scope(frozenset({key}))), build(term, None)
    meeting = next(group for group in whole.previous if group.id == key).sessions[1]
    start = whole.slots[meeting.slot].start
    known = CurrentSession(start, start + timedelta(hours=1), meeting.round)
    for instead_of in (None, known):
        found, expected = (
            list(open_dates(Problem.of(instance), key, Taken(), clock.now(), instead_of=instead_of))
            for instance in (part, whole)
        )
        assert found == expected
        assert found


@pytest.mark.parametrize("key", ["g2", "g4"])
def test_the_deputies_are_the_same(term: Term, key: str) -> None:
    part, whole = build(term, Scope(frozenset({key}), stand_ins=True)), build(term, None)
    meeting = next(group for group in whole.previous if group.id == key).sessions[0]
    start, for_id = whole.slots[meeting.slot].start, term.id_of(FACILITATOR)
    session = CurrentSession(start, start + timedelta(hours=1), meeting.round, None, (for_id,))
    found, expected = (possible_deputies(instance, key, session, for_id, Taken()) for instance in (part, whole))
    assert found == expected
    assert (term.id_of(SPARE) in found) == (key == "g2")


def test_it_holds_the_people_of_the_group_and_who_shares_one_of_their_own_with_them(term: Term) -> None:
    def people(scope: Scope) -> set[str]:
        instance = build(term, scope)
        return {person.id for person in (*instance.residents, *instance.faculty)}

    def keys(*names: str) -> set[str]:
        return {person_key(term.id_of(name)) for name in names}

    assert people(Scope(frozenset({"g1"}))) == keys(*PEERS)
    assert people(Scope(frozenset({"g2"}))) == keys(*NEAR_PEERS, FACILITATOR, "zoe.left")
    assert people(Scope(frozenset({"g1"}), stand_ins=True)) == keys(*PEERS, FACILITATOR, SPARE, "zoe.left")


def test_other_groups_are_in_it_as_far_as_they_share_people(term: Term) -> None:
    def groups(key: str) -> list[str]:
        return sorted(group.id for group in build(term, Scope(frozenset({key}))).previous)

    assert groups("g1") == ["g1", "g5"]
    assert groups("g2") == ["g2", "g3", "g4", "g9"]
    assert groups("g4") == ["g2", "g3", "g4", "g9"]
