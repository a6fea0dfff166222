"""Groups of a plan: what each comes to, those in trouble first, filtered and in every order, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.changes import Fact, note
from scheduler.db import Database
from scheduler.equity.plan_shown import find_plan_shown
from scheduler.errors import NotAllowed
from scheduler.pictures.group_list import GroupAsk, GroupList, GroupOrder, list_groups
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.publishing.leavers import leave
from tests.scheduler.sessions.term import FACILITATOR, NEAR_PEERS, PEERS, Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def mark(term: Term, marks: str, *names: str) -> None:
    """Say when people can come, and let attendance and troubles follow."""
    term.mark(marks, *names)
    with term.database.writing() as db:
        note(db, Fact.TIME, term.programme_id, clock.now(), [term.id_of(name) for name in names])


def groups(term: Term, q: str = "", **asked: object) -> GroupList:
    with term.database.reading() as db:
        plan = find_plan_shown(db, term.coordinator(), term.programme_id)
        assert plan is not None
        return list_groups(db, term.coordinator(), plan, GroupAsk(**asked), q)  # type: ignore[arg-type]


def keys(found: GroupList) -> list[str]:
    return [line.key for line in found.lines]


def change_state(term: Term, state: PlanState) -> None:
    with term.database.writing() as db:
        revision = None if state is PlanState.DRAFT else 1
        db.execute(update(PlanRow).values(state=state, revision=revision))
        note(db, Fact.PLAN, term.programme_id, clock.now())


def test_a_line_says_what_a_group_is_and_comes_to(term: Term) -> None:
    mark(term, "0", *PEERS[:2])
    found = {line.key: line for line in groups(term).lines}
    rounds = len(found["g1"].tally.short_rounds)
    assert rounds > 1
    assert (found["g1"].size, found["g1"].leads, found["g1"].tally.held) == (4, (), 0)
    assert found["g1"].tally.attendance == 0.25, "of Dan nothing is known"
    assert found["g1"].troubles >= rounds
    assert found["g2"].leads == ((term.id_of(FACILITATOR), "Fay Lantern"),)
    assert (found["g2"].tally.held, found["g2"].tally.attendance, found["g2"].troubles) == (rounds, 1.0, 0)


def test_those_in_trouble_come_first_and_can_be_seen_alone(term: Term) -> None:
    assert groups(term).order is GroupOrder.NUMBER
    assert keys(groups(term)) == ["g1", "g2"]
    mark(term, "0", *NEAR_PEERS[:3])
    found = groups(term)
    assert (found.order, found.in_trouble, found.all) == (GroupOrder.TROUBLE, 1, 2)
    assert keys(found) == ["g2", "g1"]
    assert keys(groups(term, in_trouble=True)) == ["g2"]


@pytest.mark.parametrize("order", list(GroupOrder))
def test_every_order_turns_around(term: Term, order: GroupOrder) -> None:
    mark(term, "0", PEERS[0])
    one, other = groups(term, order=order), groups(term, order=order, turned=True)
    assert one.goes_down != other.goes_down
    assert sorted(keys(one)) == sorted(keys(other)) == ["g1", "g2"]
    if order not in (GroupOrder.WAY, GroupOrder.SITE, GroupOrder.SIZE, GroupOrder.MEET, GroupOrder.TROUBLE):
        assert keys(one) == keys(other)[::-1], "these differ between the two"


def test_they_are_found_by_kind_by_name_and_by_who_is_in_them(term: Term) -> None:
    line = groups(term).lines[1]
    assert keys(groups(term, model_id=line.model_id)) == ["g2"]
    assert keys(groups(term, q="fay lantern")) == ["g2"]
    assert keys(groups(term, q="Near-peer")) == ["g2"]
    assert keys(groups(term, q="nobody of that name")) == []
    assert keys(groups(term, site_id=1_000_000)) == []


def test_one_that_everybody_left_is_gone_and_one_that_ended_comes_last_where_it_is_wanted(term: Term) -> None:
    with term.database.writing() as db:
        db.execute(update(GroupRow).where(GroupRow.key == "g1").values(ended_at=clock.now()))
    assert keys(groups(term)) == ["g2"]
    assert keys(groups(term, with_ended=True)) == ["g2", "g1"]
    for name in NEAR_PEERS:
        with term.database.writing() as db:
            leave(db, term.actor(name), term.programme_id, clock.now())
    assert keys(groups(term)) == []


def test_a_draft_counts_as_it_was_made(term: Term) -> None:
    before = groups(term)
    change_state(term, PlanState.DRAFT)
    with term.database.reading() as db:
        plan_id = db.scalars(select(PlanRow.id)).one()
        plan = find_plan_shown(db, term.coordinator(), term.programme_id, plan_id)
        assert plan is not None
        assert plan.is_draft
        found = list_groups(db, term.coordinator(), plan, GroupAsk())
    assert [line.tally for line in found.lines] == [line.tally for line in before.lines]


def test_members_see_none_of_it(term: Term) -> None:
    with term.database.reading() as db, pytest.raises(NotAllowed):
        find_plan_shown(db, term.actor(PEERS[0]), term.programme_id)
