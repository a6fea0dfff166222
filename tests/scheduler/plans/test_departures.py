"""Who leaves is off every page, count and list of a plan at once, everywhere from one source."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.db import Database
from scheduler.own_groups.service import join_group, own_self_formed_groups, start_group
from scheduler.planning.overview import overview
from scheduler.plans.participant_filter import ParticipantFilter, find_participants
from scheduler.plans.service import get_plan, list_plans
from scheduler.publishing.leavers import come_back, leave
from scheduler.sessions import deputies, proposals
from scheduler.sessions.tables import DeputyRow, ProposalRow
from tests.scheduler.sessions.term import FACILITATOR, LEFT_OVER, PEERS, SPARE, Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def leaves(term: Term, name: str) -> None:
    with term.database.writing() as db:
        leave(db, term.actor(name), term.programme_id, clock.now())


def test_plan_pages_and_counts_have_those_who_are_there_now(term: Term) -> None:
    leaves(term, PEERS[0])
    leaves(term, LEFT_OVER)
    with term.database.reading() as db:
        found = overview(db, term.coordinator(), term.programme_id)
        [summary] = list_plans(db, term.coordinator(), term.programme_id)
        plan = get_plan(db, term.coordinator(), summary.id)
        of_group = find_participants(db, term.coordinator(), term.programme_id, ParticipantFilter(group="g1"))
    group = next(group for group in plan.groups if group.key == "g1")
    assert [member.name for member in group.residents] == ["Ben Marrow", "Cat Osier", "Dan Reed"]
    assert {session.residents for session in group.sessions} == {3}
    assert (found.residents, summary.placed, plan.placed, summary.unplaced, plan.unplaced) == (7, 7, 7, 0, ())
    assert [each.name for each in of_group] == ["Ben Marrow", "Cat Osier", "Dan Reed"]


def test_a_facilitator_who_leaves_is_off_the_plan_too(term: Term) -> None:
    leaves(term, FACILITATOR)
    with term.database.reading() as db:
        [summary] = list_plans(db, term.coordinator(), term.programme_id)
        plan = get_plan(db, term.coordinator(), summary.id)
    assert all(not group.facilitators for group in plan.groups)


def test_who_comes_back_is_not_in_the_old_group_of_any_list(term: Term) -> None:
    leaves(term, PEERS[0])
    with term.database.writing() as db:
        come_back(db, term.actor(PEERS[0]), term.programme_id, clock.now() + timedelta(hours=1))
    with term.database.reading() as db:
        [summary] = list_plans(db, term.coordinator(), term.programme_id)
        of_group = find_participants(db, term.coordinator(), term.programme_id, ParticipantFilter(group="g1"))
    assert summary.placed == 7
    assert "Ada Quill" not in {each.name for each in of_group}


def test_who_leaves_is_asked_nothing_and_stands_in_for_nobody(term: Term) -> None:
    session = term.session("g2")
    with term.database.writing() as db:
        deputies.ask(db, term.actor(FACILITATOR), session.id, term.id_of(SPARE), "", clock.now())
        request = db.scalars(select(DeputyRow.id)).one()
        deputies.accept(db, term.actor(SPARE), request, clock.now(), keeps_charter=True)
    leaves(term, SPARE)
    with term.database.reading() as db:
        assert db.get_one(DeputyRow, request).state == "withdrawn", "so that somebody else can be asked"


def test_what_a_leaver_proposed_goes_and_their_word_no_longer_counts(term: Term) -> None:
    with term.database.writing() as db:
        who = term.actor(PEERS[0])
        dates = proposals.possible_dates(db, who, term.programme_id, "g1", clock.now())
        proposals.propose_extra(db, who, term.programme_id, "g1", dates[-1].starts_at, clock.now())
    leaves(term, PEERS[0])
    with term.database.reading() as db:
        states = db.scalars(select(ProposalRow.state).where(ProposalRow.by_id == term.id_of(PEERS[0]))).all()
    assert states == ["withdrawn"]


def test_who_leaves_is_out_of_self_formed_groups(term: Term) -> None:
    with term.database.writing() as db:
        group = start_group(db, term.actor(PEERS[0]), term.programme_id, "Tea", "video", clock.now())
        join_group(db, term.actor(PEERS[1]), term.programme_id, group.code, clock.now())
    leaves(term, PEERS[0])
    with term.database.reading() as db:
        [still] = own_self_formed_groups(db, term.actor(PEERS[1]), term.programme_id)
        assert still.residents == ("Ben Marrow",)
    leaves(term, PEERS[1])
    with term.database.reading() as db:
        assert own_self_formed_groups(db, term.actor(PEERS[1]), term.programme_id) == ()
