"""What a plan comes to is the same, counted by the database, as read off the whole plan; and so is each page of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.db import Database
from scheduler.paging import Paging
from scheduler.plans.model import PlanState
from scheduler.plans.service import get_part_of_plan, get_plan
from scheduler.plans.tables import PlannedSessionRow, PlanRow
from scheduler.publishing.leavers import leave
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.published_figures import figures_of
from scheduler.sessions.published_plan import as_it_is_now
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.scheduler.sessions.term import PEERS, Term, a_term


@pytest.fixture
def term(storage: Database) -> Term:
    return a_term(storage)


def plan_id(term: Term) -> int:
    with term.database.reading() as db:
        return db.scalars(select(PlanRow.id)).one()


def must_agree(term: Term) -> None:
    """The whole plan, its figures, and its pages put together."""
    number, coordinator = plan_id(term), term.coordinator()
    with term.database.reading() as db:
        whole = as_it_is_now(db, coordinator, get_plan(db, coordinator, number))
        assert figures_of(db, coordinator, term.programme_id, number) == whole.figures
        pages = [get_part_of_plan(db, coordinator, number, Paging(page, size=1)) for page in range(1, 3)]
        parts = [as_it_is_now(db, coordinator, part) for part, _ in pages]
    assert tuple(group for part in parts for group in part.groups) == whole.groups
    assert {paging.total for _, paging in pages} == {len(whole.groups)}


def change(term: Term) -> None:
    """Somebody leaves, one cannot come to a session, one is away then, and one session is called off."""
    first, second = term.session("g1", 0).id, term.session("g1", 1).id
    with term.database.writing() as db:
        leave(db, term.actor(PEERS[3]), term.programme_id, clock.now())
    ids = [term.id_of(name) for name in PEERS[:3]]
    with term.database.writing() as db:
        of_first = AttendeeRow.session_id == first
        db.execute(update(AttendeeRow).where(of_first, AttendeeRow.person_id.in_(ids[:2])).values(mark="0"))
        db.execute(update(AttendeeRow).where(of_first, AttendeeRow.person_id == ids[2]).values(mark="?", away=True))
        db.execute(update(SessionRow).where(SessionRow.id == second).values(status=SessionStatus.CANCELLED))


def test_of_the_published_plan_as_things_stand(term: Term) -> None:
    must_agree(term)
    change(term)
    must_agree(term)
    with term.database.reading() as db:
        figures = figures_of(db, term.coordinator(), term.programme_id, plan_id(term))
    assert [(one.key, one.missed_rounds, one.short_rounds) for one in figures.lacking] == [("g1", (1,), (0,))]
    assert figures.least is not None
    assert (figures.least.can, figures.least.people) == (1, 3)


def test_of_a_draft_as_it_was_made(term: Term) -> None:
    change(term)
    with term.database.writing() as db:
        db.execute(update(PlanRow).values(state=PlanState.DRAFT, revision=None, published_at=None))
        row = db.scalars(
            select(PlannedSessionRow).order_by(PlannedSessionRow.group_id, PlannedSessionRow.round)
        ).first()
        assert row is not None
        row.marks = {**row.marks, str(term.id_of(PEERS[0])): "0", str(term.id_of(PEERS[1])): "?"}
    must_agree(term)


def test_a_group_is_found_by_its_name_and_by_who_is_in_it(term: Term) -> None:
    with term.database.reading() as db:
        found = [
            [group.key for group in get_part_of_plan(db, term.coordinator(), plan_id(term), Paging(q=q))[0].groups]
            for q in (PEERS[0].upper(), "group 2", "nobody")
        ]
    assert found == [["g1"], ["g2"], []]
